// A unit's month of reports 月报: all interns of a month, saved and submitted together.
import { useEffect, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { graphql } from './gql';
import type { MonthQuery } from './gql/graphql';
import { useWords } from './words';

const MONTH = graphql(`
  query Month($month: YearMonth!) {
    internToReportConnection(month: $month, first: 100) {
      nodes {
        intern { id name category }
        report {
          id
          version
          status
          daysAttended
          wagePaid
          insurancePaid
          payableSubsidy
          explanation { formula shortfalls { message } }
        }
      }
    }
  }
`);
const SAVE = graphql(`
  mutation SaveMonth($input: MonthOfReportsInput!, $key: String!) {
    saveMonthlyReports(input: $input, idempotencyKey: $key) {
      __typename
      ... on MonthlyReportsPayload { monthlyReports { id version status } }
      ... on Problem { message cure }
      ... on Invalid { faults { path message cure } }
    }
  }
`);
const SUBMIT = graphql(`
  mutation SubmitMonth($input: DecisionsInput!, $key: String!) {
    submitMonthlyReports(input: $input, idempotencyKey: $key) {
      __typename
      ... on MonthlyReportsPayload { monthlyReports { id version status } }
      ... on Problem { message cure }
      ... on Invalid { faults { path message cure } }
    }
  }
`);
const OPEN = new Set(['DRAFT', 'RETURNED']);
const FIELDS = [['daysAttended', '出勤天数'], ['wagePaid', '实发工资（元）'], ['insurancePaid', '保险费（元）']] as const;

type Row = NonNullable<MonthQuery['internToReportConnection']>['nodes'][number];
type Figures = Record<(typeof FIELDS)[number][0], string>;
interface Fault { path: string[]; message: string; cure: string }

const readFigures = ({ report }: Row): Figures => ({
  daysAttended: report ? String(report.daysAttended) : '',
  wagePaid: report?.wagePaid ?? '',
  insurancePaid: report?.insurancePaid ?? '',
});
function findLastMonth(): string {
  const today = new Date();
  return new Date(Date.UTC(today.getFullYear(), today.getMonth() - 1)).toISOString().slice(0, 7);
}
const isOpen = ({ report }: Row) => !report || OPEN.has(report.status);

export function Month() {
  const words = useWords();
  const [month, setMonth] = useState(findLastMonth);
  const [{ data, fetching, stale, error }, refresh] = useQuery({ query: MONTH, variables: { month } });
  const [figures, setFigures] = useState<Record<string, Figures>>({});
  const [faults, setFaults] = useState<Fault[]>([]);
  const [told, setTold] = useState({ text: '', good: true });
  const [{ fetching: saving }, save] = useMutation(SAVE);
  const [{ fetching: submitting }, submit] = useMutation(SUBMIT);
  const busy = fetching || stale || saving || submitting; // the versions on the page are old then
  const rows = data?.internToReportConnection?.nodes ?? [];
  const open = rows.filter(isOpen);
  useEffect(() => setFigures(Object.fromEntries(rows.map((row) => [row.intern.id, readFigures(row)]))), [data]);

  async function saveAll() {
    const input = {
      month,
      rows: open.map(({ intern, report }) => {
        const { daysAttended, wagePaid, insurancePaid } = figures[intern.id] ?? readFigures({ intern, report });
        return { internId: intern.id, daysAttended: Number(daysAttended), wagePaid, insurancePaid, version: report?.version ?? null };
      }),
    };
    const { data: done, error: away } = await save({ input, key: crypto.randomUUID() });
    tell(done?.saveMonthlyReports, away?.message, '已保存。');
  }
  async function submitAll() {
    const records = open.flatMap(({ report }) => report ? [{ id: report.id, version: report.version }] : []);
    const { data: done, error: away } = await submit({ input: { records }, key: crypto.randomUUID() });
    tell(done?.submitMonthlyReports, away?.message, '已提交审核。');
  }
  function tell(result: { __typename: string; message?: string; cure?: string; faults?: Fault[] } | undefined, away: string | undefined, done: string) {
    const good = result?.__typename === 'MonthlyReportsPayload';
    setFaults(result?.faults ?? []);
    setTold({ good, text: good ? done : [result?.message, result?.cure, away].filter(Boolean).join(' ') });
    if (good) refresh({ requestPolicy: 'network-only' });
  }
  const faultsOf = (row: Row) => faults.filter(({ path }) => path.includes(String(open.indexOf(row))));
  const saved = open.length > 0 && open.every(({ report }) => report);

  return (
    <section>
      <div className="row">
        <h2>月报 <small>{rows.length} 人</small></h2>
        <label>月份<input type="month" value={month} onChange={(event) => { setMonth(event.target.value); setTold({ text: '', good: true }); setFaults([]); }} /></label>
      </div>
      {error && <p className="bad" role="alert">{error.message}</p>}
      {!fetching && rows.length === 0 && <p className="empty">该月没有在岗见习人员。</p>}
      <ul>
        {rows.map((row) => (
          <li key={row.intern.id}>
            <div className="row">
              <h3>{row.intern.name} <small>{words(row.intern.category)}</small></h3>
              <span className="money">应发补贴 {row.report?.payableSubsidy ?? '—'} 元 · {row.report ? words(row.report.status) : '未填写'}</span>
            </div>
            <div className="fields">
              {FIELDS.map(([name, label]) => (
                <label key={name}>{label}
                  <input inputMode="decimal" disabled={!isOpen(row)} value={figures[row.intern.id]?.[name] ?? ''}
                    onChange={(event) => setFigures({ ...figures, [row.intern.id]: { ...(figures[row.intern.id] ?? readFigures(row)), [name]: event.target.value } })} />
                </label>
              ))}
            </div>
            {row.report?.explanation.shortfalls.map(({ message }) => <p key={message}>{message}</p>)}
            {faultsOf(row).map(({ message, cure }) => <p key={message} className="bad" role="alert">{message} {cure}</p>)}
          </li>
        ))}
      </ul>
      <div className="row">
        <p role="status" className={told.good ? 'good' : 'bad'}>{told.text}</p>
        <div className="acts">
          <button className="main" disabled={busy || open.length === 0} onClick={() => void saveAll()}>保存</button>
          <button disabled={busy || !saved} onClick={() => void submitAll()}>提交审核</button>
        </div>
      </div>
    </section>
  );
}

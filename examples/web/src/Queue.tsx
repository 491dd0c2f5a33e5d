// An officer's queue 待办, and what is decided there: every kind by the same two buttons.
import { useState } from 'react';
import { useMutation, useQuery, type TypedDocumentNode } from 'urql';
import { graphql, useFragment as readFragment, type FragmentType } from './gql';
import type { QueueQuery, RecordKind, ReviewClaimsMutationVariables } from './gql/graphql';
import { useWords } from './words';

const QUEUE = graphql(`
  query Queue {
    workQueue(first: 50) {
      totalCount
      nodes {
        id
        kind
        status
        submittedAt
        unit { id name }
        record {
          __typename
          id
          version
          possibleActions { action allowed message }
          ... on Intern { name category startsOn endsOn }
          ... on MonthlyReport { month daysAttended wagePaid payableSubsidy intern { id name } }
          ... on Claim { amount lineConnection { totalCount } }
          ... on Reduction { internshipEndedOn intern { id name } }
        }
      }
    }
  }
`);

const REVIEWED = graphql(`
  fragment Reviewed on ReviewResult {
    __typename
    ... on ReviewPayload { outcomes { record { id status version } faults { message cure } } }
    ... on Problem { message cure }
  }
`);
const REVIEW_CLAIMS = graphql(`mutation ReviewClaims($input: ReviewInput!, $key: String!) { result: reviewClaims(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_REPORTS = graphql(`mutation ReviewReports($input: ReviewInput!, $key: String!) { result: reviewMonthlyReports(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_INTERNS = graphql(`mutation ReviewInterns($input: ReviewInput!, $key: String!) { result: reviewInterns(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_POSTS = graphql(`mutation ReviewPosts($input: ReviewInput!, $key: String!) { result: reviewPosts(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_DECLARATIONS = graphql(`mutation ReviewDeclarations($input: ReviewInput!, $key: String!) { result: reviewDeclarations(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_REDUCTIONS = graphql(`mutation ReviewReductions($input: ReviewInput!, $key: String!) { result: reviewReductions(input: $input, idempotencyKey: $key) { ...Reviewed } }`);
const REVIEW_CHANGES = graphql(`mutation ReviewChanges($input: ReviewInput!, $key: String!) { result: reviewChangeRequests(input: $input, idempotencyKey: $key) { ...Reviewed } }`);

type Review = TypedDocumentNode<{ result: FragmentType<typeof REVIEWED> }, ReviewClaimsMutationVariables>;
const REVIEWS: Partial<Record<RecordKind, Review>> = {
  CLAIM: REVIEW_CLAIMS,
  MONTHLY_REPORT: REVIEW_REPORTS,
  INTERN: REVIEW_INTERNS,
  POST: REVIEW_POSTS,
  DECLARATION: REVIEW_DECLARATIONS,
  REDUCTION: REVIEW_REDUCTIONS,
  CHANGE_REQUEST: REVIEW_CHANGES,
};

type Item = NonNullable<QueueQuery['workQueue']>['nodes'][number];

export function Queue() {
  const [{ data, error }, refresh] = useQuery({ query: QUEUE });
  const queue = data?.workQueue;
  if (error && !queue) return <p className="bad" role="alert">{error.message}</p>;
  return (
    <section>
      <h2>待办 <small>{queue ? `共 ${queue.totalCount} 件` : '…'}</small></h2>
      {queue?.nodes.length === 0 && <p className="empty">没有待办业务。</p>}
      <ul>{queue?.nodes.map((item) => <Entry key={item.id} item={item} onDecided={() => refresh({ requestPolicy: 'network-only' })} />)}</ul>
    </section>
  );
}

function Entry({ item, onDecided }: { item: Item; onDecided: () => void }) {
  const words = useWords();
  const [returning, setReturning] = useState(false);
  const [reason, setReason] = useState('');
  const [told, setTold] = useState('');
  const review = REVIEWS[item.kind];
  const [{ fetching }, decide] = useMutation(review ?? REVIEW_CLAIMS);
  const possible = (action: string) => item.record.possibleActions.find((each) => each.action === action);

  async function send(verdict: 'APPROVE' | 'RETURN') {
    const { id, version } = item.record;
    const input = { verdict, records: [{ id, version }], ...(verdict === 'RETURN' ? { reason } : {}) };
    const { data, error } = await decide({ input, key: crypto.randomUUID() });
    const result = readFragment(REVIEWED, data?.result);
    if (result?.__typename !== 'ReviewPayload') return setTold(result ? `${result.message} ${result.cure}` : error?.message ?? '');
    const faults = result.outcomes.flatMap((outcome) => outcome.faults);
    if (faults.length) return setTold(faults.map(({ message, cure }) => `${message} ${cure}`).join(' '));
    onDecided();
  }
  const button = (verdict: 'APPROVE' | 'RETURN', label: string, act: () => void, className = '') => {
    const offered = possible(verdict);
    return <button className={className} disabled={!review || !offered?.allowed || fetching} title={offered?.message ?? ''} onClick={act}>{label}</button>;
  };
  return (
    <li>
      <div className="row">
        <div>
          <h3>{[words(item.kind), describe(item, words)].filter(Boolean).join(' · ')}</h3>
          <p>{item.unit?.name} · {new Date(item.submittedAt).toLocaleDateString('zh-CN')} · {words(item.status)}</p>
        </div>
        <div className="acts">
          {button('APPROVE', '通过', () => void send('APPROVE'), 'main')}
          {button('RETURN', '退回', () => setReturning(true))}
        </div>
      </div>
      {returning && (
        <form className="row" onSubmit={(event) => { event.preventDefault(); void send('RETURN'); }}>
          <label>退回原因<input value={reason} onChange={(event) => setReason(event.target.value)} required autoFocus /></label>
          <button>确认退回</button>
        </form>
      )}
      {told && <p className="bad" role="alert">{told}</p>}
    </li>
  );
}

function describe({ record }: Item, words: (value: string) => string): string {
  switch (record.__typename) {
    case 'Intern': return `${record.name}，${words(record.category)}，${record.startsOn} 至 ${record.endsOn}`;
    case 'MonthlyReport': return `${record.intern.name}，${record.month}，实发 ${record.wagePaid} 元，应发补贴 ${record.payableSubsidy ?? '—'} 元`;
    case 'Reduction': return `${record.intern.name}，${record.internshipEndedOn} 结束见习`;
    default: return 'amount' in record ? `${record.lineConnection.totalCount} 人，${record.amount} 元` : '';
  }
}

"""Monthly reports 月报: a whole month of a unit at once (J24-J28)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from loaders.direct import Lock
from loaders.key import key_of
from models import GONE, Intern, MonthlyReport, Status
from resolvers.internship.declaration import must_be_claimable
from resolvers.internship.post_assignment import posts_in
from resolvers.kernel.transaction import Transaction, write_alike
from resolvers.kernel.workflow import Rule
from rules.internship import monthly_report as rules
from rules.kernel import check
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, InvalidInput, Path, Reason, fault, refuse_if
from rules.kernel.value import Money, Paragraph, RowId, YearMonth
from rules.kernel.workflow import Action, RecordKind, objection, objection_if_held

MOST_ROWS = 1000


@dataclass(kw_only=True)
class ReportRow:
    """What one intern did and was paid in the month; `version` where the report exists already."""

    intern_id: RowId
    days_attended: int
    wage_paid: Money
    insurance_paid: Money
    remarks: Paragraph | None = None
    version: int | None = None


@dataclass(kw_only=True)
class MonthOfReports:
    """A month, and the figures of its interns."""

    month: YearMonth
    rows: list[ReportRow]


async def save_monthly_reports(tx: Transaction, input: MonthOfReports) -> Sequence[MonthlyReport]:
    """Save a month of the unit's interns; all rows or none (J24, J25, J27). 保存月报."""
    if len(input.rows) > MOST_ROWS:
        raise InvalidInput([fault(Reason.LIST_TOO_LONG, "rows", most=MOST_ROWS)])
    await must_be_claimable(tx, tx.unit_id)
    interns = await _interns(tx, input.rows)
    standing = await _standing(tx, input.month, [i.id for i in interns if i])
    refuse_if(_faults(tx, input, interns, standing))
    policy = await tx.policy()
    known = [intern for intern in interns if intern is not None]
    posts = await posts_in(tx, known, input.month)
    saved = []
    for row, intern in zip(input.rows, known, strict=True):
        place = _Place(input.month, posts[intern.id])
        saved.append(_saved(tx, place, row, intern, standing.get(intern.id), policy))
    await tx.session.flush()
    return saved


@dataclass(frozen=True, slots=True)
class _Place:
    """Which month, and at which post the intern worked in it (J40)."""

    month: date
    post_id: UUID


async def judged(tx: Transaction, rows: Sequence[MonthlyReport]) -> None:
    """Judge reports again as they are submitted; parameters are fixed here (J27, J28, X21)."""
    for unit_id in {row.unit_id for row in rows}:
        await must_be_claimable(tx, unit_id)
    policy = await tx.policy()
    keys: set[tuple[UUID, ...]] = {(row.unit_id, row.intern_id) for row in rows}
    interns = {i.id: i for i in await tx.by_keys(Intern, keys)}
    refuse_if(
        found
        for n, row in enumerate(rows)
        for found in _row_faults(row, interns[row.intern_id], ("records", n), tx.today)
    )
    for row in rows:
        found = _assessed(row, interns[row.intern_id], policy)
        if found.payable != row.payable_subsidy:
            tx.change(row, {"payable_subsidy": found.payable}, "RECOMPUTE")
        _explain(row, found)


def _row_faults(row: MonthlyReport, intern: Intern, path: Path, today: date) -> Iterable[Fault]:
    """Judge what was saved once more: the term may have been cut short since (J24, J25)."""
    figures = (row.days_attended, row.wage_paid, row.insurance_paid)
    return rules.row_faults(_term(intern), row.month, *figures, path, today=today)


def not_held(action: Action) -> Rule[MonthlyReport]:
    """Make the rule that refuses an action on reports that a claim's line holds (J38)."""

    async def rule(tx: Transaction, rows: Sequence[MonthlyReport]) -> None:
        barred = [objection_if_held(action, row.held_by, row.clawed_back) for row in rows]
        refuse_if(Fault(b.reason, ("records", n), b.figures) for n, b in enumerate(barred) if b)

    return rule


async def _interns(tx: Transaction, rows: Sequence[ReportRow]) -> Sequence[Intern | None]:
    """Find the interns that the rows name, and hold them: who saves the same month waits."""
    keys = [key_of(row.intern_id, Intern) for row in rows]
    named: set[tuple[UUID, ...]] = {key.parts for key in keys if key}
    held = await tx.by_keys(Intern, named, Lock.AGAINST_CHANGES_OF_KEYS)
    found: dict[tuple[UUID, ...], Intern] = {(i.unit_id, i.id): i for i in held}
    return [found.get(key.parts) if key else None for key in keys]


async def _standing(
    tx: Transaction, month: date, interns: Sequence[UUID]
) -> Mapping[UUID, MonthlyReport]:
    statement = (
        select(MonthlyReport)
        .where(
            MonthlyReport.unit_id == tx.unit_id,
            MonthlyReport.month == month,
            MonthlyReport.intern_id.in_(interns),
            MonthlyReport.status.not_in(GONE),
        )
        .order_by(MonthlyReport.id)
        .with_for_update()
    )
    return {row.intern_id: row for row in await tx.all(statement)}


def _faults(
    tx: Transaction,
    input: MonthOfReports,
    interns: Sequence[Intern | None],
    standing: Mapping[UUID, MonthlyReport],
) -> Sequence[Fault]:
    """List all faults of all rows at once (J25)."""
    found = [*rules.may_report(input.month, tx.today)]
    found += check.some([row.intern_id for row in input.rows], MOST_ROWS, ("rows",))
    for n, (row, intern) in enumerate(zip(input.rows, interns, strict=True)):
        if intern is None:
            found.append(fault(Reason.NOT_FOUND, "rows", n, "internId"))
            continue
        figures = (row.days_attended, row.wage_paid, row.insurance_paid)
        place = ("rows", n)
        found += rules.row_faults(_term(intern), input.month, *figures, place, today=tx.today)
        found += _version_faults(tx, row, standing.get(intern.id), n)
    return found


def _term(intern: Intern) -> rules.Term:
    approved = intern.status is Status.APPROVED
    return rules.Term(approved, intern.starts_on, intern.ended_on or intern.ends_on)


def _version_faults(
    tx: Transaction, row: ReportRow, report: MonthlyReport | None, n: int
) -> Sequence[Fault]:
    """Judge whether a row may replace what stands (J24, J38, X12)."""
    if report is None:
        return [] if row.version is None else [fault(Reason.NOT_FOUND, "rows", n, "version")]
    if row.version is None:
        return [fault(Reason.REPORT_EXISTS, "rows", n, "internId")]
    if row.version != report.version:
        return [fault(Reason.STALE_VERSION, "rows", n, "version", current=report.version)]
    kind, who = RecordKind.MONTHLY_REPORT, report.submitted_by
    barred = objection_if_held(Action.CHANGE, report.held_by, report.clawed_back) or objection(
        kind, Action.CHANGE, report.status, who, tx.viewer
    )
    return [Fault(barred.reason, ("rows", n), barred.figures)] if barred else []


def _saved(
    tx: Transaction,
    place: _Place,
    row: ReportRow,
    intern: Intern,
    report: MonthlyReport | None,
    policy: Policy,
) -> MonthlyReport:
    region = report.region if report is not None else intern.region
    figures = (row.days_attended, row.wage_paid)
    found = rules.assess(intern.category, region, place.month, *figures, policy)
    values: dict[str, object] = {
        "days_attended": row.days_attended,
        "wage_paid": row.wage_paid,
        "insurance_paid": row.insurance_paid,
        "remarks": row.remarks,
        "payable_subsidy": found.payable,
    }
    if report is not None:
        tx.change(report, values)
    else:
        report = MonthlyReport(
            unit_id=intern.unit_id,
            region=region,
            intern_id=intern.id,
            person_id=intern.person_id,
            post_id=place.post_id,
            month=place.month,
            status=Status.DRAFT,
            **values,
        )
        tx.create(report, Status.DRAFT)
    _explain(report, found)
    return report


def _assessed(report: MonthlyReport, intern: Intern, policy: Policy) -> rules.Assessment:
    figures = (report.days_attended, report.wage_paid)
    return rules.assess(intern.category, report.region, report.month, *figures, policy)


def _explain(report: MonthlyReport, found: rules.Assessment) -> None:
    """Put down how the amount came about; all rows write the same columns (X5)."""
    report.assessment = dict(found.explanation)
    write_alike(report, ("payable_subsidy", "assessment"))


async def assess_again(tx: Transaction, intern: Intern, reports: Sequence[MonthlyReport]) -> None:
    """Compute reports anew for an intern's other category (J17, J27, X16)."""
    policy = await tx.policy()
    for report in reports:
        found = _assessed(report, intern, policy)
        tx.change(report, {"payable_subsidy": found.payable}, "RECOMPUTE")
        _explain(report, found)

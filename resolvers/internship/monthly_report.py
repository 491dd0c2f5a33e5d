"""Monthly reports 月报: a whole month of a unit at once (J24-J28)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from loaders.driver_statement import RowLock
from loaders.key import parse_key
from models import DISCARDED_STATUSES, Intern, MonthlyReport, Status
from resolvers.internship.declaration import lock_declarations_in_force
from resolvers.internship.post_assignment import load_posts_in_month
from resolvers.kernel.transaction import Transaction, mark_columns_dirty
from resolvers.kernel.workflow import TransitionHook, declare_transitions
from rules.internship import monthly_report as rules
from rules.internship.standing import find_claiming_fault, find_closing_fault
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, InvalidInput, Path, Reason, Refusal, fault, refuse_if
from rules.kernel.value import Money, Paragraph, RowId, YearMonth
from rules.kernel.workflow import find_action_fault, find_reservation_fault

MAX_ROWS_PER_MONTH = 1000


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
    if len(input.rows) > MAX_ROWS_PER_MONTH:
        raise InvalidInput([fault(Reason.LIST_TOO_LONG, "rows", most=MAX_ROWS_PER_MONTH)])
    declared = await lock_declarations_in_force(tx, tx.unit_id)
    policy = await tx.load_policy()
    undeclared = find_claiming_fault(next(iter(declared), None), policy, tx.today)
    interns = await _lock_interns(tx, input.rows)
    standing = await _lock_existing_reports(tx, input.month, [i.id for i in interns if i])
    found = _find_input_faults(tx, input, interns, standing)
    if undeclared and not found:
        raise Refusal(undeclared)
    refuse_if([undeclared, *found] if undeclared else found)
    refuse_if(
        closed.at("rows", n, "internId")
        for n, intern in enumerate(interns)
        if intern and (closed := find_closing_fault(declared, intern.starts_on, policy, tx.today))
    )
    known = [intern for intern in interns if intern is not None]
    posts = await load_posts_in_month(tx, known, input.month)
    saved = []
    for row, intern in zip(input.rows, known, strict=True):
        place = _MonthAtPost(input.month, posts[intern.id])
        saved.append(_save_report(tx, place, row, intern, standing.get(intern.id), policy))
    await tx.session.flush()
    return saved


@dataclass(frozen=True, slots=True)
class _MonthAtPost:
    """Which month, and at which post the intern worked in it (J40)."""

    month: date
    post_id: UUID


async def on_submit(tx: Transaction, rows: Sequence[MonthlyReport]) -> None:
    """Judge reports again as they are submitted; parameters are fixed here (J27, J28, X21)."""
    declared, policy = {}, await tx.load_policy()
    for unit_id in {row.unit_id for row in rows}:
        standing = declared[unit_id] = await lock_declarations_in_force(tx, unit_id)
        undeclared = find_claiming_fault(next(iter(standing), None), policy, tx.today)
        if undeclared:
            raise Refusal(undeclared)
    keys: set[tuple[UUID, ...]] = {(row.unit_id, row.intern_id) for row in rows}
    interns = {i.id: i for i in await tx.load_by_keys(Intern, keys)}
    refuse_if(
        found
        for n, row in enumerate(rows)
        for found in _find_row_faults(row, interns[row.intern_id], ("records", n), tx.today)
    )
    starts = {row.id: interns[row.intern_id].starts_on for row in rows}
    refuse_if(
        closed.at("records", n)
        for n, row in enumerate(rows)
        if (closed := find_closing_fault(declared[row.unit_id], starts[row.id], policy, tx.today))
    )
    for row in rows:
        found = _assess_report(row, interns[row.intern_id], policy)
        if found.payable != row.payable_subsidy:
            tx.change(row, {"payable_subsidy": found.payable}, "RECOMPUTE")
        _write_explanation(row, found)


def _find_row_faults(
    row: MonthlyReport, intern: Intern, path: Path, today: date
) -> Iterable[Fault]:
    """Judge what was saved once more: the term may have been cut short since (J24, J25)."""
    figures = (row.days_attended, row.wage_paid, row.insurance_paid)
    return rules.find_report_faults(_build_term(intern), row.month, *figures, path, today=today)


def build_held_report_guard(action: Action) -> TransitionHook[MonthlyReport]:
    """Make the rule that refuses an action on reports that a claim's line holds (J38)."""

    async def rule(tx: Transaction, rows: Sequence[MonthlyReport]) -> None:
        barred = [find_reservation_fault(action, row.held_by, row.clawed_back) for row in rows]
        refuse_if(b.at("records", n) for n, b in enumerate(barred) if b)

    return rule


async def _lock_interns(tx: Transaction, rows: Sequence[ReportRow]) -> Sequence[Intern | None]:
    """Find the interns that the rows name, and hold them: who saves the same month waits."""
    keys = [parse_key(row.intern_id, Intern) for row in rows]
    named: set[tuple[UUID, ...]] = {key.parts for key in keys if key}
    held = await tx.load_by_keys(Intern, named, RowLock.AGAINST_CHANGES_OF_KEYS)
    found: dict[tuple[UUID, ...], Intern] = {(i.unit_id, i.id): i for i in held}
    return [found.get(key.parts) if key else None for key in keys]


async def _lock_existing_reports(
    tx: Transaction, month: date, interns: Sequence[UUID]
) -> Mapping[UUID, MonthlyReport]:
    statement = (
        select(MonthlyReport)
        .where(
            MonthlyReport.unit_id == tx.unit_id,
            MonthlyReport.month == month,
            MonthlyReport.intern_id.in_(interns),
            MonthlyReport.status.not_in(DISCARDED_STATUSES),
        )
        .order_by(MonthlyReport.id)
        .with_for_update()
    )
    return {row.intern_id: row for row in await tx.all(statement)}


def _find_input_faults(
    tx: Transaction,
    input: MonthOfReports,
    interns: Sequence[Intern | None],
    standing: Mapping[UUID, MonthlyReport],
) -> Sequence[Fault]:
    """List all faults of all rows at once (J25)."""
    found = [*rules.find_month_faults(input.month, tx.today)]
    found += input_check.find_list_faults(
        [row.intern_id for row in input.rows], MAX_ROWS_PER_MONTH, ("rows",)
    )
    for n, (row, intern) in enumerate(zip(input.rows, interns, strict=True)):
        if intern is None:
            found.append(fault(Reason.NOT_FOUND, "rows", n, "internId"))
            continue
        figures = (row.days_attended, row.wage_paid, row.insurance_paid)
        place = ("rows", n)
        found += rules.find_report_faults(
            _build_term(intern), input.month, *figures, place, today=tx.today
        )
        found += _find_version_faults(tx, row, standing.get(intern.id), n)
    return found


def _build_term(intern: Intern) -> rules.ReportableTerm:
    approved = intern.status is Status.APPROVED
    return rules.ReportableTerm(approved, intern.starts_on, intern.ended_on or intern.ends_on)


def _find_version_faults(
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
    barred = find_action_fault(
        kind, Action.CHANGE, report.status, who, tx.viewer
    ) or find_reservation_fault(Action.CHANGE, report.held_by, report.clawed_back)
    return [barred.at("rows", n)] if barred else []


def _save_report(
    tx: Transaction,
    place: _MonthAtPost,
    row: ReportRow,
    intern: Intern,
    report: MonthlyReport | None,
    policy: Policy,
) -> MonthlyReport:
    region = report.region if report is not None else intern.region
    figures = (row.days_attended, row.wage_paid)
    found = rules.assess_report(intern.category, region, place.month, *figures, policy)
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
    _write_explanation(report, found)
    return report


def _assess_report(report: MonthlyReport, intern: Intern, policy: Policy) -> rules.ReportAssessment:
    figures = (report.days_attended, report.wage_paid)
    return rules.assess_report(intern.category, report.region, report.month, *figures, policy)


def _write_explanation(report: MonthlyReport, found: rules.ReportAssessment) -> None:
    """Write how the amount came about; all rows write the same columns (X5)."""
    report.assessment = dict(found.explanation)
    mark_columns_dirty(report, ("payable_subsidy", "assessment"))


async def reassess_reports(
    tx: Transaction, intern: Intern, reports: Sequence[MonthlyReport]
) -> None:
    """Compute reports anew for an intern's other category (J17, J27, X16)."""
    policy = await tx.load_policy()
    for report in reports:
        found = _assess_report(report, intern, policy)
        tx.change(report, {"payable_subsidy": found.payable}, "RECOMPUTE")
        _write_explanation(report, found)


declare_transitions(
    RecordKind.MONTHLY_REPORT,
    {
        Action.SUBMIT: on_submit,
        Action.WITHDRAW: build_held_report_guard(Action.WITHDRAW),
        Action.RETURN: build_held_report_guard(Action.RETURN),
        Action.REVOKE: build_held_report_guard(Action.REVOKE),
    },
    filing=(save_monthly_reports,),
)

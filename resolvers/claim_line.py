"""The lines of a claim, and the monthly reports that they hold (J29, J30, X15)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, select, update

from models import Claim, ClaimedReport, ClaimLine, Intern, LineState, MonthlyReport, Status
from resolvers.transaction import Transaction
from rules import explanation
from rules.claim import Claimable, Month, claimable
from rules.parameter import Policy


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intern, the months that could be claimed, and why they can't be if they can't (J30)."""

    intern: Intern
    reports: Sequence[MonthlyReport]
    found: Claimable


async def reports_up_to(
    tx: Transaction, unit_id: UUID, month: date, *, lock: bool
) -> Sequence[MonthlyReport]:
    """Read the unit's approved reports up to a month, oldest first."""
    statement = approved_reports(unit_id, month)
    return await tx.all(statement.with_for_update() if lock else statement)


def approved_reports(unit_id: UUID, month: date) -> Select[MonthlyReport]:
    """Write the statement for a unit's approved reports up to a month (J30)."""
    return (
        select(MonthlyReport)
        .where(
            MonthlyReport.unit_id == unit_id,
            MonthlyReport.status == Status.APPROVED,
            MonthlyReport.month <= month,
        )
        .order_by(MonthlyReport.month, MonthlyReport.id)
    )


def candidates(
    interns: Sequence[Intern],
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_lines: Mapping[UUID, UUID] | None = None,
) -> Sequence[Candidate]:
    """Judge each intern's months (J29, J30); `own_lines` are the claim's own, by intern."""
    by_intern: defaultdict[UUID, list[MonthlyReport]] = defaultdict(list)
    for report in reports:
        by_intern[report.intern_id].append(report)
    own = own_lines or {}
    return [
        Candidate(i, by_intern[i.id], _judged(i, by_intern[i.id], month, policy, own.get(i.id)))
        for i in interns
    ]


def _judged(
    intern: Intern,
    reports: Sequence[MonthlyReport],
    month: date,
    policy: Policy,
    own_line: UUID | None,
) -> Claimable:
    region, category = intern.region, intern.category
    least = policy.integer("internship.min_months_for_claim", region, month)
    months = [
        Month(r.id, r.month, r.status, r.days_attended, r.payable_subsidy, r.held_by)
        for r in reports
    ]

    def least_days(when: date) -> int:
        return policy.integer("internship.min_days", region, when, category)

    return claimable(months, month, least, least_days, own_line)


def make_line(claim: Claim, candidate: Candidate) -> ClaimLine:
    """Make an intern's line (J30, X5)."""
    intern, found = candidate.intern, candidate.found
    chosen = {month.id for month in found.months}
    reports = [r for r in candidate.reports if r.id in chosen]
    paid = [(r.month, r.payable_subsidy) for r in reports if r.payable_subsidy is not None]
    return ClaimLine(
        unit_id=claim.unit_id,
        region=claim.region,
        claim_id=claim.id,
        person_id=intern.person_id,
        intern_id=intern.id,
        state=LineState.OPEN,
        amount=found.amount,
        explanation=explanation.line(paid, [r.assessment for r in reports]),
    )


def stand_on(line: ClaimLine, candidate: Candidate) -> list[ClaimedReport]:
    """Put down which reports a written line stands on."""
    chosen = {month.id for month in candidate.found.months}
    return [
        ClaimedReport(
            unit_id=line.unit_id,
            region=line.region,
            line_id=line.id,
            report_id=report.id,
            amount=report.payable_subsidy,
            held=False,
        )
        for report in candidate.reports
        if report.id in chosen
    ]


async def lines_of(tx: Transaction, claim: Claim) -> Sequence[ClaimLine]:
    """Hold a claim's lines."""
    statement = select(ClaimLine).where(
        ClaimLine.unit_id == claim.unit_id, ClaimLine.claim_id == claim.id
    )
    return await tx.all(statement.order_by(ClaimLine.id).with_for_update())


async def hold(tx: Transaction, unit_id: UUID, lines: Iterable[UUID]) -> None:
    """Let lines hold their reports: no other line may have them from now on (J30, X15)."""
    await _set_held(tx, unit_id, list(lines), held=True)


async def release(tx: Transaction, unit_id: UUID, lines: Iterable[UUID]) -> None:
    """Free what lines held (X15)."""
    await _set_held(tx, unit_id, list(lines), held=False)


async def _set_held(tx: Transaction, unit_id: UUID, lines: list[UUID], *, held: bool) -> None:
    of_lines = (ClaimedReport.unit_id == unit_id, ClaimedReport.line_id.in_(lines))
    await tx.session.execute(update(ClaimedReport).where(*of_lines).values(held=held))
    await tx.session.execute(
        update(MonthlyReport)
        .where(
            MonthlyReport.unit_id == unit_id,
            ClaimedReport.unit_id == unit_id,
            ClaimedReport.report_id == MonthlyReport.id,
            ClaimedReport.line_id.in_(lines),
        )
        .values(held_by=ClaimedReport.line_id if held else None)
        .execution_options(synchronize_session=False)
    )

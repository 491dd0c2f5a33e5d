"""What lines come to by the parameters of today: their amounts computed again (X20)."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, select

from models import (
    DISCARDED_STATUSES,
    ClaimedReport,
    ClaimKind,
    ClaimLine,
    Intern,
    MonthlyReport,
)
from resolvers.kernel.transaction import Transaction
from rules.kernel.month import parse_month
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Unreadable
from rules.policy.difference import (
    GRANTING_STATES,
    AttendedMonth,
    DueAmount,
    compute_due_at_rate,
    compute_due_for_months,
)
from rules.training import training_claim

Lines = Sequence[ClaimLine]
Dues = Mapping[UUID, DueAmount]


async def compute_dues(tx: Transaction, lines: Lines, policy: Policy) -> Dues:
    """Compute what some lines of one kind of claim come to now; none for kinds without a rule."""
    compute = _COMPUTE_BY_KIND.get(lines[0].claim_kind) if lines else None
    return await compute(tx, lines, policy) if compute else {}


async def sum_granted_amounts(
    tx: Transaction, lines: Lines, but: Sequence[UUID] = ()
) -> Mapping[UUID, Decimal]:
    """Sum up what lines and their supplements grant, but for some of these, in yuan (X20)."""
    own = {line.id: line.amount for line in lines}
    statement = (
        select(ClaimLine.supplements_id, func.sum(ClaimLine.amount))
        .where(
            ClaimLine.unit_id.in_({line.unit_id for line in lines}),
            ClaimLine.supplements_id.in_(own),
            ClaimLine.state.in_(GRANTING_STATES),
            ClaimLine.claim_status.not_in(DISCARDED_STATUSES),
            ClaimLine.id.not_in(but),
        )
        .group_by(ClaimLine.supplements_id)
    )
    for line_id, amount in await tx.session.execute(statement):
        if line_id is not None:
            own[line_id] += amount
    return own


async def _compute_living_allowances(tx: Transaction, lines: Lines, policy: Policy) -> Dues:
    """Compute the months of living allowance again, as they were fixed at submission (X21).

    Months that are void since come to nothing (J39).
    """
    same = MonthlyReport.unit_id == ClaimedReport.unit_id
    statement = (
        select(ClaimedReport.line_id, MonthlyReport)
        .join(MonthlyReport, and_(same, MonthlyReport.id == ClaimedReport.report_id))
        .where(
            ClaimedReport.unit_id.in_({line.unit_id for line in lines}),
            ClaimedReport.line_id.in_([line.id for line in lines]),
            MonthlyReport.status.not_in(DISCARDED_STATUSES),
        )
        .order_by(MonthlyReport.month)
    )
    months: defaultdict[UUID, list[AttendedMonth]] = defaultdict(list)
    for line_id, report in await tx.session.execute(statement):
        months[line_id].append(_build_attended_month(report))
    return {line.id: compute_due_for_months(months[line.id], policy) for line in lines}


def _build_attended_month(report: MonthlyReport) -> AttendedMonth:
    inputs = report.assessment["inputs"]
    when = parse_month(inputs["month"])
    month = report.month if isinstance(when, Unreadable) else when
    category, region = inputs["category"], inputs["region"]
    return AttendedMonth(
        month=month,
        category=category,
        region=region,
        days=report.days_attended,
        wage=report.wage_paid,
    )


async def _compute_mentorings(tx: Transaction, lines: Lines, policy: Policy) -> Dues:
    """Compute what is paid for retained persons again: at the declaration's region (X21)."""
    of_lines = (
        Intern.unit_id.in_({line.unit_id for line in lines}),
        Intern.id.in_([line.intern_id for line in lines if line.intern_id]),
    )
    interns = await tx.all(select(Intern).where(*of_lines))
    categories: dict[UUID | None, str] = {intern.id: intern.category for intern in interns}
    found = {}
    for line in lines:
        inputs, category = line.explanation["inputs"], categories.get(line.intern_id)
        ended_on = date.fromisoformat(inputs["endedOn"])
        found[line.id] = compute_due_at_rate(
            "mentoring.amount", inputs["region"], ended_on, category, policy
        )
    return found


async def _compute_hires(tx: Transaction, lines: Lines, policy: Policy) -> Dues:
    """Compute what is paid for hires again: by the place fixed at submission, and the hire date."""
    return {line.id: _compute_hire(line, policy) for line in lines}


def _compute_hire(line: ClaimLine, policy: Policy) -> DueAmount:
    if line.hired_on is None:
        raise ValueError("a line of no hire")  # the table's constraint says that there is none
    key = f"{line.claim_kind}.amount".lower()
    region = line.explanation["inputs"]["region"]
    return compute_due_at_rate(key, region, line.hired_on, None, policy)


async def _compute_trainings(tx: Transaction, lines: Lines, policy: Policy) -> Dues:
    """Compute what is paid for trainees again: by the course's fee, place and opening (X21)."""
    return {line.id: _compute_course(line.explanation["inputs"], policy) for line in lines}


def _compute_course(inputs: Mapping[str, Any], policy: Policy) -> DueAmount:
    opens_on = date.fromisoformat(inputs["opensOn"])
    return training_claim.compute_due(Decimal(inputs["fee"]), inputs["region"], opens_on, policy)


_COMPUTE_BY_KIND: Mapping[ClaimKind, Callable[[Transaction, Lines, Policy], Awaitable[Dues]]] = {
    ClaimKind.LIVING_ALLOWANCE: _compute_living_allowances,
    ClaimKind.MENTORING: _compute_mentorings,
    ClaimKind.HIRING: _compute_hires,
    ClaimKind.SERVICE: _compute_hires,
    ClaimKind.TRAINING: _compute_trainings,
}

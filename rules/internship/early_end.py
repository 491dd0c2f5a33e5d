"""What an internship's end does to months already reported, and to claims for them (J39)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from models import DISCARDED_STATUSES, LineState, Status
from rules.internship.monthly_report import ReportableTerm, count_possible_days
from rules.kernel.money import round_amount
from rules.kernel.month import to_month
from rules.payment.clawback import MONTHS_KEY


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportState:
    """A monthly report, as far as the internship's end touches it."""

    id: UUID
    month: date
    status: Status
    days_attended: int
    least_days: int
    """So many days make a month that counts (J27, J29)."""


class ReportOutcome(StrEnum):
    """What becomes of a report."""

    STANDS = "STANDS"
    VOID = "VOID"
    REOPEN = "REOPEN"
    """Its days are more than the internship still has in that month: the unit corrects it."""


def evaluate_report(report: ReportState, term: ReportableTerm, today: date) -> ReportOutcome:
    """Judge a report by the term as it is now: months after it are void (J39, J24)."""
    if report.status in DISCARDED_STATUSES:
        return ReportOutcome.STANDS
    if report.month > to_month(term.ends_on):
        return ReportOutcome.VOID
    fits = report.days_attended <= count_possible_days(term, report.month, today)
    return ReportOutcome.STANDS if fits else ReportOutcome.REOPEN


def is_month_attended(report: ReportState, term: ReportableTerm, today: date) -> bool:
    """Return what is left of a month, its days cut to those that there were (J29, J39)."""
    if (
        report.status is not Status.APPROVED
        or evaluate_report(report, term, today) is ReportOutcome.VOID
    ):
        return False
    days = min(report.days_attended, count_possible_days(term, report.month, today))
    return days >= report.least_days


class LineRemedy(StrEnum):
    """What becomes of a line."""

    STRIKE = "STRIKE"
    CLAW_BACK = "CLAW_BACK"
    WAIT = "WAIT"
    """The bank has it: nobody knows yet whether it is paid."""


@dataclass(frozen=True, slots=True)
class ReservingLine:
    """A line that holds reports of the intern, and what it asks for each of them."""

    id: UUID
    state: LineState
    amounts: Mapping[UUID, Decimal]


REMEDY_BY_STATE: Mapping[LineState, LineRemedy] = {
    LineState.OPEN: LineRemedy.STRIKE,
    LineState.IN_PUBLICITY: LineRemedy.STRIKE,
    LineState.PAYABLE: LineRemedy.STRIKE,
    LineState.IN_BATCH: LineRemedy.WAIT,
    LineState.PAID: LineRemedy.CLAW_BACK,
    LineState.CLAWED_BACK: LineRemedy.CLAW_BACK,
}
"""What isn't paid is struck, what is paid is clawed back, were it in part before (X15)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AffectedLine:
    """A line that can't stand as it is: what becomes of it, and what was claimed too much."""

    id: UUID
    remedy: LineRemedy
    reports: tuple[UUID, ...]
    amount: Decimal


def find_affected_lines(
    lines: Sequence[ReservingLine],
    reports: Sequence[ReportState],
    term: ReportableTerm,
    today: date,
    least_months: int,
) -> list[AffectedLine]:
    """List the lines that hold months which the end takes away (J39).

    An unpaid line goes with any of its reports that changes; of a paid one only that comes back to
    which the end leaves no right. With fewer months than it takes, that is all of it (J29).
    """
    fates = {report.id: evaluate_report(report, term, today) for report in reports}
    attended = {report.id for report in reports if is_month_attended(report, term, today)}
    gone = {report.id for report in reports if report.status in DISCARDED_STATUSES}
    lost = len(attended) < least_months
    found = []
    for line in lines:
        remedy = REMEDY_BY_STATE.get(line.state)
        if remedy is None:
            continue
        changed = {r for r in line.amounts if r in gone or fates[r] is not ReportOutcome.STANDS}
        taken = changed - attended if remedy is LineRemedy.CLAW_BACK else changed
        hit = tuple(line.amounts) if lost else tuple(r for r in line.amounts if r in taken)
        if hit:
            found.append(
                AffectedLine(
                    id=line.id, remedy=remedy, reports=hit, amount=sum_amounts(line.amounts, hit)
                )
            )
    return found


def split_supplement(amount: Decimal, gaps: Mapping[UUID, Decimal]) -> Mapping[UUID, Decimal]:
    """Split what a supplement pays over its first line's months, as each falls short (X20, J39).

    Where none does by the parameters of today, each month has the same part. No cent is lost.
    """
    parts = {report: max(gap, Decimal(0)) for report, gap in gaps.items()}
    if not any(parts.values()):
        parts = dict.fromkeys(gaps, Decimal(1))
    left, weight = amount, sum(parts.values(), Decimal(0))
    shares = {}
    for report, part in parts.items():
        share = left * part / weight if weight else Decimal(0)
        shares[report] = round_amount(share, "HALF_UP 0.01")
        left, weight = left - shares[report], weight - part
    return shares


def sum_amounts(amounts: Mapping[UUID, Decimal], of: Collection[UUID]) -> Decimal:
    """Add up what was claimed for some reports, in yuan."""
    return sum((amounts[report] for report in of), Decimal(0))


def describe_cause(ended_on: date) -> str:
    """Return why a paid line is to be clawed back, as an officer would write it (J39)."""
    return f"见习已于{ended_on}结束，所列月份不再享受补贴。"


def describe_reopening(ended_on: date, days: int, payable: Decimal | None) -> str:
    """Say what of the end month is still payable, and how its report is saved anew (J39)."""
    left = f"应发补贴金额为{payable}元" if payable is not None else "没有应发补贴金额"
    return (
        f"见习已于{ended_on}结束，本月最多出勤{days}天，按此计{left}。"
        f"请更正出勤天数，重新保存并提交本月月报。"
    )


def compute_amount(months: Sequence[tuple[date, Decimal]], earlier: Decimal) -> Decimal:
    """Compute what is still to come back for some months, in yuan; nothing where it is back."""
    return max(sum((paid for _, paid in months), Decimal(0)) - earlier, Decimal(0))


def build_explanation(
    months: Sequence[tuple[date, Decimal]], earlier: Decimal = Decimal(0)
) -> dict[str, Any]:
    """Return what a clawback comes to, month by month, less what was clawed back before (X5).

    By the months that it names it is known as an end's: a part that an officer proposes names none.
    """
    amount = compute_amount(months, earlier)
    terms = " + ".join(f"{paid} ({month:%Y-%m})" for month, paid in sorted(months))
    terms += f" - {earlier}" if earlier else ""
    return {
        "formula": {
            "zh": [f"追回金额 = {terms} = {amount}元"],
            "en": [f"clawback = {terms} = {amount} yuan"],
        },
        "amount": str(amount),
        "confirmed": True,
        "parameters": [],
        MONTHS_KEY: [f"{month:%Y-%m}" for month, _ in sorted(months)],
    }

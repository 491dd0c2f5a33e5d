"""Back-dated parameters: what approved lines should have come to, and what follows (X20)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models import ClaimKind, DifferenceState, LineState, Status
from rules.internship.monthly_report import assess_report
from rules.kernel.money import round_amount
from rules.kernel.parameter import Json, Parameter, Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.value import Money
from rules.kernel.viewer import Viewer

EXAMINED_STATUSES = (
    Status.APPROVED,
    Status.IN_PUBLICITY,
    Status.PUBLICITY_PASSED,
    Status.DISBURSED,
)
"""Claims in these states stand, whatever parameters say later."""

GRANTING_STATES = (
    LineState.OPEN,
    LineState.IN_PUBLICITY,
    LineState.PAYABLE,
    LineState.IN_BATCH,
    LineState.PAID,
)
"""Lines in these states grant their amount; struck, failed and clawed-back ones don't."""

AMOUNT_KEYS: Mapping[ClaimKind, Sequence[str]] = {
    ClaimKind.LIVING_ALLOWANCE: (
        "minimum_wage",
        "internship.wage_floor_ratio",
        "internship.allowance_ratio",
        "internship.min_days",
        "money.rounding",
    ),
    ClaimKind.MENTORING: ("mentoring.amount", "money.rounding"),
    ClaimKind.HIRING: ("hiring.amount", "money.rounding"),
    ClaimKind.SERVICE: ("service.amount", "money.rounding"),
    ClaimKind.TRAINING: ("training.amount", "money.rounding"),
}
"""The figures that amounts are made of; who is entitled is not judged again."""


class Settlement(StrEnum):
    """What a difference calls for. 处理方式"""

    SUPPLEMENT = "SUPPLEMENT"
    CLAW_BACK = "CLAW_BACK"


@dataclass(frozen=True, slots=True, kw_only=True)
class AttendedMonth:
    """A month that a line stands on, with what decided its amount at submission (X21)."""

    month: date
    category: str
    region: str
    days: int
    wage: Decimal


@dataclass(frozen=True, slots=True)
class DueAmount:
    """What a line comes to by the parameters of today, and how."""

    amount: Decimal
    formula: Mapping[str, Sequence[str]]
    used: Sequence[Parameter]


def compute_due_for_months(months: Sequence[AttendedMonth], policy: Policy) -> DueAmount:
    """Compute the living allowance of some months again (J27, J30)."""
    own = policy.new_usage_recorder()
    found = [
        (m.month, assess_report(m.category, m.region, m.month, m.days, m.wage, own).payable)
        for m in months
    ]
    amount = sum((payable for _, payable in found if payable is not None), Decimal(0))
    terms = " + ".join(f"{payable or 0} ({month:%Y-%m})" for month, payable in found)
    zh, en = f"生活费补贴 = {terms} = {amount}元", f"living allowance = {terms} = {amount} yuan"
    return DueAmount(amount, {"zh": [zh], "en": [en]}, own.used)


def compute_due_at_rate(
    key: str, region: str, on: date, category: str | None, policy: Policy
) -> DueAmount:
    """Compute what is paid for one person at a flat rate again (J35)."""
    own = policy.new_usage_recorder()
    rate = own.get_decimal(key, region, on, category)
    amount = round_amount(rate, own.get_text("money.rounding", region, on))
    zh, en = f"{rate}元 / 人 × 1人 = {amount}元", f"{rate} yuan / person × 1 = {amount} yuan"
    return DueAmount(amount, {"zh": [zh], "en": [en]}, own.used)


def build_explanation(due: DueAmount, granted: Decimal) -> dict[str, Any]:
    """Return how a difference comes about (X5)."""
    gap = due.amount - granted
    zh = f"差额 = 应发{due.amount}元 - 已核定{granted}元 = {gap}元"
    en = f"difference = due {due.amount} - granted {granted} = {gap} yuan"
    formula: dict[str, Json] = {
        "zh": [*due.formula["zh"], zh],
        "en": [*due.formula["en"], en],
    }
    return {
        "formula": formula,
        "amount": str(gap),
        "confirmed": all(parameter.confirmed for parameter in due.used),
        "parameters": [parameter.to_citation() for parameter in due.used],
    }


def compute_difference(granted: Decimal, due: Decimal, *, viewer: Viewer) -> Money:
    """Return what is to be paid besides, or clawed back if it is below zero, in yuan."""
    return Money(due - granted)


def choose_settlement(granted: Decimal, due: Decimal, *, viewer: Viewer) -> Settlement:
    """Return what a difference calls for (X20)."""
    return Settlement.SUPPLEMENT if due > granted else Settlement.CLAW_BACK


def find_difference_fault(
    state: DifferenceState, granted: Decimal, due: Decimal, line: LineState, how: Settlement
) -> Fault | None:
    """Return why a difference can't be settled so; None where it can (X20).

    What has too much and is not paid yet is struck or revoked; there is nothing to claw back.
    """
    if state is not DifferenceState.OPEN:
        return fault(Reason.DIFFERENCE_SETTLED)
    if (due > granted) is not (how is Settlement.SUPPLEMENT):
        return fault(Reason.DIFFERENCE_OTHER_WAY, granted=granted, due=due)
    if how is Settlement.CLAW_BACK and line is not LineState.PAID:
        return fault(Reason.DIFFERENCE_UNPAID, state=line)
    return None

"""What a back-dated parameter makes of claims that are approved: too little, or too much (X20)."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum

from models import ClaimKind, LineState

DECIDES: Mapping[ClaimKind, frozenset[str]] = {
    ClaimKind.LIVING_ALLOWANCE: frozenset(
        {
            "minimum_wage",
            "internship.allowance_ratio",
            "internship.wage_floor_ratio",
            "internship.min_days",
            "money.rounding",
        }
    ),
    ClaimKind.MENTORING: frozenset({"mentoring.amount", "money.rounding"}),
}
"""By which parameters the amount of a line of a kind is made."""

STANDING = (
    LineState.OPEN,
    LineState.IN_PUBLICITY,
    LineState.PAYABLE,
    LineState.IN_BATCH,
    LineState.PAID,
)
"""Lines in these states ask for money, or had it; what was clawed back is settled."""


class Remedy(StrEnum):
    """What is done about an approved line that comes to another amount now. 差额处理"""

    SUPPLEMENT = "SUPPLEMENT"
    CLAW_BACK = "CLAW_BACK"
    STRIKE = "STRIKE"
    WAIT = "WAIT"


def remedy(state: LineState, approved: Decimal, due: Decimal) -> Remedy | None:
    """Tell what is done about a line, given what was approved and what is due; None if nothing.

    Too little is supplemented. Too much is clawed back where it is paid, and struck where it is
    not yet, to be claimed anew; what the bank has waits for its answer.
    """
    if due == approved:
        return None
    if due > approved:
        return Remedy.SUPPLEMENT
    if state is LineState.PAID:
        return Remedy.CLAW_BACK
    return Remedy.WAIT if state is LineState.IN_BATCH else Remedy.STRIKE

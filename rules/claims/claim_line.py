"""What a claim's lines say of the claim: its amount, and where it stands (X15)."""

from collections.abc import Collection, Iterable
from decimal import Decimal

from models import LineState, Status
from rules.kernel.action import Action
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.workflow import RESERVING_STATES

_L = LineState
_UNDECIDED_STATES = {_L.OPEN, _L.IN_PUBLICITY}
_SETTLED_STATES = {_L.PAID, _L.CLAWED_BACK}
UNSETTLED_STATES = (_L.OPEN, _L.IN_PUBLICITY, _L.PAYABLE, _L.IN_BATCH)
"""Lines in these states can be paid yet."""

PAYING_STATUSES = (Status.APPROVED, Status.PUBLICITY_PASSED)
"""Claims in these states are disbursed or closed as soon as their lines are at rest."""

FINANCE_STATES = (_L.IN_BATCH, _L.PAID, _L.CLAWED_BACK)
"""Lines in these states the bank has, or had."""

APPROVED_STATUSES = (
    Status.APPROVED,
    Status.IN_PUBLICITY,
    Status.PUBLICITY_PASSED,
    Status.PUBLICITY_FAILED,
    Status.DISBURSED,
    Status.CLOSED,
)
"""Claims in these states are approved: their lines stand somewhere on the way to payment."""

STANDING_STATUSES = (Status.SUBMITTED, *APPROVED_STATUSES)
"""Claims in these states ask for something; drafts, returned, withdrawn and refused ones don't.

Their lines in RESERVING_STATES stand: asked, payable or paid. What stands of an approved claim and
what is not payable, struck or failed, make up what was approved (section 6, invariant 1)."""


def sum_amounts(lines: Iterable[tuple[LineState, Decimal]]) -> Decimal:
    """Sum up what the lines ask that were neither struck nor failed, in yuan (X15)."""
    return sum((amount for state, amount in lines if state in RESERVING_STATES), Decimal(0))


def choose_claim_action(status: Status, states: Collection[LineState]) -> Action | None:
    """Return which way a claim goes as its lines stand now; None where it stays (X1, X15).

    A claim is in publicity as long as one of its lines is, or is still to be; it is disbursed once
    nothing is left to pay. One of which nothing was paid is closed once nothing can be, before a
    decision too; where all failed publicity its reviewer decides.
    """
    live = {state for state in states if state in RESERVING_STATES}
    if status is Status.APPROVED and _L.IN_PUBLICITY in live:
        return Action.PUBLISH
    if status is Status.IN_PUBLICITY and not live & _UNDECIDED_STATES:
        failed = not live and _L.PUBLICITY_FAILED in states
        if live or failed:
            return Action.FAIL_PUBLICITY if failed else Action.PASS_PUBLICITY
        return Action.CLOSE
    if status is Status.SUBMITTED and not live:
        return Action.CLOSE
    if status in PAYING_STATUSES and live <= _SETTLED_STATES:
        return Action.DISBURSE if live else Action.CLOSE
    return None


def find_revoking_fault(states: Iterable[LineState]) -> Fault | None:
    """Return why a claim can't be revoked: the bank has some of its lines, or had them (X1)."""
    return find_out_fault(sum(state in FINANCE_STATES for state in states))


def find_out_fault(out: int) -> Fault | None:
    """Return why a claim can't be revoked of which so many lines are with the bank, or were."""
    return fault(Reason.LINES_WITH_FINANCE, lines=out) if out else None

"""What may be done to a completion as the lines stand that are paid for its trainees (S29, S33)."""

from decimal import Decimal
from typing import NamedTuple

from models import LineState, TraineeOutcome
from rules.claims.claim import AttendedClass
from rules.kernel.action import Action
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Fault
from rules.kernel.viewer import Viewer
from rules.training.completion import (
    PASS_MARK_KEY,
    TraineeResult,
    evaluate_outcome,
    find_approving_faults,
    find_revoking_faults,
)
from rules.training.training_claim import find_waiting_fault


class PaidLine(NamedTuple):
    """A line that the bank has, or had, and its trainee's score."""

    state: LineState
    score: Decimal | None


def parse_paid_lines(text: str | None) -> tuple[PaidLine, ...]:
    """Read them as they are told in one text."""
    parts = [part.split(":") for part in text.split(" ")] if text else []
    return tuple(
        PaidLine(LineState(state), Decimal(score) if score else None) for state, score in parts
    )


def find_completion_fault(
    action: Action,
    lines: tuple[PaidLine, ...],
    attended: AttendedClass,
    *,
    viewer: Viewer,
    policy: Policy,
) -> Fault | None:
    """Return why a completion is not approved or revoked: for the bank pays, or has paid, on it."""
    if action is Action.APPROVE:
        return next(iter(find_approving_faults(_list_failing(lines, attended, policy), ())), None)
    if action is Action.REVOKE and _waits(attended, policy):
        return next(iter(find_revoking_faults([line.state for line in lines], ())), None)
    return None


def _waits(attended: AttendedClass, policy: Policy) -> bool:
    """Tell whether payment waits for the completion of a class (S29)."""
    where = attended.place, attended.opens_on
    return find_waiting_fault(TraineeOutcome.OPEN, *where, policy) is not None


def _list_failing(
    lines: tuple[PaidLine, ...], attended: AttendedClass, policy: Policy
) -> list[LineState]:
    """List how the lines stand of who does not pass; nothing where nobody says what passes."""
    try:
        mark = policy.get_decimal(PASS_MARK_KEY, attended.place, attended.opens_on)
    except MissingParameter:
        return []
    failed = TraineeOutcome.NOT_COMPLETED
    came = [(line.state, evaluate_outcome(TraineeResult(line.score, True), mark)) for line in lines]
    return [state for state, outcome in came if outcome is failed]

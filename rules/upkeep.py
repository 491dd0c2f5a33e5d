"""What may be done to records that have no review of their own (X4)."""

from collections.abc import Callable, Sequence
from uuid import UUID

from models import LineState, ParameterStatus, Status
from rules.function import Function
from rules.refusal import Fault, Reason, fault
from rules.region import code_range
from rules.viewer import Viewer
from rules.workflow import (
    LINE_TRANSITIONS,
    NOTHING,
    Action,
    LineAction,
    PossibleAction,
    RecordKind,
    objection,
    told,
)


def changes_by(function: Function) -> Callable[..., Sequence[PossibleAction]]:
    """Make the rule for records that whoever holds a function may change at any time (X4)."""

    def possible_actions(*, viewer: Viewer) -> Sequence[PossibleAction]:
        return [told(Action.CHANGE, None, viewer)] if function in viewer.functions else []

    return possible_actions


def of_person(person_id: UUID, *, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to a person's record: the person completes it (J16, X4)."""
    own = viewer.person_id is not None and viewer.person_id == person_id
    return [told(Action.CHANGE, None, viewer)] if own else []


def of_parameter(
    status: ParameterStatus, proposed_by: UUID | None, region: str, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a parameter: another administrator decides on it (X2, X4, X6)."""
    if Function.DECIDE_PARAMETERS not in viewer.functions:
        return []
    barred = undecidable(status, proposed_by, region, viewer)
    return [told(action, barred, viewer) for action in (Action.APPROVE, Action.REFUSE)]


def undecidable(
    status: ParameterStatus, proposed_by: UUID | None, region: str, viewer: Viewer
) -> Fault | None:
    """Say why a viewer may not decide on a parameter; None where they may (X2, X6)."""
    low, high = code_range(viewer.region) if viewer.region else ("", "")
    if not low <= region <= high:
        return fault(Reason.REGION_OUTSIDE)
    if status is not ParameterStatus.PROPOSED:
        return fault(Reason.PARAMETER_DECIDED)
    if proposed_by is not None and proposed_by == viewer.account_id:
        return fault(Reason.FOUR_EYES)
    return None


def of_line(
    state: LineState, claim: Status, submitted_by: UUID | None, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a claim's line: its reviewer strikes it (X4, X15)."""
    if Function.REVIEW_CLAIMS not in viewer.functions:
        return []
    barred = objection(RecordKind.CLAIM, Action.RETURN, claim, submitted_by, viewer)
    if barred is None and state not in LINE_TRANSITIONS[LineAction.STRIKE][0]:
        barred = fault(Reason.WRONG_STATUS, status=state, possible=NOTHING)
    return [told(Action.STRIKE, barred, viewer)]

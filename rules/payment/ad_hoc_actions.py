"""What may be done to records that have no review of their own (X4)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from models import LineState, ParameterStatus, Status
from rules.claims.claim_line import APPROVED_STATUSES
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.region import compute_code_range
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import (
    LINE_TRANSITIONS,
    LineAction,
    PossibleAction,
    describe_action,
    find_action_fault,
)
from rules.payment.disbursement import PayableLine, find_paying_fault
from rules.payment.publicity import is_sent_back


def make_change_rule(function: Function) -> Callable[..., Sequence[PossibleAction]]:
    """Make the rule for records that whoever holds a function may change at any time (X4)."""

    def possible_actions(*, viewer: Viewer) -> Sequence[PossibleAction]:
        return (
            [describe_action(Action.CHANGE, None, viewer, function)]
            if function in viewer.functions
            else []
        )

    return possible_actions


def list_person_actions(person_id: UUID, *, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to a person's record: the person completes it (J16, X4)."""
    own = viewer.person_id is not None and viewer.person_id == person_id
    return [describe_action(Action.CHANGE, None, viewer)] if own else []


def list_parameter_actions(
    status: ParameterStatus, proposed_by: UUID | None, region: str, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to a parameter: another administrator decides on it (X2, X4, X6).

    Whoever proposed it may withdraw it until then.
    """
    found = []
    if Function.DECIDE_PARAMETERS in viewer.functions:
        barred = find_deciding_fault(status, proposed_by, region, viewer)
        decides = Function.DECIDE_PARAMETERS
        found = [
            describe_action(a, barred, viewer, decides) for a in (Action.APPROVE, Action.REFUSE)
        ]
    if Function.PROPOSE_PARAMETERS in viewer.functions:
        barred = find_withdrawing_fault(status, proposed_by, viewer)
        proposes = Function.PROPOSE_PARAMETERS
        found.append(describe_action(Action.WITHDRAW, barred, viewer, proposes))
    return found


def find_withdrawing_fault(
    status: ParameterStatus, proposed_by: UUID | None, viewer: Viewer
) -> Fault | None:
    """Return why a viewer may not withdraw a parameter; None where they may (X6)."""
    if status is ParameterStatus.WITHDRAWN:
        return fault(Reason.PARAMETER_WITHDRAWN)
    if status is not ParameterStatus.PROPOSED:
        return fault(Reason.PARAMETER_DECIDED)
    if proposed_by is None or proposed_by != viewer.account_id:
        return fault(Reason.PARAMETER_OF_ANOTHER)
    return None


def find_deciding_fault(
    status: ParameterStatus, proposed_by: UUID | None, region: str, viewer: Viewer
) -> Fault | None:
    """Return why a viewer may not decide on a parameter; None where they may (X2, X6)."""
    low, high = compute_code_range(viewer.region) if viewer.region else ("", "")
    if not low <= region <= high:
        return fault(Reason.REGION_OUTSIDE)
    if status is ParameterStatus.WITHDRAWN:
        return fault(Reason.PARAMETER_WITHDRAWN)
    if status is not ParameterStatus.PROPOSED:
        return fault(Reason.PARAMETER_DECIDED)
    if viewer.is_one_of(proposed_by):
        return fault(Reason.FOUR_EYES)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandledLine:
    """A claim's line and who handled its claim, as far as it says what may be done to it.

    `clawback` tells of a pending proposal, `spent` that all of what was paid is clawed back,
    `unpayable` that its account is not its payee's.
    """

    state: LineState
    reason: str | None
    clawback: bool
    claim: Status
    submitted_by: UUID | None
    approved_by: UUID | None
    reviewed_by: UUID | None
    waits: Fault | None = None
    unpayable: Fault | None = None
    barred: bool = False
    spent: bool = False
    account_proposed_by: UUID | None = None
    account_confirmed_by: UUID | None = None
    publicity_by: UUID | None = None
    barred_reviewers: Sequence[UUID] = ()

    @property
    def sent_back(self) -> bool:
        """Return whether it was payable once, and was sent back to its reviewer with a reason."""
        return is_sent_back(self.state, self.reason, self.claim)

    def to_payable(self) -> PayableLine:
        """Return what finance asks of a line."""
        waits = self.waits
        if waits is None and self.account_proposed_by is not None:
            waits = fault(Reason.ACCOUNT_UNCONFIRMED)
        waits = waits or self.unpayable
        return PayableLine(
            state=self.state,
            submitted_by=self.submitted_by,
            approved_by=self.approved_by,
            reviewed_by=self.reviewed_by,
            waits=waits,
            publicity_by=self.publicity_by,
            barred_reviewers=self.barred_reviewers,
            account_confirmed_by=self.account_confirmed_by,
        )


_LINE_ACTIONS: Mapping[Function, tuple[Action, ...]] = {
    Function.FILE_CLAIMS: (Action.NAME_ACCOUNT,),
    Function.REVIEW_CLAIMS: (
        Action.STRIKE,
        Action.SEND_BACK,
        Action.READMIT,
        Action.CONFIRM_ACCOUNT,
    ),
    Function.PROPOSE_CLAWBACKS: (Action.CLAW_BACK,),
    Function.DISBURSE_CLAIMS: (Action.PUT_IN_BATCH, Action.MARK_DISBURSED),
    Function.CONFIRM_RECEIPTS: (Action.CONFIRM_RECEIPT,),
}


def list_line_actions(line: HandledLine, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to a claim's line by whoever reviews, pays or is paid (X4, X15)."""
    return [
        describe_action(action, find_line_fault(action, line, viewer), viewer, function)
        for function, actions in _LINE_ACTIONS.items()
        if function in viewer.functions
        for action in actions
    ]


def find_line_fault(action: Action, line: HandledLine, viewer: Viewer) -> Fault | None:
    """Return why a viewer may not do something to a line as it stands (X1, X2, X15)."""
    match action:
        case Action.STRIKE if not line.sent_back:
            return _find_striking_fault(line, viewer)
        case Action.STRIKE | Action.READMIT | Action.SEND_BACK:
            return _find_review_fault(action, line, viewer)
        case Action.NAME_ACCOUNT | Action.CONFIRM_ACCOUNT:
            return _find_account_fault(action, line, viewer)
        case Action.PUT_IN_BATCH | Action.MARK_DISBURSED:
            return find_paying_fault(line.to_payable(), PAYABLE_STATES[action], viewer)
        case Action.CLAW_BACK if line.clawback or line.spent:
            return fault(Reason.CLAWBACK_EXISTS if line.clawback else Reason.CLAWED_BACK_WHOLLY)
        case _:
            return None if line.state in _PAID_STATES[action] else fault(Reason.LINE_NOT_PAID)


PAYABLE_STATES: Mapping[Action, tuple[LineState, ...]] = {
    Action.PUT_IN_BATCH: (LineState.PAYABLE,),
    Action.MARK_DISBURSED: (LineState.PAYABLE, LineState.IN_BATCH),
}
"""From which states a line is paid: what is in a batch may turn out to be paid otherwise (S19)."""

_PAID_STATES: Mapping[Action, tuple[LineState, ...]] = {
    Action.CLAW_BACK: (LineState.PAID, LineState.CLAWED_BACK),
    Action.CONFIRM_RECEIPT: (LineState.PAID, LineState.CLAWED_BACK),
}


def _find_review_fault(action: Action, line: HandledLine, viewer: Viewer) -> Fault | None:
    """Say why a line can't be sent back, or struck or readmitted after that (X2, X15)."""
    if action is Action.SEND_BACK:
        movable = line.state is LineState.PAYABLE
        why = fault(Reason.LINE_NOT_PAYABLE, state=line.state)
    else:
        movable = line.sent_back or (line.barred and action is Action.READMIT)
        why = fault(Reason.LINE_NOT_SENT_BACK)
    return _find_four_eyes_fault(line, viewer) if movable else why


_PENDING_STATES = (LineState.OPEN, LineState.IN_PUBLICITY, LineState.PAYABLE)
"""Approved lines in these states are yet to be paid, and no bank has been told to."""


def _find_account_fault(action: Action, line: HandledLine, viewer: Viewer) -> Fault | None:
    """Say why no other account can be named, or the named one confirmed (X2, X8).

    It can from the approval on until the line is in a batch, and again once its payment failed.
    """
    if line.state not in _PENDING_STATES or line.claim not in APPROVED_STATUSES:
        return fault(Reason.LINE_ACCOUNT_FIXED)
    if action is Action.NAME_ACCOUNT:
        return None
    if line.account_proposed_by is None:
        return fault(Reason.ACCOUNT_NOT_NAMED)
    own = viewer.is_one_of(line.account_proposed_by, line.submitted_by)
    return fault(Reason.FOUR_EYES) if own else None


def _find_four_eyes_fault(line: HandledLine, viewer: Viewer) -> Fault | None:
    own = viewer.is_one_of(line.submitted_by, *line.barred_reviewers)
    return fault(Reason.FOUR_EYES) if own else None


def _find_striking_fault(line: HandledLine, viewer: Viewer) -> Fault | None:
    barred = find_action_fault(
        *(RecordKind.CLAIM, Action.RETURN, line.claim, line.submitted_by, viewer),
        line.barred_reviewers,
    )
    if barred is None and line.state not in LINE_TRANSITIONS[LineAction.STRIKE][0]:
        barred = fault(Reason.WRONG_STATUS, status=line.state, possible=NO_ACTIONS_TEXT)
    return barred

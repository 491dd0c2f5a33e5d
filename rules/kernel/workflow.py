"""The one table of transitions: who may move a record from where to where (X1), and lines (X15)."""

from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from enum import StrEnum
from uuid import UUID

from models import LineState, Status
from rules.kernel.action import Action
from rules.kernel.fresh_proof import find_proof_fault
from rules.kernel.function import Function
from rules.kernel.record_kind import KindsThat, Party, RecordKind, get_record_kind
from rules.kernel.refusal import Fault, Reason, Refusal
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Viewer
from rules.kernel.wording import format_fault


@dataclass(frozen=True, slots=True)
class Transition:
    """A way from some states to another; `target` None leaves the state as it is.

    Without `kinds` it concerns every kind. `unreviewed` ways are open only to records that nobody
    had to submit: posts, where posts are taken without review (J10); `reviewed` ones only to all
    others (X16). What is `NOBODY`'s to do
    follows from a decision on another record (J39, X19). `function` is what a way takes where that
    is not what the party's other ways take.
    """

    action: Action
    sources: tuple[Status, ...]
    target: Status | None
    party: Party
    _: KW_ONLY  # what stands before is the table's four columns
    kinds: Container[RecordKind] | None = None
    takes_reason: bool = False
    unreviewed: bool = False
    reviewed: bool = False
    function: Function | None = None

    def concerns(self, kind: RecordKind) -> bool:
        """Whether records of a kind may go this way at all."""
        return self.kinds is None or kind in self.kinds

    def applies_to(self, kind: RecordKind, status: Status, submitted_by: UUID | None) -> bool:
        """Return whether a record of a kind may go this way from a state."""
        barred = self.reviewed if submitted_by is None else self.unreviewed
        return self.concerns(kind) and status in self.sources and not barred


_S = Status
_CLAIM_KINDS = (RecordKind.CLAIM,)
_POST_KINDS = (RecordKind.POST,)
_FILED_KINDS = KindsThat("is_filed")
_REFUSABLE_KINDS = KindsThat("is_refusable")
_REVOCABLE_KINDS = KindsThat("is_revocable")
_CHANGE_REQUEST_KINDS = KindsThat("is_changed_by_request")

TRANSITIONS: tuple[Transition, ...] = (
    Transition(Action.CHANGE, (_S.DRAFT, _S.RETURNED), None, Party.OWNER, kinds=_FILED_KINDS),
    Transition(
        Action.CHANGE, (_S.APPROVED,), None, Party.OWNER, kinds=_POST_KINDS, unreviewed=True
    ),
    Transition(
        Action.SUBMIT, (_S.DRAFT, _S.RETURNED), _S.SUBMITTED, Party.OWNER, kinds=_FILED_KINDS
    ),
    Transition(
        Action.WITHDRAW,
        (_S.DRAFT, _S.SUBMITTED, _S.RETURNED),
        _S.WITHDRAWN,
        Party.OWNER,
        kinds=_FILED_KINDS,
    ),
    Transition(Action.APPROVE, (_S.SUBMITTED,), _S.APPROVED, Party.REVIEWER),
    Transition(
        Action.RETURN,
        (_S.SUBMITTED,),
        _S.RETURNED,
        Party.REVIEWER,
        kinds=_FILED_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.RETURN,
        (_S.PUBLICITY_FAILED,),
        _S.RETURNED,
        Party.REVIEWER,
        kinds=_CLAIM_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.REFUSE,
        (_S.SUBMITTED,),
        _S.REFUSED,
        Party.REVIEWER,
        kinds=_REFUSABLE_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.REFUSE,
        (_S.PUBLICITY_FAILED,),
        _S.REFUSED,
        Party.REVIEWER,
        kinds=_CLAIM_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.REVOKE,
        (_S.APPROVED,),
        _S.RETURNED,
        Party.REVIEWER,
        kinds=_REVOCABLE_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.REVOKE,
        (_S.PUBLICITY_PASSED,),
        _S.RETURNED,
        Party.REVIEWER,
        kinds=_CLAIM_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.PUBLISH, (_S.APPROVED,), _S.IN_PUBLICITY, Party.PUBLICITY_OFFICER, kinds=_CLAIM_KINDS
    ),
    Transition(
        Action.PASS_PUBLICITY,
        (_S.IN_PUBLICITY,),
        _S.PUBLICITY_PASSED,
        Party.PUBLICITY_OFFICER,
        kinds=_CLAIM_KINDS,
    ),
    Transition(
        Action.FAIL_PUBLICITY,
        (_S.IN_PUBLICITY,),
        _S.PUBLICITY_FAILED,
        Party.PUBLICITY_OFFICER,
        kinds=_CLAIM_KINDS,
        takes_reason=True,
    ),
    Transition(
        Action.DISBURSE,
        (_S.PUBLICITY_PASSED, _S.APPROVED),
        _S.DISBURSED,
        Party.FINANCE,
        kinds=_CLAIM_KINDS,
    ),
    Transition(
        Action.PUBLISH,
        (_S.IN_PUBLICITY, _S.PUBLICITY_PASSED),
        None,
        Party.PUBLICITY_OFFICER,
        kinds=_CLAIM_KINDS,
    ),
    Transition(
        Action.PASS_PUBLICITY,
        (_S.PUBLICITY_PASSED,),
        None,
        Party.PUBLICITY_OFFICER,
        kinds=_CLAIM_KINDS,
    ),
    Transition(
        Action.FAIL_PUBLICITY,
        (_S.PUBLICITY_PASSED,),
        None,
        Party.PUBLICITY_OFFICER,
        kinds=_CLAIM_KINDS,
        takes_reason=True,
    ),
    Transition(Action.DISBURSE, (_S.IN_PUBLICITY,), None, Party.FINANCE, kinds=_CLAIM_KINDS),
    Transition(
        Action.CLOSE,
        (_S.APPROVED, _S.IN_PUBLICITY, _S.PUBLICITY_PASSED),
        _S.CLOSED,
        Party.NOBODY,
        kinds=_CLAIM_KINDS,
    ),
    Transition(Action.CLOSE, (_S.SUBMITTED,), _S.VOIDED, Party.NOBODY, kinds=_CLAIM_KINDS),
    Transition(Action.CLOSE, (_S.APPROVED,), _S.CLOSED, Party.OWNER, kinds=_POST_KINDS),
    Transition(Action.REOFFER, (_S.CLOSED,), _S.APPROVED, Party.OWNER, kinds=_POST_KINDS),
    Transition(
        Action.RECOVER,
        (_S.APPROVED,),
        None,
        Party.FINANCE,
        kinds=(RecordKind.CLAWBACK,),
        function=Function.DISBURSE_CLAIMS,
    ),
    Transition(Action.REDUCE, (_S.APPROVED,), None, Party.OWNER, kinds=(RecordKind.INTERN,)),
    Transition(
        Action.COMPLETE,
        (_S.APPROVED,),
        None,
        Party.OWNER,
        kinds=(RecordKind.TRAINING_CLASS,),
        function=Function.FILE_COMPLETIONS,
    ),
    Transition(
        Action.REQUEST_CHANGE,
        (_S.APPROVED,),
        None,
        Party.OWNER,
        kinds=_CHANGE_REQUEST_KINDS,
        reviewed=True,
        function=Function.FILE_CHANGES,
    ),
    Transition(
        Action.END,
        (_S.APPROVED,),
        _S.ENDED,
        Party.REVIEWER,
        kinds=(RecordKind.DECLARATION,),
        takes_reason=True,
        function=Function.END_DECLARATIONS,
    ),
    Transition(
        Action.VOID,
        (_S.DRAFT, _S.SUBMITTED, _S.RETURNED, _S.APPROVED),
        _S.VOIDED,
        Party.NOBODY,
        kinds=(RecordKind.MONTHLY_REPORT,),
    ),
    Transition(
        Action.VOID,
        (_S.SUBMITTED, _S.RETURNED, _S.APPROVED),
        _S.VOIDED,
        Party.NOBODY,
        kinds=(RecordKind.INTERN,),
    ),
    Transition(
        Action.VOID, (_S.DRAFT, _S.RETURNED), _S.VOIDED, Party.NOBODY, kinds=(RecordKind.REDUCTION,)
    ),
    Transition(Action.VOID, (_S.SUBMITTED,), _S.VOIDED, Party.NOBODY, kinds=(RecordKind.CLAWBACK,)),
    Transition(
        Action.REOPEN,
        (_S.SUBMITTED, _S.APPROVED),
        _S.RETURNED,
        Party.NOBODY,
        kinds=(RecordKind.MONTHLY_REPORT,),
    ),
    Transition(
        Action.RESTORE, (_S.VOIDED,), _S.APPROVED, Party.NOBODY, kinds=(RecordKind.MONTHLY_REPORT,)
    ),
)
"""All ways (X1): of declarations (J9), interns (J18), reports (J28), claims, which are saved
first and then submitted (J33), reductions (J23), requests to change what is approved (X16), and
units' qualifications (S4, S12), training classes (S22, S24) and their completion (S27)."""


class LineAction(StrEnum):
    """What happens to a claim's line (X15)."""

    STRIKE = "STRIKE"
    PUBLISH = "PUBLISH"
    PASS_PUBLICITY = "PASS_PUBLICITY"  # noqa: S105 - not a password
    FAIL_PUBLICITY = "FAIL_PUBLICITY"
    MAKE_PAYABLE = "MAKE_PAYABLE"
    PUT_IN_BATCH = "PUT_IN_BATCH"
    PAY = "PAY"
    FAIL_PAYMENT = "FAIL_PAYMENT"
    TAKE_OUT = "TAKE_OUT"
    SEND_BACK = "SEND_BACK"
    CLAW_BACK = "CLAW_BACK"


_L = LineState

LINE_TRANSITIONS: dict[LineAction, tuple[tuple[LineState, ...], LineState]] = {
    LineAction.STRIKE: ((_L.OPEN, _L.IN_PUBLICITY, _L.PAYABLE), _L.STRUCK),
    LineAction.PUBLISH: ((_L.OPEN,), _L.IN_PUBLICITY),
    LineAction.PASS_PUBLICITY: ((_L.IN_PUBLICITY,), _L.PAYABLE),
    LineAction.FAIL_PUBLICITY: ((_L.IN_PUBLICITY,), _L.PUBLICITY_FAILED),
    LineAction.MAKE_PAYABLE: ((_L.OPEN,), _L.PAYABLE),
    LineAction.PUT_IN_BATCH: ((_L.PAYABLE,), _L.IN_BATCH),
    LineAction.PAY: ((_L.IN_BATCH, _L.PAYABLE), _L.PAID),
    LineAction.FAIL_PAYMENT: ((_L.IN_BATCH,), _L.PAYABLE),
    LineAction.TAKE_OUT: ((_L.IN_BATCH,), _L.PAYABLE),
    LineAction.SEND_BACK: ((_L.PAYABLE, _L.IN_BATCH), _L.OPEN),
    LineAction.CLAW_BACK: ((_L.PAID, _L.CLAWED_BACK), _L.CLAWED_BACK),
}

_REVIEW_COLUMNS = ("reviewed_by", "reviewed_at")

STEP_COLUMNS: Mapping[Action, tuple[str, ...]] = {
    **dict.fromkeys((Action.APPROVE, Action.RETURN, Action.REFUSE, Action.REVOKE), _REVIEW_COLUMNS),
    Action.PUBLISH: ("publicity_by", "publicity_at"),
    Action.PASS_PUBLICITY: ("publicity_by", "publicity_at"),
    Action.FAIL_PUBLICITY: ("publicity_by", "publicity_at"),
    Action.DISBURSE: ("disbursed_by", "disbursed_at"),
}
"""Where a step keeps who took it and when; who took any other is in the history alone (X9).

What only follows from another record's decision, such as VOID, never takes a review's place.
"""

RESERVING_STATES = (_L.OPEN, _L.IN_PUBLICITY, _L.PAYABLE, _L.IN_BATCH, _L.PAID, _L.CLAWED_BACK)
"""Lines in these states hold what they stand on, once the claim was submitted (X15)."""


def get_function(kind: RecordKind, action: Action) -> Function:
    """Name the function that an action on a kind of record takes (S1)."""
    way = next(t for t in TRANSITIONS if t.action is action and t.concerns(kind))
    return way.function or get_record_kind(kind).functions[way.party]


def list_open_actions(
    kind: RecordKind, status: Status, submitted_by: UUID | None = None
) -> list[Action]:
    """List what may be done to a record in a state, whoever does it (X1)."""
    ways = (t for t in TRANSITIONS if t.party is not Party.NOBODY)
    return [t.action for t in ways if t.applies_to(kind, status, submitted_by)]


def is_reason_required(action: Action) -> bool:
    """Return whether an action must be given a reason (X1)."""
    return any(t.takes_reason for t in TRANSITIONS if t.action is action)


def find_action_fault(
    kind: RecordKind,
    action: Action,
    status: Status,
    submitted_by: UUID | None,
    viewer: Viewer,
    barred: Collection[UUID] = (),
) -> Fault | None:
    """Return why a viewer may not act on a record as it stands; None where they may (X1, X2).

    An unverified unit submits nothing (X18). `barred` are the accounts that took part in it
    otherwise than by its last submission.
    """
    for transition in TRANSITIONS:
        if transition.action is action and transition.applies_to(kind, status, submitted_by):
            own = viewer.is_one_of(submitted_by, *barred)
            if transition.party not in {Party.OWNER, Party.NOBODY} and own:
                return Fault(Reason.FOUR_EYES)
            if action is Action.SUBMIT and viewer.unverified:
                return Fault(Reason.UNIT_UNVERIFIED)
            return None
    own_part = [
        way
        for way in list_open_actions(kind, status, submitted_by)
        if get_function(kind, way) in viewer.functions
    ]
    options = ", ".join(own_part) or NO_ACTIONS_TEXT
    return Fault(Reason.WRONG_STATUS, (), {"status": status, "possible": options})


def require_target_status(
    kind: RecordKind,
    action: Action,
    status: Status,
    submitted_by: UUID | None,
    viewer: Viewer,
    barred: Collection[UUID] = (),
) -> Status:
    """Return to which state an action leads, or refuse it with what would be possible (X1, X2)."""
    fault = find_action_fault(kind, action, status, submitted_by, viewer, barred)
    if fault is not None:
        raise Refusal(fault)
    found = next(
        t for t in TRANSITIONS if t.action is action and t.applies_to(kind, status, submitted_by)
    )
    return found.target or status


def require_target_line_state(action: LineAction, state: LineState) -> LineState:
    """Return to which state an action leads a line, or refuse it (X15)."""
    sources, found = LINE_TRANSITIONS[action]
    if state not in sources:
        options = (
            ", ".join(a for a, (s, _) in LINE_TRANSITIONS.items() if state in s) or NO_ACTIONS_TEXT
        )
        raise Refusal(Fault(Reason.WRONG_STATUS, (), {"status": state, "possible": options}))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class PossibleAction:
    """What the viewer may do to a record next, or why not (X4)."""

    action: Action
    allowed: bool
    reason: Reason | None
    message: str | None
    mutation: str | None = None


def describe_action(
    action: Action, fault: Fault | None, viewer: Viewer, function: Function | None = None
) -> PossibleAction:
    """Return whether an action is open to a viewer, or why not, in their language (X4).

    Where it, or the function by which it is done, takes a proof that has lapsed, that is told
    first, as a mutation does (J3).
    """
    fault = find_proof_fault(viewer, action, function) or fault
    if fault is None:
        return PossibleAction(action=action, allowed=True, reason=None, message=None)
    return PossibleAction(
        action=action,
        allowed=False,
        reason=fault.reason,
        message=format_fault(fault, viewer.language).text,
    )


ExtraFaultRule = Callable[[Action], Fault | None]


def list_actions(
    kind: RecordKind,
    status: Status,
    submitted_by: UUID | None,
    viewer: Viewer,
    extra: ExtraFaultRule = lambda action: None,
) -> Sequence[PossibleAction]:
    """List the actions of the viewer's functions on a record, each with a reason if barred (X4)."""
    found = []
    for action in list_actions_of_kind(kind, viewer):
        fault = find_action_fault(kind, action, status, submitted_by, viewer) or extra(action)
        found.append(describe_action(action, fault, viewer, get_function(kind, action)))
    return found


def list_actions_of_kind(kind: RecordKind, viewer: Viewer) -> Sequence[Action]:
    """List the actions on a kind of records that a viewer has the functions for (S1)."""
    ways = (t for t in TRANSITIONS if t.concerns(kind) and t.party is not Party.NOBODY)
    actions = dict.fromkeys(t.action for t in ways)
    return [action for action in actions if get_function(kind, action) in viewer.functions]


def _is_told_first(
    kind: RecordKind, told: PossibleAction, status: Status, submitted_by: UUID | None
) -> bool:
    """Tell whether a mutation finds a reason before it asks who took part.

    The status is told first that the table names; that of another record, which stands behind this
    one, is found later.
    """
    if told.reason is Reason.WRONG_STATUS:
        ways = (t for t in TRANSITIONS if t.action is told.action)
        return not any(way.applies_to(kind, status, submitted_by) for way in ways)
    return told.reason is Reason.PROVE_AGAIN


def bar_participants(
    kind: RecordKind, rule: Callable[..., Sequence[PossibleAction]]
) -> Callable[..., Sequence[PossibleAction]]:
    """Let a rule that lists actions know, by one more column, who may not decide (X2, X4).

    Its first columns are the record's status, and who submitted it.
    """
    decisions = {
        t.action
        for t in TRANSITIONS
        if t.concerns(kind) and t.party not in {Party.OWNER, Party.NOBODY}
    }

    def possible_actions(
        status: Status,
        submitted_by: UUID | None,
        *columns: object,
        viewer: Viewer,
        **more: object,
    ) -> Sequence[PossibleAction]:
        *own, barred = columns
        found = rule(status, submitted_by, *own, viewer=viewer, **more)
        if not isinstance(barred, Sequence) or not viewer.is_one_of(*barred):
            return found
        no = Fault(Reason.FOUR_EYES)
        return [
            each
            if _is_told_first(kind, each, status, submitted_by) or each.action not in decisions
            else describe_action(each.action, no, viewer)
            for each in found
        ]

    return possible_actions


def offer_within_reach(
    rule: Callable[..., Sequence[PossibleAction]],
) -> Callable[..., Sequence[PossibleAction]]:
    """Let a rule that lists actions know, by one more column, in which region a record lies.

    Whoever only consults it, deciding on what stands on it, is offered nothing (X4, X21).
    """

    def possible_actions(
        *columns: object, viewer: Viewer, **more: object
    ) -> Sequence[PossibleAction]:
        *own, region = columns
        return rule(*own, viewer=viewer, **more) if viewer.may_act_in(str(region)) else []

    return possible_actions


def make_actions_rule(
    kind: RecordKind,
    find_fault: Callable[..., Fault | None] | None = None,
    *,
    but: Collection[Action] = (),
) -> Callable[..., Sequence[PossibleAction]]:
    """Make the rule that lists what may be done to records of a kind, `but` for some (X4).

    Of what the one table lets through, `find_fault` says by further values of a record why it is
    barred; the mutations ask it too.
    """

    def possible_actions(
        status: Status,
        submitted_by: UUID | None,
        *values: object,
        viewer: Viewer,
        **given: object,
    ) -> Sequence[PossibleAction]:
        def find_further_fault(action: Action) -> Fault | None:
            return find_fault(action, *values, viewer=viewer, **given) if find_fault else None

        found = list_actions(kind, status, submitted_by, viewer, find_further_fault)
        return [each for each in found if each.action not in but]

    return possible_actions


_MOVING_ACTIONS = (Action.CHANGE, Action.RETURN, Action.REVOKE, Action.WITHDRAW, Action.SUBMIT)


def find_reservation_fault(
    action: Action, held_by: UUID | None, clawed_back: bool = False
) -> Fault | None:
    """Return why a report that a claim's line holds can't be changed or returned (J38).

    What was clawed back may be corrected, but not withdrawn: its line holds it for good (X15).
    """
    free = held_by is None or (clawed_back and action is not Action.WITHDRAW)
    return None if free or action not in _MOVING_ACTIONS else Fault(Reason.REPORT_HELD)

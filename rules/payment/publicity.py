"""Publicity 公示: which lines may be shown, and when their publicity passes or fails (S17, S18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from models import ClaimKind, LineState, Objection, PublicityOutcome, Status
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.history import FieldChange
from rules.kernel.record_kind import Party, RecordKind, RecordKindDeclaration, declare_record_kind
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import (
    LINE_TRANSITIONS,
    LineAction,
    PossibleAction,
    describe_action,
    find_action_fault,
    list_actions,
)

KIND_NAMES: Mapping[ClaimKind, str] = {
    ClaimKind.LIVING_ALLOWANCE: "就业见习生活费补贴",
    ClaimKind.MENTORING: "就业见习带教补贴",
    ClaimKind.HIRING: "一次性吸纳就业补贴",
    ClaimKind.SERVICE: "就业创业服务补助",
    ClaimKind.TRAINING: "职业培训补贴",
}
"""What the public page calls each kind."""

OUTCOME_NAMES: Mapping[PublicityOutcome, str] = {
    PublicityOutcome.PENDING: "公示中",
    PublicityOutcome.PASSED: "公示通过",
    PublicityOutcome.FAILED: "公示不通过",
}

SETTLER_DIFFERS = "publicity.settler_differs"
"""The parameter by which who published a notice doesn't record its result (X2)."""

PUBLISHABLE_STATUSES = (Status.APPROVED, Status.IN_PUBLICITY, Status.PUBLICITY_PASSED)
"""Where a claim stands whose open lines may be shown: some may have been shown before others."""


def is_sent_back(state: LineState, reason: str | None, claim: Status) -> bool:
    """Tell whether a line was payable once, and was sent back to its reviewer with a reason."""
    again = state is LineState.OPEN and reason is not None
    return again and claim in PUBLISHABLE_STATUSES


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledLine:
    """How a line and its claim stand."""

    kind: ClaimKind
    state: LineState
    status: Status
    submitted_by: UUID | None
    sent_back: bool = False
    barred_reviewers: Sequence[UUID] = ()

    def is_filed_by(self, viewer: Viewer) -> bool:
        """Tell whether a viewer submitted the claim, or took part in it at the counter (X2)."""
        return viewer.is_one_of(self.submitted_by, *self.barred_reviewers)


@dataclass(frozen=True, slots=True)
class RunningPublicity:
    """A line's publicity that has no result yet, and the objections to it or to all of its list.

    Who published it is named where that is whose result it must not be (X2).
    """

    last_day: date
    lodged: int = 0
    upheld: int = 0
    barred: UUID | None = None

    @classmethod
    def from_objections(
        cls, last_day: date, objections: Mapping[Status, int], barred: UUID | None = None
    ) -> "RunningPublicity":
        """Return how a publicity stands, by how many objections to it stand how."""
        lodged, upheld = (objections.get(s, 0) for s in (Status.SUBMITTED, Status.APPROVED))
        return cls(last_day, lodged, upheld, barred)


def find_publishing_fault(filed: FiledLine, kind: ClaimKind, viewer: Viewer) -> Fault | None:
    """Return why a line can't be published among others of a kind; None where it can (S17, X2)."""
    if filed.kind is not kind:
        return fault(Reason.KIND_DIFFERS, kind=filed.kind)
    if filed.status not in PUBLISHABLE_STATUSES:
        return fault(Reason.WRONG_STATUS, status=filed.status, possible=NO_ACTIONS_TEXT)
    if filed.is_filed_by(viewer):
        return fault(Reason.FOUR_EYES)
    if filed.sent_back:
        return fault(Reason.LINE_SENT_BACK)
    return _find_state_fault(filed.state, LineAction.PUBLISH)


def find_passing_fault(
    filed: FiledLine, running: RunningPublicity | None, today: date, viewer: Viewer
) -> Fault | None:
    """Return why a line's publicity can't pass; only once it is over, and undisputed (S18, X7)."""
    barred = find_failing_fault(filed, running, viewer)
    if barred is not None or running is None:
        return barred
    if running.upheld:
        return fault(Reason.OBJECTION_UPHELD)
    if running.lodged:
        return fault(Reason.OBJECTION_OPEN, count=running.lodged)
    if today <= running.last_day:
        return fault(Reason.PUBLICITY_RUNNING, last=running.last_day)
    return None


def find_failing_fault(
    filed: FiledLine, running: RunningPublicity | None, viewer: Viewer
) -> Fault | None:
    """Return why a line's publicity can't fail: it is in none; any time else it may (S18, X2)."""
    if filed.is_filed_by(viewer) or (running is not None and viewer.is_one_of(running.barred)):
        return fault(Reason.FOUR_EYES)
    barred = _find_state_fault(filed.state, LineAction.FAIL_PUBLICITY)
    if barred is None and running is None:
        return fault(Reason.WRONG_STATUS, status=filed.state, possible=NO_ACTIONS_TEXT)
    return barred


def find_objecting_fault(
    first_day: date, last_day: date, outcome: PublicityOutcome | None, today: date, hotline: str
) -> Fault | None:
    """Return why nobody can object any more, or yet; the last day still counts (X7).

    The refusal names whom to call instead (J2).
    """
    running = first_day <= today <= last_day
    open_ = outcome in {None, PublicityOutcome.PENDING}
    return None if running and open_ else fault(Reason.PUBLICITY_OVER, hotline=hotline)


def find_objection_settlement_fault(
    action: Action,
    status: Status,
    submitted_by: UUID | None,
    published_by: UUID,
    viewer: Viewer,
) -> Fault | None:
    """Return why an objection can't be settled; not by who published what it is about (X2, X7)."""
    barred = find_action_fault(RecordKind.OBJECTION, action, status, submitted_by, viewer)
    own = viewer.is_one_of(published_by)
    return barred or (fault(Reason.FOUR_EYES) if own else None)


def list_objection_actions(
    status: Status, submitted_by: UUID | None, published_by: UUID, *, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done to an objection: approve is to uphold, refuse to dismiss it (X4)."""

    def own(action: Action) -> Fault | None:
        return find_objection_settlement_fault(action, status, submitted_by, published_by, viewer)

    return list_actions(RecordKind.OBJECTION, status, submitted_by, viewer, own)


def list_line_actions(
    filed: FiledLine, running: RunningPublicity | None, today: date, viewer: Viewer
) -> Sequence[PossibleAction]:
    """List what may be done about a line's publicity, and why not (S17, S18, X4)."""
    if Function.PUBLISH_CLAIMS not in viewer.functions:
        return []
    return [
        describe_action(Action.PUBLISH, find_publishing_fault(filed, filed.kind, viewer), viewer),
        describe_action(
            Action.PASS_PUBLICITY, find_passing_fault(filed, running, today, viewer), viewer
        ),
        describe_action(Action.FAIL_PUBLICITY, find_failing_fault(filed, running, viewer), viewer),
    ]


def list_objection_changes(*, viewer: Viewer) -> Sequence[FieldChange]:
    """List what changed of an objection since it was lodged: nothing ever does."""
    return []


def _find_state_fault(state: LineState, action: LineAction) -> Fault | None:
    if state in LINE_TRANSITIONS[action][0]:
        return None
    options = (
        ", ".join(a for a, (s, _) in LINE_TRANSITIONS.items() if state in s) or NO_ACTIONS_TEXT
    )
    return fault(Reason.WRONG_STATUS, status=state, possible=options)


declare_record_kind(
    RecordKindDeclaration(
        kind=RecordKind.OBJECTION,
        table=Objection,
        noun="objection",
        chinese="异议",
        functions={
            Party.REVIEWER: Function.SETTLE_OBJECTIONS,
        },
        is_filed=False,
        is_revocable=False,
    )
)

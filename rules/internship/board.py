"""What the national job board 就业在线 is told of a post, when, and how often (J12, J13)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from models import Announcement, BoardFailure, BoardState, Status
from rules.internship.post import find_place_fault
from rules.kernel.action import Action
from rules.kernel.function import Function
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.retry import RetryPolicy, compute_retry_delay
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.viewer import Language, Viewer
from rules.kernel.workflow import PossibleAction, describe_action

PERMANENT_FAILURES = frozenset({BoardFailure.REJECTED})
"""What the same request would meet again: such a push is not tried a second time."""

OPEN_PUSH_STATES = (BoardState.PENDING, BoardState.FAILED)
"""A push in these states is still to be made."""


@dataclass(frozen=True, slots=True)
class PushOutcome:
    """Where a push stands after an attempt, and how long it waits for the next."""

    state: BoardState
    wait: timedelta = timedelta(0)


def choose_announcement(
    before: Status | None, after: Status, withheld: bool = False
) -> Announcement | None:
    """Return what the board must learn of a change: only an approved post is to be seen (J12).

    One is withheld while the unit's declaration is not in force (X19).
    """
    if after is Status.APPROVED and not withheld:
        return Announcement.SHOW
    return Announcement.WITHDRAW if before is Status.APPROVED else None


def evaluate_attempt(
    failure: BoardFailure | None, attempts: int, pace: RetryPolicy, roll: float
) -> PushOutcome:
    """Decide on a push after its latest attempt: made, tried again later, or given up (J12)."""
    if failure is None:
        return PushOutcome(BoardState.PUSHED)
    if failure in PERMANENT_FAILURES or attempts >= pace.tries:
        return PushOutcome(BoardState.DEAD)
    return PushOutcome(BoardState.FAILED, compute_retry_delay(attempts, pace, roll))


def find_retry_fault(state: BoardState, newest: bool) -> Fault | None:
    """Return why a push can't be tried anew; None where it can: the newest one, given up (J12)."""
    if state is not BoardState.DEAD:
        return fault(Reason.WRONG_STATUS, status=state, possible=NO_ACTIONS_TEXT)
    return None if newest else fault(Reason.BOARD_PUSH_OUTDATED)


def find_listing_fault(due_at: datetime | None) -> Fault | None:
    """Return why a post's applicants can't be asked for; None where the board shows the post (J13).

    Only of a post that the board shows are applicants ever due.
    """
    return fault(Reason.POST_NOT_ON_BOARD, "id") if due_at is None else None


def find_call_fault(status: Status) -> Fault | None:
    """Return why a unit can't see whom to call for a post; None where it is approved (J13)."""
    return find_place_fault(status, is_there=False)


def list_applicant_actions(status: Status, *, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to an applicant: the post's unit sees whom to call (J13, X4)."""
    if Function.FILE_POSTS not in viewer.functions:
        return []
    return [describe_action(Action.CALL, find_call_fault(status), viewer)]


def list_push_actions(state: BoardState, *, viewer: Viewer) -> Sequence[PossibleAction]:
    """List what may be done to a push: an officer has one that was given up tried anew (X4)."""
    if Function.RETRY_BOARD_PUSHES not in viewer.functions:
        return []
    return [describe_action(Action.RETRY, find_retry_fault(state, newest=True), viewer)]


def is_stale(
    as_of: datetime | None,
    failure: BoardFailure | None,
    due_at: datetime | None,
    *,
    viewer: object = None,
) -> bool:
    """Return whether a post's applicants may be out of date (J13).

    They are where they were never fetched, where the board failed the last time it was asked, and
    where it no longer shows the post.
    """
    if as_of is None:
        return due_at is not None
    return failure is not None or due_at is None


def describe_failure(failure: BoardFailure | None, *, viewer: Viewer) -> str | None:
    """Return in the viewer's language why the board has not got it, and who mends that (J12)."""
    return FAILURE_WORDING[failure][viewer.language] if failure else None


def _build_wording(zh: str, en: str) -> Mapping[Language, str]:
    return {Language.ZH: zh, Language.EN: en}


FAILURE_WORDING: Mapping[BoardFailure, Mapping[Language, str]] = {
    BoardFailure.NO_BOARD: _build_wording(
        "本系统尚未接通就业在线，岗位等待推送。",
        "This installation is not connected to the job board yet; the post waits.",
    ),
    BoardFailure.UNREACHABLE: _build_wording(
        "无法连接就业在线，系统将自动重试。",
        "The job board can't be reached; the service tries again by itself.",
    ),
    BoardFailure.TIMED_OUT: _build_wording(
        "就业在线未在规定时间内应答，系统将自动重试。",
        "The job board did not answer in time; the service tries again by itself.",
    ),
    BoardFailure.UNAUTHORISED: _build_wording(
        "就业在线不接受本系统的凭证，请联系系统管理员核对接入令牌。",
        "The job board does not accept this service's token; its operators must check it.",
    ),
    BoardFailure.REJECTED: _build_wording(
        "就业在线拒绝了该岗位，请核对岗位内容，修改后将重新推送。",
        "The job board rejected the post; check what it says, a change is pushed again.",
    ),
    BoardFailure.OVERLOADED: _build_wording(
        "就业在线繁忙，系统将自动重试。",
        "The job board is busy; the service tries again by itself.",
    ),
    BoardFailure.SERVER_FAILED: _build_wording(
        "就业在线发生故障，系统将自动重试。",
        "The job board has a fault; the service tries again by itself.",
    ),
    BoardFailure.REDIRECTED: _build_wording(
        "就业在线地址已变更，请联系系统管理员核对接入地址。",
        "The job board has moved; the service's operators must check its address.",
    ),
    BoardFailure.TOO_LARGE: _build_wording(
        "就业在线的应答过长，未予采用，系统将自动重试。",
        "The job board's answer was too long and was not used; the service tries again by itself.",
    ),
    BoardFailure.MALFORMED: _build_wording(
        "就业在线的应答无法识别，未予采用，系统将自动重试。",
        "The job board's answer could not be read and was not used; the service tries again.",
    ),
}

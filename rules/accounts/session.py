"""Refresh tokens: which one moves a session on, is sent again, or gives a thief away (J3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

RESEND_GRACE = timedelta(minutes=1)
"""For so long a token that was spent may be sent again, by a client that lost the answer."""


class Resent(StrEnum):
    """Whether tokens of a session were sent again: never of late, this one, or the one before."""

    NO = "NO"
    NOW = "NOW"
    BEFORE = "BEFORE"


class RefreshStep(StrEnum):
    """What comes of a refresh token."""

    MOVE_ON = "MOVE_ON"
    ANSWER_AGAIN = "ANSWER_AGAIN"
    END = "END"


@dataclass(frozen=True, slots=True)
class RefreshState:
    """Where a session's tokens stand: hashes of the present and the spent one, and when it was."""

    present: bytes
    spent: bytes | None
    moved_at: datetime | None
    resent: Resent


def judge_refresh(state: RefreshState, token: bytes, now: datetime) -> RefreshStep:
    """Tell what comes of a token, by its hash.

    A client that lost an answer sends its token again, within a minute, and hardly ever with two
    tokens in a row. A thief and the holder who take turns do so with each: their session ends.
    """
    if token == state.present:
        return RefreshStep.MOVE_ON
    in_time = state.moved_at is not None and now - state.moved_at <= RESEND_GRACE
    if token == state.spent and in_time and state.resent is not Resent.BEFORE:
        return RefreshStep.ANSWER_AGAIN
    return RefreshStep.END


def follow_resent(resent: Resent) -> Resent:
    """Return what is remembered of resending, once a session moves on."""
    return Resent.BEFORE if resent is Resent.NOW else Resent.NO


def compute_session_end(
    started_at: datetime, used_at: datetime, life: timedelta, idle_life: timedelta | None
) -> datetime:
    """Return when a session ends by itself: a while after its last use, or its life after it began.

    Whichever is sooner; without `idle_life` it may go unused (J3).
    """
    ends = started_at + life
    return ends if idle_life is None else min(ends, used_at + idle_life)

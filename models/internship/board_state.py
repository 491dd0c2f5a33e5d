"""Where a post stands with the national job board. 就业在线"""

from enum import StrEnum


class BoardState(StrEnum):
    """Where a push stands, and with it the post (J12)."""

    PENDING = "PENDING"
    PUSHED = "PUSHED"
    FAILED = "FAILED"
    DEAD = "DEAD"
    SUPERSEDED = "SUPERSEDED"


class Announcement(StrEnum):
    """What the board is told of a post (J12)."""

    SHOW = "SHOW"
    WITHDRAW = "WITHDRAW"


class BoardFailure(StrEnum):
    """Why the board was not reached, or what was wrong with its answer (J12, J13)."""

    NO_BOARD = "NO_BOARD"
    UNREACHABLE = "UNREACHABLE"
    TIMED_OUT = "TIMED_OUT"
    UNAUTHORISED = "UNAUTHORISED"
    REJECTED = "REJECTED"
    OVERLOADED = "OVERLOADED"
    SERVER_FAILED = "SERVER_FAILED"
    REDIRECTED = "REDIRECTED"
    TOO_LARGE = "TOO_LARGE"
    MALFORMED = "MALFORMED"

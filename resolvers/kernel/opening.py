"""What a mutation finds out with its BEGIN, so that nothing more is to be asked (ADR 0101).

The message that begins a transaction takes no parameters and answers with a number of rows. That is
enough to write the request under its key, and to hear whether what the process knows still holds.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from resolvers.kernel.service import Service
from rules.kernel.parameter import Policy
from rules.kernel.viewer import Viewer

_REQUEST_WRITTEN, _FUNCTIONS_KNOWN, _POLICY_KNOWN = 1, 2, 4
_PLAIN_TEXT = re.compile(r"[0-9A-Za-z_#:,+. -]*", re.ASCII)


class SentRequest(NamedTuple):
    """A request under a key: whose, the names it may be kept under, what it asks for, and when."""

    account_id: UUID
    names: Sequence[str]
    mutation: str
    digest: bytes
    at: datetime


class KnownBefore(NamedTuple):
    """What a process knew as it began a transaction: the functions of the viewer, the policy."""

    viewer: Viewer
    fingerprint: str | None
    policy: Policy


class Opening(NamedTuple):
    """What came of a BEGIN: what is None or False is asked of the database as it is needed."""

    is_request_written: bool
    are_functions_known: bool
    policy: Policy | None


NOTHING_KNOWN = Opening(is_request_written=False, are_functions_known=False, policy=None)
"""Where nobody asked with the BEGIN: a job of the worker's, or a test."""


def note_what_is_known(service: Service, viewer: Viewer) -> KnownBefore:
    """Note what the process knows now: what others learn meanwhile is not what was asked about."""
    return KnownBefore(viewer, service.policy.fingerprint, service.policy.policy)


def build_opening_statement(known: KnownBefore, request: SentRequest | None, today: date) -> str:
    """Write the statement that asks all of it; nothing gets into it but what needs no escape.

    Raises ValueError for anything else.
    """
    viewer = known.viewer
    granted = None if viewer.granted is None else ",".join(sorted(viewer.granted))
    asked = (
        *_spell_request(viewer, request),
        _quote(granted),
        _quote(today.isoformat()),
        _quote(known.fingerprint),
    )
    return f"SELECT FROM open_mutation({', '.join(asked)})"


def _spell_request(viewer: Viewer, request: SentRequest | None) -> Sequence[str]:
    if request is None:
        account = None if viewer.account_id is None else str(viewer.account_id)
        return (_quote(account), *["NULL"] * 4)
    names = ", ".join(map(_quote, request.names))
    return (
        _quote(str(request.account_id)),
        f"ARRAY[{names}]",
        _quote(request.mutation),
        f"decode({_quote(request.digest.hex())}, 'hex')",
        _quote(request.at.isoformat()),
    )


def _quote(text: str | None) -> str:
    if text is None:
        return "NULL"
    if not _PLAIN_TEXT.fullmatch(text):
        raise ValueError("a text that would have to be escaped")
    return f"'{text}'"


def read_opening(known: KnownBefore, told: str) -> Opening:
    """Read what the database told: how many rows the statement had, by its command tag."""
    code = int(told.rpartition(" ")[2])
    return Opening(
        is_request_written=bool(code & _REQUEST_WRITTEN),
        are_functions_known=bool(code & _FUNCTIONS_KNOWN),
        policy=known.policy if code & _POLICY_KNOWN else None,
    )

"""How two processes of the service hand each other a request and its answer: a head and a body."""

from asyncio import StreamReader
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from starlette.types import Scope

Part = bytes | bytearray
LENGTH_BYTES = 4
MAX_PART_BYTES = 64 * 1024 * 1024
SENT_MEMBERS = ("method", "path", "root_path", "scheme", "http_version", "client", "server")
"""What an answer depends on beside headers and body, as ASGI calls it."""


class BadMessage(Exception):
    """What came is no message: broken off, too long, or no head."""


def encode_message(head: Mapping[str, object], body: Part) -> Sequence[Part]:
    """Return the parts of a message, to be written one after another: a body may be large."""
    told, size = orjson.dumps(head), len(body)
    return len(told).to_bytes(LENGTH_BYTES) + told + size.to_bytes(LENGTH_BYTES), body


async def read_message(reader: StreamReader) -> tuple[Any, bytes]:
    """Read a head and a body.

    Raises asyncio.IncompleteReadError where the other side went away, and BadMessage for nonsense.
    """
    head = await _read_part(reader)
    body = await _read_part(reader)
    try:
        return orjson.loads(head), body
    except orjson.JSONDecodeError as error:
        raise BadMessage("no head") from error


async def _read_part(reader: StreamReader) -> bytes:
    length = int.from_bytes(await reader.readexactly(LENGTH_BYTES))
    if length > MAX_PART_BYTES:
        raise BadMessage("a part that is too long")
    return await reader.readexactly(length)


def describe_scope(scope: Scope) -> dict[str, object]:
    """Return the head of a request, as ASGI describes it."""
    return {
        **{name: scope.get(name) for name in SENT_MEMBERS},
        "query_string": scope["query_string"].decode("latin-1"),
        "headers": describe_headers(scope["headers"]),
    }


def build_scope(head: Mapping[str, Any]) -> dict[str, Any]:
    """Build what ASGI calls a scope of a request's head."""
    client, server = head["client"], head["server"]
    return {
        **{name: head[name] for name in SENT_MEMBERS},
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "raw_path": head["path"].encode(),
        "client": tuple(client) if client else None,
        "server": tuple(server) if server else None,
        "query_string": head["query_string"].encode("latin-1"),
        "headers": parse_headers(head["headers"]),
        "state": {},
    }


def describe_headers(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[str, str]]:
    """Write headers as text that gives the same bytes again."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def parse_headers(headers: Iterable[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    """Read headers as `describe_headers` wrote them."""
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]

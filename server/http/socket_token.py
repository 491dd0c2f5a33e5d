"""The access token that a socket's client states: browsers can't give a handshake headers."""

from collections.abc import Iterator, Mapping

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

TOKEN_NAMES = frozenset({"authorization", "authtoken", "accesstoken", "token"})
"""What clients call it, in small letters and without dashes."""
HEADERS_NAME = "headers"
"""Some clients put what would be headers into a member of its own."""


def read_token(connection: HTTPConnection) -> str | None:
    """Return the token that a socket's client stated last, as a header would.

    Raises HTTPException (401) for what is called a token and is none.
    """
    if connection.scope["type"] != "websocket":
        return None
    stated = find_stated_tokens(getattr(connection.state, "connection_params", {}))
    token = stated[0] if stated else None
    if token is None:
        return None
    if not isinstance(token, str) or any(other != token for other in stated):
        raise HTTPException(401)
    return token if " " in token else f"Bearer {token}"


def find_stated_tokens(payload: Mapping[str, object]) -> list[object]:
    """Find whatever a payload calls a token, empty ones left out."""
    return [value for name, value in _list_members(payload) if name in TOKEN_NAMES and value]


def list_stated_headers(connection: HTTPConnection) -> dict[str, str]:
    """List what a socket's client stated as it would headers, by names in small letters."""
    stated = getattr(connection.state, "connection_params", {})
    inner: object = next((v for k, v in stated.items() if k.lower() == HEADERS_NAME), {})
    given = {**(inner if isinstance(inner, dict) else {}), **stated}
    return {name.lower(): value for name, value in given.items() if isinstance(value, str)}


def _list_members(payload: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in payload.items():
        if name.lower() == HEADERS_NAME and isinstance(value, dict):
            yield from _list_members({k: v for k, v in value.items() if k != HEADERS_NAME})
        else:
            yield name.lower().replace("-", "").replace("_", ""), value

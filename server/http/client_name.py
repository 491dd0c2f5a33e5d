"""The program that asks, where it names itself: in budgets, manifests, log and figures."""

from collections.abc import Mapping

from starlette.requests import HTTPConnection

from server.http.socket_token import list_stated_headers

NAME_HEADERS = ("apollographql-client-name", "graphql-client-name")
"""Where it may, as Apollo's clients and the others do."""
VERSION_HEADERS = ("apollographql-client-version", "graphql-client-version")
MAX_LENGTH = 64
KEPT_HEADERS = "stated_headers"


def read_client(headers: Mapping[str, str]) -> str | None:
    """Return what the program calls itself, if it does."""
    return _read_first(headers, NAME_HEADERS)


def read_client_version(headers: Mapping[str, str]) -> str | None:
    """Return which version of itself the program says that it is, if it does."""
    return _read_first(headers, VERSION_HEADERS)


def get_client_headers(connection: HTTPConnection) -> Mapping[str, str]:
    """Return where a program may name itself: its headers, and what a socket's client stated.

    Browsers can't give a socket headers: there both may come with `connection_init`.
    """
    if connection.scope["type"] != "websocket":
        return connection.headers
    state = connection.state
    if not hasattr(state, KEPT_HEADERS):  # a later message brings a new token, and no name
        setattr(state, KEPT_HEADERS, list_stated_headers(connection))
    return {**connection.headers, **getattr(state, KEPT_HEADERS)}


def _read_first(headers: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    named = next((headers[name] for name in names if headers.get(name)), "")
    return named[:MAX_LENGTH] or None

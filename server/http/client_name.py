"""The program that asks, where it names itself: in budgets, logs, metrics and manifests."""

from collections.abc import Mapping

NAME_HEADERS = ("apollographql-client-name", "graphql-client-name")
"""Where it may, as Apollo's clients and the others do."""
VERSION_HEADERS = ("apollographql-client-version", "graphql-client-version")
MAX_LENGTH = 64


def read_client(headers: Mapping[str, str]) -> str | None:
    """Return what the program calls itself, if it does."""
    return _read_first(headers, NAME_HEADERS)


def read_client_version(headers: Mapping[str, str]) -> str | None:
    """Return which version of itself the program says it is."""
    return _read_first(headers, VERSION_HEADERS)


def _read_first(headers: Mapping[str, str], names: tuple[str, ...]) -> str | None:
    named = next((headers[name] for name in names if headers.get(name)), "")
    return named[:MAX_LENGTH] or None

"""The program that asks, where it names itself: in budgets and manifests."""

from collections.abc import Mapping

NAME_HEADERS = ("apollographql-client-name", "graphql-client-name")
"""Where it may, as Apollo's clients and the others do."""
MAX_LENGTH = 64


def read_client(headers: Mapping[str, str]) -> str | None:
    """Return what the program calls itself, if it does."""
    named = next((headers[name] for name in NAME_HEADERS if headers.get(name)), "")
    return named[:MAX_LENGTH] or None

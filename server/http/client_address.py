"""Where a request came from, as tries, places and points are counted by it."""

from starlette.requests import HTTPConnection

from rules.kernel.address import normalize_address


def get_client_address(connection: HTTPConnection) -> str:
    """Return what a client can't change by itself: its address, of IPv6 the first 64 bits."""
    return normalize_address(connection.client.host if connection.client else "")

"""Demonstration data."""

from server.settings import Settings


async def load(settings: Settings) -> bool:
    """Load the demonstration."""
    return False


def introduction(settings: Settings) -> str:
    """Say what to open."""
    return f"Open http://{settings.host}:{settings.port}/graphql"

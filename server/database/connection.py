"""How SQLAlchemy connects: by the address as the driver reads it, with all of its options."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from loaders.database_fault import open_connection


def to_dsn(url: str) -> str:
    """Return an address as PostgreSQL's own programs write it."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def build_connect_args(url: str, **options: object) -> Mapping[str, Any]:
    """Return arguments by which an engine connects; it raises DatabaseAwayError by itself."""

    async def connect(**_parts: object) -> asyncpg.Connection:
        return await open_connection(to_dsn(url), **options)

    return {"async_creator_fn": connect}

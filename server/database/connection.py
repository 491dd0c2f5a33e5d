"""How SQLAlchemy connects: by the address as the driver reads it, with all of its options."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import asyncpg

from loaders.database_fault import open_connection


def to_dsn(url: str) -> str:
    """Return an address as PostgreSQL's own programs write it: several hosts in one option."""
    dsn = urlsplit(url.replace("postgresql+asyncpg://", "postgresql://", 1))
    options = parse_qsl(dsn.query, keep_blank_values=True)
    hosts = [value for name, value in options if name == "host"]
    if len(hosts) < 2:
        return dsn.geturl()
    rest = [(name, value) for name, value in options if name != "host"]
    return dsn._replace(query=urlencode([*rest, ("host", ",".join(hosts))], safe=":,/")).geturl()


def build_connect_args(url: str, **options: object) -> Mapping[str, Any]:
    """Return arguments by which an engine connects; it raises DatabaseAwayError by itself."""

    async def connect(**_parts: object) -> asyncpg.Connection:
        return await open_connection(to_dsn(url), **options)

    return {"async_creator_fn": connect}

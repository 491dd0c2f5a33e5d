"""The connections of compiled reads: asyncpg's own pool, each operation in one snapshot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from loaders.actor import Actor

_OPEN = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT "
_PARTS = ("account", "unit", "person", "manages")
_BOUNDS = ("see_low", "see_high")
_DAY = "today"


class Pool:
    """A pool that opens every connection in a read-only snapshot, for one actor."""

    def __init__(self, pool: asyncpg.Pool, patience: float = 5) -> None:
        self._pool, self._patience = pool, patience

    @asynccontextmanager
    async def snapshot(self, actor: Actor) -> AsyncIterator[asyncpg.Connection]:
        """Give a connection whose snapshot is open for an actor; it is closed on every exit.

        Who finds no free connection in time gets a TimeoutError.
        """
        opened = opening(actor)
        async with self._pool.acquire(timeout=self._patience) as connection:
            try:
                await connection.execute(opened)
                yield connection
                await connection.execute("COMMIT")
            except BaseException:
                # Whatever is left open, the pool rolls back or closes; it only does so loudly.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("ROLLBACK")
                raise

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()


def opening(actor: Actor) -> str:
    """Write the one message that opens a snapshot and states its actor.

    The simple protocol takes no parameters: only ids and digits get into the text.
    """
    if actor.knows or actor.subjects or actor.sweeps:
        raise ValueError("compiled reads know no secrets and no subjects, and sweep nothing")
    stated = actor.settings()
    for name in _PARTS:
        stated[name] = stated[name] and str(UUID(stated[name]))
    for name in _BOUNDS:
        if stated[name] and not (stated[name].isascii() and stated[name].isdigit()):
            raise ValueError("a region is a number")
    if stated[_DAY]:
        stated[_DAY] = str(date.fromisoformat(stated[_DAY]))
    return _OPEN + ", ".join(
        f"set_config('app.{name}', '{stated[name]}', true)" for name in (*_PARTS, *_BOUNDS, _DAY)
    )


PLANNING = {"datestyle": "ISO, YMD", "enable_bitmapscan": "off", "jit": "off"}
"""A policy passes more rows than PostgreSQL believes: it would sort a whole district for a page,
and compile to machine code what is read in a millisecond."""


async def open_pool(dsn: str, size: int, server_settings: dict[str, str]) -> Pool:
    """Open a pool; a connection that comes back is rolled back, and nothing more."""
    pool = await asyncpg.create_pool(
        dsn.replace("postgresql+asyncpg://", "postgresql://"),
        min_size=1,
        max_size=size,
        init=_prepared,
        reset=_nothing,
        server_settings={
            **server_settings,
            **PLANNING,
            "default_transaction_read_only": "on",
        },
    )
    return Pool(pool)


async def _prepared(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_no_writes, decoder=orjson.loads, format="text"
    )


def _no_writes(value: object) -> str:
    raise TypeError(value)


async def _nothing(connection: Any) -> None:
    """Leave a connection as it is: what an exception left open, the pool has rolled back."""

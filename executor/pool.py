"""The connections of compiled reads: asyncpg's own pool, each operation in one snapshot."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from loaders.actor import READING_SETTING_NAMES, Actor
from loaders.database_fault import open_connection

_BEGIN_SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT "
_ID_SETTINGS = ("account", "unit", "person", "manages")
_REGION_SETTINGS = ("see_low", "see_high")
_DAY_SETTING = "today"
_ROLLBACK_SECONDS = 1
"""So long an end is waited for; a connection that says nothing the pool closes."""


class SnapshotPool:
    """A pool that opens every connection in a read-only snapshot, for one actor."""

    def __init__(self, pool: asyncpg.Pool, patience: float = 5) -> None:
        self._pool, self._patience = pool, patience

    @asynccontextmanager
    async def open_snapshot(self, actor: Actor) -> AsyncIterator[asyncpg.Connection]:
        """Yield a connection whose snapshot is open for an actor; it is closed on every exit.

        Who finds no free connection in time gets a TimeoutError.
        """
        opened = build_opening_statement(actor)
        async with self._pool.acquire(timeout=self._patience) as connection:
            try:
                await connection.execute(opened)
                yield connection
                await connection.execute("COMMIT")
            except BaseException:
                # Whatever is left open, the pool rolls back or closes; it only does so loudly.
                with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                    await connection.execute("ROLLBACK", timeout=_ROLLBACK_SECONDS)
                raise

    async def close(self) -> None:
        """Close all connections."""
        await self._pool.close()


def build_opening_statement(actor: Actor) -> str:
    """Write the one message that opens a snapshot and states its actor.

    The simple protocol takes no parameters: only ids and digits get into the text.
    """
    if actor.knows or actor.subjects or actor.sweeps:
        raise ValueError("compiled reads know no secrets and no subjects, and sweep nothing")
    stated = actor.to_settings()
    for name in _ID_SETTINGS:
        stated[name] = stated[name] and str(UUID(stated[name]))
    for name in (*_REGION_SETTINGS, *READING_SETTING_NAMES):
        if stated[name] and not (stated[name].isascii() and stated[name].isdigit()):
            raise ValueError("a region is a number")
    if stated[_DAY_SETTING]:
        stated[_DAY_SETTING] = str(date.fromisoformat(stated[_DAY_SETTING]))
    return _BEGIN_SNAPSHOT + ", ".join(
        f"set_config('app.{name}', '{stated[name]}', true)"
        for name in (*_ID_SETTINGS, *_REGION_SETTINGS, *READING_SETTING_NAMES, _DAY_SETTING)
    )


PLANNER_SETTINGS = {"datestyle": "ISO, YMD", "enable_bitmapscan": "off", "jit": "off"}
"""A policy passes more rows than PostgreSQL believes: it would sort a whole district for a page,
and compile to machine code what is read in a millisecond."""


async def open_pool(
    dsn: str, size: int, server_settings: dict[str, str], **options: Any
) -> SnapshotPool:
    """Open a pool; a connection that comes back is rolled back, and nothing more."""
    pool = await asyncpg.create_pool(
        dsn.replace("postgresql+asyncpg://", "postgresql://"),
        connect=open_connection,
        min_size=0,  # one that is kept up would tell of each try while the database is away
        max_size=size,
        init=_set_codecs,
        reset=_skip_reset,
        server_settings={
            **server_settings,
            **PLANNER_SETTINGS,
            # Nothing is written here even if a statement is not what it should be.
            "default_transaction_read_only": "on",
        },
        **options,
    )
    return SnapshotPool(pool)


async def _set_codecs(connection: asyncpg.Connection) -> None:
    await connection.set_type_codec(
        "jsonb", schema="pg_catalog", encoder=_refuse_encoding, decoder=orjson.loads, format="text"
    )


def _refuse_encoding(value: object) -> str:
    raise TypeError(value)


async def _skip_reset(connection: Any) -> None:
    """Leave a connection as it is: what an exception left open, the pool has rolled back."""

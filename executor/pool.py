"""The connections of compiled reads: asyncpg's own pool, each operation in one snapshot."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
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


PARKED_SECONDS = 10
"""So long a connection waits for the next operation before the pool has it back."""
MAX_PARKED_USES = 1_000
"""After so many operations the pool looks at a connection again: whether it is too old."""


@dataclass(slots=True, eq=False)
class _Parked:
    """A connection that was taken from the pool, and how many operations it has served."""

    connection: Any
    uses: int = 0
    since: float = 0


class SnapshotPool:
    """A pool that opens every connection in a read-only snapshot, for one actor.

    A connection that comes back whole is parked for the next operation: to give it to asyncpg's
    pool and take it again costs a task and two time-outs, as much as a small read.
    """

    def __init__(self, pool: asyncpg.Pool, patience: float = 5) -> None:
        self._pool, self._patience = pool, patience
        self._parked: list[_Parked] = []
        self._waiting = 0
        self._closing = False
        self._timer: asyncio.TimerHandle | None = None
        self._releasing: asyncio.Task[None] | None = None

    def open_snapshot(self, actor: Actor) -> "Snapshot":
        """Return a context manager: a connection whose snapshot is open for an actor.

        Who finds no free connection in time gets a TimeoutError.
        """
        return Snapshot(self, build_opening_statement(actor))

    async def take(self) -> _Parked:
        """Take a connection: one that is parked, or another one of the pool."""
        while self._parked:
            taken = self._parked.pop()
            if is_open(taken.connection):
                return taken
            await self._pool.release(taken.connection)
        self._waiting += 1
        try:
            return _Parked(await self._pool.acquire(timeout=self._patience))
        finally:
            self._waiting -= 1

    async def give_back(self, taken: _Parked, *, whole: bool) -> None:
        """Park a connection whose snapshot was closed; the pool has any other, and looks at it.

        Whoever waits in the pool's line comes before whoever asks next.
        """
        taken.uses += 1
        wanted = whole and not self._waiting and not self._closing
        if wanted and taken.uses < MAX_PARKED_USES:
            taken.since = asyncio.get_running_loop().time()
            self._parked.append(taken)
            if self._timer is None:
                self._set_timer()
            return
        await self._pool.release(taken.connection)

    def _look_after_parked(self) -> None:
        self._timer = None
        self._releasing = asyncio.get_running_loop().create_task(
            self.release_parked(PARKED_SECONDS / 2)
        )

    async def release_parked(self, seconds: float = 0) -> None:
        """Give the pool back what nobody has wanted for so long; it closes what is too many."""
        oldest = asyncio.get_running_loop().time() - seconds
        idle = [each for each in self._parked if each.since <= oldest]
        self._parked = [each for each in self._parked if each.since > oldest]
        for each in idle:
            await self._pool.release(each.connection)
        self._set_timer()

    def _set_timer(self) -> None:
        if self._timer is None and self._parked:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(PARKED_SECONDS, self._look_after_parked)

    async def close(self) -> None:
        """Close all connections, once the operations that hold them have ended."""
        self._closing = True  # what came back now would be parked until the timer, and waited for
        await self.release_parked()
        await self._pool.close()
        if self._timer is not None:
            self._timer.cancel()


class Snapshot:
    """One read-only snapshot, opened by a statement and closed on every exit."""

    __slots__ = ("_opening", "_pool", "_taken")

    def __init__(self, pool: SnapshotPool, opening: str) -> None:
        self._pool, self._opening = pool, opening

    async def __aenter__(self) -> asyncpg.Connection:
        """Take a connection and open its snapshot."""
        self._taken = await self._pool.take()
        connection: asyncpg.Connection = self._taken.connection
        try:
            await connection.execute(self._opening)
        except BaseException:
            await self._abandon()
            raise
        return connection

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close the snapshot and give the connection back."""
        if error is not None:
            await self._abandon()
            return
        try:
            await self._taken.connection.execute("COMMIT")
        except BaseException:
            await self._abandon()
            raise
        await self._pool.give_back(self._taken, whole=True)

    async def _abandon(self) -> None:
        """Roll back; whatever is left open, the pool rolls back or closes, only loudly."""
        try:
            with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                await self._taken.connection.execute("ROLLBACK", timeout=_ROLLBACK_SECONDS)
        finally:
            await self._pool.give_back(self._taken, whole=False)


def is_open(connection: Any) -> bool:
    """Return whether a connection is not known to be closed."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # the pool has heard of it already
        return False


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

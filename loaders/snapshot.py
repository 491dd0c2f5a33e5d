"""One read operation: one connection, one read-only snapshot, closed on every exit."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row, Select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

from loaders.actor import ALL_REGIONS, Actor, RegionRange, set_rls_context
from loaders.actor_connection import begin_for_actor, is_plain

Found = TypeVar("Found")
Rows = Sequence[Row[*tuple[Any, ...]]]

SNAPSHOT_OPTIONS = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class SnapshotClosedError(RuntimeError):
    """A statement came after the operation had ended, or had not ended by then."""


class Snapshot:
    """A read-only session of one operation; its statements run one after another."""

    def __init__(self, engine: AsyncEngine, actor: Actor) -> None:
        self._engine = engine
        self._actor = actor
        self._session: AsyncSession | None = None
        self._stated = False
        self._lock = asyncio.Lock()
        self._running: asyncio.Task[Any] | None = None
        self._broken = False
        self._closing: asyncio.Task[None] | None = None

    async def load_rows(
        self, statement: Select[*tuple[Any, ...]], values: Mapping[str, object] | None = None
    ) -> Rows:
        """Read all rows of a statement."""

        async def read(session: AsyncSession) -> Rows:
            return (await session.execute(statement, dict(values or {}))).all()

        return await self._run_shielded(read)

    async def load_about_persons(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom a decision is about.

        Nothing else is read meanwhile, and whatever is read later sees no more than before (X10).
        """
        return await self._load_as(self._actor.with_subjects(*persons), statements)

    async def load_for_decision(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what a decision about some persons would read, whatever the actor's functions open.

        What the decision would say may be told of it, and nothing else (X4, X10).
        """
        actor = self._actor.with_all_readings().with_subjects(*persons)
        return await self._load_as(actor, statements)

    async def load_region_figures(
        self, see: RegionRange, statement: Select[*tuple[Any, ...]]
    ) -> Rows:
        """Read figures of a region whose rows the actor does not see (X10, ADR 0038).

        The statement must tell of no row by itself: nothing but statistics asks for this.
        """
        whole = replace(self._actor, see=see).with_all_readings()
        (rows,) = await self._load_as(whole, [statement])
        return rows

    async def load_own_recoveries(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read which recoveries of the actor's own accounts wait; appeals are the office's (X18).

        The statement must name the actor's unit or person, and ask for nothing that was appealed.
        """
        (rows,) = await self._load_as(replace(self._actor, see=ALL_REGIONS), [statement])
        return rows

    async def load_by_secret(self, secret: str, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read what is found by a secret that the actor knows, and nothing else meanwhile."""
        (rows,) = await self._load_as(self._actor.with_lookup_secret(secret), [statement])
        return rows

    async def _load_as(
        self, actor: Actor, statements: Sequence[Select[*tuple[Any, ...]]]
    ) -> Sequence[Rows]:
        """Read as another actor, and nobody else meanwhile; then state the own one again."""

        async def read(session: AsyncSession) -> Sequence[Rows]:
            self._stated = False  # unless it is stated again, nothing more can be read at all
            await set_rls_context(session, actor)
            found = [(await session.execute(statement)).all() for statement in statements]
            await set_rls_context(session, self._actor)
            self._stated = True
            return found

        return await self._run_shielded(read)

    async def _run_shielded(self, read: Callable[[AsyncSession], Awaitable[Found]]) -> Found:
        """Read in a task of its own: whoever waits no longer stops it for nobody else.

        A field that fails has its siblings cancelled, and a statement that is cut off takes the
        connection with it: the fields beyond, which are still to be answered, would fail as well.
        """
        reading = asyncio.create_task(self._run_serially(read))
        try:
            return await asyncio.shield(reading)
        except asyncio.CancelledError:
            if reading.cancelled():  # by closing; to a batch's readers no cancellation is handed on
                raise SnapshotClosedError from None
            if reading is not self._running:
                reading.cancel()
            raise

    async def _run_serially(self, read: Callable[[AsyncSession], Awaitable[Found]]) -> Found:
        """Read while nobody else does, and return what was found."""
        async with self._lock:
            if self._closing is not None:
                raise SnapshotClosedError
            self._running = asyncio.current_task()
            try:
                return await read(await self._open_session())
            except asyncio.CancelledError:
                self._broken = True
                raise
            finally:
                self._running = None

    async def _open_session(self) -> AsyncSession:
        if self._session is None:
            self._session = AsyncSession(self._engine, expire_on_commit=False)
            await self._session.connection(execution_options=SNAPSHOT_OPTIONS)
            if is_plain(self._actor):
                await begin_for_actor(self._session, self._actor)
            else:
                await set_rls_context(self._session, self._actor)
            self._stated = True
        if not self._stated:  # the opening failed: without its actor it would read no rows
            raise SnapshotClosedError
        return self._session

    async def close(self) -> None:
        """End the operation: take no new statement, stop the running one, give back the connection.

        It goes on to its end even when its caller is cancelled.
        """
        if self._closing is None:
            self._closing = asyncio.create_task(self._close_session())
            if self._running is not None:
                self._running.cancel()
        await asyncio.shield(self._closing)

    async def _close_session(self) -> None:
        async with self._lock:
            session, self._session = self._session, None
            if session is None:
                return
            if self._broken:
                await session.invalidate()
            await session.close()

"""A snapshot ends on every exit, and never leaves its transaction to the next operation (X10)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import QueuePool

from loaders import Loaders
from loaders.actor import Actor, set_rls_context
from loaders.actor_connection import ActorConnection
from loaders.snapshot import Snapshot, SnapshotClosedError
from models import InsuranceContribution, Person, Post, Unit
from tests.factories.database import Database
from tests.factories.rows import (
    NATIONWIDE_ACTOR,
    a_contribution,
    a_person,
    a_post,
    a_unit,
    insert_rows,
)

ROUNDS = 12
SOON = 60.0
SLOW = select(func.pg_sleep(600))  # whoever waited for its end would wait longer than SOON
OURS = Actor(unit=a_unit(1).id)
THEIRS = Actor(unit=a_unit(2).id)


@pytest.fixture(autouse=True)
async def _two_units(engine: AsyncEngine) -> None:
    ours, theirs = a_unit(1), a_unit(2)
    await insert_rows(engine, ours, theirs, a_post(ours), a_post(theirs), a_post(theirs, 2))


@pytest.fixture
async def blocker(database: Database) -> AsyncIterator[AsyncSession]:
    """Hold the table of posts, so that whoever reads it waits."""
    other = create_async_engine(database.owner_url)
    async with AsyncSession(other) as session:
        await session.execute(text("LOCK TABLE post IN ACCESS EXCLUSIVE MODE"))
        yield session
    await other.dispose()


async def posts_of(engine: AsyncEngine, actor: Actor) -> set[UUID]:
    """Read all posts as one operation does; give the units that they belong to."""
    snapshot = Snapshot(engine, actor)
    try:
        return {row.unit_id for (row,) in await snapshot.load_rows(select(Post))}
    finally:
        await snapshot.close()


def checked_out(engine: AsyncEngine) -> int:
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


async def until_waiting(database: Database, what: str) -> None:
    """Wait until a statement of the service is running on the server."""
    watcher = create_async_engine(database.administration_url)
    active = text(
        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE :what "
        "AND datname = current_database() AND pid <> pg_backend_pid()"
    )
    async with watcher.connect() as connection:
        while not (await connection.execute(active, {"what": what})).scalar_one():
            await connection.rollback()
            await asyncio.sleep(0.002)
    await watcher.dispose()


async def load_a_post(snapshot: Snapshot) -> object:
    ours = a_post(a_unit(1))
    return await Loaders(snapshot).get_row_batch(Post).load((ours.unit_id, ours.id))


async def ended(started: "asyncio.Task[object]") -> None:
    started.cancel()
    with pytest.raises(asyncio.CancelledError):
        await started


async def operation(snapshot: Snapshot, work: Awaitable[object]) -> object:
    """Do what the edge does: run the operation, and close its snapshot whatever happens."""
    try:
        return await work
    finally:
        await snapshot.close()


async def test_each_actor_on_one_connection_sees_exactly_their_own_rows(
    engine: AsyncEngine,
) -> None:
    assert await posts_of(engine, OURS) == {OURS.unit}
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}
    assert await posts_of(engine, Actor()) == set()


async def test_a_cancelled_statement_leaves_nothing_to_the_next_actor(
    engine: AsyncEngine, database: Database
) -> None:
    for _ in range(ROUNDS):
        snapshot = Snapshot(engine, OURS)
        started = asyncio.create_task(operation(snapshot, snapshot.load_rows(SLOW)))
        await until_waiting(database, "%pg_sleep%")
        async with asyncio.timeout(SOON):
            await ended(started)
            assert await posts_of(engine, THEIRS) == {THEIRS.unit}
            assert await posts_of(engine, Actor()) == set()
        assert checked_out(engine) == 0


async def test_an_operation_cancelled_amid_a_batch_leaves_nothing_to_the_next_actor(
    engine: AsyncEngine, database: Database, blocker: AsyncSession
) -> None:
    for _ in range(ROUNDS):
        snapshot = Snapshot(engine, OURS)
        started = asyncio.create_task(operation(snapshot, load_a_post(snapshot)))
        await until_waiting(database, "%FROM unnest%post%")
        async with asyncio.timeout(SOON):
            await ended(started)
        assert checked_out(engine) == 0
    await blocker.rollback()
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}
    assert await posts_of(engine, OURS) == {OURS.unit}


@pytest.mark.parametrize("steps", range(1, 60, 3))
async def test_whenever_it_is_cancelled_the_connection_comes_back_clean(
    engine: AsyncEngine, steps: int
) -> None:
    snapshot = Snapshot(engine, OURS)
    started = asyncio.create_task(operation(snapshot, load_a_post(snapshot)))
    for _ in range(steps):
        await asyncio.sleep(0)
    started.cancel()
    await asyncio.gather(started, return_exceptions=True)
    async with asyncio.timeout(SOON):
        assert await posts_of(engine, THEIRS) == {THEIRS.unit}
    assert checked_out(engine) == 0


async def test_whoever_waits_for_a_batch_that_closing_stops_is_told(
    engine: AsyncEngine, database: Database, blocker: AsyncSession
) -> None:
    snapshot = Snapshot(engine, OURS)
    waiting = asyncio.create_task(load_a_post(snapshot))
    await until_waiting(database, "%FROM unnest%post%")
    async with asyncio.timeout(SOON):
        await snapshot.close()
        with pytest.raises(SnapshotClosedError):
            await waiting
    assert waiting.cancelling() == 0


async def test_whoever_waits_no_longer_stops_a_statement_for_nobody_else(
    engine: AsyncEngine, database: Database, blocker: AsyncSession
) -> None:
    """A field that fails has its siblings cancelled; the fields beyond are still answered."""
    snapshot = Snapshot(engine, OURS)
    running = asyncio.create_task(snapshot.load_rows(select(Post)))
    await until_waiting(database, "%FROM post%")
    queued, next_ = (asyncio.create_task(snapshot.load_rows(select(Unit))) for _ in range(2))
    await asyncio.sleep(0)
    await ended(running)
    await ended(queued)
    await blocker.rollback()
    assert len(await next_) == len(await snapshot.load_rows(select(Post))) == 1
    await snapshot.close()
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}


async def test_a_statement_in_the_queue_is_refused_when_the_snapshot_closes(
    engine: AsyncEngine, database: Database
) -> None:
    snapshot = Snapshot(engine, OURS)
    running = asyncio.create_task(snapshot.load_rows(SLOW))
    await until_waiting(database, "%pg_sleep%")
    queued = asyncio.create_task(snapshot.load_rows(select(Post)))
    await asyncio.sleep(0)
    async with asyncio.timeout(SOON):
        await snapshot.close()
    answers = await asyncio.gather(running, queued, return_exceptions=True)
    assert [type(answer) for answer in answers] == [SnapshotClosedError, SnapshotClosedError]
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}


async def test_a_closed_snapshot_takes_no_statement(engine: AsyncEngine) -> None:
    snapshot = Snapshot(engine, OURS)
    await snapshot.load_rows(select(Post))
    await snapshot.close()
    with pytest.raises(SnapshotClosedError):
        await snapshot.load_rows(select(Post))
    assert checked_out(engine) == 0


async def test_closing_again_or_at_once_or_unused_does_nothing_more(engine: AsyncEngine) -> None:
    snapshot = Snapshot(engine, OURS)
    await snapshot.load_rows(select(Post))
    await asyncio.gather(*(snapshot.close() for _ in range(3)))
    await snapshot.close()
    await Snapshot(engine, OURS).close()
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}


async def test_a_cancelled_close_still_gives_the_connection_back(
    engine: AsyncEngine, database: Database
) -> None:
    for statement in (select(Post), SLOW):
        snapshot = Snapshot(engine, OURS)
        reading = asyncio.create_task(snapshot.load_rows(statement))
        if statement is SLOW:
            await until_waiting(database, "%pg_sleep%")
        else:
            await reading
        closing = asyncio.create_task(snapshot.close())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.gather(closing, reading, return_exceptions=True)
        async with asyncio.timeout(SOON):
            assert await posts_of(engine, THEIRS) == {THEIRS.unit}
        assert checked_out(engine) == 0


async def test_a_failed_statement_leaves_a_usable_connection(engine: AsyncEngine) -> None:
    snapshot = Snapshot(engine, OURS)
    with pytest.raises(DBAPIError):
        await snapshot.load_rows(select(1 / func.length("")))
    await snapshot.close()
    assert await posts_of(engine, THEIRS) == {THEIRS.unit}


async def test_an_actor_that_could_not_be_stated_is_not_read_for(engine: AsyncEngine) -> None:
    snapshot = Snapshot(engine, Actor(knows="\x00"))
    with pytest.raises(DBAPIError):
        await snapshot.load_rows(select(Post))
    with pytest.raises(SnapshotClosedError):
        await snapshot.load_rows(select(Post))
    await snapshot.close()
    assert await posts_of(engine, OURS) == {OURS.unit}


async def test_a_snapshot_sees_one_state_of_the_data(database: Database) -> None:
    own = {"connection_class": ActorConnection}
    two = create_async_engine(database.administration_url, pool_size=2, connect_args=own)
    snapshot = Snapshot(two, NATIONWIDE_ACTOR)
    count = select(func.count()).select_from(Unit)
    before = (await snapshot.load_rows(count))[0][0]
    await insert_rows(two, a_unit(3))
    assert (await snapshot.load_rows(count))[0][0] == before
    await snapshot.close()
    await two.dispose()


async def test_a_snapshot_writes_nothing_and_leaves_the_pool_able_to(engine: AsyncEngine) -> None:
    snapshot = Snapshot(engine, NATIONWIDE_ACTOR)
    with pytest.raises(DBAPIError, match="read-only transaction"):
        await snapshot.load_rows(select(Unit).with_for_update())
    await snapshot.close()
    async with AsyncSession(engine) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        session.add(a_unit(4))


async def test_what_is_on_file_of_persons_is_read_for_the_decision_about_them_alone(
    engine: AsyncEngine,
) -> None:
    """X10: neither before nor after, nor by who reads at the same time, nor of anybody else."""
    ours, others = a_person(1), a_person(2)
    await insert_rows(engine, ours, others, a_contribution(ours), a_contribution(others))
    snapshot, facts = Snapshot(engine, OURS), select(InsuranceContribution.person_id)
    try:
        alone, told, beside = await asyncio.gather(
            snapshot.load_rows(facts),
            snapshot.load_about_persons([ours.id], facts, facts),
            snapshot.load_rows(facts),
        )
        assert [[row.person_id for row in rows] for rows in told] == [[ours.id]] * 2
        assert alone == beside == await snapshot.load_rows(facts) == []
        assert await snapshot.load_rows(select(Person.id)) == []
    finally:
        await snapshot.close()


async def test_after_a_fault_in_reading_about_persons_nothing_more_is_read(
    engine: AsyncEngine,
) -> None:
    """X10: what was opened for a decision is not left open by an error."""
    person = a_person(1)
    await insert_rows(engine, person, a_contribution(person))
    snapshot, broken = Snapshot(engine, OURS), select(text("1 / 0"))
    with pytest.raises(DBAPIError):
        await snapshot.load_about_persons([person.id], broken)
    with pytest.raises(SnapshotClosedError):
        await snapshot.load_rows(select(InsuranceContribution))
    await snapshot.close()
    assert len(await posts_of(engine, OURS)) == 1

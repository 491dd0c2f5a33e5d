"""One connection and one read-only snapshot for each operation; nobody's actor stays behind."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any, cast
from uuid import UUID

import asyncpg
import pytest

from executor import pool as pool_module
from executor.pool import SnapshotPool, build_opening_statement, open_pool
from loaders.actor import Actor, build_actor
from rules.kernel.viewer import Viewer
from tests.executor.document import GeneratedRequest
from tests.executor.scene import BothPaths

NEAR = GeneratedRequest("{ units { edges { node { name } } } }")
LONG = 60
ENDLESS = "SELECT pg_sleep(600)"
ACTOR = "SELECT current_setting('app.unit', true) || current_setting('app.see_low', true)"


def _url(paths: BothPaths) -> str:
    return paths.world.service.writes.url.render_as_string(hide_password=False)


@pytest.fixture
async def lone(paths: BothPaths) -> AsyncIterator[SnapshotPool]:
    """A pool of one connection."""
    pool = await open_pool(_url(paths), 1, {})
    pool._patience = LONG
    yield pool
    await pool.close()


@pytest.fixture
async def strict(paths: BothPaths) -> AsyncIterator[SnapshotPool]:
    """A pool of one connection, in which statements may take half a second."""
    pool = await open_pool(_url(paths), 1, {"statement_timeout": "500"})
    yield pool
    await pool.close()


def _actor(paths: BothPaths, who: str) -> Actor:
    account = paths.world.accounts[who]
    return build_actor(
        Viewer(
            account_id=account.id,
            role=account.role,
            region=account.region,
            unit_id=account.unit_id,
        )
    )


async def _units(connection: asyncpg.Connection) -> int:
    return cast("int", await connection.fetchval("SELECT count(*) FROM unit"))


async def test_a_snapshot_is_read_only_and_repeatable(paths: BothPaths, lone: SnapshotPool) -> None:
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await connection.fetchval("SHOW transaction_isolation") == "repeatable read"
        assert await connection.fetchval("SHOW transaction_read_only") == "on"
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with lone.open_snapshot(_actor(paths, "near")) as connection:
            await connection.execute("DELETE FROM history")


async def test_no_actor_leaks_to_the_next_operation(paths: BothPaths, lone: SnapshotPool) -> None:
    async with lone.open_snapshot(_actor(paths, "province")) as connection:
        assert await _units(connection) == 3
    async with lone.open_snapshot(Actor()) as connection:
        assert await _units(connection) == 0
    await lone.release_parked()
    async with lone._pool.acquire() as connection:
        assert await connection.fetchval(ACTOR) == ""
        assert await _units(connection) == 0


@pytest.mark.parametrize("moment", [0.0, 0.001, 0.003, 0.05])
async def test_a_cancelled_operation_leaves_a_clean_connection(
    paths: BothPaths, lone: SnapshotPool, moment: float
) -> None:
    async def read() -> None:
        async with lone.open_snapshot(_actor(paths, "province")) as connection:
            await connection.fetch(ENDLESS)

    task = asyncio.create_task(read())
    await asyncio.sleep(moment)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await _units(connection) == 1
        assert await connection.fetchval("SELECT pg_backend_pid()") > 0


async def test_an_operation_cut_off_by_its_deadline_leaves_a_clean_pool(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    async def cut_off() -> None:
        now = asyncio.get_running_loop().time
        async with asyncio.timeout(None) as limit:
            async with lone.open_snapshot(_actor(paths, "province")) as connection:
                assert await _units(connection) == 3
                limit.reschedule(now() + 0.05)
                await connection.fetch(ENDLESS)

    with pytest.raises(TimeoutError):
        await cut_off()
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await _units(connection) == 1


async def test_an_error_is_rolled_back_without_a_word(
    paths: BothPaths, lone: SnapshotPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []
    loop = asyncio.get_running_loop()
    monkeypatch.setattr(loop, "call_exception_handler", told.append)
    with pytest.raises(asyncpg.UndefinedTableError):
        async with lone.open_snapshot(_actor(paths, "near")) as connection:
            await connection.fetch("SELECT * FROM nowhere")
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await _units(connection) == 1
    assert told == []


async def test_a_connection_that_the_database_ended_is_replaced(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
        async with lone.open_snapshot(_actor(paths, "near")) as connection:
            await connection.fetch("SELECT pg_terminate_backend(pg_backend_pid())")
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await _units(connection) == 1


async def test_a_statement_that_takes_too_long_is_answered_by_the_reference_path(
    paths: BothPaths, strict: SnapshotPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = "SELECT pg_sleep(600)::text"
    fetch = asyncpg.Connection.fetch

    async def slowly(self: Any, query: str, *_: Any, **more: Any) -> Any:
        return await fetch(self, slow, **more)

    plain = await paths.ask_path(NEAR, "near", compiled=False)
    monkeypatch.setattr(asyncpg.Connection, "fetch", slowly)
    said = await replace(paths, pool=strict).ask_path(NEAR, "near")
    assert (said.path, said.aside) == ("reference", "QueryCanceledError")
    assert said.body == plain.body


async def test_who_finds_no_connection_in_time_takes_the_reference_path(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    async with lone.open_snapshot(Actor()):
        lone._patience = 0.1
        said = await replace(paths, pool=lone).ask_both(NEAR, "near")
    assert (said.path, said.aside) == ("reference", "TimeoutError")
    lone._patience = LONG
    assert (await replace(paths, pool=lone).ask_both(NEAR, "near")).path == "compiled"


@pytest.mark.parametrize(
    "actor",
    [
        Actor(unit=cast("UUID", "', true), set_config('app.see_low', '000000")),
        Actor(see=("0' OR '1", "9")),
        Actor(see=("0", "９")),
        Actor(knows="x"),
        Actor(subjects=(UUID(int=1),)),
    ],
)
def test_an_actors_settings_can_hold_no_sql(actor: Actor) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        build_opening_statement(actor)


async def test_an_operation_uses_one_connection(paths: BothPaths, lone: SnapshotPool) -> None:
    query = """{ units { totalCount }
      claims { totalCount edges { node { unit { name } lines { id } } } } }"""
    said = await replace(paths, pool=lone).ask_both(GeneratedRequest(query), "near")
    assert said.path == "compiled"


async def test_a_connection_is_parked_for_the_next_operation_and_given_back_when_idle(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    ids = set()
    for who in ("near", "far"):
        async with lone.open_snapshot(_actor(paths, who)) as connection:
            ids.add(await connection.fetchval("SELECT pg_backend_pid()"))
    assert len(ids) == 1
    assert lone._pool.get_idle_size() == 0
    await lone.release_parked(seconds=LONG)
    assert lone._pool.get_idle_size() == 0
    await lone.release_parked()
    assert lone._pool.get_idle_size() == 1


async def test_a_pool_that_closes_parks_no_connection_that_comes_back(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        closing = asyncio.create_task(lone.close())
        await asyncio.sleep(0)
        await _units(connection)
    assert lone._parked == []
    await closing


async def test_whoever_waits_for_a_connection_gets_it_before_it_is_parked(
    paths: BothPaths, lone: SnapshotPool
) -> None:
    order: list[str] = []

    async def read_as(who: str) -> None:
        async with lone.open_snapshot(_actor(paths, who)) as connection:
            await _units(connection)
            order.append(who)

    async with lone.open_snapshot(_actor(paths, "near")):
        waiting = asyncio.create_task(read_as("far"))
        while not lone._waiting:  # noqa: ASYNC110 - it waits in the pool's line, which tells nobody
            await asyncio.sleep(0)
    await asyncio.gather(waiting, read_as("near"))
    assert order == ["far", "near"]


async def test_a_parked_connection_that_the_database_ended_is_replaced(
    paths: BothPaths, lone: SnapshotPool, owner: asyncpg.Connection
) -> None:
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        ended = await connection.fetchval("SELECT pg_backend_pid()")
    (parked,) = lone._parked
    await owner.execute("SELECT pg_terminate_backend($1)", ended)
    async with asyncio.timeout(LONG):
        while pool_module.is_open(parked.connection):  # noqa: ASYNC110 - the driver says when
            await asyncio.sleep(0.01)
    async with lone.open_snapshot(_actor(paths, "near")) as connection:
        assert await connection.fetchval("SELECT pg_backend_pid()") != ended


async def test_a_connection_goes_through_the_pool_after_many_operations(
    paths: BothPaths, lone: SnapshotPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool_module, "MAX_PARKED_USES", 2)
    for idle in (0, 1, 0):
        async with lone.open_snapshot(_actor(paths, "near")) as connection:
            await _units(connection)
        assert lone._pool.get_idle_size() == idle

"""The worker as a process of its own, killed as processes are: J12, X12."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text

from models import BoardPush, BoardState, Post
from resolvers.kernel.background import open_system_transaction
from server.runtime import worker
from server.runtime.board_stand_in import Mode
from server.settings.settings import Settings, SettingsError
from tests.factories.board import TOKEN, WatchedBoard, a_board, a_worker
from tests.factories.database import Database
from tests.factories.internship_scenario import POST_DRAFT, InternshipScenario, to_decision
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.world import World, a_world, add_officials, build_settings

ROOT = Path(__file__).parents[3]
SECONDS = 120
POSTS = 8


@pytest.fixture
async def board() -> AsyncIterator[WatchedBoard]:
    async with a_board() as made:
        yield made


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """A unit with posts, each of which was changed once: two changes of each are to be pushed."""
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        chain = InternshipScenario(made)
        await chain.approve_declaration()
        for number in range(POSTS):
            post = await chain.add_post(name=f"岗位{number}")
            change = POST_DRAFT | to_decision(post) | {"name": f"岗位{number}", "headcount": 9}
            await chain.run_step("changePost", change, "unit", "post")
        yield made


@contextmanager
def a_process(database: Database, board: WatchedBoard) -> Iterator[subprocess.Popen[str]]:
    """Run a worker; whatever becomes of it, it is gone afterwards."""
    environment = {
        **database.to_environment(),
        "JIUYE_HOME": str(database.home),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "JIUYE_BOARD_URL": board.url,
        "JIUYE_BOARD_TOKEN": TOKEN,
        "BOARD_TIMEOUT_SECONDS": "50",
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "server.cli.main", "worker"],
        cwd=ROOT,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate(timeout=SECONDS)


async def asked(board: WatchedBoard, times: int = 1) -> None:
    """Wait until the board was asked so many times."""
    for _ in range(times):
        await asyncio.wait_for(board.requested.get(), SECONDS)


async def taken(board: WatchedBoard, times: int) -> None:
    """Wait until the board has taken so many pushes."""
    for _ in range(times):
        await asyncio.wait_for(board.taken.get(), SECONDS)


async def at_work(process: subprocess.Popen[str]) -> None:
    """Wait until a worker has begun."""
    assert process.stdout is not None
    line = ""
    while line != "Working\n":
        line = await asyncio.to_thread(process.stdout.readline)
        assert line, "the worker has ended"


async def ended(process: subprocess.Popen[str], how: signal.Signals) -> int:
    """Send a signal and wait for the end."""
    process.send_signal(how)
    return await asyncio.to_thread(process.wait, SECONDS)


async def undelivered(world: World) -> bool:
    return {push.state for push in await world.load_rows(BoardPush)} != {BoardState.PUSHED}


async def all_delivered(world: World, board: WatchedBoard) -> None:
    """Let a worker of the test's own finish, and demand that each change took effect once.

    What a killed worker held is free as soon as the database has noticed.
    """
    async with a_worker(world, board) as worker, asyncio.timeout(SECONDS):
        while await undelivered(world):
            await worker.push_due()
    assert len(board.changes) == len(set(board.changes)) == 2 * POSTS
    assert board.late == 0
    assert {post.board_version for post in await world.load_rows(Post)} == {2}
    assert Counter(version for _, version in board.changes) == {1: POSTS, 2: POSTS}


@pytest.mark.slow
@pytest.mark.parametrize("requests", [1, 2, 5])
async def test_j12_a_worker_killed_at_any_moment_leaves_nothing_undone_and_nothing_done_twice(
    world: World, database: Database, board: WatchedBoard, requests: int
) -> None:
    for _ in range(2):
        with a_process(database, board) as process:
            await asked(board, requests)
            assert await ended(process, signal.SIGKILL) == -signal.SIGKILL
    await all_delivered(world, board)


@pytest.mark.slow
async def test_j12_what_the_board_took_before_the_worker_died_is_sent_again_and_dropped(
    world: World, database: Database, board: WatchedBoard
) -> None:
    """The board has it, the worker never heard so: the same key comes again and changes nothing."""
    board.mode = Mode.LOST
    with a_process(database, board) as process:
        await taken(board, 4)  # as many as it has lanes
        await ended(process, signal.SIGKILL)
    assert len(board.changes) == 4
    board.mode = Mode.OK
    await all_delivered(world, board)
    assert board.repeats == 4


@pytest.mark.slow
async def test_j12_workers_side_by_side_deliver_each_change_once(
    world: World, database: Database, board: WatchedBoard
) -> None:
    with a_process(database, board) as one, a_process(database, board) as other:
        async with open_system_transaction(world.service) as tx:  # neither begins before the other
            await tx.session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            await tx.session.execute(select(BoardPush).with_for_update())
            await asyncio.gather(at_work(one), at_work(other))
        async with asyncio.timeout(SECONDS):
            while await undelivered(world):  # noqa: ASYNC110 - the database says when
                await asyncio.sleep(0.05)
        assert [await ended(p, signal.SIGTERM) for p in (one, other)] == [0, 0]
    await all_delivered(world, board)
    assert (board.pushes, board.repeats) == (2 * POSTS, 0)


@pytest.mark.slow
async def test_a_worker_that_waits_for_the_board_stops_when_it_is_told(
    world: World, database: Database, board: WatchedBoard
) -> None:
    board.mode = Mode.HANG
    with a_process(database, board) as process:
        await asked(board)
        assert await ended(process, signal.SIGTERM) == 0
    board.mode = Mode.OK
    await all_delivered(world, board)


@pytest.mark.slow
def test_a_worker_with_wrong_settings_says_which() -> None:
    environment = {"BOARD_TIMEOUT_SECONDS": "900", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "server.runtime.worker"],
        cwd=ROOT,
        env=os.environ | environment | {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("BOARD_TIMEOUT_SECONDS: ")
    assert "Traceback" not in done.stderr


async def test_a_worker_compares_its_keys_as_soon_as_the_database_is_there(
    monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    """With the database away at its start, it sealed a bank account by a wrong key."""
    settings = build_settings(database)
    answers = [False, False]

    async def compare(settings: Settings) -> bool:
        if answers:
            return answers.pop()
        raise SettingsError("another key")

    monkeypatch.setattr(worker, "KEYS_PAUSE_SECONDS", 0)
    monkeypatch.setattr(worker, "require_matching_keys", compare)
    with pytest.raises(SettingsError):
        await worker.compare_keys(settings, asyncio.Event())
    assert answers == []
    stopped = asyncio.Event()
    stopped.set()
    assert not await worker.compare_keys(settings, stopped)


@pytest.mark.slow
def test_a_worker_without_its_database_says_so_and_goes_on_trying(tmp_path: Path) -> None:
    """It may be started before the migrations are through, or while the database restarts."""
    environment = {
        "DATABASE_URL": "postgresql://nobody@/nowhere?host=/nonexistent",
        "JIUYE_HOME": str(tmp_path),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "PYTHONPATH": str(ROOT),
    }
    with subprocess.Popen(
        [sys.executable, "-m", "server.runtime.worker"],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        line = json.loads(process.stderr.readline())
        assert (line["event"], line["outcome"], line["in_a_row"]) == ("job", "failed", 1)
        assert process.poll() is None
        process.terminate()
        process.communicate(timeout=SECONDS)
        assert process.returncode == 0

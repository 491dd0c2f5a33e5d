"""The jobs of the worker: what is counted of them, and how a failure is borne."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from gateways.object_store import StoreUnavailable
from models import BoardState
from resolvers.kernel.background import JobContext
from server.runtime.job import JOBS, Job
from server.runtime.sweep import build_retention_settings
from server.runtime.worker import (
    attempt_job,
    build_board,
    build_retry_policy,
    run_jobs,
)
from server.settings.settings import Settings
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.rows import a_board_push, a_post, a_unit
from tests.factories.world import World, a_world, build_settings


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        yield made


@pytest.fixture
def work(world: World) -> JobContext:
    return JobContext(service=world.service)


def a_job(*outcomes: int | Exception) -> Job:
    """Make a job that does, or fails, as it is told."""
    left = list(outcomes)

    async def run(work: JobContext) -> int:
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return Job(name="told", pause=timedelta(seconds=1), run=run)


def figure(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0


async def test_every_job_runs_on_an_empty_database_and_finds_nothing(work: JobContext) -> None:
    """Without a board too; their names are told apart."""
    assert len({job.name for job in JOBS}) == len(JOBS)
    for job in JOBS:
        assert await job.run(work) == 0


async def test_a_job_that_did_something_is_logged_and_counted(work: JobContext) -> None:
    before = figure("jiuye_job_done_total", job="told")
    with capture_logs() as lines:
        assert await attempt_job(a_job(7), work, 3) == (7, 0)
    (line,) = lines
    assert (line["event"], line["job"], line["outcome"], line["done"]) == ("job", "told", "done", 7)
    assert figure("jiuye_job_done_total", job="told") == before + 7


async def test_a_job_that_found_nothing_is_counted_in_silence(work: JobContext) -> None:
    with capture_logs() as lines:
        assert await attempt_job(a_job(0), work, 0) == (0, 0)
    assert lines == []


@pytest.mark.parametrize(
    "fault",
    [
        OperationalError("SELECT 1", {}, Exception("gone")),
        ConnectionRefusedError("gone"),
        StoreUnavailable(),
    ],
)
async def test_a_database_or_store_that_is_away_is_told_by_the_fault_s_name_only(
    work: JobContext, fault: Exception
) -> None:
    with capture_logs() as lines:
        assert await attempt_job(a_job(fault), work, 2) == (0, 3)
    (line,) = lines
    assert (line["outcome"], line["error"], line["in_a_row"]) == ("failed", type(fault).__name__, 3)
    assert "gone" not in str(line)


async def test_any_other_fault_is_told_by_name_and_place_and_ends_nothing(
    work: JobContext,
) -> None:
    before = figure("jiuye_job_runs_total", job="told", outcome="broken")
    with capture_logs() as lines:
        assert await attempt_job(a_job(SystemError("张三")), work, 0) == (0, 1)
    (line,) = lines
    assert (line["outcome"], line["error"], line["in_a_row"]) == ("broken", "SystemError", 1)
    assert line["at"].startswith("test_job.py:")
    assert "张三" not in str(line)
    assert figure("jiuye_job_runs_total", job="told", outcome="broken") == before + 1


async def test_a_job_that_is_cut_off_is_cut_off(work: JobContext) -> None:
    ended = asyncio.Event()

    async def run(work: JobContext) -> int:
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()
        return 1

    task = asyncio.ensure_future(
        attempt_job(Job(name="told", pause=timedelta(seconds=1), run=run), work, 0)
    )
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()


async def test_a_job_that_breaks_each_time_keeps_no_other_from_its_work(
    database: Database,
) -> None:
    done = asyncio.Event()

    async def break_down(work: JobContext) -> int:
        raise SystemError

    async def count_to_three(work: JobContext) -> int:
        counted.append(1)
        if len(counted) == 3:
            done.set()
        return 1

    counted: list[int] = []
    second = timedelta(milliseconds=1)
    jobs = (
        Job(name="breaks", pause=second, run=break_down),
        Job(name="counts", pause=second, run=count_to_three),
    )
    running = asyncio.ensure_future(run_jobs(build_settings(database), lambda: None, jobs))
    await asyncio.wait_for(done.wait(), 60)
    assert not running.done()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(running, 60)


async def test_j12_pushes_that_wait_or_were_given_up_are_shown_to_whoever_watches(
    world: World, work: JobContext
) -> None:
    unit = a_unit()
    post = a_post(unit)
    states = (BoardState.PENDING, BoardState.DEAD, BoardState.DEAD, BoardState.PUSHED)
    pushes = [a_board_push(post, n, state=state) for n, state in enumerate(states, 1)]
    await world.add_rows(unit, post, *pushes)
    (gauge,) = [job for job in JOBS if job.name == "gauge_pushes"]
    assert await gauge.run(work) == 0
    shown = {state: figure("jiuye_board_pushes", state=state) for state in BoardState}
    waiting, dead = shown[BoardState.PENDING], shown[BoardState.DEAD]
    assert (waiting, shown[BoardState.FAILED], dead) == (1, 0, 2)


def test_the_measures_of_the_worker_are_settings() -> None:
    keys = {"jiuye_secret_key": SECRET_KEY, "jiuye_data_key": KEY}
    settings = Settings.model_validate(
        keys | {"board_tries": 4, "board_first_wait_seconds": 2, "request_keep_days": 9}
    )
    assert (build_retry_policy(settings).tries, build_retry_policy(settings).first_wait) == (
        4,
        timedelta(seconds=2),
    )
    assert build_retention_settings(settings).requests == timedelta(days=9)
    assert build_board(settings) is None


@pytest.mark.parametrize("address", ["ftp://board", "board.example", "/etc/passwd", "http://"])
def test_an_address_of_the_board_is_one_of_http(address: str) -> None:
    with pytest.raises(ValueError, match="must be an http"):
        Settings.model_validate(
            {"jiuye_secret_key": SECRET_KEY, "jiuye_data_key": KEY, "jiuye_board_url": address}
        )


@pytest.mark.parametrize("token", ["two words", "一", "a\nb"])
def test_a_token_that_fits_into_no_header_is_refused_and_not_repeated(token: str) -> None:
    keys = {"jiuye_secret_key": SECRET_KEY, "jiuye_data_key": KEY}
    with pytest.raises(ValueError, match="visible ASCII") as told:
        Settings.model_validate(keys | {"jiuye_board_token": token})
    assert token not in str(told.value)

"""The worker: does the jobs until it is stopped. `jiuye worker`, or `python -m server.worker`."""

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from gateways.job_board import JobBoard
from gateways.store import StoreDown
from resolvers.kernel.background import Keep, Work
from rules.internship.board import Pace
from server.database.pools import running
from server.runtime.garbage import settle
from server.runtime.job import JOBS, Job
from server.settings.settings import Settings, SettingsError, load
from server.telemetry import log

GRACE_SECONDS = 2
LONGEST_PAUSE = timedelta(seconds=30)

RUNS = Counter("jiuye_job_runs", "Runs of a job, by what came of them.", ("job", "outcome"))
DONE = Counter("jiuye_job_done", "How much a job did.", ("job",))
SECONDS = Counter("jiuye_job_seconds", "How long a job ran.", ("job",))

logger = structlog.stdlib.get_logger("jiuye.worker")


def board_of(settings: Settings) -> JobBoard | None:
    """Give the way to the job board, if there is one."""
    if settings.jiuye_board_url is None:
        return None
    token = settings.jiuye_board_token.get_secret_value()
    return JobBoard(settings.jiuye_board_url, token, settings.board_timeout_seconds)


@asynccontextmanager
async def at_work(settings: Settings) -> AsyncIterator[Work]:
    """Hold what jobs may reach."""
    lanes = sum(job.lanes for job in JOBS)
    own = settings.model_copy(update={"compiled_reads": False, "pool_size": lanes})
    board = board_of(settings)
    try:
        async with running(own) as service:
            yield Work(
                service,
                board,
                pace_of(settings),
                keep_of(settings),
                most_roster_rows=settings.roster_most_rows,
            )
    finally:
        if board is not None:
            await board.close()


def pace_of(settings: Settings) -> Pace:
    """Read how often and how fast a push is tried."""
    return Pace(
        settings.board_tries,
        timedelta(seconds=settings.board_first_wait_seconds),
        timedelta(seconds=settings.board_longest_wait_seconds),
        timedelta(minutes=settings.applicants_refresh_minutes),
    )


def keep_of(settings: Settings) -> Keep:
    """Read how long what has done its service is kept."""
    return Keep(
        timedelta(days=settings.request_keep_days), timedelta(days=settings.session_keep_days)
    )


async def work(settings: Settings, ready: Callable[[], None], jobs: Sequence[Job] = JOBS) -> None:
    """Do all jobs until SIGTERM or SIGINT; what fails otherwise than the database ends it all."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with at_work(settings) as reach, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_lane(job, reach, stop)) for job in jobs for _ in range(job.lanes)
        ]
        settle()
        ready()
        waiting = group.create_task(stop.wait())
        await asyncio.wait([waiting])
        await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in tasks:  # what is cut off is rolled back, and done again at the next start
            task.cancel()


async def _lane(job: Job, reach: Work, stop: asyncio.Event) -> None:
    """Do one job again and again."""
    failures = 0
    while not stop.is_set():
        done, failures = await attempt(job, reach, failures)
        if done == 0:
            pause = min(job.pause * (1 << min(failures, 10)), max(LONGEST_PAUSE, job.pause))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause.total_seconds())


async def attempt(job: Job, reach: Work, failures: int) -> tuple[int, int]:
    """Do a job once; tell how much was done, and how often it has failed in a row by now."""
    begun = time.perf_counter()
    try:
        done = await job.run(reach)
    except (SQLAlchemyError, StoreDown, OSError) as error:
        # Database or store are away or were restarted: nothing was written, and it is tried again.
        RUNS.labels(job.name, "failed").inc()
        told = {"error": type(error).__name__, "in_a_row": failures + 1}
        logger.warning("job", job=job.name, outcome="failed", **told)
        return 0, failures + 1
    seconds = time.perf_counter() - begun
    RUNS.labels(job.name, "done" if done else "idle").inc()
    DONE.labels(job.name).inc(done)
    SECONDS.labels(job.name).inc(seconds)
    if done:
        logger.info("job", job=job.name, outcome="done", done=done, ms=round(seconds * 1000, 2))
    return done, 0


def main() -> None:
    """Work with the settings of the environment, as `jiuye run` has it done."""
    log.configure("WARNING")
    try:
        settings = load()
    except SettingsError as fault:
        raise SystemExit(str(fault)) from None
    asyncio.run(work(settings, lambda: None))


if __name__ == "__main__":
    main()

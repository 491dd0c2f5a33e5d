"""The worker: does the jobs until it is stopped; `python -m server.runtime.worker` does, too."""

import asyncio
import signal
import time
import traceback
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

import structlog
from prometheus_client import Counter
from sqlalchemy.exc import SQLAlchemyError

from gateways.job_board import JobBoard
from resolvers.kernel.background import (
    AWAY_ERRORS,
    JobContext,
    PausedSheets,
    SetAsideError,
    attempt,
)
from rules.kernel.retry import RetryPolicy
from server.database.checkpoints import build_checkpoint_plan
from server.database.data_key import require_matching_keys
from server.database.pools import open_service
from server.runtime.garbage_collection import freeze_gc
from server.runtime.job import JOBS, Job
from server.runtime.sweep import build_retention_settings
from server.settings.settings import Settings, SettingsError, load_settings
from server.telemetry import log

GRACE_SECONDS = 2
KEYS_PAUSE_SECONDS = 2.0
MAX_PAUSE = timedelta(seconds=30)

RUN_COUNTER = Counter("jiuye_job_runs", "Runs of a job, by what came of them.", ("job", "outcome"))
DONE_COUNTER = Counter("jiuye_job_done", "How much a job did.", ("job",))
SECONDS_COUNTER = Counter("jiuye_job_seconds", "How long a job ran.", ("job",))

logger = structlog.stdlib.get_logger("jiuye.worker")


def build_board(settings: Settings) -> JobBoard | None:
    """Return the way to the job board, if there is one."""
    if settings.jiuye_board_url is None:
        return None
    token = settings.jiuye_board_token.get_secret_value()
    return JobBoard(settings.jiuye_board_url, token, settings.board_timeout_seconds)


@asynccontextmanager
async def open_work(settings: Settings) -> AsyncIterator[JobContext]:
    """Hold what jobs may reach."""
    lanes = sum(job.lanes for job in JOBS)
    own = settings.model_copy(update={"compiled_reads": False, "pool_size": lanes})
    board, paused = build_board(settings), PausedSheets()
    try:
        async with open_service(own) as service:
            yield JobContext(
                service=service,
                board=board,
                retry_policy=build_retry_policy(settings),
                applicants_refresh=timedelta(minutes=settings.applicants_refresh_minutes),
                notice_policy=RetryPolicy(tries=settings.sms_notice_tries),
                retention=build_retention_settings(settings),
                checkpoints=build_checkpoint_plan(settings),
                max_roster_rows=settings.roster_most_rows,
                paused=paused,
            )
    finally:
        paused.close()
        if board is not None:
            await board.close()


def build_retry_policy(settings: Settings) -> RetryPolicy:
    """Read how often and how fast a push is tried."""
    return RetryPolicy(
        tries=settings.board_tries,
        first_wait=timedelta(seconds=settings.board_first_wait_seconds),
        longest_wait=timedelta(seconds=settings.board_longest_wait_seconds),
    )


async def run_jobs(
    settings: Settings, ready: Callable[[], None], jobs: Sequence[Job] = JOBS
) -> None:
    """Do all jobs until SIGTERM or SIGINT, whatever fails in any of them."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    if not await compare_keys(settings, stop):
        return
    async with open_work(settings) as reach, asyncio.TaskGroup() as group:
        tasks = [
            group.create_task(_run_lane(job, reach, stop)) for job in jobs for _ in range(job.lanes)
        ]
        freeze_gc()
        ready()
        waiting = group.create_task(stop.wait())
        await asyncio.wait([waiting])
        await asyncio.wait(tasks, timeout=GRACE_SECONDS)
        for task in tasks:  # what is cut off is rolled back, and done again at the next start
            task.cancel()


async def compare_keys(settings: Settings, stop: asyncio.Event) -> bool:
    """Compare the keys with the database's before anything is sealed; wait while it is away.

    Raises SettingsError where they are others. Returns false where it was stopped meanwhile.
    """
    tries = 0
    while not stop.is_set() and not await require_matching_keys(settings):
        tries += 1
        told = {"job": "compare_keys", "outcome": "failed", "in_a_row": tries}
        logger.warning("job", **told)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), KEYS_PAUSE_SECONDS)
    return not stop.is_set()


async def _run_lane(job: Job, reach: JobContext, stop: asyncio.Event) -> None:
    """Do one job again and again."""
    failures = 0
    while not stop.is_set():
        done, failures = await attempt_job(job, reach, failures)
        if done == 0:
            pause = min(job.pause * (1 << min(failures, 10)), max(MAX_PAUSE, job.pause))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause.total_seconds())


async def attempt_job(job: Job, reach: JobContext, failures: int) -> tuple[int, int]:
    """Do a job once; tell how much was done, and how often it has failed in a row by now."""
    begun = time.perf_counter()
    done = await attempt(job.run(reach))
    if isinstance(done, Exception):
        _tell_failure(job, done, failures + 1)
        return 0, failures + 1
    seconds = time.perf_counter() - begun
    RUN_COUNTER.labels(job.name, "done" if done else "idle").inc()
    DONE_COUNTER.labels(job.name).inc(done)
    SECONDS_COUNTER.labels(job.name).inc(seconds)
    if done:
        logger.info("job", job=job.name, outcome="done", done=done, ms=round(seconds * 1000, 2))
    return done, 0


def _tell_failure(job: Job, error: Exception, in_a_row: int) -> None:
    """Count and log a failure: by its name and place, for its words may tell of somebody (X11)."""
    told = {"error": type(error).__name__, "in_a_row": in_a_row}
    if isinstance(error, SetAsideError):
        RUN_COUNTER.labels(job.name, "set_aside").inc()
        told |= {"record": str(error), "error": type(error.__cause__).__name__}
        logger.error("job", job=job.name, outcome="set_aside", at=_find_place(error), **told)
    elif isinstance(error, (SQLAlchemyError, *AWAY_ERRORS)):
        # Database or store are away or were restarted: nothing was written, and it is tried again.
        RUN_COUNTER.labels(job.name, "failed").inc()
        logger.warning("job", job=job.name, outcome="failed", **told)
    else:
        RUN_COUNTER.labels(job.name, "broken").inc()
        logger.error("job", job=job.name, outcome="broken", at=_find_place(error), **told)


def _find_place(error: BaseException) -> str:
    """Name the file and line in which something was raised first."""
    frames = traceback.extract_tb((error.__cause__ or error).__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""


def main() -> None:
    """Work with the settings of the environment, as `jiuye run` has it done."""
    log.configure_logging("WARNING")
    try:
        asyncio.run(run_jobs(load_settings(), lambda: None))
    except SettingsError as fault:
        raise SystemExit(str(fault)) from None


if __name__ == "__main__":
    main()

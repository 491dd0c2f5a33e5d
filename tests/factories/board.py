"""The job board as tests have it: the stand-in behind real HTTP, and a worker that is stepped."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import uvicorn
from starlette.requests import Request
from starlette.responses import Response

from gateways.job_board import JobBoard
from resolvers.internship.applicant import fetch_next_applicants
from resolvers.internship.board import push_next_post
from resolvers.kernel.background import JobContext
from rules.kernel.retry import RetryPolicy
from server.runtime.board_stand_in import Mode, PostUpdate, StandIn
from tests.factories.web import KEEP_ALIVE_SECONDS
from tests.factories.world import World

TOKEN = "known-to-both"
TIMEOUT_SECONDS = 60.0
"""Seconds: whatever answers is heard, however busy the machine."""

RETRY_POLICY = RetryPolicy(
    tries=3,
    first_wait=timedelta(seconds=10),
    longest_wait=timedelta(seconds=60),
)


@dataclass
class WatchedBoard(StandIn):
    """A stand-in that tells of each push as it comes."""

    requested: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    taken: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    pushes: int = 0
    url: str = ""

    async def put_post(self, request: Request) -> Response:
        self.pushes += 1
        self.requested.put_nowait(None)
        return await super().put_post(request)

    def _store_update(self, post: str, key: str, told: PostUpdate) -> None:
        super()._store_update(post, key, told)
        self.taken.put_nowait(None)


@asynccontextmanager
async def a_board() -> AsyncIterator[WatchedBoard]:
    """Serve a board on a free port."""
    board = WatchedBoard(token=TOKEN)
    listener = socket.create_server(("127.0.0.1", 0))
    board.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        board.build_app(),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=0,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield board
    finally:
        server.should_exit = True
        await serving


@dataclass
class SteppedWorker:
    """A worker that does one thing at a time, at the world's own time."""

    world: World
    work: JobContext

    async def push_due(self) -> int:
        """Make all pushes that are due now, and tell how many attempts that took."""
        return sum([done async for done in self._repeat_until_idle(push_next_post)])

    async def fetch_due(self) -> int:
        """Fetch all applicants that are due now."""
        return sum([done async for done in self._repeat_until_idle(fetch_next_applicants)])

    async def _repeat_until_idle(self, job: Any) -> AsyncIterator[int]:
        while done := await job(self.work):
            yield done

    def advance_clock(self, **how_much: float) -> None:
        self.world.clock.now += timedelta(**how_much)


def get_timeout_seconds(mode: Mode) -> float:
    """Tell how many seconds a worker waits for a board in a mode: not long where none answers."""
    return 0.3 if mode is Mode.HANG else TIMEOUT_SECONDS


@asynccontextmanager
async def a_worker(
    world: World,
    board: WatchedBoard | None,
    seconds: float = TIMEOUT_SECONDS,
    pace: RetryPolicy = RETRY_POLICY,
    roll: float = 1,
) -> AsyncIterator[SteppedWorker]:
    """Have a worker for a world, with a way to the board or without."""
    gateway = JobBoard(board.url, TOKEN, seconds) if board else None
    try:
        yield SteppedWorker(
            world,
            JobContext(
                service=world.service, board=gateway, retry_policy=pace, jitter=lambda: roll
            ),
        )
    finally:
        if gateway is not None:
            await gateway.close()

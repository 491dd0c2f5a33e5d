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
from resolvers.internship.applicant import fetch_next
from resolvers.internship.board import push_next
from resolvers.kernel.background import Work
from rules.internship.board import Pace
from server.runtime.board_stand_in import Mode, StandIn, Told
from tests.factories.web import KEPT
from tests.factories.world import World

TOKEN = "known-to-both"
PATIENCE = 60.0
"""Seconds: whatever answers is heard, however busy the machine."""

PACE = Pace(3, timedelta(seconds=10), timedelta(seconds=60), timedelta(hours=1))


@dataclass
class Watched(StandIn):
    """A stand-in that tells of each push as it comes."""

    asked: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    taken: asyncio.Queue[None] = field(default_factory=asyncio.Queue)
    pushes: int = 0
    url: str = ""

    async def put_post(self, request: Request) -> Response:
        self.pushes += 1
        self.asked.put_nowait(None)
        return await super().put_post(request)

    def _take(self, post: str, key: str, told: Told) -> None:
        super()._take(post, key, told)
        self.taken.put_nowait(None)


@asynccontextmanager
async def a_board() -> AsyncIterator[Watched]:
    """Serve a board on a free port."""
    board = Watched(TOKEN)
    listener = socket.create_server(("127.0.0.1", 0))
    board.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    config = uvicorn.Config(
        board.app(),
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_keep_alive=KEPT,
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
class Worker:
    """A worker that does one thing at a time, at the world's own time."""

    world: World
    work: Work

    async def push(self) -> int:
        """Make all pushes that are due now, and tell how many attempts that took."""
        return sum([done async for done in self._all(push_next)])

    async def fetch(self) -> int:
        """Fetch all applicants that are due now."""
        return sum([done async for done in self._all(fetch_next)])

    async def _all(self, job: Any) -> AsyncIterator[int]:
        while done := await job(self.work):
            yield done

    def later(self, **how_much: float) -> None:
        self.world.clock.now += timedelta(**how_much)


def patience(mode: Mode) -> float:
    """Tell how many seconds a worker waits for a board in a mode: not long where none answers."""
    return 0.3 if mode is Mode.HANG else PATIENCE


@asynccontextmanager
async def a_worker(
    world: World,
    board: Watched | None,
    seconds: float = PATIENCE,
    pace: Pace = PACE,
    roll: float = 1,
) -> AsyncIterator[Worker]:
    """Have a worker for a world, with a way to the board or without."""
    gateway = JobBoard(board.url, TOKEN, seconds) if board else None
    try:
        yield Worker(world, Work(world.service, gateway, pace, roll=lambda: roll))
    finally:
        if gateway is not None:
            await gateway.close()

"""A job board that is watched, and a worker that goes step by step."""

from collections.abc import AsyncIterator

import pytest

from tests.factories.board import SteppedWorker, WatchedBoard, a_board, a_worker
from tests.factories.world import World


@pytest.fixture
async def board() -> AsyncIterator[WatchedBoard]:
    async with a_board() as made:
        yield made


@pytest.fixture
async def worker(world: World, board: WatchedBoard) -> AsyncIterator[SteppedWorker]:
    async with a_worker(world, board) as made:
        yield made

"""On the reference path many wait for one row; graphql-core may cancel some of them."""

import asyncio
from typing import Any

import pytest

import models
from loaders import Loaders
from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from tests.executor.scene import BothPaths


async def test_a_waiter_that_is_cancelled_leaves_the_others_waiting(paths: BothPaths) -> None:
    unit: Any = paths.scene.records["near"]["Unit"]
    snapshot = Snapshot(paths.world.service.reads, Actor(see=ALL_REGIONS))
    rows = Loaders(snapshot).get_row_batch(models.Unit)

    async def wait() -> Any:
        return await rows.load((unit.id,))

    cancelled, waiting = asyncio.create_task(wait()), asyncio.create_task(wait())
    await asyncio.sleep(0)
    cancelled.cancel()
    assert (await waiting).name == unit.name
    with pytest.raises(asyncio.CancelledError):
        await cancelled
    assert (await wait()).name == unit.name
    await snapshot.close()

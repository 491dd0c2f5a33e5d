from collections.abc import AsyncIterator

import pytest

from tests.factories.database import Database, TestCluster
from tests.factories.world import World, a_world, with_officials
from tests.schema.scene import Scene, a_scene


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """The service with the officials of a district, and one unit with a complete profile."""
    async with a_world(database) as made:
        await with_officials(made)
        await made.unit("unit")
        yield made


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """Two units in two districts, and all who may ask; for tests that write nothing."""
    async with a_scene(cluster) as made:
        yield made

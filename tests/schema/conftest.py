from collections.abc import AsyncIterator

import pytest

from models import Account
from tests.factories.database import TestCluster
from tests.factories.world import World, a_world, add_officials
from tests.schema.scene import Scene, a_scene


@pytest.fixture(scope="session")
async def peopled(cluster: TestCluster) -> AsyncIterator[tuple[str, dict[str, Account]]]:
    """Name a database with the officials of a district and one unit, to be cloned."""
    async with cluster.clone_database() as database:
        async with a_world(database) as made:
            await add_officials(made)
            await made.add_unit("unit")
        yield database.name, made.accounts


@pytest.fixture
async def world(
    cluster: TestCluster, peopled: tuple[str, dict[str, Account]]
) -> AsyncIterator[World]:
    """The service with the officials of a district, and one unit with a complete profile."""
    name, accounts = peopled
    async with cluster.clone_database(name) as database, a_world(database) as made:
        made.accounts.update(accounts)
        yield made


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """Two units in two districts, and all who may ask; for tests that write nothing."""
    async with a_scene(cluster) as made:
        yield made

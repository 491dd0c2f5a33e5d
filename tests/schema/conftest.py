from collections.abc import AsyncIterator

import pytest

from tests.factories.database import Database
from tests.factories.world import World, a_world, with_officials


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """The service with the officials of a district, and one unit with a complete profile."""
    async with a_world(database) as made:
        await with_officials(made)
        await made.unit("unit")
        yield made

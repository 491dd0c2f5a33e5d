from collections.abc import AsyncIterator

import pytest

from tests.factories.database import Database, TestCluster
from tests.factories.kept_database import KeptDatabase
from tests.factories.peopled import Peopled, save_peopled
from tests.factories.story import StoryTeller, find_stories
from tests.factories.world import World, a_world
from tests.schema.scene import Scene, a_scene


@pytest.fixture(scope="session")
async def peopled(kept_database: KeptDatabase) -> Peopled:
    return await save_peopled(kept_database)


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, story_teller: StoryTeller, peopled: Peopled
) -> Database:
    """The worker's database, peopled; where the test's stories were told, at their end."""
    return await story_teller.begin(find_stories(request), peopled.stage)


@pytest.fixture
async def world(database: Database, peopled: Peopled) -> AsyncIterator[World]:
    """The service with the officials of a district, and one unit with a complete profile."""
    async with a_world(database) as made:
        made.accounts.update(peopled.accounts)
        yield made


@pytest.fixture(scope="session")
def story_teller(cluster: TestCluster, kept_database: KeptDatabase) -> StoryTeller:
    return StoryTeller(kept_database, cluster.home)


@pytest.fixture(scope="session")
async def scene(cluster: TestCluster) -> AsyncIterator[Scene]:
    """Two units in two districts, and all who may ask; for tests that write nothing."""
    async with a_scene(cluster) as made:
        yield made

"""What the tests of loaders share: the service's engine on a database of their own."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from loaders.actor_connection import ActorConnection
from tests.factories.database import Database


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    """Give the service's engine, with a pool of one connection that is waited for, for a while."""
    made = create_async_engine(
        database.administration_url,
        pool_size=1,
        max_overflow=0,
        pool_timeout=60,
        connect_args={"connection_class": ActorConnection},
    )
    yield made
    await made.dispose()

"""What every test may ask for: the run's cluster and a database of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.factories.database import Database, TestCluster, running_cluster


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[TestCluster]:
    async with running_cluster() as running:
        yield running


@pytest.fixture
async def database(cluster: TestCluster) -> AsyncIterator[Database]:
    async with cluster.clone() as cloned:
        yield cloned

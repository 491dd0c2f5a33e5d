from collections.abc import AsyncIterator

import asyncpg
import pytest

from server.database.postgres_roles import connect_as_superuser
from tests.executor.scene import BothPaths, run_both_paths
from tests.factories.database import TestCluster


@pytest.fixture(scope="package")
async def paths(cluster: TestCluster) -> AsyncIterator[BothPaths]:
    """One world for all tests of compiled reads; they write nothing."""
    async with run_both_paths(cluster) as made:
        yield made


@pytest.fixture(scope="package")
async def broken(cluster: TestCluster) -> AsyncIterator[BothPaths]:
    """A world whose database holds what its constraints forbid."""
    async with run_both_paths(cluster) as made:
        name = made.world.service.writes.url.database
        owner = await connect_as_superuser(cluster.cluster, name or "")
        await owner.execute(
            "ALTER TABLE claim DROP CONSTRAINT ck_claim_living_allowance_has_a_month"
        )
        await owner.execute("UPDATE claim SET month = NULL")
        await owner.execute("""UPDATE claim_line SET explanation = '{}'""")
        await owner.close()
        yield made


@pytest.fixture(autouse=True)
def one_id_for_faults(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name every fault alike, so that answers can be compared byte for byte."""
    monkeypatch.setattr("secrets.token_hex", lambda size=None: "0" * 16)


@pytest.fixture
async def owner(paths: BothPaths, cluster: TestCluster) -> AsyncIterator[asyncpg.Connection]:
    """A superuser's connection to the world's database."""
    name = paths.world.service.writes.url.database
    connection = await connect_as_superuser(cluster.cluster, name or "")
    yield connection
    await connection.close()

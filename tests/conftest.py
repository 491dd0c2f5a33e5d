"""What every test may ask for: the run's cluster and a database."""

import gc
import io
from collections.abc import AsyncIterator, Iterator

import pytest

from server.runtime.garbage_collection import GC_THRESHOLDS
from server.telemetry.log import configure_logging
from server.telemetry.redaction import PERSONAL_NUMBER_PATTERN
from tests.factories.database import Database, TestCluster, run_cluster
from tests.factories.kept_database import KeptDatabase, keep_database

gc.disable()


def pytest_collection_finish() -> None:
    """Look for garbage seldom, and never among modules and tests: a worker holds millions."""
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    gc.enable()


@pytest.fixture(scope="session")
async def cluster() -> AsyncIterator[TestCluster]:
    async with run_cluster() as running:
        yield running


@pytest.fixture(scope="session")
async def kept_database(cluster: TestCluster) -> AsyncIterator[KeptDatabase]:
    async with keep_database(cluster) as kept:
        yield kept


@pytest.fixture
async def database(
    request: pytest.FixtureRequest, cluster: TestCluster, kept_database: KeptDatabase
) -> AsyncIterator[Database]:
    """The worker's database as the migrations left it; for `own_database` a clone of that."""
    if request.node.get_closest_marker("own_database") is None:
        yield await kept_database.load(kept_database.pristine)
    else:
        async with cluster.clone_database() as own:
            yield own


@pytest.fixture(scope="session")
def whole_log() -> Iterator[io.StringIO]:
    """Everything that the run logs; no personal number of anybody is in it (X11)."""
    stream = io.StringIO()
    yield stream
    found = [
        line for line in stream.getvalue().splitlines() if PERSONAL_NUMBER_PATTERN.search(line)
    ]
    assert found == [], f"{len(found)} log lines with personal numbers"


@pytest.fixture(autouse=True)
def _logged(whole_log: io.StringIO) -> None:
    configure_logging(stream=whole_log)

import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from server.database.postgres import MAX_SOCKET_PATH_BYTES, Cluster
from server.database.postgres_binaries import PostgresUnavailable
from server.database.postgres_roles import connect_as_superuser
from tests.factories.database import make_reachable_directory


@pytest.fixture
def home() -> Iterator[Path]:
    directory = make_reachable_directory()
    yield directory / "postgres"
    shutil.rmtree(directory)


def test_a_start_outside_the_main_thread_is_refused(home: Path) -> None:
    with ThreadPoolExecutor() as pool, pytest.raises(PostgresUnavailable, match="main thread"):
        pool.submit(Cluster(home).start).result()


def test_a_setting_that_postgresql_refuses_is_shown(home: Path) -> None:
    with pytest.raises(PostgresUnavailable, match="no_such_setting"):
        Cluster(home, {"no_such_setting": "1"}, durable=False).start()


def test_a_long_path_gets_a_short_socket(home: Path) -> None:
    cluster = Cluster(home / ("long" * 25) / "postgres")
    assert len(str(cluster.socket_directory / ".s.PGSQL.5432")) <= MAX_SOCKET_PATH_BYTES
    cluster.socket_directory.rmdir()


def test_only_its_account_can_enter_the_sockets_directory(home: Path) -> None:
    cluster = Cluster(home)
    facts = cluster.socket_directory.stat()
    assert stat.S_IMODE(facts.st_mode) == 0o700
    assert facts.st_uid == cluster.account.uid != 0


async def test_connect_reaches_a_cluster_as_its_superuser(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    try:
        cluster.start()
        connection = await connect_as_superuser(cluster)
        assert await connection.fetchval("SELECT current_user") == "postgres"
        await connection.close()
    finally:
        cluster.stop(immediately=True)

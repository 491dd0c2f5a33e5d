import asyncio
import os
import pwd
import shutil
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import asyncpg
import pytest

from server.database.postgres_binaries import choose_account, find_programs, may_enter
from server.database.postgres_process import list_process_ids
from tests.factories.database import make_reachable_directory
from tests.server.keeper import Keeper, kill_everything

pytestmark = pytest.mark.slow

# What asyncpg says when the server is gone, depending on where it was just then.
LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)
Keep = Callable[..., Keeper]


@pytest.fixture
def home() -> Iterator[Path]:
    directory = make_reachable_directory()
    yield directory / "postgres"
    shutil.rmtree(directory)


@pytest.fixture
def keep(home: Path) -> Iterator[Keep]:
    keepers: list[Keeper] = []

    def start(uid: int | None = None) -> Keeper:
        keepers.append(Keeper(home, uid))
        return keepers[-1]

    yield start
    for keeper in keepers:
        keeper.finish()


def test_a_first_start_makes_the_cluster_and_a_second_one_finds_its_data(keep: Keep) -> None:
    first = keep()
    assert first.answer()["started"]
    asyncio.run(write(first.dsn("owner"), 3))
    first.finish()
    second = keep()
    assert second.answer()["started"]
    assert asyncio.run(count(second.dsn("owner"))) == 3


def test_nothing_is_left_running_after_a_stop(keep: Keep, home: Path) -> None:
    keeper = keep()
    keeper.answer()
    assert list_process_ids(home / "data")
    keeper.finish()
    assert not list_process_ids(home / "data")


def test_the_database_dies_with_a_killed_service(keep: Keep, home: Path) -> None:
    keeper = keep()
    keeper.answer()
    keeper.kill()
    again = keep()
    assert again.answer()["started"]


def test_no_acknowledged_row_is_lost_when_everything_is_killed(keep: Keep) -> None:
    first = keep()
    first.answer()
    acknowledged = asyncio.run(write_until_killed(first))
    assert acknowledged >= 50
    second = keep()
    assert second.answer()["started"]
    assert asyncio.run(count(second.dsn("owner"))) >= acknowledged


async def write(dsn: str, rows: int) -> None:
    connection = await asyncpg.connect(dsn)
    await connection.execute("CREATE TABLE kept (id int PRIMARY KEY)")
    for number in range(rows):
        await connection.execute("INSERT INTO kept VALUES ($1)", number)
    await connection.close()


async def write_until_killed(keeper: Keeper) -> int:
    """Insert rows one by one, kill everything at the fiftieth, go on until it shows."""
    await write(keeper.dsn("owner"), 0)
    connection = await asyncpg.connect(keeper.dsn("owner"))
    acknowledged = 0
    killing = threading.Thread(target=kill_everything, args=[keeper])
    try:
        while True:
            await connection.execute("INSERT INTO kept VALUES ($1)", acknowledged)
            acknowledged += 1
            if acknowledged == 50:
                killing.start()
    except (*LOST, OSError):
        connection.terminate()
        await asyncio.to_thread(killing.join)
        return acknowledged


async def count(dsn: str) -> int:
    connection = await asyncpg.connect(dsn)
    rows: int = await connection.fetchval("SELECT count(*) FROM kept")
    await connection.close()
    return rows


def test_of_two_starters_at_once_one_starts_and_one_adopts(keep: Keep) -> None:
    starters = [keep(), keep()]
    with ThreadPoolExecutor() as pool:
        answers = list(pool.map(Keeper.answer, starters))
    assert sorted(answer["started"] for answer in answers) == [False, True]


def test_a_half_made_cluster_is_made_again(keep: Keep, home: Path) -> None:
    first = keep()
    first.answer()
    first.finish()
    (home / "data" / "PG_VERSION").unlink()
    left = home / "new-left"
    left.mkdir()
    assert keep().answer()["started"]
    assert not left.exists()


def test_a_process_id_that_now_belongs_to_another_does_not_stop_a_start(
    keep: Keep, home: Path
) -> None:
    first = keep()
    first.answer()
    stale = (home / "data" / "postmaster.pid").read_text().splitlines()
    first.finish()
    stale[0] = str(os.getpid())
    (home / "data" / "postmaster.pid").write_text("\n".join(stale) + "\n")
    assert keep().answer()["started"]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another account")
def test_an_ordinary_user_runs_it_as_itself(keep: Keep, home: Path) -> None:
    user = pwd.getpwnam("nobody")
    home.parent.chmod(0o777)
    if not may_enter(find_programs(), choose_account(home)):
        pytest.skip("the programs lie where an ordinary user can't read them")
    keeper = keep(user.pw_uid)
    assert keeper.answer().get("uid") == user.pw_uid, keeper.answer()
    assert (home / "data").stat().st_uid == user.pw_uid
    asyncio.run(write(keeper.dsn("owner"), 1))
    keeper.finish()
    as_root = keep()
    assert asyncio.run(count(as_root.dsn("owner"))) == 1
    assert (home / "data").stat().st_uid == user.pw_uid
    as_root.finish()
    assert keep(user.pw_uid).answer()["started"]

"""What commands say of an environment that can't work: one line that names the fault, no traceback.

Each command is a process of its own, as its user starts it.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from models import DatabaseRole
from server.database.postgres_roles import connect_as_superuser
from server.settings.settings import Settings
from tests.factories.database import Database, TestCluster, make_reachable_directory
from tests.factories.keys import KEY, SECRET_KEY

ROOT = Path(__file__).parents[3]
SECONDS = 120
RECONCILE, SERVE = ("reconcile",), ("serve",)
LOAD = ("facts", "load", "/", "--kind", "person", "--source", "x", "--as-of", "2025-01-01")


@pytest.fixture
def home() -> Iterator[Path]:
    directory = make_reachable_directory()
    yield directory
    shutil.rmtree(directory)


def environment(home: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Return nothing but a path, a data directory and what is given."""
    kept = {name: value for name, value in os.environ.items() if name.upper() not in SETTINGS}
    return kept | {"JIUYE_HOME": str(home / "data")} | dict(given)


SETTINGS = {name.upper() for name in Settings.model_fields}


def jiuye(home: Path, *command: str, **given: str) -> tuple[int, str]:
    """Run a command to its end; give its exit code and all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "server.cli.main", *command],
        cwd=ROOT,
        env=environment(home, given),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
        text=True,
    )
    return done.returncode, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "given", "words"),
    [
        (RECONCILE, {"DATABASE_URL": "garbage"}, "DATABASE_URL: must be postgresql://"),
        (SERVE, {"DATABASE_URL": "mysql://a:hidden@h/c"}, "DATABASE_URL: must be postgresql://"),
        (RECONCILE, {"DATABASE_URL": "postgresql://h:hidden/c"}, "must be postgresql://"),
        (SERVE, {"DATABASE_URL": "postgresql://a@h/c?hidden=1"}, "no option hidden"),
        (RECONCILE, {"DATABASE_URL": "postgresql://a:hidden@no.invalid/c"}, "host is not known"),
        (SERVE, {"DATABASE_URL": "postgresql://a:hidden@127.0.0.1:1/c"}, "Connection refused"),
        (LOAD, {"DATABASE_URL": "postgresql://a@/c?host=/nowhere"}, "nothing answers there"),
        (("run",), {"DATABASE_OWNER_URL": "postgresql://a@b/c"}, "needs DATABASE_URL"),
        (SERVE, {}, "DATABASE_URL is not set"),
        (("worker",), {}, "DATABASE_URL is not set"),
        (("run",), {"JIUYE_HOME": "/proc/nowhere"}, "JIUYE_HOME: No such file"),
        (("migrate",), {"JIUYE_HOME": "/etc/hostname"}, "is no directory"),
        (("tour",), {"PORT": "abc"}, "PORT: Input should be a valid integer"),
        (RECONCILE, {}, "it has no tables yet. Run `jiuye migrate`"),
        (("sweep",), {"ENVIRONMENT": "production"}, "needs JIUYE_SECRET_KEY"),
    ],
)
def test_an_environment_that_cannot_work_is_told_in_one_line(
    home: Path, command: tuple[str, ...], given: dict[str, str], words: str
) -> None:
    code, said = jiuye(home, *command, **given)
    assert (code, words in said, "Traceback" in said) == (1, True, False), said
    assert len(said.strip().splitlines()) == 1, said
    assert "hidden" in words or "hidden" not in said


@pytest.mark.slow
async def test_x10_a_role_that_no_policy_binds_starts_nothing(
    cluster: TestCluster, database: Database, home: Path
) -> None:
    own = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY}
    made = {"bypassing": "BYPASSRLS", "heir": "IN ROLE jiuye_owner"}
    superuser = await connect_as_superuser(cluster.cluster, database.name)
    try:
        for role, options in made.items():
            await superuser.execute(f"CREATE ROLE {role} LOGIN {options}")
            await superuser.execute(f'GRANT CONNECT ON DATABASE "{database.name}" TO {role}')
        for command, role, words in (
            (SERVE, "postgres", "its role is a superuser"),
            (("worker",), "postgres", "its role is a superuser"),
            (SERVE, "bypassing", "its role is one with BYPASSRLS"),
            (RECONCILE, "jiuye_owner", "its role is the owner of the tables"),
            (SERVE, "heir", "its role is the owner of the tables"),
        ):
            url = database.url.replace("jiuye@", f"{role}@")
            code, said = jiuye(home, *command, DATABASE_URL=url, **own)
            assert (code, words in said, "Traceback" in said) == (1, True, False), said
    finally:
        for role in made:
            await superuser.execute(f"DROP OWNED BY {role}")
            await superuser.execute(f"DROP ROLE {role}")
        await superuser.close()


@pytest.mark.slow
async def test_a_database_that_refuses_is_told_as_what_it_is(
    database: Database, home: Path
) -> None:
    own = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY}
    for url, words in (
        (database.url.replace("jiuye@", "nobody_here@"), "lets nobody of that name in"),
        (database.url.replace(database.name, "no_such"), "no database of that name"),
    ):
        code, said = jiuye(home, "reconcile", DATABASE_URL=url, **own)
        assert (code, words in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.slow
def test_a_file_of_keys_that_holds_none_is_told_and_kept(home: Path) -> None:
    (home / "data").mkdir()
    kept = home / "data" / "dev-keys.json"
    kept.write_text("[]")
    code, said = jiuye(home, "migrate")
    assert (code, "holds no development keys" in said) == (1, True), said
    assert kept.read_text() == "[]"


def name_database(database: Database) -> dict[str, str]:
    """Name a database of another installation, with its roles and its keys."""
    return {
        "DATABASE_URL": database.url,
        "DATABASE_SIGN_IN_URL": database.urls_beside[DatabaseRole.SIGN_IN],
        "DATABASE_ADMINISTRATION_URL": database.administration_url,
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
    }


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("not json", "heads.json", "was not written by `jiuye history verify --keep`"),
        (None, "nowhere/heads.json", "No such file or directory"),
        (None, "", "is a directory"),
    ],
)
async def test_a_file_of_chain_ends_that_is_none_is_told_and_kept(
    database: Database, home: Path, content: str | None, name: str, words: str
) -> None:
    own = name_database(database)
    file = home / name
    if content is not None:
        file.write_text(content)
    code, said = jiuye(home, "history", "verify", "--keep", str(file), **own)
    assert (code != 0, words in said, "Traceback" in said) == (True, True, False), said
    assert content is None or file.read_text() == content


@pytest.mark.slow
async def test_metrics_that_cannot_be_shown_are_told_by_their_setting(
    database: Database, home: Path
) -> None:
    own = name_database(database)
    code, said = jiuye(home, "worker", WORKER_METRICS_PORT="9100", HOST="203.0.113.9", **own)
    assert (code, "WORKER_METRICS_PORT=9100" in said, "Traceback" in said) == (1, True, False), said

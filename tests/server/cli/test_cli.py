import os
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from server.database.migrate import upgrade
from server.database.postgres_process import list_process_ids
from server.runtime.serving import reserve_port
from tests.factories.database import make_reachable_directory

ROOT = Path(__file__).parents[3]
SECONDS = 120
MIGRATION = '''"""one table"""

from alembic import context, op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("CREATE TABLE one ()")
    op.execute(f'GRANT SELECT ON one TO {context.config.attributes["service_role"]}')
'''


class Launched:
    """`jiuye COMMAND` in a process of its own, its lines read as they come."""

    def __init__(self, command: str, environ: dict[str, str]) -> None:
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.server.launcher", command],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def until(self, words: str) -> None:
        """Read on until a line has the words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            if words in line:
                return
        raise AssertionError("\n".join(self.lines))

    def end(self, how: signal.Signals | None = None) -> int:
        """Send the signal, read the rest, return the exit code."""
        if how is not None and self.process.poll() is None:
            self.process.send_signal(how)
        rest, _ = self.process.communicate(timeout=SECONDS)
        self.lines += rest.splitlines()
        return self.process.returncode


Launch = Callable[..., Launched]


@pytest.fixture
def home() -> Iterator[Path]:
    directory = make_reachable_directory()
    yield directory
    shutil.rmtree(directory)


@pytest.fixture
def port() -> Iterator[int]:
    with reserve_port() as kept:
        yield kept


@pytest.fixture
def launch(home: Path, port: int) -> Iterator[Launch]:
    (home / "versions").mkdir()
    (home / "versions" / "0001_one.py").write_text(MIGRATION)
    started: list[Launched] = []

    def start(command: str, **environ: str) -> Launched:
        own = {"JIUYE_HOME": str(home / "data"), "PORT": str(port)}
        own["VERSIONS"] = str(home / "versions")
        own["WORKER"] = "false"
        started.append(Launched(command, os.environ | own | environ))
        return started[-1]

    yield start
    for launched in started:
        launched.end(signal.SIGTERM)


def answer(port: int, host: str = "127.0.0.1") -> int:
    with urllib.request.urlopen(f"http://{host}:{port}/healthz") as response:
        return int(response.status)


def test_a_run_shows_its_steps_and_answers_when_it_introduces_itself(
    launch: Launch, home: Path, port: int
) -> None:
    running = launch("run")
    running.until(f"Open http://127.0.0.1:{port}/")
    assert answer(port) == 200
    steps = [line[:5] for line in running.lines if line.startswith("[")]
    assert steps == ["[1/4]", "[2/4]", "[3/4]", "[4/4]"]
    assert "  0001 one table" in running.lines
    assert any("dev-keys.json" in line for line in running.lines)
    assert running.end(signal.SIGINT) == 0
    assert not any("Traceback" in line for line in running.lines)
    assert not list_process_ids(home / "data" / "postgres" / "data")


@pytest.mark.slow
def test_a_second_run_finds_its_database_and_migrates_nothing(launch: Launch) -> None:
    first = launch("run")
    first.until("Open")
    assert first.end(signal.SIGTERM) == 0
    second = launch("run")
    second.until("Open")
    assert "  0001 one table" not in second.lines


@pytest.mark.slow
def test_ctrl_c_while_starting_ends_without_a_traceback(launch: Launch, home: Path) -> None:
    starting = launch("run", DEMO_SECONDS="600")
    starting.until("Loading for 600 seconds")
    assert starting.end(signal.SIGINT) == 130
    assert starting.lines[-1] == "Stopped."
    assert not any("Traceback" in line for line in starting.lines)
    assert not list_process_ids(home / "data" / "postgres" / "data")


@pytest.mark.slow
def test_a_port_in_use_is_a_clear_message(launch: Launch, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        refused = launch("run")
        assert refused.end() == 1
    said = "\n".join(refused.lines)
    assert f"Something else listens on 127.0.0.1 port {port}" in said
    assert "PORT=" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_a_host_that_is_none_is_told_as_one_and_starts_nothing(launch: Launch, home: Path) -> None:
    refused = launch("run", HOST="nohost")
    assert refused.end() == 1
    said = "\n".join(refused.lines)
    assert "HOST=nohost is not known here" in said
    assert "PORT" not in said
    assert "Traceback" not in said
    assert not (home / "data" / "postgres").exists()


@pytest.mark.slow
def test_the_address_that_a_run_names_answers_whatever_port_it_took(launch: Launch) -> None:
    running = launch("run", HOST="::", PORT="0", ENTRANCE="intranet")
    running.until("Open http://[::1]:")
    found = re.search(r"Open http://\[::1\]:([0-9]+)/ with intranet", running.lines[-1])
    assert found is not None, running.lines
    assert answer(int(found[1]), "[::1]") == 200
    assert running.end(signal.SIGINT) == 0


@pytest.mark.slow
def test_a_killed_run_can_be_started_again_at_once(launch: Launch) -> None:
    first = launch("run")
    first.until("Open")
    first.process.kill()
    first.process.wait()
    second = launch("run")
    second.until("Open")
    assert second.end(signal.SIGINT) == 0


@pytest.mark.slow
def test_serve_needs_a_database(launch: Launch) -> None:
    refused = launch("serve", ENVIRONMENT="development")
    assert refused.end() == 1
    assert any("DATABASE_URL is not set" in line for line in refused.lines)


@pytest.mark.slow
async def test_serve_uses_the_database_it_is_given(launch: Launch, port: int) -> None:
    database = launch("postgres")
    database.until("DATABASE_OWNER_URL=")
    given = dict(line.split("=", 1) for line in database.lines if line.startswith("DATABASE_"))
    empty = launch("serve", **given)
    assert empty.end() == 1
    assert any("no tables yet" in line for line in empty.lines)
    await upgrade(given["DATABASE_OWNER_URL"], lambda _: None)
    serving = launch("serve", **given)
    serving.until("Serving on")
    assert answer(port) == 200
    assert serving.end(signal.SIGTERM) == 0
    assert database.end(signal.SIGINT) == 130


@pytest.mark.slow
def test_migrate_brings_the_embedded_database_up_to_date(launch: Launch) -> None:
    first, second = launch("migrate"), None
    assert first.end() == 0
    assert "  0001 one table" in first.lines
    second = launch("migrate")
    assert second.end() == 0
    assert "  0001 one table" not in second.lines


@pytest.mark.slow
async def test_migrate_opens_the_tables_to_whom_the_service_connects_as(launch: Launch) -> None:
    database = launch("postgres")
    database.until("DATABASE_OWNER_URL=")
    given = dict(line.split("=", 1) for line in database.lines if line.startswith("DATABASE_"))
    owner = given["DATABASE_OWNER_URL"]
    given["DATABASE_URL"] = owner.replace("jiuye_owner@", "pg_monitor@")
    assert launch("migrate", **given).end() == 0
    connection = await asyncpg.connect(owner.replace("+asyncpg", ""))
    opened = await connection.fetchval("SELECT relacl::text FROM pg_class WHERE relname = 'one'")
    await connection.close()
    assert "pg_monitor=r/" in opened
    assert "jiuye=" not in opened


@pytest.mark.slow
def test_a_database_that_no_migration_leads_on_from_is_a_clear_message(
    launch: Launch, home: Path
) -> None:
    """The toy's 0001 stands for the one of before 0.1.0."""
    assert launch("migrate").end() == 0
    (home / "versions" / "0001_one.py").write_text(MIGRATION.replace("0001", "r0001"))
    for command in ("migrate", "run"):
        refused = launch(command)
        assert refused.end() == 1
        assert any("revision 0001 of before 0.1.0" in line for line in refused.lines)
        assert not any("Traceback" in line for line in refused.lines)


def children(launched: Launched) -> dict[str, int]:
    """List the programs that a run started beside itself, by name."""
    pid = launched.process.pid
    found = {}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        if "-m" in words:
            found[words[words.index("-m") + 1]] = int(child)
    return found


def has_ended(pid: int) -> bool:
    """Wait for the end of a process that is nobody's child here."""
    try:
        watched = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], SECONDS)[0])
    finally:
        os.close(watched)


def running_with_worker(launch: Launch) -> tuple[Launched, dict[str, int]]:
    running = launch("run", WORKER="true")
    running.until("Open")
    for _ in range(2):  # whichever is first
        running.until("Beside it: ")
    return running, children(running)


@pytest.mark.slow
def test_a_run_starts_the_worker_and_a_board_and_ends_both(launch: Launch) -> None:
    running, beside = running_with_worker(launch)
    assert beside.keys() == {"server.runtime.worker", "server.runtime.board_stand_in"}
    assert any("/control" in line for line in running.lines)
    assert running.end(signal.SIGINT) == 0
    assert all(has_ended(pid) for pid in beside.values())
    assert not any("Traceback" in line for line in running.lines)


@pytest.mark.slow
def test_a_worker_that_dies_is_seen_and_started_again(launch: Launch) -> None:
    running, beside = running_with_worker(launch)
    os.kill(beside["server.runtime.worker"], signal.SIGKILL)
    running.until("The worker ended by itself (-9)")
    running.until("Beside it: worker")
    again = children(running)
    assert again["server.runtime.worker"] != beside["server.runtime.worker"]
    assert again["server.runtime.board_stand_in"] == beside["server.runtime.board_stand_in"]
    assert running.end(signal.SIGTERM) == 0
    assert has_ended(again["server.runtime.worker"])


@pytest.mark.slow
def test_a_run_that_is_killed_takes_worker_and_board_with_it(launch: Launch, home: Path) -> None:
    running, beside = running_with_worker(launch)
    database = list_process_ids(home / "data" / "postgres" / "data")
    running.process.kill()
    assert all(has_ended(pid) for pid in (*beside.values(), *database))


@pytest.mark.slow
def test_a_worker_alone_needs_a_database(launch: Launch) -> None:
    refused = launch("worker")
    assert refused.end() == 1
    assert any("DATABASE_URL is not set" in line for line in refused.lines)

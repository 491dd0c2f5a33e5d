"""A virtual environment that was moved, copied or lost its Python is made anew, no other."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
STAMPS = (".made", ".runtime", ".development")


@pytest.fixture
def venv(tmp_path: Path) -> Path:
    made = tmp_path / "a place" / ".venv"
    made.parent.mkdir()
    command = [sys.executable, "-m", "venv", "--without-pip", str(made)]
    subprocess.run(command, check=True)
    for name in STAMPS:
        (made / name).touch()
    return made


def forgotten(venv: Path) -> str:
    """Let the script look; give what it says, once it is seen to have done so."""
    command = ["bash", str(ROOT / ".ci" / "forget-moved-venv"), str(venv)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    kept = [name for name in STAMPS if (venv / name).exists()]
    assert kept == ([] if done.stderr else [*STAMPS])
    assert done.stdout == ""
    return done.stderr


def test_where_it_was_made_it_is_kept_also_through_a_link(venv: Path, tmp_path: Path) -> None:
    (tmp_path / "linked").symlink_to(venv)
    assert forgotten(venv) == forgotten(tmp_path / "linked") == ""


def test_moved_it_is_made_anew(venv: Path, tmp_path: Path) -> None:
    assert "was moved here" in forgotten(venv.rename(tmp_path / "moved"))


def test_copied_it_is_made_anew_and_the_first_is_kept(venv: Path, tmp_path: Path) -> None:
    copied = tmp_path / "copied"
    shutil.copytree(venv, copied, symlinks=True)
    assert "was moved here" in forgotten(copied)
    assert forgotten(venv) == ""


def test_without_its_python_it_is_made_anew(venv: Path) -> None:
    (venv / "bin" / "python").unlink()
    (venv / "bin" / "python").symlink_to("/nowhere/python")
    assert "is gone" in forgotten(venv)


def test_where_there_is_none_nothing_is_said(tmp_path: Path) -> None:
    assert (
        subprocess.run(
            ["bash", str(ROOT / ".ci" / "forget-moved-venv"), str(tmp_path / "none")],
            check=True,
            capture_output=True,
        ).stderr
        == b""
    )

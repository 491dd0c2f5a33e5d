"""The changelog is put together from a file per change (changes/README.md)."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
CHANGES = ROOT / "changes"
TOWNCRIER = Path(sys.executable).with_name("towncrier")
CONFIGURED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
AREAS = {each["directory"]: each["name"] for each in CONFIGURED["tool"]["towncrier"]["type"]}
NAME = re.compile(rf"\+[a-z0-9-]+\.({'|'.join(AREAS)})\.md")


def test_each_change_names_its_area_and_is_short() -> None:
    for path in CHANGES.iterdir():
        if path.name != "README.md":
            assert NAME.fullmatch(path.name), path.name
            assert 0 < len(path.read_text(encoding="utf-8").strip()) <= 300, path.name


def test_changes_explain_every_area() -> None:
    told = (CHANGES / "README.md").read_text(encoding="utf-8")
    assert [area for area in AREAS if f"`{area}`" not in told] == []


def test_a_release_moves_changes_into_the_changelog_by_area(tmp_path: Path) -> None:
    for name in ("pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, tmp_path)
    (tmp_path / "changes").mkdir()
    for area in AREAS:
        (tmp_path / "changes" / f"+toy.{area}.md").write_text(f"Toys of {area}.", encoding="utf-8")
    command = [str(TOWNCRIER), "build", "--yes", "--version", "99.0.0", "--dir", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    told = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    places = [told.index(f"### {name}\n\n- Toys of {area}.") for area, name in AREAS.items()]
    assert places == sorted(places)
    assert told.index("## 99.0.0") < places[0]
    assert places[-1] < told.index("## 0.1.0")
    assert [*(tmp_path / "changes").iterdir()] == []

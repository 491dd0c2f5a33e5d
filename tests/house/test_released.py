"""Released migrations are never edited, and stand on nothing that changes (ADR 0048)."""

import ast
import re
import shutil
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from migrations import released
from server.database.migrate import SCRIPTS_DIRECTORY, build_configuration

ROOT = SCRIPTS_DIRECTORY.parent
OURS = {path.name for path in ROOT.iterdir() if path.is_dir()}
MIGRATIONS = sorted((SCRIPTS_DIRECTORY / "versions").glob("*.py"))


def chain() -> list[str]:
    """List the revisions, oldest first."""
    scripts = ScriptDirectory.from_config(build_configuration())
    return [script.revision for script in scripts.walk_revisions()][::-1]


def edited() -> list[str]:
    """List the released files that are not what they were."""
    now = released.digests()
    return [
        file
        for release in released.releases().values()
        for file, digest in release.files.items()
        if now.get(file) != digest
    ]


def test_no_released_migration_is_edited() -> None:
    assert edited() == []
    assert sum(len(release.files) for release in released.releases().values()) >= 18


def test_an_edit_or_a_loss_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(SCRIPTS_DIRECTORY / "versions", tmp_path, dirs_exist_ok=True)
    monkeypatch.setattr(released, "VERSIONS", tmp_path)
    assert edited() == []
    policies = tmp_path / "r0001" / "policies.sql"
    policies.write_text(policies.read_text().replace("act_low", "see_low", 1))
    (tmp_path / "r0001_baseline.py").unlink()
    assert edited() == ["r0001/policies.sql", "r0001_baseline.py"]


def test_each_release_of_the_changelog_has_its_migrations_and_the_last_ones_lead_on() -> None:
    told = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    releases = released.releases()
    assert [*releases] == told[::-1]
    places = [chain().index(release.revision) for release in releases.values()]
    assert places == sorted(places)


def test_a_release_is_entered_once_with_what_no_other_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    digests = tmp_path / "released.toml"
    shutil.copy(released.DIGESTS, digests)
    monkeypatch.setattr(released, "DIGESTS", digests)
    known = {file for release in released.releases().values() for file in release.files}
    assert released.main(["99.0.0"]) == 0
    entered = released.releases()["99.0.0"]
    assert entered.revision == chain()[-1]
    assert entered.files == {f: d for f, d in released.digests().items() if f not in known}
    before = digests.read_text()
    assert released.main(["99.0.0"]) == 1
    assert "mended by the next one" in capsys.readouterr().err
    assert digests.read_text() == before


def test_revisions_are_numbered_one_after_the_other_in_files_of_their_names() -> None:
    assert chain() == [f"r{number:04}" for number in range(1, len(MIGRATIONS) + 1)]
    assert [path.name.split("_")[0] for path in MIGRATIONS] == chain()


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_goes_forward_only(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert "upgrade" in named
    assert "downgrade" not in named


@pytest.mark.parametrize("path", MIGRATIONS, ids=lambda path: path.stem)
def test_a_migration_imports_nothing_that_may_change_its_meaning(path: Path) -> None:
    """Neither models nor rules: what they say tomorrow is not what was migrated to."""
    imported = {
        name
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in imports(node)
    }
    assert {name for name in imported if name.split(".")[0] in OURS} <= {"migrations.execution"}


def imports(node: ast.AST) -> list[str]:
    match node:
        case ast.Import(names):
            return [alias.name for alias in names]
        case ast.ImportFrom(module=str(module)):
            return [module]
    return []

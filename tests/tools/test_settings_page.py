"""The page of the settings says what the code reads, and where."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from server.settings.settings import CLOSED_IN_PRODUCTION, Settings
from tests.factories.keys import KEY, SECRET_KEY
from tools import settings_page
from tools.settings_page import ALL_PROCESSES, SECTIONS, Process

ENTRIES = {
    Process.RUN: ("server.cli.main", "run"),
    Process.SERVICE: ("server.runtime.production", "main"),
    Process.WORKER: ("server.cli.main", "work_alone"),
    Process.MIGRATE: ("server.cli.main", "migrate"),
    Process.SWEEP: ("server.cli.main", "sweep"),
    Process.COMMANDS: ("server.cli.command_account", "create_account"),
}
"""The function with which each process begins."""
VERIFYING = ("server.cli.command_history", "verify_history")
"""What of the commands reads settings that no other command does."""
SETTINGS_MODULES = (
    "server.settings.settings",
    "server.settings.settings_board",
    "server.settings.settings_keys",
    "server.settings.settings_store",
)
OUR_ROOMS = ("server", "demonstration", "executor", "schema", "resolvers", "gateways")
REQUIRED_AT_EVERY_START = {
    *("environment", "jiuye_secret_key", "jiuye_data_key", "jiuye_home"),
    *("jiuye_keys_file", "jiuye_keys_command"),
}
"""Read by `load_settings` itself: for the keys, and to make them in development."""

DECLARED = {name: where for section in SECTIONS for name, where in section.processes.items()}


@cache
def parse_module(module: str) -> ast.Module:
    spec = find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return ast.parse(Path(spec.origin).read_text(encoding="utf-8"))


@cache
def find_imports(module: str) -> dict[str, str]:
    """Map each name that a module imports from one of ours to that module."""
    found = {}
    for node in ast.walk(parse_module(module)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(OUR_ROOMS):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                name = inner if _is_module(inner) else node.module
                found[alias.asname or alias.name] = name
    return found


def _is_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def find_read_settings(tree: ast.AST) -> Iterator[str]:
    """Yield each attribute of whatever is called `settings`."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "settings"
        ):
            yield node.attr


@cache
def find_property_sources() -> dict[str, set[str]]:
    """Map each property of the settings to the fields that it is made of."""
    uses: dict[str, set[str]] = {}
    for module in SETTINGS_MODULES:
        for node in ast.walk(parse_module(module)):
            if isinstance(node, ast.FunctionDef):
                uses[node.name] = {
                    each.attr
                    for each in ast.walk(node)
                    if isinstance(each, ast.Attribute)
                    and isinstance(each.value, ast.Name)
                    and each.value.id == "self"
                }
    return uses


def resolve_fields(name: str) -> set[str]:
    if name in Settings.model_fields:
        return {name}
    sources = find_property_sources().get(name, set())
    return {field for source in sources for field in resolve_fields(source)}


@cache
def find_fields_within_reach(process: Process) -> set[str]:
    """Return each field that the process's first function, or a module it leads to, reads."""
    entries = [ENTRIES[process], *([VERIFYING] if process is Process.COMMANDS else [])]
    return set[str]().union(*(find_fields_within(*each) for each in entries))


def find_fields_within(module: str, function: str) -> set[str]:
    """Return each field that a function, or a module it leads to, reads."""
    entry = next(
        node
        for node in ast.walk(parse_module(module))
        if isinstance(node, ast.FunctionDef) and node.name == function
    )
    names = {node.id for node in ast.walk(entry) if isinstance(node, ast.Name)}
    waiting = [where for name, where in find_imports(module).items() if name in names]
    read, seen = set(find_read_settings(entry)), set(SETTINGS_MODULES)
    while waiting:
        reached = waiting.pop()
        if reached in seen:
            continue
        seen.add(reached)
        read.update(find_read_settings(parse_module(reached)))
        waiting.extend(find_imports(reached).values())
    return {field for name in read for field in resolve_fields(name)} | REQUIRED_AT_EVERY_START


def test_the_page_of_settings_is_current() -> None:
    assert settings_page.PAGE.read_text(encoding="utf-8") == settings_page.render_page()
    assert settings_page.main(["--check"]) == 0


def test_a_page_that_is_not_current_is_told_and_written_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(settings_page, "PAGE", tmp_path / "page.md")
    assert settings_page.main(["--check"]) == 1
    assert "make settings" in capsys.readouterr().err
    assert settings_page.main([]) == 0
    assert settings_page.main(["--check"]) == 0


def test_every_setting_stands_on_the_page_once() -> None:
    names = [name for section in SECTIONS for name in section.processes]
    assert sorted(names) == sorted(Settings.model_fields)


def test_every_setting_says_what_it_is_for_in_one_or_two_sentences() -> None:
    purposes = settings_page.read_purposes()
    assert set(purposes) == set(Settings.model_fields)
    assert all(text.endswith(".") and len(text) <= 200 for text in purposes.values())


def test_a_process_is_named_only_where_its_code_reads_the_setting() -> None:
    unread = [
        (name, process)
        for process in ALL_PROCESSES
        for name, where in DECLARED.items()
        if process in where and name not in find_fields_within_reach(process)
    ]
    assert not unread


def test_every_setting_is_read_by_some_process() -> None:
    read = set().union(*(find_fields_within_reach(process) for process in ALL_PROCESSES))
    assert read == set(Settings.model_fields)


def test_what_production_needs_or_leaves_off_is_what_the_settings_do(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    with pytest.raises(ValueError, match="ENVIRONMENT=production needs") as refused:
        Settings(environment="production")
    missing = re.findall(r"[A-Z_]{5,}", str(refused.value).partition("needs")[2].partition("[")[0])
    assert {name.lower() for name in missing} == set(settings_page.NEEDED_IN_PRODUCTION)
    made = Settings.model_validate(
        {"environment": "production", "database_url": "postgresql://jiuye@localhost/jiuye"}
        | {"jiuye_secret_key": SECRET_KEY, "jiuye_data_key": KEY}
    )
    given = {"environment", *settings_page.NEEDED_IN_PRODUCTION}
    differing = {
        name: getattr(made, name)
        for name, field in Settings.model_fields.items()
        if name not in given and getattr(made, name) != field.default
    }
    assert differing == CLOSED_IN_PRODUCTION

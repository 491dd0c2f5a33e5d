"""How the house is built: one direction of imports, small modules, small functions."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parent.parent.parent
ROOMS = ("models", "rules", "loaders", "gateways", "resolvers", "schema", "executor", "server")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LINES, STATEMENT_LINES = 250, 35
LONGER = {
    "rules/declared_control.py": "every risk control in two languages, a table",
    "rules/reason.py": "every name on which clients may rely, a list",
    "rules/wording.py": "every refusal in two languages, a table",
    "rules/workflow.py": "the one table of all transitions",
    "schema/binding.py": "all kinds of bindings, read by both executors",
}
LONGER_FUNCTIONS: dict[str, str] = {}
BROAD = {"executor/context.py": "whatever fails there is answered by the reference path"}
"""Modules that may catch everything."""


def test_imports_go_one_way(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_read_in_one_sitting(module: Path) -> None:
    name = str(module.relative_to(ROOT))
    lines = len(module.read_text(encoding="utf-8").splitlines())
    assert lines <= LINES or name in LONGER, f"{name} has {lines} lines"


def test_only_what_is_longer_is_excepted() -> None:
    for name in LONGER:
        assert (ROOT / name).exists(), name


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or 0) - function.lineno + 1


def test_a_function_does_one_thing() -> None:
    long = [
        f"{module.relative_to(ROOT)}:{function.name}: {_length(function)}"
        for module in MODULES
        for function in functions(module)
        if _length(function) > STATEMENT_LINES
    ]
    assert [name for name in long if name.rpartition(":")[0] not in LONGER_FUNCTIONS] == []


def test_nothing_is_imported_in_a_function_and_nothing_caught_broadly() -> None:
    found = [
        f"{module.relative_to(ROOT)}:{node.lineno}"
        for module in MODULES
        for function in functions(module)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert found == []
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert "type: ignore" not in text, module
        swallowing = [h.lineno for h in ast.walk(ast.parse(text)) if _swallows(h)]
        assert not swallowing or str(module.relative_to(ROOT)) in BROAD, module


def _swallows(handler: ast.AST) -> TypeGuard[ast.ExceptHandler]:
    """Tell a handler that catches everything and does not pass it on."""
    if not isinstance(handler, ast.ExceptHandler):
        return False
    caught = ast.unparse(handler.type) if handler.type else "BaseException"
    passes_on = any(isinstance(node, ast.Raise) for node in ast.walk(handler))
    return caught in {"Exception", "BaseException"} and not passes_on

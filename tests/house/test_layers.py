"""How the house is built: imports stand at the top, and nothing is caught broadly."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

ROOT = Path(__file__).parent.parent.parent
ROOMS = (
    *("models", "rules", "loaders", "gateways", "resolvers", "schema", "executor", "server"),
    *("demonstration", "tools"),
)
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
BROAD = dict.fromkeys(
    ("executor/context.py", "executor/known_query.py", "executor/plan_run.py"),
    "whatever fails there is answered by the reference path",
)
"""Modules that may catch everything."""


def functions(module: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


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

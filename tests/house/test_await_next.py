"""Nowhere has `anext` a default that is a tuple: Python 3.11 raises SystemError."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("executor", "gateways", "loaders", "resolvers", "rules", "schema", "server", "tools")


def test_no_anext_has_a_default_that_may_be_a_tuple() -> None:
    """Python gives the default back as a StopIteration's arguments, and a tuple is taken apart."""
    calls = [
        (str(path.relative_to(ROOT)), call)
        for room in (*ROOMS, "tests", "demonstration", "benchmarks")
        for path in (ROOT / room).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        if call.func.id == "anext"
    ]
    assert calls
    unsafe = [
        f"{path}:{call.lineno}"
        for path, call in calls
        if not all(isinstance(given, ast.Constant) for given in call.args[1:])
    ]
    assert unsafe == []

"""X28: whoever sets another's password says that it was given, so that its holder changes it."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SET_BY_THEIR_HOLDERS = {
    "add_account": "one's own account",
    "open_account": "none, until it is confirmed",
    "_hash_anew": "the same password, by the figures of today",
    "_restore_account": "fits no password",
}
"""Functions that write a password's hash and no `password_given_at`, and why."""


def test_x28_whatever_writes_a_password_says_whether_it_was_given() -> None:
    silent = {
        function.name
        for room in ("resolvers", "server")
        for path in sorted((ROOT / room).rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(function, ast.AsyncFunctionDef | ast.FunctionDef)
        and _writes(function, "password_hash")
        and not _writes(function, "password_given_at")
    }
    assert silent == SET_BY_THEIR_HOLDERS.keys()


def _writes(function: ast.AST, column: str) -> bool:
    """Return whether a function sets a column: of a row, in a call, or by a mapping."""
    for node in ast.walk(function):
        match node:
            case ast.keyword(arg=name) if name == column:
                return True
            case ast.Attribute(attr=name, ctx=ast.Store()) if name == column:
                return True
            case ast.Dict(keys=keys) if column in map(_get_text, keys):
                return True
            case ast.Subscript(slice=key, ctx=ast.Store()) if _get_text(key) == column:
                return True
    return False


def _get_text(node: ast.AST | None) -> object:
    return node.value if isinstance(node, ast.Constant) else None

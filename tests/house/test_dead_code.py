"""What is written is called by somebody: a reader nobody called let good accounts be refused."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEFINING = ("models", "rules", "loaders", "gateways", "resolvers")
USING = (*DEFINING, "schema", "executor", "server", "migrations", "demonstration", "tools")
KNOWN: dict[str, str] = {
    "loaders/__init__.py: batch_load_fn": "aiodataloader's, which calls it",
    "rules/kernel/month.py: compute_one_year_term_end": "what the laws of terms are held against",
}
"""What nobody calls by its name, and why it stays."""


def trees(rooms: tuple[str, ...]) -> Iterator[tuple[Path, ast.Module]]:
    for room in rooms:
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def definitions(tree: ast.Module) -> Iterator[str]:
    """Name functions and classes of a module, and methods that are no protocol's."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        if isinstance(node, ast.ClassDef):
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef):
                    yield inner.name


def names(tree: ast.Module) -> Iterator[str]:
    """List the names that a module uses, in strings too: relationships name classes so."""
    exported = {id(each) for each in _exports(tree)}
    for node in ast.walk(tree):
        match node:
            case ast.Name():
                yield node.id
            case ast.Attribute():
                yield node.attr
            case ast.alias(asname=str()):
                yield node.name
            case ast.Constant(value=str(text)) if id(node) not in exported:
                yield from text.replace(".", " ").replace("[", " ").replace("(", " ").split()


def _exports(tree: ast.Module) -> Iterator[ast.AST]:
    for node in tree.body:
        if isinstance(node, ast.Assign) and any(
            isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets
        ):
            yield from ast.walk(node.value)


def unused(defining: tuple[str, ...], using: tuple[str, ...]) -> list[str]:
    used = Counter(name for _, tree in trees(using) for name in names(tree))
    return [
        f"{path.relative_to(ROOT)}: {name}"
        for path, tree in trees(defining)
        for name in definitions(tree)
        if not used[name] and not name.startswith("__") and not _is_decorated(tree, name)
    ]


def _is_decorated(tree: ast.Module, name: str) -> bool:
    """Ask whether a decorator takes a function, as an event's listener."""
    return any(
        isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name == name
        and any(not isinstance(each, ast.Name) for each in node.decorator_list)
        for node in ast.walk(tree)
    )


def test_whatever_is_written_is_called_by_somebody() -> None:
    assert [each for each in unused(DEFINING, USING) if each not in KNOWN] == []

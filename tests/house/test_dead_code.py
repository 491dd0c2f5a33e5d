"""What is written is called by somebody: a reader nobody called let good accounts be refused."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from rules.kernel.parameter_key import PARAMETER_KEYS
from rules.kernel.reason import Reason

ROOT = Path(__file__).parents[2]
DEFINING = ("models", "rules", "loaders", "gateways", "resolvers")
USING = (*DEFINING, "schema", "executor", "server", "migrations", "demonstration", "tools")
KNOWN: dict[str, str] = {
    "loaders/__init__.py: batch_load_fn": "aiodataloader's, which calls it",
    "rules/kernel/month.py: compute_one_year_term_end": "what the laws of terms are held against",
}
"""What nobody calls by its name, and why it stays."""

KNOWN_OF_MODULES: dict[str, str] = {
    "rules.kernel.month: compute_one_year_term_end": "what the laws of terms are held against",
}
LONGEST_NAME = 80


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


def list_modules(rooms: tuple[str, ...]) -> dict[str, ast.Module]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): tree
        for path, tree in trees(rooms)
    }


def list_uses(modules: dict[str, ast.Module]) -> Iterator[tuple[str, str, str]]:
    """Name who uses which name of which other module, by import or as the module's attribute."""
    for user, tree in modules.items():
        known = dict[str, str]()
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                for each in node.names:
                    whole = f"{node.module}.{each.name}"
                    if whole in modules:
                        known[each.asname or each.name] = whole
                    elif user != "models":  # which only hands on
                        yield user, node.module, each.name
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield user, known.get(node.value.id, ""), node.attr


def is_used_at_home(tree: ast.Module, name: str) -> bool:
    """Ask whether a module uses its own name, elsewhere than in what the name stands for."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return any(
        isinstance(each, ast.Name) and each.id == name
        for node in tree.body
        if not (isinstance(node, kinds) and node.name == name)
        for each in ast.walk(node)
    )


def list_unused_by_module() -> list[str]:
    """Name what a module has on its outermost level and nobody uses of that very module."""
    modules = list_modules((*USING, "benchmarks"))
    used = {(of, name) for user, of, name in list_uses(modules) if user != of}
    handed_on = {name for of, name in used if of == "models"}
    texts = {word for tree in modules.values() for word in list_text_words(tree)}
    return [
        f"{module}: {name}"
        for module, tree in modules.items()
        if module.split(".")[0] in (*DEFINING, "schema", "executor", "server")
        for name in list_top_names(tree)
        if (module, name) not in used
        and not (module.startswith("models.") and name in handed_on)
        and name not in texts
        and not name.startswith("__")
        and not is_used_at_home(tree, name)
        and not _is_decorated(tree, name)
    ]


def list_top_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield node.name
            case ast.Assign(targets=targets):
                yield from (each.id for one in targets for each in ast.walk(one) if _is_name(each))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _is_name(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name)


def list_text_words(tree: ast.Module) -> Iterator[str]:
    """List the words of short texts: relationships and lazy references name classes so."""
    exported = {id(each) for each in _exports(tree)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in exported:
            text = node.value
            if isinstance(text, str) and len(text) < LONGEST_NAME:
                yield from re.findall(r"\w+", text)


def list_unused(defining: tuple[str, ...], using: tuple[str, ...]) -> list[str]:
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


def test_whatever_a_module_offers_is_used_of_that_very_module() -> None:
    """The same name in another module is another thing: a namesake may hide the forgotten one."""
    assert [each for each in list_unused_by_module() if each not in KNOWN_OF_MODULES] == []


def test_every_reason_is_given_by_somebody() -> None:
    """A reason that nobody gives is a rule that nobody asks, or one that is gone."""
    paths = [p for room in (*DEFINING, "schema", "server") for p in (ROOT / room).rglob("*.py")]
    told = {p for p in paths if p.name not in {"reason.py", "wording.py"}}
    words = {word for p in told for word in re.findall(r"[A-Z][A-Z0-9_]+", p.read_text("utf-8"))}
    assert {each.name for each in Reason} - words == set()


def test_every_parameter_is_read_by_somebody() -> None:
    """A figure that nobody reads would be approved and change nothing (X6)."""
    paths = [p for room in DEFINING for p in (ROOT / room).rglob("*.py")]
    read = [p.read_text("utf-8") for p in paths if p.name not in {"parameter_key.py", "seed.py"}]
    assert [key for key in PARAMETER_KEYS if not any(f'"{key}"' in text for text in read)] == []


def test_whatever_is_written_is_called_by_somebody() -> None:
    assert [each for each in list_unused(DEFINING, USING) if each not in KNOWN] == []

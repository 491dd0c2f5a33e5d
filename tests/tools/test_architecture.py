"""The pages on architecture name modules and functions that there are."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted((ROOT / "docs" / "architecture").glob("*.md"))
NAMING_PAGES = [*PAGES, ROOT / "CONTRIBUTING.md"]
ROOMS = (
    *("models", "rules", "loaders", "gateways", "resolvers", "schema", "executor", "server"),
    *("migrations", "demonstration", "tools", "benchmarks", "tests"),
)
MAX_PAGE_LINES = 90

FENCE_PATTERN = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
CODE_PATTERN = re.compile(r"`([^`]+)`")
PATH_PATTERN = re.compile(r"[\w./-]+\.(?:py|toml|graphql|yaml)")
DOTTED_PATTERN = re.compile(r"([A-Za-z_]\w*)\.([A-Za-z_]\w*)")
CONSTANT_OR_CLASS_PATTERN = re.compile(r"[A-Z][A-Z0-9]*_[A-Z0-9_]+|(?:[A-Z][a-z0-9]+){2,}")


@cache
def list_definitions() -> dict[str, set[str]]:
    """Map modules by their last name, and classes, to what they define."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for room in ROOMS:
        for path in (ROOT / room).rglob("*.py"):
            body = ast.parse(path.read_text(encoding="utf-8")).body
            found[path.stem] |= list_names(body)
            for node in body:
                if isinstance(node, ast.ClassDef):
                    found[node.name] |= list_names(node.body)
    return found


def list_names(body: list[ast.stmt]) -> set[str]:
    names = set()
    for node in body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                names.add(name)
            case ast.ClassDef(name=name):
                names.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                names.add(name)
            case ast.Assign(targets=targets):
                names.update(each.id for each in targets if isinstance(each, ast.Name))
    return names


@cache
def list_words() -> set[str]:
    """List all words of the schema, and of settings as they are spelled in the environment."""
    settings = "\n".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "server/settings").glob("*.py")
    )
    schema = (ROOT / "schema.graphql").read_text(encoding="utf-8")
    return set(re.findall(r"\w+", schema + settings.upper()))


def find_unknown_names(text: str) -> list[str]:
    known = list_definitions()
    anywhere = {name for names in known.values() for name in names} | set(known) | list_words()
    unknown = []
    for span in CODE_PATTERN.findall(text):
        if PATH_PATTERN.fullmatch(span):
            if not (ROOT / span).is_file():
                unknown.append(span)
        elif dotted := DOTTED_PATTERN.fullmatch(span):
            if dotted[2] not in known.get(dotted[1], ()):
                unknown.append(span)
        elif CONSTANT_OR_CLASS_PATTERN.fullmatch(span) and span not in anywhere:
            unknown.append(span)
    return unknown


@pytest.mark.parametrize("page", NAMING_PAGES, ids=lambda page: page.name)
def test_every_module_and_function_of_a_page_exists(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert not find_unknown_names(FENCE_PATTERN.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_function_in_a_diagram_exists(page: Path) -> None:
    known = list_definitions()
    diagrams = "\n".join(FENCE_PATTERN.findall(page.read_text(encoding="utf-8")))
    named = [each for each in DOTTED_PATTERN.findall(diagrams) if each[0] in known]
    assert not [each for each in named if each[1] not in known[each[0]]]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_is_short_and_listed_in_the_index(page: Path) -> None:
    assert len(page.read_text(encoding="utf-8").splitlines()) <= MAX_PAGE_LINES
    index = (page.parent / "README.md").read_text(encoding="utf-8")
    assert page.name == "README.md" or f"]({page.name})" in index


def test_every_module_that_any_document_names_by_its_path_exists() -> None:
    gone = [
        (page.name, path)
        for page in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
        for path in CODE_PATTERN.findall(page.read_text(encoding="utf-8"))
        if path.endswith(".py") and "/" in path and not (ROOT / path).is_file()
    ]
    assert not gone


def test_a_name_that_is_gone_is_found() -> None:
    text = "`rules/kernel/workflow.py` `rules/gone.py` `workflow.gone` `Transaction.move` `GONE_BY`"
    assert find_unknown_names(text) == ["rules/gone.py", "workflow.gone", "GONE_BY"]

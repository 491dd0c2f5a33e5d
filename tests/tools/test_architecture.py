"""The pages on architecture name modules and functions that there are."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

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


def test_every_module_and_function_that_a_page_names_exists() -> None:
    unknown = [
        (page.name, name)
        for page in NAMING_PAGES
        for name in find_unknown_names(FENCE_PATTERN.sub("", page.read_text(encoding="utf-8")))
    ]
    assert not unknown


def test_every_function_in_a_diagram_exists() -> None:
    known = list_definitions()
    named = [
        (page.name, *each)
        for page in PAGES
        for diagram in FENCE_PATTERN.findall(page.read_text(encoding="utf-8"))
        for each in DOTTED_PATTERN.findall(diagram)
        if each[0] in known
    ]
    assert named
    assert not [(page, *each) for page, *each in named if each[1] not in known[each[0]]]


def test_a_page_is_short_and_listed_in_the_index() -> None:
    index = (ROOT / "docs" / "architecture" / "README.md").read_text(encoding="utf-8")
    long = [
        page.name
        for page in PAGES
        if len(page.read_text(encoding="utf-8").splitlines()) > MAX_PAGE_LINES
    ]
    assert not long
    unlisted = [page.name for page in PAGES if f"]({page.name})" not in index]
    assert unlisted == ["README.md"]


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

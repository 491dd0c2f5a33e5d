"""Which rules the code claims and which tests name them: read from docstrings and test names."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unicodedata import east_asian_width

from tools.rule_title import OPEN, PARTLY, RULES

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "rules", "loaders", "gateways", "resolvers", "schema", "executor", "server")
TESTS = ("tests",)

NUMBER = r"([JSX][1-9][0-9]?)"
NAMED = re.compile(rf"(?<![0-9A-Za-z-]){NUMBER}(?![0-9A-Za-z]|-[JSX0-9])")
"""A rule's number, written out; the ends of a range (J6-J9) say nothing of what lies between."""

Places = Mapping[str, frozenset[str]]


class State(StrEnum):
    """How far a rule has come."""

    BUILT = "built"
    PARTLY = "partly"
    OPEN = "open"
    UNCLAIMED = "UNCLAIMED"
    UNTESTED = "UNTESTED"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the code claims a rule, and which tests name it."""

    rule: str
    claimed: frozenset[str]
    tested: frozenset[str]

    @property
    def state(self) -> State:
        """Tell how far the rule has come; claims of an open one count for nothing."""
        if self.rule in OPEN:
            return State.OPEN
        if not self.claimed:
            return State.UNCLAIMED
        if not self.tested:
            return State.UNTESTED
        return State.PARTLY if self.rule in PARTLY else State.BUILT


def standings(root: Path = ROOT) -> Mapping[str, Standing]:
    """Tell how each rule stands."""
    claimed, tested = _places(root, ROOMS, tests=False), _places(root, TESTS, tests=True)
    none: frozenset[str] = frozenset()
    return {r: Standing(r, claimed.get(r, none), tested.get(r, none)) for r in RULES}


def overview(root: Path = ROOT) -> Iterator[str]:
    """Tell of each rule its title, state and number of tests; then how many are in each state."""
    known = standings(root)
    width = max(map(_width, RULES.values()))
    yield f"rule  {'title':{width}}  state      tests"
    for rule, standing in known.items():
        title = RULES[rule] + " " * (width - _width(RULES[rule]))
        line = f"{rule:4}  {title}  {standing.state:9}  {len(standing.tested):5}"
        missing = PARTLY.get(rule) if standing.state is State.PARTLY else None
        yield f"{line}  {missing}" if missing else line
    yield ""
    counts = Counter(standing.state for standing in known.values())
    told = ", ".join(f"{counts[state]} {state}" for state in State if counts[state])
    yield f"{len(known)} rules: {told}."


def rules_in(text: str) -> Iterator[str]:
    """List the rules that a text names by their numbers: J9, and j9 in a test's name."""
    return (rule for rule in NAMED.findall(text) if rule in RULES)


def _width(text: str) -> int:
    """Count the columns that a text takes on a terminal: two for each Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _places(root: Path, rooms: tuple[str, ...], *, tests: bool) -> Places:
    """Find where rules are named, by rule."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            for place, text in _texts(ast.parse(path.read_text(encoding="utf-8")), tests=tests):
                for rule in rules_in(text):
                    found[rule].add(f"{where}::{place}" if place else where)
    return {rule: frozenset(places) for rule, places in found.items()}


def _texts(tree: ast.Module, *, tests: bool) -> Iterator[tuple[str, str]]:
    """List docstrings with what they belong to; of tests, each test function's own and its name."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                said = ast.get_docstring(node) or ""
                if not tests:
                    yield name, said
                elif name.startswith("test_"):
                    yield name, f"{name.upper().replace('_', ' ')} {said}"
            case ast.ClassDef(name=name) if not tests:
                yield name, ast.get_docstring(node) or ""
            case ast.Module() if not tests:
                yield "", ast.get_docstring(node) or ""
        if isinstance(node, ast.Module | ast.ClassDef) and not tests:
            yield from (("", said) for said in _beneath(node.body[1:]))


def _beneath(body: Sequence[ast.stmt]) -> Iterator[str]:
    """List what stands beneath constants and attributes to describe them."""
    for node in body:
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))):
                yield said

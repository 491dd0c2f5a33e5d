"""Which rules the code claims and which tests name them: read from docstrings and test names."""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from unicodedata import east_asian_width

from tools.rule_title import OPEN, PARTLY, TITLE_BY_RULE

ROOT = Path(__file__).parent.parent
ROOM_FOLDERS = (
    "models",
    "rules",
    "loaders",
    "gateways",
    "resolvers",
    "schema",
    "executor",
    "server",
)
TEST_FOLDERS = ("tests",)

NUMBER_PATTERN = r"([JSX][1-9][0-9]?)"
RULE_PATTERN = re.compile(rf"(?<![0-9A-Za-z-]){NUMBER_PATTERN}(?![0-9A-Za-z]|-[JSX0-9])")
"""A rule's number, written out; the ends of a range (J6-J9) say nothing of what lies between."""

Places = Mapping[str, frozenset[str]]


class RuleState(StrEnum):
    """How far a rule has come."""

    BUILT = "built"
    PARTLY = "partly"
    OPEN = "open"
    UNCLAIMED = "UNCLAIMED"
    UNTESTED = "UNTESTED"


@dataclass(frozen=True, slots=True)
class RuleStanding:
    """Where the code claims a rule, and which tests name it."""

    rule: str
    claimed: frozenset[str]
    tested: frozenset[str]

    @property
    def state(self) -> RuleState:
        """Tell how far the rule has come; claims of an open one count for nothing."""
        if self.rule in OPEN:
            return RuleState.OPEN
        if not self.claimed:
            return RuleState.UNCLAIMED
        if not self.tested:
            return RuleState.UNTESTED
        return RuleState.PARTLY if self.rule in PARTLY else RuleState.BUILT


def list_standings(root: Path = ROOT) -> Mapping[str, RuleStanding]:
    """Tell how each rule stands."""
    claimed, tested = (
        _find_places(root, ROOM_FOLDERS, tests=False),
        _find_places(root, TEST_FOLDERS, tests=True),
    )
    none: frozenset[str] = frozenset()
    return {r: RuleStanding(r, claimed.get(r, none), tested.get(r, none)) for r in TITLE_BY_RULE}


def format_overview(root: Path = ROOT) -> Iterator[str]:
    """Tell of each rule its title, state and number of tests; then how many are in each state."""
    known = list_standings(root)
    width = max(map(_measure_width, TITLE_BY_RULE.values()))
    yield f"rule  {'title':{width}}  state      tests"
    for rule, standing in known.items():
        title = TITLE_BY_RULE[rule] + " " * (width - _measure_width(TITLE_BY_RULE[rule]))
        line = f"{rule:4}  {title}  {standing.state:9}  {len(standing.tested):5}"
        missing = PARTLY.get(rule) if standing.state is RuleState.PARTLY else None
        yield f"{line}  {missing}" if missing else line
    yield ""
    counts = Counter(standing.state for standing in known.values())
    told = ", ".join(f"{counts[state]} {state}" for state in RuleState if counts[state])
    yield f"{len(known)} rules: {told}."


def find_rules(text: str) -> Iterator[str]:
    """List the rules that a text names by their numbers: J9, and j9 in a test's name."""
    return (rule for rule in RULE_PATTERN.findall(text) if rule in TITLE_BY_RULE)


def _measure_width(text: str) -> int:
    """Count the columns that a text takes on a terminal: two for each Chinese character."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def _find_places(root: Path, rooms: tuple[str, ...], *, tests: bool) -> Places:
    """Find where rules are named, by rule."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            for place, text in _list_docstrings(
                ast.parse(path.read_text(encoding="utf-8")), tests=tests
            ):
                for rule in find_rules(text):
                    found[rule].add(f"{where}::{place}" if place else where)
    return {rule: frozenset(places) for rule, places in found.items()}


def _list_docstrings(tree: ast.Module, *, tests: bool) -> Iterator[tuple[str, str]]:
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
            yield from (("", said) for said in _list_attribute_docstrings(node.body[1:]))


def _list_attribute_docstrings(body: Sequence[ast.stmt]) -> Iterator[str]:
    """List what stands beneath constants and attributes to describe them."""
    for node in body:
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))):
                yield said


if __name__ == "__main__":
    for overview_line in format_overview():
        sys.stdout.write(f"{overview_line}\n")

"""Which rules the code claims and which tests name them: read from docstrings and test names."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from server.rule_title import RULES

ROOT = Path(__file__).parent.parent
ROOMS = ("models", "rules", "loaders", "gateways", "resolvers", "schema", "server")
TESTS = ("tests",)

NAMED = re.compile(
    r"(?<![0-9A-Za-z])([JSX])([1-9][0-9]?)(?:-([JSX])?([1-9][0-9]?))?(?![0-9A-Za-z])"
)
"""A rule's number, or the first and the last of several."""

Places = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the code claims a rule, and which tests name it."""

    claimed: frozenset[str]
    tested: frozenset[str]

    @property
    def gap(self) -> bool:
        """Tell whether the code claims what no test names."""
        return bool(self.claimed) and not self.tested

    @property
    def open(self) -> bool:
        """Tell whether the rule is still to be written."""
        return not self.claimed


def standings(root: Path = ROOT) -> Mapping[str, Standing]:
    """Tell how each rule stands."""
    claimed, tested = _places(root, ROOMS, names=False), _places(root, TESTS, names=True)
    none: frozenset[str] = frozenset()
    return {rule: Standing(claimed.get(rule, none), tested.get(rule, none)) for rule in RULES}


def overview(root: Path = ROOT) -> Iterator[str]:
    """Tell of each rule where it is claimed and tested, then how many are open."""
    known = standings(root)
    for rule, standing in known.items():
        yield f"{rule:>4} {_mark(standing)} {RULES[rule]}"
        if standing.claimed:
            yield f"       code:  {_listed(standing.claimed)}"
        if standing.tested:
            yield f"       tests: {_listed(standing.tested)}"
    done = sum(bool(s.claimed and s.tested) for s in known.values())
    gaps = [rule for rule, standing in known.items() if standing.gap]
    still_open = [rule for rule, standing in known.items() if standing.open]
    yield ""
    yield f"{len(known)} rules: {done} claimed and tested."
    yield f"Claimed, but named by no test ({len(gaps)}): {', '.join(gaps) or 'none'}"
    yield f"Open ({len(still_open)}): {', '.join(still_open) or 'none'}"


def rules_in(text: str) -> Iterator[str]:
    """List the rules that a text names: J9, J6-J9, and j9 in a test's name."""
    for chapter, first, last_chapter, last in NAMED.findall(text):
        if last_chapter not in {"", chapter} or (last and int(last) < int(first)):
            continue
        for number in range(int(first), int(last or first) + 1):
            if f"{chapter}{number}" in RULES:
                yield f"{chapter}{number}"


def _mark(standing: Standing) -> str:
    if standing.open:
        return "open    "
    return "UNTESTED" if standing.gap else "done    "


def _listed(places: frozenset[str]) -> str:
    ordered = sorted(places)
    more = f" and {len(ordered) - 4} more" if len(ordered) > 4 else ""
    return ", ".join(ordered[:4]) + more


def _places(root: Path, rooms: tuple[str, ...], *, names: bool) -> Places:
    """Find where rules are named, by rule."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for room in rooms:
        for path in sorted((root / room).rglob("*.py")):
            where = path.relative_to(root).as_posix()
            for place, text in _texts(ast.parse(path.read_text(encoding="utf-8")), names=names):
                for rule in rules_in(text):
                    found[rule].add(f"{where}::{place}" if place else where)
    return {rule: frozenset(places) for rule, places in found.items()}


def _texts(tree: ast.Module, *, names: bool) -> Iterator[tuple[str, str]]:
    """List docstrings with what they belong to; of tests, the module's and each test's own."""
    yield "", ast.get_docstring(tree) or ""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                said = ast.get_docstring(node) or ""
                if not names:
                    yield name, said
                elif name.startswith("test_"):
                    yield name, f"{name.upper().replace('_', ' ')} {said}"
            case ast.ClassDef(name=name):
                yield name, ast.get_docstring(node) or ""
        if isinstance(node, ast.Module | ast.ClassDef) and not names:
            yield from (("", said) for said in _beneath(node.body[1:]))


def _beneath(body: Sequence[ast.stmt]) -> Iterator[str]:
    """List what stands beneath constants and attributes to describe them."""
    for node in body:
        match node:
            case ast.Expr(value=ast.Constant(value=str(said))):
                yield said

import subprocess
import sys
from pathlib import Path

import pytest

from tools.rule_title import TITLE_BY_RULE
from tools.rulebook import RuleStanding, RuleState, find_rules, format_overview, list_standings

CODE = '''"""Posts (J10, J11)."""

STATES = ()
"""Where they stand (X1)."""


def add_post() -> None:
    """Add a post; nothing of X509 or SJ7 or J99 (J5, S22)."""
'''
TEST = '''"""A module names J5, but proves nothing."""

def test_j11_a_name_is_unique() -> None:
    """And X1 is kept, and S22."""


def helper() -> None:
    """It says J5, but proves nothing."""


def test_something() -> None:
    text = "J10"
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in (
        ("rules/internship/post.py", CODE),
        ("tests/rules/internship/test_post.py", TEST),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_rulebook_has_all_rules_of_its_three_chapters() -> None:
    counts = [sum(rule.startswith(chapter) for rule in TITLE_BY_RULE) for chapter in "JSX"]
    assert counts == [40, 33, 28]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("J9", ["J9"]),
        ("(J6, J7, X2)", ["J6", "J7", "X2"]),
        ("J27: the floor.", ["J27"]),
        ("(J6-J9, X2)", ["X2"]),
        ("S4-11 and J3-X9", []),
        ("J41, X509, SJ7, J100, J1a", []),
    ],
)
def test_rules_are_found_by_number_and_never_by_range(text: str, found: list[str]) -> None:
    assert list(find_rules(text)) == found


def test_the_code_claims_a_rule_in_a_docstring(tree: Path) -> None:
    known = list_standings(tree)
    assert known["J10"].claimed == {"rules/internship/post.py"}
    assert known["J5"].claimed == {"rules/internship/post.py::add_post"}
    assert known["X1"].claimed == {"rules/internship/post.py"}
    assert known["J9"].state is RuleState.UNCLAIMED


def test_a_test_names_a_rule_in_its_name_or_docstring_and_nowhere_else(tree: Path) -> None:
    known = list_standings(tree)
    where = {"tests/rules/internship/test_post.py::test_j11_a_name_is_unique"}
    assert known["J11"].tested == where
    assert known["X1"].tested == where
    assert known["J5"].state is known["J10"].state is RuleState.UNTESTED


@pytest.fixture
def _one_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tools.rulebook.OPEN", {"S22"})


@pytest.mark.usefixtures("_one_is_open")
def test_a_rule_that_is_open_is_never_shown_as_built(tree: Path) -> None:
    assert list_standings(tree)["S22"] == RuleStanding(
        "S22",
        frozenset({"rules/internship/post.py::add_post"}),
        frozenset({"tests/rules/internship/test_post.py::test_j11_a_name_is_unique"}),
    )
    assert list_standings(tree)["S22"].state is RuleState.OPEN


@pytest.mark.usefixtures("_one_is_open")
def test_the_overview_tells_title_state_and_tests_of_each_rule(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.rulebook.PARTLY", {"X1": "the rest of it later"})
    lines = {line.split(" ")[0]: line.split() for line in format_overview(tree)}
    assert lines["J11"][-2:] == ["built", "1"]
    assert lines["S22"][-2:] == ["open", "1"]
    assert " ".join(lines["X1"]).endswith("partly 1 the rest of it later")
    assert lines["J5"][-2:] == ["UNTESTED", "0"]


@pytest.mark.usefixtures("_one_is_open")
def test_the_overview_ends_with_how_many_are_in_each_state(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tools.rulebook.PARTLY", {"X1": "the rest of it later"})
    assert list(format_overview(tree))[-1] == (
        "101 rules: 1 built, 1 partly, 1 open, 96 UNCLAIMED, 2 UNTESTED."
    )


@pytest.mark.slow
def test_make_rules_prints_every_rule_and_how_many_are_built() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.rulebook"], capture_output=True, text=True, check=True
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("rule  title")
    assert lines[-1].startswith(f"{len(lines) - 3} rules: ")

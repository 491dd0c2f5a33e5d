from pathlib import Path

import pytest

from server.rule_title import RULES
from server.rulebook import overview, rules_in, standings

CODE = '''"""Posts (J10-J11)."""

STATES = ()
"""Where they stand (X1)."""


def add_post() -> None:
    """Add a post; nothing of X509 or SJ7 or J99 (J5)."""
'''
TEST = '''
def test_j11_a_name_is_unique() -> None:
    """And X1 is kept."""


def helper() -> None:
    """It says J5, but proves nothing."""


def test_something() -> None:
    text = "J10"
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name, text in (("rules/post.py", CODE), ("tests/rules/test_post.py", TEST)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_the_rulebook_has_all_rules_of_its_three_chapters() -> None:
    counts = [sum(rule.startswith(chapter) for rule in RULES) for chapter in "JSX"]
    assert counts == [40, 33, 21]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("J9", ["J9"]),
        ("(J6-J9, X2)", ["J6", "J7", "J8", "J9", "X2"]),
        ("S4-11", [f"S{n}" for n in range(4, 12)]),
        ("J9-J6 and J3-X9", []),
        ("J41, X509, SJ7, J100, J1a", []),
    ],
)
def test_rules_are_found_by_number_and_by_range(text: str, found: list[str]) -> None:
    assert list(rules_in(text)) == found


def test_the_code_claims_a_rule_in_a_docstring(tree: Path) -> None:
    known = standings(tree)
    assert known["J10"].claimed == {"rules/post.py"}
    assert known["J5"].claimed == {"rules/post.py::add_post"}
    assert known["X1"].claimed == {"rules/post.py"}
    assert known["J9"].open


def test_a_test_names_a_rule_in_its_name_or_docstring_and_nowhere_else(tree: Path) -> None:
    known = standings(tree)
    where = {"tests/rules/test_post.py::test_j11_a_name_is_unique"}
    assert known["J11"].tested == where
    assert known["X1"].tested == where
    assert known["J5"].gap
    assert known["J10"].gap


def test_the_overview_ends_with_what_is_open(tree: Path) -> None:
    lines = list(overview(tree))
    assert lines[-3] == "94 rules: 2 claimed and tested."
    assert lines[-2] == "Claimed, but named by no test (2): J5, J10"
    assert lines[-1].startswith("Open (90): J1, J2,")

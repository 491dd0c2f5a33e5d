"""The pages on security name what there is, and count what they hold (X11)."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from models import list_sealed_columns

ROOT = Path(__file__).parents[2]
COMPLIANCE = ROOT / "docs" / "compliance"
TABLES = ("asvs", "gb", "pipl")
PAGES = [ROOT / "SECURITY.md", ROOT / "docs" / "security.md", *sorted(COMPLIANCE.glob("*.md"))]
STATES = ("met", "n.a.", "operator", "open")
ASVS_REQUIREMENTS = 253
"""So many has ASVS 5.0.0 at levels 1 and 2."""

ROW_PATTERN = re.compile(r"^\| (\S[^|]*) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
COUNT_PATTERN = re.compile(
    r"^(\d+) rows: (\d+) met, (\d+) n\.a\., (\d+) operator, (\d+) open\.$", re.MULTILINE
)
CODE_PATTERN = re.compile(r"`([^`\n]+)`")
TEST_PATTERN = re.compile(r"test_\w+")
PATH_PATTERN = re.compile(r"[\w.-]+(?:/[\w.-]+)+\.py")
NAME_PATTERN = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")
FUNCTION_PATTERN = re.compile(r"def (test_\w+)")


@cache
def list_tests() -> frozenset[str]:
    """List all functions of all tests."""
    return frozenset(
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in FUNCTION_PATTERN.findall(path.read_text(encoding="utf-8"))
    )


@cache
def list_names() -> frozenset[str]:
    """List settings and constants of rules, and words of the schema, that are in capitals."""
    pages = [ROOT / "docs" / "settings.md", ROOT / "schema.graphql", *ROOT.glob("rules/**/*.py")]
    return frozenset(
        name for page in pages for name in NAME_PATTERN.findall(page.read_text(encoding="utf-8"))
    )


def read_rows(page: str) -> list[tuple[str, str, str, str]]:
    text = (COMPLIANCE / f"{page}.md").read_text(encoding="utf-8")
    return [row for row in ROW_PATTERN.findall(text) if row[0] != "clause" and row[0] != "---"]


def find_missing(text: str) -> list[str]:
    """List the tests, modules and settings that a text names and that are not there."""
    missing = []
    for span in CODE_PATTERN.findall(text):
        if TEST_PATTERN.fullmatch(span):
            missing += [] if span in list_tests() else [span]
        elif PATH_PATTERN.fullmatch(span):
            missing += [] if (ROOT / span).is_file() else [span]
        elif NAME_PATTERN.fullmatch(span):
            missing += [] if span in list_names() else [span]
    return missing


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_whatever_a_page_on_security_names_is_there(page: Path) -> None:
    assert find_missing(page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", TABLES)
def test_the_figures_at_the_head_are_those_of_the_rows(page: str) -> None:
    rows = read_rows(page)
    counted = Counter(state for _, _, state, _ in rows)
    told = COUNT_PATTERN.search((COMPLIANCE / f"{page}.md").read_text(encoding="utf-8"))
    assert told is not None
    assert [*map(int, told.groups())] == [len(rows), *(counted[state] for state in STATES)]
    assert set(counted) <= set(STATES)
    assert len({clause for clause, *_ in rows}) == len(rows), "a clause stands there twice"


def test_each_requirement_of_asvs_has_a_row_in_order() -> None:
    clauses = [tuple(map(int, clause.split("."))) for clause, *_ in read_rows("asvs")]
    assert clauses == sorted(clauses)
    assert len(clauses) == ASVS_REQUIREMENTS


@pytest.mark.parametrize("page", TABLES)
def test_what_is_met_says_where(page: str) -> None:
    silent = [row for row in read_rows(page) if row[2] == "met" and len(row[3]) < 10]
    assert silent == []


def test_every_sealed_column_has_a_class() -> None:
    page = (COMPLIANCE / "data-classes.md").read_text(encoding="utf-8")
    told = set(CODE_PATTERN.findall(page[page.index("## Columns") : page.index("## How long")]))
    sealed = {f"{column.table.name}.{column.name}" for column in list_sealed_columns()}
    assert told == sealed, "columns of class 1 stand in docs/compliance/data-classes.md"


def test_a_name_that_is_gone_is_found() -> None:
    text = "`test_that_is_gone` `rules/gone.py` `GONE_BY_NOW` `rules/kernel/text.py` `TOKEN_ISSUER`"
    assert find_missing(text) == ["test_that_is_gone", "rules/gone.py", "GONE_BY_NOW"]

"""The page on both manuals names rules, mutations, queries and tests that there are."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from graphql import build_schema

from tests.factories.failures import AllFailures
from tools.rule_title import TITLE_BY_RULE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "manuals.md"
HEADINGS = ["item", "by", "rule", "test"]
NONE = "–"
NAME_PATTERN = re.compile(r"`([^`]+)`")
TEST_PATTERN = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


class Item(NamedTuple):
    """A row of the page."""

    item: str
    by: str
    rule: str
    test: str


def list_items() -> list[Item]:
    return [Item(*cells) for cells in iterate_rows() if cells != HEADINGS]


def iterate_rows() -> Iterator[list[str]]:
    """Yield the cells of each row of a table, without the lines below its headings."""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


@cache
def list_root_fields() -> frozenset[str]:
    """List what can be asked or done: queries, mutations, subscriptions."""
    schema = build_schema((ROOT / "schema.graphql").read_text(encoding="utf-8"))
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)
    return frozenset(name for root in roots if root is not None for name in root.fields)


@cache
def list_tests(path: str) -> frozenset[str]:
    """List the tests of a module, or none where there is no such module."""
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    body = ast.parse(file.read_text(encoding="utf-8")).body
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in body if isinstance(node, kinds))


def test_every_row_has_an_item_and_rules_that_there_are() -> None:
    with AllFailures() as failures:
        for row in list_items():
            with failures.at(row.item):
                assert row.item
                assert row.rule
                assert set(row.rule.split(", ")) <= TITLE_BY_RULE.keys()


def test_every_mutation_and_query_named_is_in_the_schema() -> None:
    with AllFailures() as failures:
        for row in list_items():
            with failures.at(row.item):
                names = NAME_PATTERN.findall(row.by)
                assert row.by == (", ".join(f"`{name}`" for name in names) or NONE)
                assert set(names) <= list_root_fields()


def test_every_test_named_is_there() -> None:
    with AllFailures() as failures:
        for row in list_items():
            with failures.at(row.item):
                if row.test != NONE:
                    named = TEST_PATTERN.fullmatch(row.test)
                    assert named is not None, row.test
                    assert named[2] in list_tests(named[1]), row.test


def test_no_item_stands_there_twice() -> None:
    items = [row.item for row in list_items()]
    assert len(items) == len({*items})
    assert items

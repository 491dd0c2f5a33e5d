"""How many statements a question takes: one for each level that rules have a say in."""

import re

import orjson
import pytest

from tests.executor.document import GeneratedRequest
from tests.executor.planning import statements
from tests.executor.scene import BothPaths

FLAGSHIP = """{ claims(first: %d) { edges { cursor node { __typename
  id status kind amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { id name }
    monthlyReports(from: "2024-07") { id month wagePaid payableSubsidy status
      explanation { formula amount parameters { key value effectiveFrom confirmed } }
      possibleActions { action allowed reason message } } } } } } pageInfo { hasNextPage } } }"""
LEVELS = [1, 2, 3, 4]
"""Claims with their units; the lines; the lines' interns with their posts; the reports."""


@pytest.mark.parametrize("first", [1, 20])
async def test_the_flagship_takes_one_statement_for_each_relation(
    paths: BothPaths, first: int
) -> None:
    query = FLAGSHIP % first
    said = await paths.ask_both(GeneratedRequest(query), "officer")
    assert said.path == "compiled"
    assert len(orjson.loads(said.body)["data"]["claims"]["edges"]) == min(first, 10)
    levels = await statements(paths, query, "officer")
    print(f"\nfirst {first}: {len(levels)} statements on {max(levels)} levels")
    if first == 20:
        assert levels == LEVELS
    else:
        assert levels == LEVELS[: len(levels)]


async def test_without_rules_the_database_writes_it_all_in_one_statement(paths: BothPaths) -> None:
    query = re.sub(r"(explanation|possibleActions) {([^{}]*{[^{}]*})?[^{}]*}", "", FLAGSHIP % 20)
    assert (await paths.ask_both(GeneratedRequest(query), "officer")).path == "compiled"
    assert await statements(paths, query, "officer") == [1]


async def test_a_row_is_read_past_a_page_only_where_it_tells_something(paths: BothPaths) -> None:
    for more, rows in (("", 1), ("pageInfo { endCursor }", 2), ("pageInfo { hasNextPage }", 3)):
        query = f"{{ interns(first: 2) {{ edges {{ node {{ id }} }} {more} }} }}"
        assert await statements(paths, query) == [1]
        assert [line.rows for line in paths.ran] == [rows]


async def test_a_count_is_a_statement_of_its_own_and_only_when_asked_for(paths: BothPaths) -> None:
    query = "{ units { edges { node { posts { edges { node { id } } } } } } }"
    assert await statements(paths, query) == [1, 2]
    query = "{ units { totalCount edges { node { posts { totalCount } } } } }"
    assert await statements(paths, query) == [1, 2, 1]


async def test_statements_read_only_the_columns_that_are_needed(paths: BothPaths) -> None:
    await statements(paths, "{ units { edges { node { name posts { edges { cursor } } } } } }")
    units, posts = (line.sql.partition(" \nFROM")[0] for line in paths.ran)
    name = "CAST(to_json(page.name) AS TEXT)"
    assert units == f"""SELECT page.id, '{{"name":' || {name} || ',"posts":' AS anon_1"""
    assert "duties" not in posts.partition("LATERAL")[0]

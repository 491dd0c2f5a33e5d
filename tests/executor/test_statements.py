"""How many statements a question takes: one for each level, whatever the number of rows."""

import orjson
import pytest

from tests.executor.document import Request
from tests.executor.planning import statements
from tests.executor.scene import Paths

FLAGSHIP = """{ claims(first: %d) { edges { cursor node { __typename
  id status kind amount unit { id name creditCode }
  lines { id amount intern { id name idNumberMasked category post { id name }
    monthlyReports(from: "2024-07") { id month wagePaid payableSubsidy status
      explanation { formula amount parameters { key value effectiveFrom confirmed } }
      possibleActions { action allowed reason message } } } } } } pageInfo { hasNextPage } } }"""
LEVELS = [1, 2, 2, 3, 4, 4]
"""Claims; their units and lines; the lines' interns; the interns' posts and reports."""


@pytest.mark.parametrize("first", [1, 20])
async def test_the_flagship_takes_one_statement_for_each_relation(paths: Paths, first: int) -> None:
    query = FLAGSHIP % first
    said = await paths.both(Request(query), "officer")
    assert said.path == "compiled"
    assert len(orjson.loads(said.body)["data"]["claims"]["edges"]) == min(first, 10)
    levels = await statements(paths, query, "officer")
    print(f"\nfirst {first}: {len(levels)} statements on {max(levels)} levels")
    if first == 20:
        assert levels == LEVELS
    else:
        assert levels == LEVELS[: len(levels)]


async def test_a_count_is_a_statement_of_its_own_and_only_when_asked_for(paths: Paths) -> None:
    query = "{ units { edges { node { posts { edges { node { id } } } } } } }"
    assert await statements(paths, query) == [1, 2]
    query = "{ units { totalCount edges { node { posts { totalCount } } } } }"
    assert await statements(paths, query) == [1, 2, 2, 1]


async def test_statements_read_only_the_columns_that_are_needed(paths: Paths) -> None:
    await statements(paths, "{ units { edges { node { name posts { edges { cursor } } } } } }")
    units, posts = (line.sql.partition(" \nFROM")[0] for line in paths.ran)
    name = "CAST(to_json(page.name) AS TEXT)"
    assert units == f"""SELECT page.id, concat('{{"name":', {name}, ',"posts":') AS concat_1"""
    assert "duties" not in posts.partition("LATERAL")[0]

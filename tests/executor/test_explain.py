"""Who may learns how a question was answered; everybody's path is counted."""

from typing import Any

import orjson
import pytest

from tests.executor.document import Request
from tests.executor.scene import Paths

QUERY = "{ claims { totalCount edges { node { lines { explanation { amount } } } } } }"


async def _asked(paths: Paths, query: str, who: str, *, compiled: bool = True) -> Any:
    headers = {"authorization": f"Bearer {paths.world.token(who)}"}
    body = {"query": query, "extensions": {"plan": True}}
    with paths.serving(compiled=compiled):
        return (await paths.world.client.post("/graphql", json=body, headers=headers)).json()


async def test_a_provinces_administrator_may_see_the_plan(paths: Paths) -> None:
    plan = (await _asked(paths, QUERY, "province"))["extensions"]["plan"]
    assert (plan["path"], plan["aside"], plan["levels"]) == ("compiled", None, 2)
    assert [line["level"] for line in plan["statements"]] == [1, 2, 1]
    first = plan["statements"][0]
    assert list(first) == ["level", "sql", "rows", "ms"]
    assert "FROM claim" in first["sql"]
    assert first["rows"] == 20


async def test_a_plan_tells_why_it_stepped_aside(paths: Paths) -> None:
    plan = (await _asked(paths, "{ viewer { name } }", "province"))["extensions"]["plan"]
    assert plan == {"path": "reference", "aside": "Query.viewer", "levels": 0, "statements": []}


@pytest.mark.parametrize("who", ["near", "officer", "city", "person"])
async def test_nobody_else_learns_of_the_plan(paths: Paths, who: str) -> None:
    assert list(await _asked(paths, QUERY, who)) == ["data"]


async def test_nobody_is_told_unasked(paths: Paths) -> None:
    said = await paths.both(Request(QUERY), "province")
    assert list(orjson.loads(said.body)) == ["data"]


async def test_operations_are_counted_by_path_and_reason(paths: Paths) -> None:
    await paths.said(Request(QUERY), "near")
    await paths.said(Request("{ viewer { name } }"), "near")
    answer = await paths.world.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'jiuye_operations_total{aside="",path="compiled",type="query"}' in answer.text
    assert 'aside="Query.viewer",path="reference",type="query"}' in answer.text

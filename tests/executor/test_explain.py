"""Who may learns how a question was answered; everybody's path is counted."""

from typing import Any

import orjson
import pytest

from tests.executor.document import GeneratedRequest
from tests.executor.scene import BothPaths

UNPLANNED = "{ viewer { pendingRecoveries { id } } }"
QUERY = "{ claims { totalCount edges { node { lines { explanation { amount } } } } } }"


async def _asked(paths: BothPaths, query: str, who: str, *, compiled: bool = True) -> Any:
    headers = {"authorization": f"Bearer {paths.world.issue_token(who)}"}
    body = {"query": query, "extensions": {"plan": True}}
    with paths.switch_compiled_reads(compiled=compiled):
        return (await paths.world.client.post("/graphql", json=body, headers=headers)).json()


async def test_a_provinces_administrator_may_see_the_plan(paths: BothPaths) -> None:
    plan = (await _asked(paths, QUERY, "province"))["extensions"]["plan"]
    assert (plan["path"], plan["aside"], plan["levels"]) == ("compiled", None, 2)
    assert [line["level"] for line in plan["statements"]] == [1, 2, 1]
    first = plan["statements"][0]
    assert list(first) == ["level", "sql", "rows", "ms"]
    assert "FROM claim" in first["sql"]
    assert first["rows"] == 20


async def test_a_plan_tells_why_it_stepped_aside(paths: BothPaths) -> None:
    plan = (await _asked(paths, UNPLANNED, "province"))["extensions"]["plan"]
    assert plan == {
        "path": "reference",
        "aside": "Viewer.pendingRecoveries",
        "levels": 0,
        "statements": [],
    }


@pytest.mark.parametrize("who", ["near", "officer", "city", "person"])
async def test_nobody_else_learns_of_the_plan(paths: BothPaths, who: str) -> None:
    assert list(await _asked(paths, QUERY, who)) == ["data"]


async def test_nobody_is_told_unasked(paths: BothPaths) -> None:
    said = await paths.ask_both(GeneratedRequest(QUERY), "province")
    assert list(orjson.loads(said.body)) == ["data"]


async def test_operations_are_counted_by_path_and_reason(paths: BothPaths) -> None:
    await paths.ask_path(GeneratedRequest(QUERY), "near")
    await paths.ask_path(GeneratedRequest(UNPLANNED), "near")
    answer = await paths.world.client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    assert 'jiuye_operations_total{aside="",path="compiled",type="query"}' in answer.text
    assert 'aside="Viewer.pendingRecoveries",path="reference",type="query"}' in answer.text

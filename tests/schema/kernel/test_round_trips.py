"""How many statements a mutation waits for, one after another; far from the database each counts.

A budget is what was counted when it was set. A mutation may take fewer: then its budget falls.
"""

import re
from collections.abc import Mapping
from typing import Any

import pytest

from loaders.actor_connection import ActorConnection
from tests.factories.internship_scenario import (
    ACCOUNT_DRAFT,
    POST_DRAFT,
    InternshipScenario,
    to_decision,
)
from tests.factories.round_trips import record_round_trips
from tests.factories.story import story
from tests.factories.world import World

BUDGETS: Mapping[str, int] = {
    "addPost": 6,
    "addBankAccount": 8,
    "saveMonthlyReports": 9,
    "submitMonthlyReports": 8,
    "withdrawMonthlyReports": 5,
}
"""Sent with a key: BEGIN, which states the actor too, and COMMIT among them."""

LIST = re.compile(r"unnest|= ANY \(", re.IGNORECASE)
"""What gives a list to the planner, which then plans anew at each execution."""


REPORTS = "... on MonthlyReportsPayload { monthlyReports { id version } }"


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    return made


async def test_ordinary_mutations_wait_for_no_more_statements_than_their_budget(
    chain: InternshipScenario,
) -> None:
    """What names one record is planned once as well: none of the statements is about a list."""
    counted: dict[str, int] = {}
    about_lists: list[str] = []

    async def count(mutation: str, input: Mapping[str, object], then: str) -> Any:
        with record_round_trips() as noted:
            answer = await chain.world.mutate(mutation, input, "unit", then, key=f"once-{mutation}")
        counted[mutation] = len(noted)
        about_lists.extend(f"{mutation}: {each}" for each in noted if LIST.search(each))
        return answer

    intern = await chain.approve_intern(1)
    figures = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
    rows = [figures | {"internId": intern["id"]}]
    await count("addPost", POST_DRAFT | {"name": "另一岗位"}, "")
    await count("addBankAccount", ACCOUNT_DRAFT, "")
    saved = await count("saveMonthlyReports", {"month": "2024-08", "rows": rows}, REPORTS)
    for mutation in ("submitMonthlyReports", "withdrawMonthlyReports"):
        records = [to_decision(each) for each in saved["monthlyReports"]]
        saved = await count(mutation, {"records": records}, REPORTS)
    assert counted == BUDGETS
    assert about_lists == []


async def refuse_to_repeat(driver: ActorConnection, query: str, *args: object) -> None:
    raise AssertionError(f"sent for each row: {query}")


async def test_many_reports_take_no_more_statements_than_two(
    chain: InternshipScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Saved, submitted and reviewed: what each row costs falls with their number (S16)."""
    monkeypatch.setattr(ActorConnection, "executemany", refuse_to_repeat)
    interns = [await chain.approve_intern(number) for number in range(1, 7)]
    counted: list[dict[str, int]] = []
    for month, some in (("2024-08", interns[:2]), ("2024-09", interns)):
        counted.append({})

        async def count(mutation: str, input: Mapping[str, object], as_: str, then: str) -> Any:
            with record_round_trips() as noted:
                answer = await chain.world.mutate(mutation, input, as_, then)
            assert str(answer["__typename"]).endswith("Payload"), answer
            counted[-1][mutation] = len(noted)
            return answer

        figures = {"daysAttended": 22, "wagePaid": "3400.00", "insurancePaid": "1.00"}
        rows = [figures | {"internId": intern["id"]} for intern in some]
        input: Mapping[str, object] = {"month": month, "rows": rows}
        for mutation in ("saveMonthlyReports", "submitMonthlyReports"):
            done = await count(mutation, input, "unit", REPORTS)
            input = {"records": [to_decision(each) for each in done["monthlyReports"]]}
        await count("reviewMonthlyReports", {**input, "verdict": "APPROVE"}, "officer", "")
    few, many = counted
    assert many == few

"""S16: officers choose by filter as well, and decide on nothing that they did not see."""

from typing import Any

import pytest

from tests.factories.internship_scenario import InternshipScenario
from tests.factories.story import story
from tests.factories.world import World
from tests.schema.desk.test_review import OUTCOMES

WHERE = {"status": ["SUBMITTED"]}


@story
async def chain(world: World) -> InternshipScenario:
    made = InternshipScenario(world)
    await made.approve_declaration()
    await made.add_post()
    for number in (1, 2, 3):
        row = await made.add_intern(number)
        await made.run_step(
            "submitIntern", {"id": row["id"], "version": row["version"]}, "unit", "intern"
        )
    return made


async def review(
    chain: InternshipScenario, kinds: str = "Interns", as_: str = "officer", **more: Any
) -> Any:
    input = {"verdict": "APPROVE"} | more
    return await chain.world.mutate(f"review{kinds}", input, as_, OUTCOMES)


def statuses(result: Any) -> list[str]:
    assert result["__typename"] == "ReviewPayload", result
    return [each["record"]["status"] for each in result["outcomes"]]


async def test_s16_all_that_a_filter_finds_are_decided_on_each_by_itself(
    chain: InternshipScenario,
) -> None:
    result = await review(chain, where=WHERE | {"expected": 3, "category": ["GRADUATE"]})
    assert statuses(result) == ["APPROVED"] * 3
    assert [each["faults"] for each in result["outcomes"]] == [[], [], []]


@pytest.mark.parametrize("expected", [0, 2, 4])
async def test_s16_a_filter_that_finds_another_number_is_refused(
    chain: InternshipScenario, expected: int
) -> None:
    result = await review(chain, where=WHERE | {"expected": expected})
    (fault,) = result["faults"]
    assert (fault["reason"], fault["path"]) == ("COUNT_DIFFERS", ["input", "where", "expected"])
    assert "3" in fault["message"]
    again = await review(chain, where=WHERE | {"expected": 3})
    assert statuses(again) == ["APPROVED"] * 3


async def test_s16_names_and_filters_are_not_mixed(chain: InternshipScenario) -> None:
    record = {"id": "x", "version": 1}
    both = await review(chain, records=[record], where=WHERE | {"expected": 3})
    assert [fault["reason"] for fault in both["faults"]] == ["CHOICE_UNCLEAR"]
    neither = await review(chain)
    assert [fault["reason"] for fault in neither["faults"]] == ["LIST_EMPTY"]


async def test_s16_a_filter_that_a_kind_has_no_column_for_is_refused(
    chain: InternshipScenario,
) -> None:
    where = {"expected": 1, "category": ["GRADUATE"], "year": 2024, "name": "岗"}
    result = await review(chain, "Declarations", where=where)
    found = [(fault["reason"], fault["path"][-1]) for fault in result["faults"]]
    assert found == [
        ("FILTER_UNFIT", "name"),
        ("FILTER_UNFIT", "category"),
        ("FILTER_UNFIT", "year"),
    ]


async def test_s16_a_reason_is_asked_for_and_kept_for_all(chain: InternshipScenario) -> None:
    where = WHERE | {"expected": 3}
    bare = await review(chain, verdict="RETURN", where=where)
    assert [(f["reason"], f["path"]) for f in bare["faults"]] == [
        ("REASON_MISSING", ["input", "reason"])
    ]
    result = await review(chain, verdict="RETURN", where=where, reason="材料不全")
    assert statuses(result) == ["RETURNED"] * 3
    assert {each["record"]["reason"] for each in result["outcomes"]} == {"材料不全"}


async def test_s16_x2_each_is_told_why_it_did_not_move(chain: InternshipScenario) -> None:
    await review(chain, where=WHERE | {"expected": 3, "name": "见习生1"} | {"expected": 1})
    result = await review(chain, where={"expected": 3})
    reasons = sorted([f["reason"] for f in each["faults"]] for each in result["outcomes"])
    assert reasons == [[], [], ["WRONG_STATUS"]]
    (why,) = [f for each in result["outcomes"] for f in each["faults"]]
    assert why["path"] == ["input", "where"]


async def test_s16_x10_a_filter_reaches_no_further_than_the_officer(
    chain: InternshipScenario,
) -> None:
    result = await review(chain, where={"expected": 0, "region": "220102"})
    assert result["outcomes"] == []

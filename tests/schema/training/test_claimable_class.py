"""S25: classes that can be claimed, found by several conditions, and what they would come to."""

from datetime import timedelta
from typing import Any

import pytest

from models import Role, Status, TraineeOutcome
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.factories.story import story
from tests.factories.training_claim_scenario import OPENS, TrainingClaimScenario, build_trainee_id
from tests.factories.world import World, build_global_id
from tests.schema.hiring.test_hiring import left

FOUND = """query ($first: Int! = 20, $after: String, $number: String, $name: String,
    $course: String, $from: Date, $to: Date, $region: RegionCode) {
  claimableClasses(first: $first, after: $after, number: $number, name: $name,
      courseCode: $course, opensFrom: $from, opensTo: $to, region: $region) {
    totalCount pageInfo { hasNextPage endCursor } edges { node {
      trainingClass { number status } course { code fee } count amount
      shortfalls { reason message }
      trainees { trainee { id name } amount shortfalls { reason }
        findings { control outcome } } } } } }"""


@story
async def trained(world: World) -> TrainingClaimScenario:
    return await TrainingClaimScenario(world).set_up()


async def page(trained: TrainingClaimScenario, as_: str | None = None, **asked: Any) -> Any:
    answer = await trained.world.ask(FOUND, as_ or trained.unit, **asked)
    return answer.only


async def found(trained: TrainingClaimScenario, as_: str | None = None, **asked: Any) -> list[Any]:
    return [edge["node"] for edge in (await page(trained, as_, **asked))["edges"]]


def numbers(classes: list[Any]) -> list[str]:
    return [each["trainingClass"]["number"] for each in classes]


async def test_s25_a_class_tells_trainee_by_trainee_what_a_claim_would_come_to(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1, 2, 3, 4)
    one, _, _, four = await trained.list_trainees(row)
    await trained.submit_claim(row, one)
    await left(trained.world, 2)
    await trained.set_outcome(TraineeOutcome.NOT_COMPLETED, four)
    (told,) = await found(trained)
    assert (told["count"], told["amount"], told["shortfalls"]) == (1, "475.00", [])
    assert told["course"] == {"code": row.course_code, "fee": "500.00"}
    whom = [(each["amount"], [why["reason"] for why in each["shortfalls"]])
            for each in told["trainees"]]  # fmt: skip
    assert whom == [
        (None, ["TRAINEE_CLAIMED"]),
        (None, ["NOT_INSURED_NOW"]),
        ("475.00", []),
        (None, ["TRAINEE_NOT_COMPLETED"]),
    ]
    assert {f["outcome"] for f in told["trainees"][2]["findings"]} == {"PASS"}
    drafted = (await trained.try_draft_claim(row))["claim"]
    assert drafted["amount"] == told["amount"], "what is foretold is what is drafted"


async def test_s25_a_class_says_why_it_cannot_be_claimed(trained: TrainingClaimScenario) -> None:
    ahead = OPENS + timedelta(days=30)
    claimed = await trained.seed_class(1, number=1)
    other = await trained.seed_class(2, number=2)
    waiting = await trained.seed_class(3, number=3, course=2, status=Status.SUBMITTED)
    later = await trained.seed_class(4, number=4, course=2, opens_on=ahead, ends_on=ahead)
    draft = await trained.seed_class(5, number=5, course=2, status=Status.DRAFT)
    await trained.submit_claim(claimed)
    told = {each["trainingClass"]["number"]: each for each in await found(trained)}
    assert draft.number not in told
    why = {number: [s["reason"] for s in each["shortfalls"]] for number, each in told.items()}
    assert why == {
        claimed.number: ["NO_TRAINEES_LEFT"],
        other.number: ["COURSE_CLAIMED"],
        waiting.number: ["CLASS_NOT_APPROVED"],
        later.number: ["CLASS_NOT_OPENED"],
    }
    assert claimed.number in told[other.number]["shortfalls"][0]["message"]
    assert {each["amount"] for each in told.values()} == {"0.00"}
    assert told[waiting.number]["trainees"] == []


async def test_s25_classes_are_found_by_number_name_course_and_days(
    trained: TrainingClaimScenario,
) -> None:
    week = timedelta(days=7)
    early = await trained.seed_class(1, number=1, opens_on=OPENS - week, ends_on=OPENS, name="夜校")
    late = await trained.seed_class(2, number=2, course=2, name="日班")
    both = [late.number, early.number]

    async def by(**asked: Any) -> list[str]:
        return sorted(numbers(await found(trained, **asked)), reverse=True)

    assert await by() == both
    assert await by(number="-002") == [late.number]
    assert await by(name="夜") == [early.number]
    assert await by(course=late.course_code) == [late.number]
    assert await by(**{"from": f"{OPENS}"}) == [late.number]
    assert await by(to=f"{OPENS - week}") == [early.number]
    assert await by(**{"from": f"{OPENS - week}", "to": f"{OPENS}"}) == both
    assert await by(name="夜", course=late.course_code) == []
    assert await by(region="510000") == both
    assert await by(region="220000") == []


async def test_s25_pages_go_on_where_they_ended(trained: TrainingClaimScenario) -> None:
    for n in (1, 2, 3):
        await trained.seed_class(n, number=n)
    first = await page(trained, first=2)
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (3, True)
    second = await page(trained, first=2, after=first["pageInfo"]["endCursor"])
    seen = [edge["node"]["trainingClass"]["number"] for p in (first, second) for edge in p["edges"]]
    assert (len(set(seen)), second["pageInfo"]["hasNextPage"]) == (3, False)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"first": 101}, "FIRST_OUT_OF_RANGE"),
        ({"first": -1}, "FIRST_OUT_OF_RANGE"),
        ({"after": "x"}, "CURSOR_UNKNOWN"),
        ({"from": "2025-02-30"}, "NOT_A_DATE"),
        ({"region": "510"}, "NOT_A_REGION"),
    ],
)
async def test_s25_bad_conditions_are_refused_by_name(
    trained: TrainingClaimScenario, asked: dict[str, Any], reason: str
) -> None:
    (error,) = (await trained.world.ask(FOUND, trained.unit, **asked)).errors
    assert (error["extensions"]["code"], error["extensions"]["reason"]) == ("REFUSED", reason)


async def test_x10_units_see_their_own_classes_and_officers_their_regions(
    trained: TrainingClaimScenario,
) -> None:
    other = await trained.add_other_unit("neighbour")
    mine = await trained.seed_class(1, number=1)
    theirs = await other.seed_class(2, number=2)
    assert numbers(await found(trained)) == [mine.number]
    assert numbers(await found(other)) == [theirs.number]
    assert set(numbers(await found(trained, "reviewer"))) == {mine.number, theirs.number}
    await trained.world.add_account("elsewhere", Role.DISTRICT_OFFICER, CHAOYANG_DISTRICT)
    assert await found(trained, "elsewhere") == []


async def test_x17_at_the_counter_the_applicants_classes_are_found(
    trained: TrainingClaimScenario,
) -> None:
    other = await trained.add_other_unit("neighbour")
    mine = await trained.seed_class(1, number=1)
    await other.seed_class(2, number=2)
    unit = trained.world.accounts[trained.unit].unit_id
    assert unit is not None
    answer = await trained.world.ask(FOUND, "reviewer", behalf=build_global_id("Unit", unit))
    assert numbers([edge["node"] for edge in answer.only["edges"]]) == [mine.number]


async def test_s25_more_classes_take_no_more_statements(trained: TrainingClaimScenario) -> None:
    await trained.seed_class(1, 2, number=1)
    await found(trained)
    once = len(trained.world.statements)
    assert once
    for n in (2, 3):
        await trained.seed_class(2 * n, 2 * n + 1, number=n)
    assert len(await found(trained)) == 3
    assert len(trained.world.statements) == once


async def test_s25_of_a_class_one_may_see_all_of_its_trainees(
    trained: TrainingClaimScenario,
) -> None:
    row = await trained.seed_class(1)
    (one,) = await trained.list_trainees(row)
    (told,) = await found(trained, "reviewer")
    assert told["trainees"][0]["trainee"] == {"id": build_trainee_id(one), "name": "见习生1"}

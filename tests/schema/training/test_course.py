"""S20: the register of online courses, entered, corrected and withdrawn by edition."""

import asyncio
from typing import Any

import pytest

from models import Course, Role
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.story import story
from tests.factories.training_class_scenario import (
    COURSE_DRAFT,
    COURSE_SELECTION,
    TrainingClassScenario,
)
from tests.factories.world import World

LISTED = "{ courses(%s) { totalCount edges { node { code edition name fee offered } } } }"


@story
async def opening(world: World) -> TrainingClassScenario:
    await world.add_account("sichuan", Role.PROVINCE_ADMINISTRATOR, "510000")
    return TrainingClassScenario(world)


async def listed(world: World, narrowed: str, as_: str = "unit") -> list[tuple[str, int]]:
    page = (await world.ask(LISTED % narrowed, as_)).only
    assert page["totalCount"] == len(page["edges"])
    return [(edge["node"]["code"], edge["node"]["edition"]) for edge in page["edges"]]


async def test_s20_a_course_is_corrected_and_withdrawn_by_further_editions(
    opening: TrainingClassScenario,
) -> None:
    first = await opening.enter_course(code="ａｑｓｃ-01")
    assert (first["code"], first["edition"], first["offered"]) == ("AQSC-01", 1, True)
    second = await opening.enter_course(edition=1, fee="450.00")
    third = await opening.enter_course(edition=2, fee="450.00", offered=False)
    assert (second["fee"], third["edition"], third["offered"]) == ("450.00", 3, False)
    rows = await opening.world.load_rows(Course)
    assert sorted((row.edition, row.offered) for row in rows) == [(1, True), (2, True), (3, False)]


async def test_s20_everybody_who_is_signed_in_reads_the_editions_that_count(
    opening: TrainingClassScenario,
) -> None:
    world = opening.world
    await opening.enter_course()
    await opening.enter_course(edition=1, name="安全生产（新版）")
    await opening.enter_course(code="XF-02", name="消防培训", provider="成都消防学校")
    await opening.enter_course(code="XF-02", edition=1, offered=False)
    await opening.enter_course("province", code="JL-01")
    for who in ("unit", "officer", "province"):
        assert await listed(world, "orderBy: OLDEST", who) == [
            ("AQSC-01", 2),
            ("XF-02", 2),
            ("JL-01", 1),
        ]
    assert await listed(world, "offered: true, orderBy: OLDEST") == [("AQSC-01", 2), ("JL-01", 1)]
    assert await listed(world, 'code: "XF-02", current: false') == [("XF-02", 1)]
    assert await listed(world, 'code: "XF-02", current: null') == [("XF-02", 2), ("XF-02", 1)]
    assert await listed(world, 'name: "新版"') == [("AQSC-01", 2)]
    assert await listed(world, 'provider: "消防", current: null') == [("XF-02", 1)]
    assert await listed(world, 'region: "220000"') == [("JL-01", 1)]


async def test_x12_an_edition_is_made_against_the_one_that_was_read(
    opening: TrainingClassScenario,
) -> None:
    world = opening.world
    await opening.enter_course()
    stale = [("STALE_VERSION 1", "input.edition")]
    assert await assert_refused(world, "enterCourse", COURSE_DRAFT, "sichuan") == stale
    await world.add_account("deputy of sichuan", Role.PROVINCE_ADMINISTRATOR, "510000")
    attempts = [
        world.mutate(
            "enterCourse",
            {**COURSE_DRAFT, "edition": 1, "fee": f"{n + 1}.00"},
            who,
            COURSE_SELECTION,
        )
        for n, who in enumerate(("sichuan", "deputy of sichuan") * 4)
    ]
    results = await asyncio.gather(*attempts)
    lost = [r for r in results if r["__typename"] != "CoursePayload"]
    assert len(lost) == 7
    assert {list_refusal_reasons(r)[0][1] for r in lost} == {"input.edition"}
    assert len(await world.load_rows(Course)) == 2


async def test_s20_all_that_is_wrong_with_a_course_is_told_by_name_at_once(
    opening: TrainingClassScenario,
) -> None:
    wrong = {**COURSE_DRAFT, "code": "?", "hours": 0, "fee": "2000000.00"}
    assert await assert_refused(opening.world, "enterCourse", wrong, "sichuan") == [
        ("COURSE_CODE_MALFORMED", "input.code"),
        ("NUMBER_OUT_OF_RANGE", "input.hours"),
        ("AMOUNT_ABSURD", "input.fee"),
    ]
    free = {**COURSE_DRAFT, "fee": "0"}
    assert await assert_refused(opening.world, "enterCourse", free, "sichuan") == [
        ("COURSE_FREE", "input.fee"),
    ]
    unread = {**COURSE_DRAFT, "name": " ", "fee": "-1"}
    assert await assert_refused(opening.world, "enterCourse", unread, "sichuan") == [
        ("TEXT_EMPTY", "input.name"),
        ("NOT_AN_AMOUNT", "input.fee"),
    ]


async def test_s20_a_province_does_not_correct_another_s_course(
    opening: TrainingClassScenario,
) -> None:
    await opening.enter_course()
    theirs = {**COURSE_DRAFT, "edition": 1}
    found = await assert_refused(opening.world, "enterCourse", theirs, "province")
    assert found == [("COURSE_CODE_TAKEN", "input.code")]


@pytest.mark.parametrize("who", ["unit", "officer", "city"])
async def test_s1_only_a_province_s_administrator_enters_courses(
    opening: TrainingClassScenario, who: str
) -> None:
    found = await assert_refused(opening.world, "enterCourse", COURSE_DRAFT, who)
    assert found == [("FORBIDDEN", "MAINTAIN_COURSES")]


async def test_s20_an_edition_is_found_by_its_id(opening: TrainingClassScenario) -> None:
    course = await opening.enter_course()
    document = "query ($id: ID!) { node(id: $id) { ... on Course { code regionName hours } } }"
    found: Any = (await opening.world.ask(document, "unit", id=course["id"])).only
    assert found == {"code": "AQSC-01", "regionName": "四川省", "hours": 20}

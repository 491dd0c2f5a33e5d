"""S22: classes opened for online courses, their numbers, and what is refused by name."""

from typing import Any

import pytest

from models import TrainingClass
from tests.factories.chain import handle
from tests.factories.opening import CLASS, COURSE, Opening
from tests.factories.refusal import refused, said
from tests.factories.rows import CHAOYANG
from tests.factories.world import World, global_id
from tests.schema.scene import unknown

LISTED = "{ trainingClasses(orderBy: OLDEST, %s) { totalCount edges { node { number } } } }"
UNITS = "{ units(%s) { edges { node { name creditCode } } } }"


@pytest.fixture
async def opening(world: World) -> Opening:
    return await Opening(world).opened()


async def listed(world: World, narrowed: str, as_: str = "reviewer") -> list[str]:
    page = (await world.ask(LISTED % narrowed, as_)).only
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["number"].removeprefix("510104-") for edge in page["edges"]]


async def test_s22_a_number_is_given_by_region_and_planned_day_and_is_never_typed(
    opening: Opening,
) -> None:
    course = await opening.entered()
    rows = [await opening.drafted(course) for _ in range(2)]
    rows.append(await opening.drafted(course, opensOn="2025-03-21"))
    other = await opening.beside("neighbour")
    rows.append(await other.drafted(course))
    assert [row["number"] for row in rows] == [
        "510104-20250320-001",
        "510104-20250320-002",
        "510104-20250321-001",
        "510104-20250320-003",
    ]
    typed = opening.draft(course, number="510104-20250320-009")
    shape = "mutation ($i: TrainingClassDraftInput!) { %s(input: $i) { __typename } }"
    answer = await opening.world.ask(shape % "createTrainingClass", "trainer", i=typed)
    assert answer.status == 400


async def test_s22_a_number_stays_when_the_opening_is_put_off(opening: Opening) -> None:
    course = await opening.entered()
    row = await opening.drafted(course)
    moved = opening.draft(course, opensOn="2025-04-01", endsOn="2025-04-11", name="改期")
    row = await opening.moved("change", row, **moved)
    assert (row["number"], row["opensOn"]) == ("510104-20250320-001", "2025-04-01")
    assert (row["name"], row["version"]) == ("改期", 2)
    again = await opening.drafted(course)
    assert again["number"] == "510104-20250320-002"


async def test_s20_a_class_keeps_its_edition_until_another_is_chosen(opening: Opening) -> None:
    course = await opening.entered()
    row = await opening.drafted(course)
    newer = await opening.entered(edition=1, fee="450.00")
    row = await opening.moved("change", row, **opening.draft(course, name="改名"))
    assert row["course"] == {"code": "AQSC-01", "edition": 1}
    row = await opening.moved("change", row, **opening.draft(newer))
    assert row["course"] == {"code": "AQSC-01", "edition": 2}
    back = handle(row) | opening.draft(course)
    assert await refused(opening.world, "changeTrainingClass", back, "trainer") == [
        ("COURSE_OUTDATED", "input.courseId")
    ]


async def test_s22_what_is_wrong_with_a_class_is_told_by_name_at_once(opening: Opening) -> None:
    course = await opening.entered()
    newer = await opening.entered(edition=1)
    wrong = opening.draft(course, opensOn="2025-03-09", endsOn="2025-03-08")
    faults = [
        ("OPENING_IN_PAST", "input.opensOn"),
        ("DATES_REVERSED", "input.endsOn"),
        ("COURSE_OUTDATED", "input.courseId"),
    ]
    assert await refused(opening.world, "createTrainingClass", wrong, "trainer") == faults
    row = await opening.drafted(newer)
    given = handle(row) | wrong
    assert await refused(opening.world, "changeTrainingClass", given, "trainer") == faults
    unread = opening.draft(newer, name=" ", opensOn="2025-02-30", endsOn="soon")
    assert await refused(opening.world, "createTrainingClass", unread, "trainer") == [
        ("TEXT_EMPTY", "input.name"),
        ("NOT_A_DATE", "input.opensOn"),
        ("NOT_A_DATE", "input.endsOn"),
    ]


async def test_s20_no_class_is_opened_for_a_withdrawn_course(opening: Opening) -> None:
    await opening.entered()
    gone = await opening.entered(edition=1, offered=False)
    found = await refused(opening.world, "createTrainingClass", opening.draft(gone), "trainer")
    assert found == [("COURSE_WITHDRAWN", "input.courseId")]


async def test_s20_another_province_s_course_is_as_one_that_is_not_there(
    opening: Opening,
) -> None:
    world = opening.world
    theirs = await opening.entered("province", code="JL-01")
    missing = {"id": unknown("Course")}
    for course in (theirs, missing, {"id": "garbage"}):
        found = await refused(world, "createTrainingClass", opening.draft(course), "trainer")
        assert found == [("NOT_FOUND", "input.courseId")]


async def test_x10_another_unit_s_class_is_as_one_that_is_not_there(opening: Opening) -> None:
    course = await opening.entered()
    row = await opening.drafted(course)
    other = await opening.beside("neighbour")
    given = handle(row) | opening.draft(course)
    for who in (other.unit, "unit"):
        found = await refused(opening.world, "changeTrainingClass", given, who)
        assert found == [("NOT_FOUND", "input.id")]
    assert await listed(opening.world, "first: 9", other.unit) == []
    stale = given | {"version": 9}
    assert await refused(opening.world, "changeTrainingClass", stale, "trainer") == [
        ("STALE_VERSION 1", "input.id")
    ]


async def test_s22_classes_are_found_by_several_conditions(opening: Opening) -> None:
    world = opening.world
    course = await opening.entered()
    fire = await opening.entered(code="XF-02")
    other = await opening.beside("neighbour")
    await opening.drafted(course)
    await opening.drafted(fire, opensOn="2025-03-25", name="消防一班")
    await other.drafted(course)
    first, second, theirs = "20250320-001", "20250325-001", "20250320-002"
    code = other.hired.row.credit_code
    cases = {
        "first: 9": [first, second, theirs],
        'unitName: "EIGHB"': [theirs],
        'unitName: "trainer"': [first, second],
        f'creditCode: "{code}"': [theirs],
        f'creditCode: "{code}", unitName: "trainer"': [],
        'number: "20250320"': [first, theirs],
        'courseCode: "XF-02"': [second],
        'opensFrom: "2025-03-21"': [second],
        'opensTo: "2025-03-20"': [first, theirs],
        'name: "消防"': [second],
        "status: [SUBMITTED]": [],
        'region: "510100", status: [DRAFT]': [first, second, theirs],
        f'region: "{CHAOYANG}"': [],
    }
    assert {narrowed: await listed(world, narrowed) for narrowed in cases} == cases
    assert await listed(world, 'unitName: "neighbour"', "trainer") == []
    own = """{ viewer { unit { trainingClasses(courseCode: "XF-02") { totalCount edges { node {
      course { name } courseClaimed } } } } } }"""
    page = (await world.ask(own, "trainer")).only["unit"]["trainingClasses"]
    told = {"course": {"name": COURSE["name"]}, "courseClaimed": False}
    assert page == {"totalCount": 1, "edges": [{"node": told}]}


async def test_s22_an_officer_finds_the_enterprise_by_name_or_number_and_files_for_it(
    opening: Opening,
) -> None:
    """X17: at the counter of the region; the enterprise owns the class, and another one reviews."""
    world = opening.world
    course = await opening.entered()
    row = opening.hired.row
    for narrowed in ('name: "TRAINER"', f'creditCode: "{row.credit_code.lower()}"'):
        (edge,) = (await world.ask(UNITS % narrowed, "reviewer")).only["edges"]
        assert edge["node"] == {"name": row.name, "creditCode": row.credit_code}
        assert (await world.ask(UNITS % narrowed, "officer")).only["edges"] == []
        assert (await world.ask(UNITS % narrowed, "unit")).only["edges"] == []
    behalf = global_id("Unit", row.id)
    made = await opening.drafted(course, behalf)
    assert made["number"] == "510104-20250320-001"
    await opening.attended(made, 1)
    do = world.do
    sent = (await do("submitTrainingClass", handle(made), "reviewer", CLASS, behalf=behalf))[
        "trainingClass"
    ]
    lost = await do("approveTrainingClass", handle(sent), "reviewer")
    assert lost["reason"] == "FOUR_EYES"
    await opening.moved("approve", sent, "second")
    (kept,) = await world.rows(TrainingClass)
    assert (kept.unit_id, kept.submitted_by) == (row.id, world.accounts["reviewer"].id)
    far = opening.draft(course)
    outside = await do("createTrainingClass", far, "officer", behalf=behalf)
    assert said(outside) == [("NOT_FOUND", "input")]


async def test_x9_what_became_of_a_class_is_told_in_its_history(opening: Opening) -> None:
    course = await opening.entered()
    row = await opening.submitted(course, 1)
    row = await opening.moved("return", row, "reviewer", reason="材料不符")
    fire = await opening.entered(code="XF-02")
    await opening.moved("change", row, **opening.draft(fire, opensOn="2025-03-24"))
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      changes { field fieldName after }
      history(first: 9) { edges { node { action title subject: kind record { id } } } } } } }"""
    found: Any = (await opening.world.ask(document, "reviewer", id=row["id"])).only
    told = [edge["node"] for edge in found["history"]["edges"]]
    assert [step["action"] for step in told] == ["CHANGE", "RETURN", "SUBMIT", "CREATE"]
    assert {step["title"] for step in told} == {row["number"]}
    assert {step["subject"] for step in told} == {"TRAINING_CLASS"}
    assert {step["record"]["id"] for step in told} == {row["id"]}
    assert found["changes"] == [
        {"field": "course_id", "fieldName": "online course", "after": fire["id"]},
        {"field": "course_code", "fieldName": "course code", "after": "XF-02"},
        {"field": "opens_on", "fieldName": "opening day", "after": "2025-03-24"},
    ]

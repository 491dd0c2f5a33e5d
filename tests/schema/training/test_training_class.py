"""S22: classes opened for online courses, their numbers, and what is refused by name."""

from typing import Any

from models import TrainingClass
from tests.factories.internship_scenario import to_decision
from tests.factories.refusal import assert_refused, list_refusal_reasons
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.factories.story import story
from tests.factories.training_class_scenario import (
    CLASS_SELECTION,
    COURSE_DRAFT,
    REASON_INPUT,
    TrainingClassScenario,
)
from tests.factories.world import World, build_global_id
from tests.schema.scene import make_unknown_id

LISTED = "{ trainingClasses(orderBy: OLDEST, %s) { totalCount edges { node { number } } } }"
UNITS = "{ units(%s) { edges { node { name creditCode } } } }"


@story
async def opening(world: World) -> TrainingClassScenario:
    return await TrainingClassScenario(world).set_up()


async def listed(world: World, narrowed: str, as_: str = "reviewer") -> list[str]:
    page = (await world.ask(LISTED % narrowed, as_)).only
    assert page["totalCount"] == len(page["edges"])
    return [edge["node"]["number"].removeprefix("510104-") for edge in page["edges"]]


async def test_s22_a_number_is_given_by_region_and_planned_day_and_is_never_typed(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    rows = [await opening.create_class(course) for _ in range(2)]
    rows.append(await opening.create_class(course, opensOn="2025-03-21"))
    other = await opening.add_other_unit("neighbour")
    rows.append(await other.create_class(course))
    assert [row["number"] for row in rows] == [
        "510104-20250320-001",
        "510104-20250320-002",
        "510104-20250321-001",
        "510104-20250320-003",
    ]
    typed = opening.build_class_draft(course, number="510104-20250320-009")
    shape = "mutation ($i: TrainingClassDraftInput!) { %s(input: $i) { __typename } }"
    answer = await opening.world.ask(shape % "createTrainingClass", "trainer", i=typed)
    assert answer.status == 400


async def test_s22_a_number_stays_once_submitted_when_the_opening_is_put_off(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    row = await opening.submit_class(course, 1)
    row = await opening.transition("return", row, "reviewer", **REASON_INPUT)
    moved = opening.build_class_draft(
        course, opensOn="2025-04-01", endsOn="2025-04-11", name="改期"
    )
    row = await opening.transition("change", row, **moved)
    assert (row["number"], row["opensOn"]) == ("510104-20250320-001", "2025-04-01")
    again = await opening.create_class(course)
    assert again["number"] == "510104-20250320-002"


async def test_s22_the_number_of_a_draft_follows_its_planned_opening(
    opening: TrainingClassScenario,
) -> None:
    """S39 of the walk: no other class ever gets the number that it leaves behind."""
    course = await opening.enter_course()
    row = await opening.create_class(course)
    named = opening.build_class_draft(course, name="改名")
    row = await opening.transition("change", row, **named)
    assert (row["number"], row["name"]) == ("510104-20250320-001", "改名")
    moved = opening.build_class_draft(course, opensOn="2025-04-01", endsOn="2025-04-11")
    row = await opening.transition("change", row, **moved)
    assert (row["number"], row["version"]) == ("510104-20250401-001", 3)
    again = await opening.create_class(course)
    assert again["number"] == "510104-20250320-002"


async def test_s20_a_class_keeps_its_edition_until_another_is_chosen(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    row = await opening.create_class(course)
    newer = await opening.enter_course(edition=1, fee="450.00")
    row = await opening.transition("change", row, **opening.build_class_draft(course, name="改名"))
    assert row["course"] == {"code": "AQSC-01", "edition": 1}
    row = await opening.transition("change", row, **opening.build_class_draft(newer))
    assert row["course"] == {"code": "AQSC-01", "edition": 2}
    back = to_decision(row) | opening.build_class_draft(course)
    assert await assert_refused(opening.world, "changeTrainingClass", back, "trainer") == [
        ("COURSE_OUTDATED", "input.courseId")
    ]


async def test_s22_what_is_wrong_with_a_class_is_told_by_name_at_once(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    newer = await opening.enter_course(edition=1)
    wrong = opening.build_class_draft(course, opensOn="2025-03-09", endsOn="2025-03-08")
    faults = [
        ("OPENING_IN_PAST", "input.opensOn"),
        ("DATES_REVERSED", "input.endsOn"),
        ("COURSE_OUTDATED", "input.courseId"),
    ]
    assert await assert_refused(opening.world, "createTrainingClass", wrong, "trainer") == faults
    row = await opening.create_class(newer)
    given = to_decision(row) | wrong
    assert await assert_refused(opening.world, "changeTrainingClass", given, "trainer") == faults
    unread = opening.build_class_draft(newer, name=" ", opensOn="2025-02-30", endsOn="soon")
    assert await assert_refused(opening.world, "createTrainingClass", unread, "trainer") == [
        ("TEXT_EMPTY", "input.name"),
        ("NOT_A_DATE", "input.opensOn"),
        ("NOT_A_DATE", "input.endsOn"),
    ]


async def test_s20_no_class_is_opened_for_a_withdrawn_course(
    opening: TrainingClassScenario,
) -> None:
    await opening.enter_course()
    gone = await opening.enter_course(edition=1, offered=False)
    found = await assert_refused(
        opening.world, "createTrainingClass", opening.build_class_draft(gone), "trainer"
    )
    assert found == [("COURSE_WITHDRAWN", "input.courseId")]


async def test_s20_another_province_s_course_is_as_one_that_is_not_there(
    opening: TrainingClassScenario,
) -> None:
    world = opening.world
    theirs = await opening.enter_course("province", code="JL-01")
    missing = {"id": make_unknown_id("Course")}
    for course in (theirs, missing, {"id": "garbage"}):
        found = await assert_refused(
            world, "createTrainingClass", opening.build_class_draft(course), "trainer"
        )
        assert found == [("NOT_FOUND", "input.courseId")]


async def test_x10_another_unit_s_class_is_as_one_that_is_not_there(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    row = await opening.create_class(course)
    other = await opening.add_other_unit("neighbour")
    given = to_decision(row) | opening.build_class_draft(course)
    for who in (other.unit, "unit"):
        found = await assert_refused(opening.world, "changeTrainingClass", given, who)
        assert found == [("NOT_FOUND", "input.id")]
    assert await listed(opening.world, "first: 9", other.unit) == []
    stale = given | {"version": 9}
    assert await assert_refused(opening.world, "changeTrainingClass", stale, "trainer") == [
        ("STALE_VERSION 1", "input.id")
    ]


async def test_s22_classes_are_found_by_several_conditions(opening: TrainingClassScenario) -> None:
    world = opening.world
    course = await opening.enter_course()
    fire = await opening.enter_course(code="XF-02")
    other = await opening.add_other_unit("neighbour")
    await opening.create_class(course)
    await opening.create_class(fire, opensOn="2025-03-25", name="消防一班")
    await other.create_class(course)
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
        f'region: "{CHAOYANG_DISTRICT}"': [],
    }
    assert {narrowed: await listed(world, narrowed) for narrowed in cases} == cases
    assert await listed(world, 'unitName: "neighbour"', "trainer") == []
    own = """{ viewer { unit { trainingClasses(courseCode: "XF-02") { totalCount edges { node {
      course { name } courseClaimed } } } } } }"""
    page = (await world.ask(own, "trainer")).only["unit"]["trainingClasses"]
    told = {"course": {"name": COURSE_DRAFT["name"]}, "courseClaimed": False}
    assert page == {"totalCount": 1, "edges": [{"node": told}]}


async def test_s22_an_officer_finds_the_enterprise_by_name_or_number_and_files_for_it(
    opening: TrainingClassScenario,
) -> None:
    """X17: at the counter of the region; the enterprise owns the class, and another one reviews."""
    world = opening.world
    course = await opening.enter_course()
    row = opening.hired.row
    for narrowed in ('name: "TRAINER"', f'creditCode: "{row.credit_code.lower()}"'):
        (edge,) = (await world.ask(UNITS % narrowed, "reviewer")).only["edges"]
        assert edge["node"] == {"name": row.name, "creditCode": row.credit_code}
        assert (await world.ask(UNITS % narrowed, "officer")).only["edges"] == []
        assert (await world.ask(UNITS % narrowed, "unit")).only["edges"] == []
    behalf = build_global_id("Unit", row.id)
    made = await opening.create_class(course, behalf)
    assert made["number"] == "510104-20250320-001"
    await opening.add_trainees(made, 1)
    do = world.mutate
    sent = (
        await do(
            "submitTrainingClass", to_decision(made), "reviewer", CLASS_SELECTION, behalf=behalf
        )
    )["trainingClass"]
    lost = await do("approveTrainingClass", to_decision(sent), "reviewer")
    assert lost["reason"] == "FOUR_EYES"
    await opening.transition("approve", sent, "second")
    (kept,) = await world.load_rows(TrainingClass)
    assert (kept.unit_id, kept.submitted_by) == (row.id, world.accounts["reviewer"].id)
    far = opening.build_class_draft(course)
    outside = await do("createTrainingClass", far, "officer", behalf=behalf)
    assert list_refusal_reasons(outside) == [("NOT_FOUND", "input")]


async def test_x9_what_became_of_a_class_is_told_in_its_history(
    opening: TrainingClassScenario,
) -> None:
    course = await opening.enter_course()
    row = await opening.submit_class(course, 1)
    row = await opening.transition("return", row, "reviewer", reason="材料不符")
    fire = await opening.enter_course(code="XF-02")
    await opening.transition("change", row, **opening.build_class_draft(fire, opensOn="2025-03-24"))
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

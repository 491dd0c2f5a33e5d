"""S23: trainees are entered by roster; it is checked row by row, and taken over once."""

import asyncio
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from models import History, RosterRow, Status, Trainee, TrainingClass
from resolvers.kernel.background import Work
from resolvers.rosters.roster_work import check_next
from resolvers.training.trainee_roster import AT_ONCE
from tests.factories.refusal import refused
from tests.factories.roster import checked, nodes, sent_in
from tests.factories.rows import CHENGDU_DISTRICT, EVERYBODY, an_id_number
from tests.factories.taught import TRAINEES, Taught, a_file, class_id, named
from tests.factories.world import World

TEMPLATE = "query ($kind: RosterKind!) { rosterTemplate(kind: $kind) { url } }"
OF_CLASS = """query ($id: ID!) { node(id: $id) { ... on Roster {
  place trainingClass { id number } } } }"""


@pytest.fixture
async def taught(world: World) -> Taught:
    """A unit with ten of its staff on file."""
    return await Taught(world).opened(*range(1, 11))


def faults_of(found: Any) -> list[list[tuple[str, str]]]:
    rows = nodes(found["failed_"])
    return [[(each["cell"], each["reason"]) for each in row["faults"]] for row in rows]


async def attending(world: World) -> list[str]:
    return sorted(row.name for row in await world.rows(Trainee))


# the template


async def test_s23_the_template_asks_for_name_and_number_with_instructions(world: World) -> None:
    url = (await world.ask(TEMPLATE, "unit", kind="TRAINEES")).only["url"]
    answer = await world.client.get(url)
    book = load_workbook(io.BytesIO(answer.content))
    page, help_ = book["人员名单"], book["填写说明"]
    assert tuple(cell.value for cell in page[1]) == TRAINEES
    assert page.column_dimensions["B"].number_format == "@"
    assert help_["A1"].value == "培训学员花名册"
    assert {"姓名", "公民身份号码"} <= {row[0].value for row in help_.iter_rows()}


# the check


async def test_s23_rows_pass_or_tell_what_is_wrong_with_them(taught: Taught) -> None:
    of_class = await taught.of_class()
    await taught.attended(of_class, 3)
    rows = [
        named(1),
        [*named(2)[:1], an_id_number(99)],
        named(3),
        named(1),
        ["别人", named(4)[1]],
        named(5),
    ]
    found = await taught.rostered(of_class, *rows)
    assert (found["state"], found["passed"], found["failed"]) == ("CHECKED", 2, 4)
    assert [row["number"] for row in nodes(found["passed_"])] == [1, 6]
    assert faults_of(found) == [
        [("B3", "PERSON_NOT_ON_FILE")],
        [("B4", "TRAINEE_TWICE")],
        [("B5", "PERSON_TWICE")],
        [("B6", "PERSON_NOT_ON_FILE")],
    ]
    assert await attending(taught.world) == ["见习生3"]  # the check enters nobody


async def test_s21_rows_meet_the_controls_that_are_about_a_person(taught: Taught) -> None:
    """S20: who is not insured by the unit is told at the check, by the control's words."""
    of_class = await taught.of_class()
    await taught.hired.people(20, paid=False)
    found = await taught.rostered(of_class, named(1), named(20))
    (bad,) = nodes(found["failed_"])
    assert (bad["number"], bad["faults"]) == (2, [])
    assert "FAIL" in [each["outcome"] for each in bad["findings"]]


async def test_s23_a_roster_of_a_class_has_its_units_region(taught: Taught) -> None:
    of_class = await taught.of_class()
    found = await taught.rostered(of_class, named(1))
    told = (await taught.world.ask(OF_CLASS, taught.unit, id=found["id"])).only
    assert told == {
        "place": CHENGDU_DISTRICT,
        "trainingClass": {"id": class_id(of_class), "number": of_class.number},
    }


async def test_s23_a_roster_names_a_class_that_takes_trainees_and_no_place(taught: Taught) -> None:
    world = taught.world
    of_class = await taught.of_class()
    under_way = await taught.of_class(2, Status.APPROVED)
    other = await world.unit("other", CHENGDU_DISTRICT)
    upload = await sent_in(world, a_file("TRAINEES", [named(1)]), taught.unit)
    draft = {"kind": "TRAINEES", "uploadId": upload}
    for more, reasons in (
        ({}, [("CLASS_NEEDED", "input.classId")]),
        (
            {"place": CHENGDU_DISTRICT},
            [("CLASS_NEEDED", "input.classId"), ("PLACE_NOT_ASKED", "input.place")],
        ),
        (
            {"classId": class_id(of_class), "place": CHENGDU_DISTRICT},
            [("PLACE_NOT_ASKED", "input.place")],
        ),
        ({"classId": class_id(under_way)}, [("WRONG_STATUS", "input.classId")]),
        ({"classId": "unknown"}, [("NOT_FOUND", "input.classId")]),
        ({"kind": "HIRING"}, [("PLACE_NEEDED", "input.place")]),
        (
            {"kind": "HIRING", "place": CHENGDU_DISTRICT, "classId": class_id(of_class)},
            [("CLASS_NOT_ASKED", "input.classId")],
        ),
    ):
        assert await refused(world, "createRoster", draft | more, taught.unit) == reasons
    upload = await sent_in(world, a_file("TRAINEES", [named(1)]), "other")
    draft = {"kind": "TRAINEES", "uploadId": upload, "classId": class_id(of_class)}
    assert await refused(world, "createRoster", draft, "other") == [("NOT_FOUND", "input.classId")]
    assert other.id != of_class.unit_id


async def test_s23_the_failed_rows_come_back_and_are_corrected_alone(taught: Taught) -> None:
    world, of_class = taught.world, await taught.of_class()
    found = await taught.rostered(of_class, named(1), ["别人", named(2)[1]])
    then = "... on FailedRowsPayload { url }"
    result = await world.do("requestFailedRows", {"id": found["id"]}, taught.unit, then)
    book = load_workbook(io.BytesIO((await world.client.get(result["url"])).content))
    page = book["人员名单"]
    assert [cell.value for cell in page[2]] == ["别人", named(2)[1]]
    assert page["B2"].comment.text
    page["A2"] = "见习生2"
    file = io.BytesIO()
    book.save(file)
    draft = {"kind": "TRAINEES", "place": None, "classId": class_id(of_class)}
    again = await checked(world, file.getvalue(), taught.unit, corrects=found["id"], **draft)
    assert (again["total"], again["passed"]) == (1, 1)
    other = await taught.of_class(2)
    upload = await sent_in(world, file.getvalue(), taught.unit)
    draft = {"kind": "TRAINEES", "uploadId": upload, "corrects": found["id"]}
    draft["classId"] = class_id(other)
    assert await refused(world, "createRoster", draft, taught.unit) == [
        ("ROSTER_OTHER_KIND", "input.corrects")
    ]


# taken over


async def test_s23_whoever_passed_is_entered_and_once_more_enters_nobody(taught: Taught) -> None:
    world, of_class = taught.world, await taught.of_class()
    found = await taught.rostered(of_class, named(1), ["别人", named(2)[1]], named(3))
    first = await taught.added(found)
    assert (first["__typename"], first["count"]) == ("TraineesAddedPayload", 2)
    assert [each["name"] for each in first["trainees"]] == ["见习生1", "见习生3"]
    assert (await taught.added(found))["count"] == 0
    assert await attending(world) == ["见习生1", "见习生3"]
    rows = {row.id: row.number for row in await world.rows(RosterRow)}
    entered = await world.rows(Trainee)
    assert sorted(rows[row.roster_row_id] for row in entered) == [1, 3]
    told = [row for row in await world.rows(History) if row.action == "ADD_TRAINEES"]
    assert sorted(row.record for row in told) == ["Roster", "TrainingClass"]
    assert [row.changes["trainees"] for row in told] == [["", "2"]] * 2


async def test_x12_the_same_request_again_answers_the_same(taught: Taught) -> None:
    found = await taught.rostered(await taught.of_class(), named(1), named(2))
    first = await taught.added(found, key="0123456789")
    assert first["count"] == 2
    assert await taught.added(found, key="0123456789") == first


async def test_s23_who_came_into_the_class_meanwhile_is_left_as_they_are(taught: Taught) -> None:
    of_class = await taught.of_class()
    found = await taught.rostered(of_class, named(1), named(2))
    (before,) = await taught.attended(of_class, 2)
    assert (await taught.added(found))["count"] == 1
    rows = {row.name: row for row in await taught.world.rows(Trainee)}
    assert (rows["见习生2"].id, rows["见习生2"].roster_row_id) == (before.id, None)


async def test_s23_names_are_those_on_file_however_a_roster_spells_them(taught: Taught) -> None:
    of_class = await taught.of_class()
    found = await taught.rostered(of_class, ["见习·生1", named(1)[1]])
    assert found["passed"] == 1
    assert [each["name"] for each in (await taught.added(found))["trainees"]] == ["见习生1"]


async def test_x12_many_at_once_enter_everybody_once(taught: Taught) -> None:
    found = await taught.rostered(await taught.of_class(), *map(named, range(1, 9)))
    results = await asyncio.gather(*(taught.added(found) for _ in range(8)))
    assert sorted(result["count"] for result in results) == [0] * 7 + [8]
    assert len(await taught.world.rows(Trainee)) == 8


async def test_s23_only_an_own_checked_roster_of_a_class_that_takes_trainees_is_taken_over(
    taught: Taught,
) -> None:
    world = taught.world
    of_class = await taught.of_class()
    waiting = (await taught.sent(of_class, a_file("TRAINEES", [named(1)]), "TRAINEES"))["roster"]
    given = {"rosterId": waiting["id"]}
    at = "input.rosterId"
    assert await refused(world, "addTraineesFromRoster", given, taught.unit) == [
        ("ROSTER_NOT_CHECKED", at)
    ]
    await check_next(Work(world.service))
    await world.unit("other", CHENGDU_DISTRICT)
    assert await refused(world, "addTraineesFromRoster", given, "other") == [("NOT_FOUND", at)]
    nobody = await taught.rostered(of_class, ["别人", named(2)[1]])
    assert await refused(
        world, "addTraineesFromRoster", {"rosterId": nobody["id"]}, taught.unit
    ) == [("NOBODY_PASSED", at)]
    assert await refused(world, "importScores", given, taught.unit) == [("ROSTER_WRONG_KIND", at)]


async def test_s23_two_hundred_trainees_take_the_statements_of_ten(taught: Taught) -> None:
    """X3: checked by the controls, and entered; more go in pieces of so many."""
    world, counts = taught.world, {}
    for size, first in ((10, 1), (AT_ONCE, 100)):
        numbers = range(first, first + size)
        if size > 10:
            await taught.hired.people(*numbers)
        of_class = await taught.of_class(size)
        content = a_file("TRAINEES", [named(n) for n in numbers])
        roster = (await taught.sent(of_class, content, "TRAINEES"))["roster"]
        world.statements.clear()
        assert await check_next(Work(world.service)) == 1
        looked = len(world.statements)
        assert (await taught.added(roster))["count"] == size
        counts[size] = looked, len(world.statements)
    assert counts[10] == counts[AT_ONCE]


async def test_s21_who_has_no_place_left_is_told_and_not_entered(taught: Taught) -> None:
    """Three trainings are taken: the fourth fails at the check, whoever else passes."""
    for number in (1, 2, 3):
        opens = date(2024, number, 1)
        taken = {
            "during": Range(opens, date(2024, number, 11)),
            "place": number,
            "period_from": date(2024, 1, 1),
            "most": 3,
        }
        days = {"opens_on": opens, "ends_on": date(2024, number, 10)}
        of_class = await taught.of_class(number, Status.APPROVED, **days)
        await taught.attended(of_class, 1, **taken)
    found = await taught.rostered(await taught.of_class(9), named(1), named(2))
    (bad,) = nodes(found["failed_"])
    assert (bad["number"], [each["outcome"] for each in bad["findings"]].count("FAIL")) == (1, 1)
    assert [each["name"] for each in (await taught.added(found))["trainees"]] == ["见习生2"]


async def test_s23_nobody_is_entered_once_the_class_was_submitted(taught: Taught) -> None:
    of_class = await taught.of_class()
    found = await taught.rostered(of_class, named(1))
    await moved(taught.world, of_class, Status.SUBMITTED)
    given = {"rosterId": found["id"]}
    assert await refused(taught.world, "addTraineesFromRoster", given, taught.unit) == [
        ("WRONG_STATUS", "input.rosterId")
    ]
    await moved(taught.world, of_class, Status.RETURNED)
    assert (await taught.added(found))["count"] == 1


async def moved(world: World, of_class: TrainingClass, status: Status) -> None:
    """Let a class stand otherwise."""
    async with AsyncSession(world.service.writes) as session, session.begin():
        await state(session, EVERYBODY)
        own = TrainingClass.id == of_class.id
        await session.execute(update(TrainingClass).where(own).values(status=status))


async def test_s23_a_class_tells_its_rosters_and_how_far_they_are(taught: Taught) -> None:
    of_class = await taught.of_class()
    found = await taught.rostered(of_class, named(1), named(2))
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      rosters { edges { node { id kind state passed } } } } } }"""
    told = (await taught.world.ask(document, taught.unit, id=class_id(of_class))).only
    assert nodes(told["rosters"]) == [
        {"id": found["id"], "kind": "TRAINEES", "state": "CHECKED", "passed": 2}
    ]

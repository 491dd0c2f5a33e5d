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

from loaders.actor import set_rls_context
from models import History, RosterRow, Status, Trainee, TrainingClass
from resolvers.kernel.background import JobContext
from resolvers.rosters.roster_check_job import check_next_roster
from resolvers.training.trainee_roster import BATCH_SIZE
from tests.factories.class_roster_scenario import (
    TRAINEE_HEADINGS,
    ClassRosterScenario,
    a_file,
    build_class_id,
    build_trainee_cells,
)
from tests.factories.person_budget import raise_budget
from tests.factories.refusal import assert_refused
from tests.factories.roster import check_roster, list_nodes, upload_roster
from tests.factories.rows import CHENGDU_DISTRICT, NATIONWIDE_ACTOR, an_id_number
from tests.factories.story import story
from tests.factories.world import World

TEMPLATE = "query ($kind: RosterKind!) { rosterTemplate(kind: $kind) { url } }"
OF_CLASS = """query ($id: ID!) { node(id: $id) { ... on Roster {
  place trainingClass { id number } } } }"""


@story
async def taught(world: World) -> ClassRosterScenario:
    """A unit with ten of its staff on file."""
    return await ClassRosterScenario(world).set_up(*range(1, 11))


def faults_of(found: Any) -> list[list[tuple[str, str]]]:
    rows = list_nodes(found["failed_"])
    return [[(each["cell"], each["reason"]) for each in row["faults"]] for row in rows]


async def attending(world: World) -> list[str]:
    return sorted(row.name for row in await world.load_rows(Trainee))


# the template


async def test_s23_the_template_asks_for_name_and_number_with_instructions(world: World) -> None:
    url = (await world.ask(TEMPLATE, "unit", kind="TRAINEES")).only["url"]
    answer = await world.client.get(url)
    book = load_workbook(io.BytesIO(answer.content))
    page, help_ = book["人员名单"], book["填写说明"]
    assert tuple(cell.value for cell in page[1]) == TRAINEE_HEADINGS
    assert page.column_dimensions["B"].number_format == "@"
    assert help_["A1"].value == "培训学员花名册"
    assert {"姓名", "公民身份号码"} <= {row[0].value for row in help_.iter_rows()}


# the check


async def test_s23_rows_pass_or_tell_what_is_wrong_with_them(taught: ClassRosterScenario) -> None:
    of_class = await taught.seed_class()
    await taught.seed_trainees(of_class, 3)
    rows = [
        build_trainee_cells(1),
        [*build_trainee_cells(2)[:1], an_id_number(99)],
        build_trainee_cells(3),
        build_trainee_cells(1),
        ["别人", build_trainee_cells(4)[1]],
        build_trainee_cells(5),
    ]
    found = await taught.check_class_roster(of_class, *rows)
    assert (found["state"], found["passed"], found["failed"]) == ("CHECKED", 2, 4)
    assert [row["number"] for row in list_nodes(found["passed_"])] == [1, 6]
    assert faults_of(found) == [
        [("B3", "PERSON_NOT_ON_FILE")],
        [("B4", "TRAINEE_TWICE")],
        [("B5", "PERSON_TWICE")],
        [("B6", "PERSON_NOT_ON_FILE")],
    ]
    assert await attending(taught.world) == ["见习生3"]  # the check enters nobody


async def test_s21_rows_meet_the_controls_that_are_about_a_person(
    taught: ClassRosterScenario,
) -> None:
    """S20: who is not insured by the unit is told at the check, by the control's words."""
    of_class = await taught.seed_class()
    await taught.hired.add_people(20, paid=False)
    found = await taught.check_class_roster(
        of_class, build_trainee_cells(1), build_trainee_cells(20)
    )
    (bad,) = list_nodes(found["failed_"])
    assert (bad["number"], bad["faults"]) == (2, [])
    assert "FAIL" in [each["outcome"] for each in bad["findings"]]


async def test_s23_a_roster_of_a_class_has_its_units_region(taught: ClassRosterScenario) -> None:
    of_class = await taught.seed_class()
    found = await taught.check_class_roster(of_class, build_trainee_cells(1))
    told = (await taught.world.ask(OF_CLASS, taught.unit, id=found["id"])).only
    assert told == {
        "place": CHENGDU_DISTRICT,
        "trainingClass": {"id": build_class_id(of_class), "number": of_class.number},
    }


async def test_s23_a_roster_names_a_class_that_takes_trainees_and_no_place(
    taught: ClassRosterScenario,
) -> None:
    world = taught.world
    of_class = await taught.seed_class()
    under_way = await taught.seed_class(2, Status.APPROVED)
    other = await world.add_unit("other", CHENGDU_DISTRICT)
    upload = await upload_roster(world, a_file("TRAINEES", [build_trainee_cells(1)]), taught.unit)
    draft = {"kind": "TRAINEES", "uploadId": upload}
    for more, reasons in (
        ({}, [("CLASS_NEEDED", "input.classId")]),
        (
            {"place": CHENGDU_DISTRICT},
            [("CLASS_NEEDED", "input.classId"), ("PLACE_NOT_ASKED", "input.place")],
        ),
        (
            {"classId": build_class_id(of_class), "place": CHENGDU_DISTRICT},
            [("PLACE_NOT_ASKED", "input.place")],
        ),
        ({"classId": build_class_id(under_way)}, [("WRONG_STATUS", "input.classId")]),
        ({"classId": "unknown"}, [("NOT_FOUND", "input.classId")]),
        ({"kind": "HIRING"}, [("PLACE_NEEDED", "input.place")]),
        (
            {"kind": "HIRING", "place": CHENGDU_DISTRICT, "classId": build_class_id(of_class)},
            [("CLASS_NOT_ASKED", "input.classId")],
        ),
    ):
        assert await assert_refused(world, "createRoster", draft | more, taught.unit) == reasons
    upload = await upload_roster(world, a_file("TRAINEES", [build_trainee_cells(1)]), "other")
    draft = {"kind": "TRAINEES", "uploadId": upload, "classId": build_class_id(of_class)}
    assert await assert_refused(world, "createRoster", draft, "other") == [
        ("NOT_FOUND", "input.classId")
    ]
    assert other.id != of_class.unit_id


async def test_s23_the_failed_rows_come_back_and_are_corrected_alone(
    taught: ClassRosterScenario,
) -> None:
    world, of_class = taught.world, await taught.seed_class()
    found = await taught.check_class_roster(
        of_class, build_trainee_cells(1), ["别人", build_trainee_cells(2)[1]]
    )
    then = "... on FailedRowsPayload { url }"
    result = await world.mutate("requestFailedRows", {"id": found["id"]}, taught.unit, then)
    book = load_workbook(io.BytesIO((await world.client.get(result["url"])).content))
    page = book["人员名单"]
    assert [cell.value for cell in page[2]] == ["别人", build_trainee_cells(2)[1]]
    assert page["B2"].comment.text
    page["A2"] = "见习生2"
    file = io.BytesIO()
    book.save(file)
    draft = {"kind": "TRAINEES", "place": None, "classId": build_class_id(of_class)}
    again = await check_roster(world, file.getvalue(), taught.unit, corrects=found["id"], **draft)
    assert (again["total"], again["passed"]) == (1, 1)
    other = await taught.seed_class(2)
    upload = await upload_roster(world, file.getvalue(), taught.unit)
    draft = {"kind": "TRAINEES", "uploadId": upload, "corrects": found["id"]}
    draft["classId"] = build_class_id(other)
    assert await assert_refused(world, "createRoster", draft, taught.unit) == [
        ("ROSTER_OTHER_KIND", "input.corrects")
    ]


# taken over


async def test_s23_whoever_passed_is_entered_and_once_more_enters_nobody(
    taught: ClassRosterScenario,
) -> None:
    world, of_class = taught.world, await taught.seed_class()
    found = await taught.check_class_roster(
        of_class,
        build_trainee_cells(1),
        ["别人", build_trainee_cells(2)[1]],
        build_trainee_cells(3),
    )
    first = await taught.try_add_trainees(found)
    assert (first["__typename"], first["count"]) == ("TraineesAddedPayload", 2)
    assert [each["name"] for each in first["trainees"]] == ["见习生1", "见习生3"]
    assert (await taught.try_add_trainees(found))["count"] == 0
    assert await attending(world) == ["见习生1", "见习生3"]
    rows = {row.id: row.number for row in await world.load_rows(RosterRow)}
    entered = await world.load_rows(Trainee)
    assert sorted(rows[row.roster_row_id] for row in entered) == [1, 3]
    told = [row for row in await world.load_rows(History) if row.action == "ADD_TRAINEES"]
    assert sorted(row.record for row in told) == ["Roster", "TrainingClass"]
    assert [row.changes["trainees"] for row in told] == [["", "2"]] * 2


async def test_x12_the_same_request_again_answers_the_same(taught: ClassRosterScenario) -> None:
    found = await taught.check_class_roster(
        await taught.seed_class(), build_trainee_cells(1), build_trainee_cells(2)
    )
    first = await taught.try_add_trainees(found, key="0123456789")
    assert first["count"] == 2
    assert await taught.try_add_trainees(found, key="0123456789") == first


async def test_s23_who_came_into_the_class_meanwhile_is_left_as_they_are(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class()
    found = await taught.check_class_roster(
        of_class, build_trainee_cells(1), build_trainee_cells(2)
    )
    (before,) = await taught.seed_trainees(of_class, 2)
    assert (await taught.try_add_trainees(found))["count"] == 1
    rows = {row.name: row for row in await taught.world.load_rows(Trainee)}
    assert (rows["见习生2"].id, rows["见习生2"].roster_row_id) == (before.id, None)


async def test_s23_names_are_those_on_file_however_a_roster_spells_them(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class()
    found = await taught.check_class_roster(of_class, ["见习·生1", build_trainee_cells(1)[1]])
    assert found["passed"] == 1
    assert [each["name"] for each in (await taught.try_add_trainees(found))["trainees"]] == [
        "见习生1"
    ]


async def test_x12_many_at_once_enter_everybody_once(taught: ClassRosterScenario) -> None:
    found = await taught.check_class_roster(
        await taught.seed_class(), *map(build_trainee_cells, range(1, 9))
    )
    results = await asyncio.gather(*(taught.try_add_trainees(found) for _ in range(8)))
    assert sorted(result["count"] for result in results) == [0] * 7 + [8]
    assert len(await taught.world.load_rows(Trainee)) == 8


async def test_s23_only_an_own_checked_roster_of_a_class_that_takes_trainees_is_taken_over(
    taught: ClassRosterScenario,
) -> None:
    world = taught.world
    of_class = await taught.seed_class()
    waiting = (
        await taught.try_send_roster(
            of_class, a_file("TRAINEES", [build_trainee_cells(1)]), "TRAINEES"
        )
    )["roster"]
    given = {"rosterId": waiting["id"]}
    at = "input.rosterId"
    assert await assert_refused(world, "addTraineesFromRoster", given, taught.unit) == [
        ("ROSTER_NOT_CHECKED", at)
    ]
    await check_next_roster(JobContext(service=world.service))
    await world.add_unit("other", CHENGDU_DISTRICT)
    assert await assert_refused(world, "addTraineesFromRoster", given, "other") == [
        ("NOT_FOUND", at)
    ]
    nobody = await taught.check_class_roster(of_class, ["别人", build_trainee_cells(2)[1]])
    assert await assert_refused(
        world, "addTraineesFromRoster", {"rosterId": nobody["id"]}, taught.unit
    ) == [("NOBODY_PASSED", at)]
    assert await assert_refused(world, "importScores", given, taught.unit) == [
        ("ROSTER_WRONG_KIND", at)
    ]


async def test_s23_two_hundred_trainees_take_the_statements_of_ten(
    taught: ClassRosterScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X3: checked by the controls, and entered; more go in pieces of so many."""
    world, counts = taught.world, {}
    raise_budget(world, monkeypatch)
    for size, first in ((10, 1), (BATCH_SIZE, 100)):
        numbers = range(first, first + size)
        if size > 10:
            await taught.hired.add_people(*numbers)
        of_class = await taught.seed_class(size)
        content = a_file("TRAINEES", [build_trainee_cells(n) for n in numbers])
        roster = (await taught.try_send_roster(of_class, content, "TRAINEES"))["roster"]
        world.statements.clear()
        assert await check_next_roster(JobContext(service=world.service)) == 1
        looked = len(world.statements)
        assert (await taught.try_add_trainees(roster))["count"] == size
        counts[size] = looked, len(world.statements)
    assert counts[10] == counts[BATCH_SIZE]


async def test_s21_who_has_no_place_left_is_told_and_not_entered(
    taught: ClassRosterScenario,
) -> None:
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
        of_class = await taught.seed_class(number, Status.APPROVED, **days)
        await taught.seed_trainees(of_class, 1, **taken)
    found = await taught.check_class_roster(
        await taught.seed_class(9), build_trainee_cells(1), build_trainee_cells(2)
    )
    (bad,) = list_nodes(found["failed_"])
    assert (bad["number"], [each["outcome"] for each in bad["findings"]].count("FAIL")) == (1, 1)
    assert [each["name"] for each in (await taught.try_add_trainees(found))["trainees"]] == [
        "见习生2"
    ]


async def test_s23_nobody_is_entered_once_the_class_was_submitted(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class()
    found = await taught.check_class_roster(of_class, build_trainee_cells(1))
    await moved(taught.world, of_class, Status.SUBMITTED)
    given = {"rosterId": found["id"]}
    assert await assert_refused(taught.world, "addTraineesFromRoster", given, taught.unit) == [
        ("WRONG_STATUS", "input.rosterId")
    ]
    await moved(taught.world, of_class, Status.RETURNED)
    assert (await taught.try_add_trainees(found))["count"] == 1


async def moved(world: World, of_class: TrainingClass, status: Status) -> None:
    """Let a class stand otherwise."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        own = TrainingClass.id == of_class.id
        await session.execute(update(TrainingClass).where(own).values(status=status))


async def test_s23_a_class_tells_its_rosters_and_how_far_they_are(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class()
    found = await taught.check_class_roster(
        of_class, build_trainee_cells(1), build_trainee_cells(2)
    )
    document = """query ($id: ID!) { node(id: $id) { ... on TrainingClass {
      rosters { edges { node { id kind state passed } } } } } }"""
    told = (await taught.world.ask(document, taught.unit, id=build_class_id(of_class))).only
    assert list_nodes(told["rosters"]) == [
        {"id": found["id"], "kind": "TRAINEES", "state": "CHECKED", "passed": 2}
    ]

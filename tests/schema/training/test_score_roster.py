"""S27: scores are filled into a class's own sheet, checked cell by cell, and written at once."""

import asyncio
import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Completion, History, Status, Trainee
from resolvers.kernel.background import JobContext
from resolvers.rosters.roster_check_job import check_next_roster
from tests.factories.class_roster_scenario import (
    SCORE_HEADINGS,
    ClassRosterScenario,
    a_file,
    build_class_id,
    build_score_cells,
    build_trainee_cells,
    open_sheet,
)
from tests.factories.person_budget import raise_budget
from tests.factories.refusal import assert_refused
from tests.factories.roster import check_roster, list_nodes, upload_roster
from tests.factories.rows import CHENGDU_DISTRICT, an_id
from tests.factories.story import story
from tests.factories.world import World


@story
async def taught(world: World) -> ClassRosterScenario:
    """A unit with ten of its staff on file."""
    return await ClassRosterScenario(world).set_up(*range(1, 11))


def faults_of(found: Any) -> list[list[tuple[str, str]]]:
    rows = list_nodes(found["failed_"])
    return [[(each["cell"], each["reason"]) for each in row["faults"]] for row in rows]


# the sheet


async def test_s27_the_sheet_has_those_who_have_not_completed_with_their_whole_numbers(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class(1, Status.APPROVED)
    await taught.seed_trainees(of_class, 1, 2)
    await taught.seed_trainees(of_class, 3, score=Decimal(90), scored_at=taught.world.clock.now)
    await taught.seed_trainees(
        of_class, 4, score=Decimal("59.99"), scored_at=taught.world.clock.now
    )
    await taught.seed_trainees(of_class, 5, score=None, scored_at=taught.world.clock.now)
    await taught.seed_trainees(await taught.seed_class(2, Status.APPROVED), 6)
    page = open_sheet(await taught.fetch_score_sheet(of_class))
    assert tuple(cell.value for cell in page[1]) == SCORE_HEADINGS
    filled = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert sorted(row[2:] for row in filled) == sorted(
        [
            [*build_trainee_cells(1), None, None],
            [*build_trainee_cells(2), None, None],
            [*build_trainee_cells(4), "59.99", None],
            [*build_trainee_cells(5), None, "缺考"],
        ]
    )
    assert [row[:2] for row in filled] == [[f"{n}", of_class.number] for n in range(1, 5)]
    assert page.column_dimensions["D"].number_format == "@"


async def test_x11_asking_for_the_sheet_is_remembered_and_only_the_owner_may(
    taught: ClassRosterScenario,
) -> None:
    world, of_class = taught.world, await taught.seed_class(1, Status.APPROVED)
    await taught.seed_trainees(of_class, 1, 2)
    await taught.fetch_score_sheet(of_class)
    asked = [row for row in await world.load_rows(History) if row.action == "DOWNLOAD_SCORE_SHEET"]
    assert [(row.account_name, row.changes) for row in asked] == [
        ("trainer account", {"trainees": ["", "2"]})
    ]
    assert not any(str(build_trainee_cells(1)[1]) in str(vars(row)) for row in asked)
    await world.add_unit("other", CHENGDU_DISTRICT)
    given = {"classId": build_class_id(of_class)}
    assert await assert_refused(world, "requestScoreSheet", given, "other") == [
        ("NOT_FOUND", "input.classId")
    ]
    assert (await world.mutate("requestScoreSheet", given, "reviewer"))["__typename"] == "Forbidden"


async def test_s27_a_class_that_takes_no_scores_has_no_sheet(taught: ClassRosterScenario) -> None:
    world, at = taught.world, "input.classId"
    draft, under_way = await taught.seed_class(), await taught.seed_class(2, Status.APPROVED)
    for of_class, reason in ((draft, "CLASS_NOT_APPROVED"), (under_way, "NOBODY_TO_COMPLETE")):
        given = {"classId": build_class_id(of_class)}
        assert await assert_refused(world, "requestScoreSheet", given, taught.unit) == [
            (reason, at)
        ]
    await taught.seed_trainees(under_way, 1)
    await completed(taught, under_way, Status.SUBMITTED)
    given = {"classId": build_class_id(under_way)}
    assert await assert_refused(world, "requestScoreSheet", given, taught.unit) == [
        ("SCORES_STAND", at)
    ]


async def completed(taught: ClassRosterScenario, of_class: Any, status: Status) -> None:
    """File the completion of a class."""
    await taught.world.add_rows(
        Completion(
            unit_id=of_class.unit_id,
            id=an_id("completion", of_class.id),
            region=of_class.region,
            class_id=of_class.id,
            completed=0,
            not_completed=0,
            status=status,
        )
    )


# the check


async def test_s27_every_cell_that_is_wrong_is_told(taught: ClassRosterScenario) -> None:
    of_class = await taught.seed_class(1, Status.APPROVED)
    other = await taught.seed_class(2, Status.APPROVED)
    await taught.seed_trainees(of_class, *range(1, 9))
    await taught.seed_trainees(other, 1, 9)
    rows = [
        build_score_cells(of_class, 1, 85.5),
        build_score_cells(of_class, 2, 101),
        build_score_cells(of_class, 3, "优秀"),
        build_score_cells(of_class, 4, "85.555"),
        build_score_cells(of_class, 9, 70),
        build_score_cells(of_class, 1, 90),
        [*build_score_cells(of_class, 5)[:2], "别人", build_trainee_cells(5)[1], 60, None],
        build_score_cells(of_class, 6),
        build_score_cells(of_class, 7, 60, "缺考"),
        build_score_cells(other, 8, 60),
        build_score_cells(of_class, 8, "", "缺考"),
    ]
    found = await taught.check_class_roster(of_class, *rows, kind="SCORES")
    assert [row["number"] for row in list_nodes(found["passed_"])] == [1]
    assert faults_of(found) == [
        [("E3", "SCORE_OUT_OF_RANGE")],
        [("E4", "NOT_A_SCORE")],
        [("E5", "NOT_A_SCORE")],
        [("D6", "NOT_A_TRAINEE")],
        [("D7", "PERSON_TWICE")],
        [("C8", "TRAINEE_NAMED_OTHERWISE")],
        [("E9", "SCORE_UNCLEAR")],
        [("E10", "SCORE_UNCLEAR")],
        [("B11", "SCORES_OF_OTHER_CLASS")],
        [("D12", "PERSON_TWICE")],
    ]
    assert await taught.read_scores() == {}  # the check writes no score


async def test_s27_the_sheet_of_another_class_is_told_row_by_row(
    taught: ClassRosterScenario,
) -> None:
    """Also where the same persons attend both classes."""
    of_class = await taught.seed_class(1, Status.APPROVED)
    other = await taught.seed_class(2, Status.APPROVED)
    for each in (of_class, other):
        await taught.seed_trainees(each, 1, 2)
    rows = [build_score_cells(other, n, 80) for n in (1, 2)]
    found = await taught.check_class_roster(of_class, *rows, kind="SCORES")
    assert faults_of(found) == [[(f"B{n}", "SCORES_OF_OTHER_CLASS")] for n in (2, 3)]
    (row, _) = list_nodes(found["failed_"])
    assert of_class.number in row["faults"][0]["message"]


async def test_s27_scores_are_of_a_class_that_is_under_way(taught: ClassRosterScenario) -> None:
    world, draft = taught.world, await taught.seed_class()
    decided = await taught.seed_class(2, Status.APPROVED)
    await taught.seed_trainees(decided, 1)
    await completed(taught, decided, Status.SUBMITTED)
    upload = await upload_roster(
        world, a_file("SCORES", [build_score_cells(draft, 1, 80)]), taught.unit
    )
    for of_class, reason in ((draft, "CLASS_NOT_APPROVED"), (decided, "SCORES_STAND")):
        given = {"kind": "SCORES", "uploadId": upload, "classId": build_class_id(of_class)}
        assert await assert_refused(world, "createRoster", given, taught.unit) == [
            (reason, "input.classId")
        ]


# written


async def test_s27_a_sheet_is_filled_in_sent_back_and_written(taught: ClassRosterScenario) -> None:
    world, of_class = taught.world, await taught.seed_class(1, Status.APPROVED)
    await taught.seed_trainees(of_class, 1, 2, 3)
    book = load_workbook(io.BytesIO(await taught.fetch_score_sheet(of_class)))
    page = book["人员名单"]
    for row in page.iter_rows(min_row=2):
        number = int(str(row[2].value).removeprefix("见习生"))
        row[4].value, row[5].value = {1: (85.5, None), 2: (None, "缺考"), 3: ("59", None)}[number]
    file = io.BytesIO()
    book.save(file)
    draft = {"kind": "SCORES", "place": None, "classId": build_class_id(of_class)}
    found = await check_roster(world, file.getvalue(), taught.unit, **draft)
    assert (found["passed"], found["failed"]) == (3, 0)
    result = await taught.try_import_scores(found)
    assert (result["__typename"], result["count"]) == ("ScoresImportedPayload", 3)
    assert await taught.read_scores() == {
        "见习生1": Decimal("85.50"),
        "见习生2": None,
        "见习生3": Decimal("59.00"),
    }
    assert (await taught.try_import_scores(found))["count"] == 0
    told = [row for row in await world.load_rows(History) if row.action == "IMPORT_SCORES"]
    assert sorted(row.record for row in told) == ["Roster", "TrainingClass"]
    assert [row.changes["trainees"] for row in told] == [["", "3"]] * 2


async def test_s27_a_corrected_score_is_written_and_those_alike_are_left(
    taught: ClassRosterScenario,
) -> None:
    of_class = await taught.seed_class(1, Status.APPROVED)
    await taught.seed_trainees(of_class, 1, 2)
    rows = [build_score_cells(of_class, 1, 50), build_score_cells(of_class, 2, 70)]
    await taught.try_import_scores(await taught.check_class_roster(of_class, *rows, kind="SCORES"))
    rows = [build_score_cells(of_class, 1, 80), build_score_cells(of_class, 2, "70.00")]
    again = await taught.check_class_roster(of_class, *rows, kind="SCORES")
    result = await taught.try_import_scores(again)
    assert [(each["name"], each["score"]) for each in result["trainees"]] == [("见习生1", "80.00")]


async def test_x12_many_at_once_write_each_score_once(taught: ClassRosterScenario) -> None:
    of_class = await taught.seed_class(1, Status.APPROVED)
    await taught.seed_trainees(of_class, *range(1, 6))
    rows = [build_score_cells(of_class, n, 60 + n) for n in range(1, 6)]
    found = await taught.check_class_roster(of_class, *rows, kind="SCORES")
    results = await asyncio.gather(*(taught.try_import_scores(found) for _ in range(6)))
    assert sorted(result["count"] for result in results) == [0] * 5 + [5]


async def test_s27_nothing_is_written_where_something_changed_since_the_check(
    taught: ClassRosterScenario,
) -> None:
    """All or nothing: a completion was submitted, or a trainee is gone."""
    world, of_class = taught.world, await taught.seed_class(1, Status.APPROVED)
    one, _ = await taught.seed_trainees(of_class, 1, 2)
    rows = [build_score_cells(of_class, n, 80) for n in (1, 2)]
    found = await taught.check_class_roster(of_class, *rows, kind="SCORES")
    given, at = {"rosterId": found["id"]}, "input.rosterId"
    assert await assert_refused(world, "addTraineesFromRoster", given, taught.unit) == [
        ("ROSTER_WRONG_KIND", at)
    ]
    await world.add_unit("other", CHENGDU_DISTRICT)
    assert await assert_refused(world, "importScores", given, "other") == [("NOT_FOUND", at)]
    await gone(world, one)
    assert await assert_refused(world, "importScores", given, taught.unit) == [
        ("NOT_A_TRAINEE", at)
    ]
    await completed(taught, of_class, Status.SUBMITTED)
    assert await assert_refused(world, "importScores", given, taught.unit) == [
        ("SCORES_STAND", at),
        ("NOT_A_TRAINEE", at),
    ]


async def gone(world: World, trainee: Trainee) -> None:
    """Take somebody out of a class, as an operator could while it was returned."""
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, Actor(unit=trainee.unit_id))
        await session.execute(delete(Trainee).where(Trainee.id == trainee.id))


@pytest.mark.slow
async def test_s27_five_hundred_scores_take_the_statements_of_ten(
    taught: ClassRosterScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, counts = taught.world, {}
    raise_budget(world, monkeypatch)
    for size, first, number in ((10, 1, 1), (500, 100, 2)):
        numbers = range(first, first + size)
        if size > 10:
            await taught.hired.add_people(*numbers)
        of_class = await taught.seed_class(number, Status.APPROVED)
        await taught.seed_trainees(of_class, *numbers)
        content = a_file("SCORES", [build_score_cells(of_class, n, 60) for n in numbers])
        roster = (await taught.try_send_roster(of_class, content, "SCORES"))["roster"]
        world.statements.clear()
        assert await check_next_roster(JobContext(service=world.service)) == 1
        looked = len(world.statements)
        result = await taught.try_import_scores(roster)
        assert result["count"] == size
        counts[size] = looked, len(world.statements)
    assert counts[10] == counts[500]

"""S27: scores are filled into a class's own sheet, checked cell by cell, and written at once."""

import asyncio
import io
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, state
from models import Completion, History, Status, Trainee
from resolvers.kernel.background import Work
from resolvers.rosters.roster_work import check_next
from tests.factories.refusal import refused
from tests.factories.roster import checked, nodes, sent_in
from tests.factories.rows import CHENGDU_DISTRICT, an_id
from tests.factories.taught import SCORES, Taught, a_file, class_id, named, page_of, scored
from tests.factories.world import World


@pytest.fixture
async def taught(world: World) -> Taught:
    """A unit with ten of its staff on file."""
    return await Taught(world).opened(*range(1, 11))


def faults_of(found: Any) -> list[list[tuple[str, str]]]:
    rows = nodes(found["failed_"])
    return [[(each["cell"], each["reason"]) for each in row["faults"]] for row in rows]


# the sheet


async def test_s27_the_sheet_has_those_who_have_not_completed_with_their_whole_numbers(
    taught: Taught,
) -> None:
    of_class = await taught.of_class(1, Status.APPROVED)
    await taught.attended(of_class, 1, 2)
    await taught.attended(of_class, 3, score=Decimal(90), scored_at=taught.world.clock.now)
    await taught.attended(of_class, 4, score=Decimal("59.99"), scored_at=taught.world.clock.now)
    await taught.attended(of_class, 5, score=None, scored_at=taught.world.clock.now)
    await taught.attended(await taught.of_class(2, Status.APPROVED), 6)
    page = page_of(await taught.sheet(of_class))
    assert tuple(cell.value for cell in page[1]) == SCORES
    filled = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert sorted(row[2:] for row in filled) == sorted(
        [
            [*named(1), None, None],
            [*named(2), None, None],
            [*named(4), "59.99", None],
            [*named(5), None, "缺考"],
        ]
    )
    assert [row[:2] for row in filled] == [[f"{n}", of_class.number] for n in range(1, 5)]
    assert page.column_dimensions["D"].number_format == "@"


async def test_x11_asking_for_the_sheet_is_remembered_and_only_the_owner_may(
    taught: Taught,
) -> None:
    world, of_class = taught.world, await taught.of_class(1, Status.APPROVED)
    await taught.attended(of_class, 1, 2)
    await taught.sheet(of_class)
    asked = [row for row in await world.rows(History) if row.action == "DOWNLOAD_SCORE_SHEET"]
    assert [(row.account_name, row.changes) for row in asked] == [
        ("trainer account", {"trainees": ["", "2"]})
    ]
    assert not any(str(named(1)[1]) in str(vars(row)) for row in asked)
    await world.unit("other", CHENGDU_DISTRICT)
    given = {"classId": class_id(of_class)}
    assert await refused(world, "requestScoreSheet", given, "other") == [
        ("NOT_FOUND", "input.classId")
    ]
    assert (await world.do("requestScoreSheet", given, "reviewer"))["__typename"] == "Forbidden"


async def test_s27_a_class_that_takes_no_scores_has_no_sheet(taught: Taught) -> None:
    world, at = taught.world, "input.classId"
    draft, under_way = await taught.of_class(), await taught.of_class(2, Status.APPROVED)
    for of_class, reason in ((draft, "CLASS_NOT_APPROVED"), (under_way, "NOBODY_TO_COMPLETE")):
        given = {"classId": class_id(of_class)}
        assert await refused(world, "requestScoreSheet", given, taught.unit) == [(reason, at)]
    await taught.attended(under_way, 1)
    await completed(taught, under_way, Status.SUBMITTED)
    given = {"classId": class_id(under_way)}
    assert await refused(world, "requestScoreSheet", given, taught.unit) == [("SCORES_STAND", at)]


async def completed(taught: Taught, of_class: Any, status: Status) -> None:
    """File the completion of a class."""
    await taught.world.add(
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


async def test_s27_every_cell_that_is_wrong_is_told(taught: Taught) -> None:
    of_class = await taught.of_class(1, Status.APPROVED)
    other = await taught.of_class(2, Status.APPROVED)
    await taught.attended(of_class, *range(1, 9))
    await taught.attended(other, 1, 9)
    rows = [
        scored(of_class, 1, 85.5),
        scored(of_class, 2, 101),
        scored(of_class, 3, "优秀"),
        scored(of_class, 4, "85.555"),
        scored(of_class, 9, 70),
        scored(of_class, 1, 90),
        [*scored(of_class, 5)[:2], "别人", named(5)[1], 60, None],
        scored(of_class, 6),
        scored(of_class, 7, 60, "缺考"),
        scored(other, 8, 60),
        scored(of_class, 8, "", "缺考"),
    ]
    found = await taught.rostered(of_class, *rows, kind="SCORES")
    assert [row["number"] for row in nodes(found["passed_"])] == [1]
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
    assert await taught.scores() == {}  # the check writes no score


async def test_s27_the_sheet_of_another_class_is_told_row_by_row(taught: Taught) -> None:
    """Also where the same persons attend both classes."""
    of_class = await taught.of_class(1, Status.APPROVED)
    other = await taught.of_class(2, Status.APPROVED)
    for each in (of_class, other):
        await taught.attended(each, 1, 2)
    rows = [scored(other, n, 80) for n in (1, 2)]
    found = await taught.rostered(of_class, *rows, kind="SCORES")
    assert faults_of(found) == [[(f"B{n}", "SCORES_OF_OTHER_CLASS")] for n in (2, 3)]
    (row, _) = nodes(found["failed_"])
    assert of_class.number in row["faults"][0]["message"]


async def test_s27_scores_are_of_a_class_that_is_under_way(taught: Taught) -> None:
    world, draft = taught.world, await taught.of_class()
    decided = await taught.of_class(2, Status.APPROVED)
    await taught.attended(decided, 1)
    await completed(taught, decided, Status.SUBMITTED)
    upload = await sent_in(world, a_file("SCORES", [scored(draft, 1, 80)]), taught.unit)
    for of_class, reason in ((draft, "CLASS_NOT_APPROVED"), (decided, "SCORES_STAND")):
        given = {"kind": "SCORES", "uploadId": upload, "classId": class_id(of_class)}
        assert await refused(world, "createRoster", given, taught.unit) == [
            (reason, "input.classId")
        ]


# written


async def test_s27_a_sheet_is_filled_in_sent_back_and_written(taught: Taught) -> None:
    world, of_class = taught.world, await taught.of_class(1, Status.APPROVED)
    await taught.attended(of_class, 1, 2, 3)
    book = load_workbook(io.BytesIO(await taught.sheet(of_class)))
    page = book["人员名单"]
    for row in page.iter_rows(min_row=2):
        number = int(str(row[2].value).removeprefix("见习生"))
        row[4].value, row[5].value = {1: (85.5, None), 2: (None, "缺考"), 3: ("59", None)}[number]
    file = io.BytesIO()
    book.save(file)
    draft = {"kind": "SCORES", "place": None, "classId": class_id(of_class)}
    found = await checked(world, file.getvalue(), taught.unit, **draft)
    assert (found["passed"], found["failed"]) == (3, 0)
    result = await taught.imported(found)
    assert (result["__typename"], result["count"]) == ("ScoresImportedPayload", 3)
    assert await taught.scores() == {
        "见习生1": Decimal("85.50"),
        "见习生2": None,
        "见习生3": Decimal("59.00"),
    }
    assert (await taught.imported(found))["count"] == 0
    told = [row for row in await world.rows(History) if row.action == "IMPORT_SCORES"]
    assert sorted(row.record for row in told) == ["Roster", "TrainingClass"]
    assert [row.changes["trainees"] for row in told] == [["", "3"]] * 2


async def test_s27_a_corrected_score_is_written_and_those_alike_are_left(taught: Taught) -> None:
    of_class = await taught.of_class(1, Status.APPROVED)
    await taught.attended(of_class, 1, 2)
    rows = [scored(of_class, 1, 50), scored(of_class, 2, 70)]
    await taught.imported(await taught.rostered(of_class, *rows, kind="SCORES"))
    rows = [scored(of_class, 1, 80), scored(of_class, 2, "70.00")]
    again = await taught.rostered(of_class, *rows, kind="SCORES")
    result = await taught.imported(again)
    assert [(each["name"], each["score"]) for each in result["trainees"]] == [("见习生1", "80.00")]


async def test_x12_many_at_once_write_each_score_once(taught: Taught) -> None:
    of_class = await taught.of_class(1, Status.APPROVED)
    await taught.attended(of_class, *range(1, 6))
    rows = [scored(of_class, n, 60 + n) for n in range(1, 6)]
    found = await taught.rostered(of_class, *rows, kind="SCORES")
    results = await asyncio.gather(*(taught.imported(found) for _ in range(6)))
    assert sorted(result["count"] for result in results) == [0] * 5 + [5]


async def test_s27_nothing_is_written_where_something_changed_since_the_check(
    taught: Taught,
) -> None:
    """All or nothing: a completion was submitted, or a trainee is gone."""
    world, of_class = taught.world, await taught.of_class(1, Status.APPROVED)
    one, _ = await taught.attended(of_class, 1, 2)
    rows = [scored(of_class, n, 80) for n in (1, 2)]
    found = await taught.rostered(of_class, *rows, kind="SCORES")
    given, at = {"rosterId": found["id"]}, "input.rosterId"
    assert await refused(world, "addTraineesFromRoster", given, taught.unit) == [
        ("ROSTER_WRONG_KIND", at)
    ]
    await world.unit("other", CHENGDU_DISTRICT)
    assert await refused(world, "importScores", given, "other") == [("NOT_FOUND", at)]
    await gone(world, one)
    assert await refused(world, "importScores", given, taught.unit) == [("NOT_A_TRAINEE", at)]
    await completed(taught, of_class, Status.SUBMITTED)
    assert await refused(world, "importScores", given, taught.unit) == [
        ("SCORES_STAND", at),
        ("NOT_A_TRAINEE", at),
    ]


async def gone(world: World, trainee: Trainee) -> None:
    """Take somebody out of a class, as an operator could while it was returned."""
    async with AsyncSession(world.service.writes) as session, session.begin():
        await state(session, Actor(unit=trainee.unit_id))
        await session.execute(delete(Trainee).where(Trainee.id == trainee.id))


async def test_s27_five_hundred_scores_take_the_statements_of_ten(taught: Taught) -> None:
    world, counts = taught.world, {}
    for size, first, number in ((10, 1, 1), (500, 100, 2)):
        numbers = range(first, first + size)
        if size > 10:
            await taught.hired.people(*numbers)
        of_class = await taught.of_class(number, Status.APPROVED)
        await taught.attended(of_class, *numbers)
        content = a_file("SCORES", [scored(of_class, n, 60) for n in numbers])
        roster = (await taught.sent(of_class, content, "SCORES"))["roster"]
        world.statements.clear()
        assert await check_next(Work(world.service)) == 1
        looked = len(world.statements)
        result = await taught.imported(roster)
        assert result["count"] == size
        counts[size] = looked, len(world.statements)
    assert counts[10] == counts[500]

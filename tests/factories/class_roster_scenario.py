"""A unit of Chengdu that trains its own staff: its classes, trainees, and rosters of them."""

import io
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook

from models import Course, Parameter, ParameterStatus, Person, Status, Trainee, TrainingClass
from resolvers.rosters.roster_check_job import SHEET_NAME
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import HiringScenario
from tests.factories.roster import BORN, check_roster, try_create_roster
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    CHENGDU_DISTRICT,
    CREATED_AT,
    an_id,
    an_id_number,
)
from tests.factories.workbook import a_workbook
from tests.factories.world import World, build_global_id

OPENS, ENDS = date(2025, 3, 3), date(2025, 3, 14)
TRAINEE_HEADINGS = ("姓名", "公民身份号码")
SCORE_HEADINGS = ("序号", "培训期号", "姓名", "公民身份号码", "成绩", "备注")
ADDED_SELECTION = "... on TraineesAddedPayload { count trainees { id name } }"
IMPORTED_SELECTION = "... on ScoresImportedPayload { count trainees { id name score } }"
SHEET_SELECTION = "... on ScoreSheetPayload { url trainingClass { id } }"


class ClassRosterScenario:
    """Walks a unit from a class to its scores."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.hired = HiringScenario(world, "trainer")
        self.unit = "trainer"

    async def set_up(self, *numbers: int) -> "ClassRosterScenario":
        """Open the district and its programme, and put staff of the unit on file."""
        await self.hired.set_up()
        await self.world.add_rows(_build_programme())
        if numbers:
            await self.hired.add_people(*numbers)
        return self

    async def seed_class(
        self, number: int = 1, status: Status = Status.DRAFT, **more: Any
    ) -> TrainingClass:
        """Put a class of the unit on file."""
        unit = self.hired.row
        course = Course(
            id=an_id("course", number),
            region="510000",
            code=f"C{number}",
            edition=1,
            name=f"安全生产{number}",
            provider="某某培训学校",
            hours=20,
            fee=Decimal("500.00"),
            offered=True,
            entered_at=CREATED_AT,
        )
        values: dict[str, Any] = {
            "unit_id": unit.id,
            "id": an_id("class", unit.id, number),
            "region": unit.region,
            "status": status,
            "number": f"{unit.region}-20250303-{number:03d}",
            "place": unit.region,
            "course_id": course.id,
            "course_code": course.code,
            "name": f"第{number}期",
            "opens_on": OPENS,
            "ends_on": ENDS,
        }
        row = TrainingClass(**(values | more))
        await add_rows(self.world, [course], [row])
        return row

    async def seed_trainees(
        self, of_class: TrainingClass, *numbers: int, **more: Any
    ) -> Sequence[Trainee]:
        """Put persons on file into a class."""
        persons = {row.name: row for row in await self.world.load_rows(Person)}
        rows = [
            Trainee(
                unit_id=of_class.unit_id,
                id=an_id("trainee", of_class.id, n),
                region=of_class.region,
                class_id=of_class.id,
                person_id=persons[f"见习生{n}"].id,
                name=f"见习生{n}",
                id_number_masked=persons[f"见习生{n}"].id_number_masked,
                **more,
            )
            for n in numbers
        ]
        await add_rows(self.world, rows)
        return rows

    async def check_class_roster(
        self, of_class: TrainingClass, *cells: Sequence[object], kind: str = "TRAINEES", **more: Any
    ) -> Any:
        """Send a roster of a class in and have it checked."""
        draft = {"kind": kind, "place": None, "classId": build_class_id(of_class), **more}
        return await check_roster(self.world, a_file(kind, cells), self.unit, **draft)

    async def try_send_roster(
        self, of_class: TrainingClass, content: bytes, kind: str, **more: Any
    ) -> Any:
        """Send a roster's file in, whatever comes of it."""
        draft = {"kind": kind, "place": None, "classId": build_class_id(of_class), **more}
        return await try_create_roster(self.world, content, self.unit, **draft)

    async def try_add_trainees(self, roster: Any, **more: Any) -> Any:
        """Take over a roster of trainees; give what came of it."""
        given = {"rosterId": roster["id"]}
        return await self.world.mutate(
            "addTraineesFromRoster", given, self.unit, ADDED_SELECTION, **more
        )

    async def try_import_scores(self, roster: Any, **more: Any) -> Any:
        """Take over a roster of scores; give what came of it."""
        given = {"rosterId": roster["id"]}
        return await self.world.mutate("importScores", given, self.unit, IMPORTED_SELECTION, **more)

    async def fetch_score_sheet(self, of_class: TrainingClass) -> bytes:
        """Fetch a class's sheet of scores."""
        given = {"classId": build_class_id(of_class)}
        result = await self.world.mutate("requestScoreSheet", given, self.unit, SHEET_SELECTION)
        assert result["__typename"] == "ScoreSheetPayload", result
        answer = await self.world.client.get(result["url"])
        assert answer.status_code == 200, answer.text
        return answer.content

    async def read_scores(self) -> Mapping[str, Decimal | None]:
        """Tell who was assessed, and the score."""
        rows = await self.world.load_rows(Trainee)
        return {row.name: row.score for row in rows if row.scored_at is not None}


def build_class_id(of_class: TrainingClass) -> str:
    return build_global_id("TrainingClass", of_class.unit_id, of_class.id)


def a_file(kind: str, cells: Sequence[Sequence[object]]) -> bytes:
    headings = TRAINEE_HEADINGS if kind == "TRAINEES" else SCORE_HEADINGS
    return a_workbook([list(headings), *map(list, cells)], SHEET_NAME)


def build_trainee_cells(number: int) -> list[object]:
    """Fill in the row of a trainee."""
    return [f"见习生{number}", an_id_number(number, BORN, CHAOYANG_DISTRICT)]


def build_score_cells(
    of_class: TrainingClass, number: int, score: object = "", remark: str = ""
) -> Any:
    """Fill in the row of a trainee's score."""
    return [number, of_class.number, *build_trainee_cells(number), score, remark]


def open_sheet(content: bytes) -> Any:
    """Open the sheet that is filled in."""
    return load_workbook(io.BytesIO(content))[SHEET_NAME]


def _build_programme() -> Parameter:
    return Parameter(
        id=an_id("figure", "programme.period", "TRAINING"),
        key="programme.period",
        region=CHENGDU_DISTRICT,
        category="TRAINING",
        value="2024-01-01/2025-12-31",
        unit="test",
        effective_from=date(2024, 1, 1),
        source="测试",
        confirmed=True,
        status=ParameterStatus.APPROVED,
    )

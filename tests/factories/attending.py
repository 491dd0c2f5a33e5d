"""Units of Chengdu that train their staff: classes, who attends them, and what is on file."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from models import (
    Course,
    InsuranceContribution,
    Parameter,
    ParameterStatus,
    Person,
    Trainee,
)
from tests.factories.chain import handle
from tests.factories.crowd import add_all
from tests.factories.hired import AS_OF, NOW, Hired
from tests.factories.rows import CHENGDU_DISTRICT, a_course, an_id, an_id_number
from tests.factories.world import World, global_id

OPENS, ENDS = date(2025, 3, 17), date(2025, 3, 28)
BORN = date(2003, 5, 4)
CLASS = "... on TrainingClassPayload { trainingClass { id version status number } }"
WHO = "id version name place most startsOn endsOn unitName overriddenAt overrideReason"
TRAINEE = f"... on TraineePayload {{ trainee {{ {WHO} }} }}"
FINDINGS = f"""query ($id: ID!) {{ classFindings(classId: $id) {{ outcome place
  trainee {{ {WHO} possibleActions {{ action allowed reason }} }}
  findings {{ control outcome reason evidence message parameter figure {{ key value }} }} }} }}"""


class Attending:
    """Walks units from their staff on file to classes that take their time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.units: dict[str, Any] = {}
        self.persons: dict[int, Person] = {}
        self.course: Course = a_course("510000")

    async def opened(self, *units: str) -> "Attending":
        """Open the district, its programme and a course, and add units that are insured there."""
        first, *others = units or ("trainer",)
        self.units[first] = await Hired(self.world, first).opened()
        await self.world.add(_programme(), self.course)
        for name in others:
            self.units[name] = await Hired(self.world, name).joined()
        return self

    async def staff(self, *numbers: int, units: tuple[str, ...] = ()) -> None:
        """Put persons on file whom units insure: all units, unless some are named."""
        for number in numbers:
            self.persons[number] = await self.world.person(number, BORN)
        codes = [self.units[name].row.credit_code for name in units or self.units]
        persons = [self.persons[number] for number in numbers]
        await add_all(self.world, [_paid(person, code) for person in persons for code in codes])

    async def of_class(
        self, unit: str = "trainer", opens: date = OPENS, ends: date | None = None
    ) -> Any:
        """Draft a class; it lasts twelve days, or as long as is said."""
        last = ends or opens + (ENDS - OPENS)
        draft = {
            "courseId": global_id("Course", self.course.id),
            "name": "第一期",
            "opensOn": f"{opens}",
            "endsOn": f"{last}",
        }
        return made(await self.world.do("createTrainingClass", draft, unit, CLASS))

    async def add(self, of_class: Any, number: int, unit: str = "trainer", **more: Any) -> Any:
        """Enter somebody into a class; give what came of it."""
        return await self.world.do("addTrainee", entry(of_class, number) | more, unit, TRAINEE)

    async def drafted(self, *numbers: int, unit: str = "trainer", **days: date) -> Any:
        """Draft a class with trainees, which must succeed."""
        row = await self.of_class(unit, **days)
        for number in numbers:
            made(await self.add(row, number, unit))
        return row

    async def move(self, verb: str, row: Any, as_: str = "trainer", **more: Any) -> Any:
        """Move a class; give what came of it."""
        given = handle(row) | more
        return await self.world.do(f"{verb}TrainingClass", given, as_, CLASS)

    async def moved(self, verb: str, row: Any, as_: str = "trainer", **more: Any) -> Any:
        """Move a class, which must succeed."""
        return made(await self.move(verb, row, as_, **more))

    async def submitted(self, *numbers: int, unit: str = "trainer", **days: date) -> Any:
        """Submit a class with trainees, which must succeed."""
        return await self.moved("submit", await self.drafted(*numbers, unit=unit, **days), unit)

    async def full(self, number: int, unit: str = "trainer") -> None:
        """Let somebody take all three places, in days before any other class of a test."""
        for n in range(3):
            opens = date(2025, 3, 11) + timedelta(days=2 * n)
            await self.submitted(number, unit=unit, opens=opens, ends=opens)

    async def findings(self, row: Any, as_: str = "trainer", language: str = "en") -> Any:
        """Ask what the controls find of a class's trainees now."""
        return (await self.world.ask(FINDINGS, as_, language, id=row["id"])).only

    async def override(self, trainee: Any, as_: str = "reviewer", **more: Any) -> Any:
        """Let a trainee through beyond their places; give what came of it."""
        given = handle(trainee) | {"control": "TRAINING_PLACES", "reason": "转岗培训"} | more
        return await self.world.do("overrideControl", given, as_, TRAINEE)

    async def taken(self) -> dict[str, list[int | None]]:
        """List the places that each person has, in the order in which they were entered."""
        found: dict[str, list[int | None]] = {}
        for row in sorted(await self.world.rows(Trainee), key=lambda row: row.id):
            found.setdefault(row.name, []).append(row.place)
        return found


def made(result: Any) -> Any:
    """Demand that it succeeded, and give the record."""
    assert result["__typename"].endswith("Payload"), result
    return next(value for value in result.values() if isinstance(value, dict))


def faults(result: Any) -> list[tuple[str, tuple[str, ...]]]:
    """List the reasons of a refusal, and where they stand."""
    if result["__typename"] == "Refusal":
        return [(result["reason"], tuple(result["path"]))]
    return [(each["reason"], tuple(each["path"])) for each in result["faults"]]


def entry(of_class: Any, number: int) -> dict[str, object]:
    """Name somebody for a class."""
    id_number = an_id_number(number, BORN)
    return {"classId": of_class["id"], "idNumber": id_number, "name": f"见习生{number}"}


def _paid(person: Person, code: str) -> InsuranceContribution:
    return InsuranceContribution(
        person_id=person.id,
        id=uuid4(),
        region=person.region,
        month=NOW,
        employer_credit_code=code,
        source="test",
        as_of=AS_OF,
    )


def _programme() -> Parameter:
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

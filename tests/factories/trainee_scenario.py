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
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import AS_OF, LATEST_MONTH, HiringScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT, a_course, an_id, an_id_number
from tests.factories.world import World, build_global_id

OPENS, ENDS = date(2025, 3, 17), date(2025, 3, 28)
BORN = date(2003, 5, 4)
CLASS_SELECTION = "... on TrainingClassPayload { trainingClass { id version status number } }"
TRAINEE_FIELDS = "id version name place most startsOn endsOn unitName overriddenAt overrideReason"
TRAINEE_SELECTION = f"... on TraineePayload {{ trainee {{ {TRAINEE_FIELDS} }} }}"
FINDINGS_QUERY = f"""query ($id: ID!) {{ classFindings(classId: $id) {{ outcome place
  trainee {{ {TRAINEE_FIELDS} possibleActions {{ action allowed reason }} }}
  findings {{ control outcome reason evidence message parameter figure {{ key value }} }} }} }}"""


class TraineeScenario:
    """Walks units from their staff on file to classes that take their time."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.units: dict[str, Any] = {}
        self.persons: dict[int, Person] = {}
        self.course: Course = a_course("510000")

    async def set_up(self, *units: str) -> "TraineeScenario":
        """Open the district, its programme and a course, and add units that are insured there."""
        first, *others = units or ("trainer",)
        self.units[first] = await HiringScenario(self.world, first).set_up()
        await self.world.add_rows(a_programme(), self.course)
        for name in others:
            self.units[name] = await HiringScenario(self.world, name).add_unit()
        return self

    async def add_staff(self, *numbers: int, units: tuple[str, ...] = ()) -> None:
        """Put persons on file whom units insure: all units, unless some are named."""
        for number in numbers:
            self.persons[number] = await self.world.add_person(number, BORN)
        codes = [self.units[name].row.credit_code for name in units or self.units]
        persons = [self.persons[number] for number in numbers]
        await add_rows(
            self.world, [_build_contribution(person, code) for person in persons for code in codes]
        )

    async def create_class(
        self, unit: str = "trainer", opens: date = OPENS, ends: date | None = None
    ) -> Any:
        """Draft a class; it lasts twelve days, or as long as is said."""
        last = ends or opens + (ENDS - OPENS)
        draft = {
            "courseId": build_global_id("Course", self.course.id),
            "name": "第一期",
            "opensOn": f"{opens}",
            "endsOn": f"{last}",
        }
        return require_success(
            await self.world.mutate("createTrainingClass", draft, unit, CLASS_SELECTION)
        )

    async def try_add_trainee(
        self, of_class: Any, number: int, unit: str = "trainer", **more: Any
    ) -> Any:
        """Enter somebody into a class; give what came of it."""
        return await self.world.mutate(
            "addTrainee", build_entry(of_class, number) | more, unit, TRAINEE_SELECTION
        )

    async def create_class_with_trainees(
        self, *numbers: int, unit: str = "trainer", **days: date
    ) -> Any:
        """Draft a class with trainees, which must succeed."""
        row = await self.create_class(unit, **days)
        for number in numbers:
            require_success(await self.try_add_trainee(row, number, unit))
        return row

    async def try_transition(self, verb: str, row: Any, as_: str = "trainer", **more: Any) -> Any:
        """Move a class; give what came of it."""
        given = to_decision(row) | more
        return await self.world.mutate(f"{verb}TrainingClass", given, as_, CLASS_SELECTION)

    async def transition(self, verb: str, row: Any, as_: str = "trainer", **more: Any) -> Any:
        """Move a class, which must succeed."""
        return require_success(await self.try_transition(verb, row, as_, **more))

    async def submit_class(self, *numbers: int, unit: str = "trainer", **days: date) -> Any:
        """Submit a class with trainees, which must succeed."""
        return await self.transition(
            "submit", await self.create_class_with_trainees(*numbers, unit=unit, **days), unit
        )

    async def fill_places(self, number: int, unit: str = "trainer") -> None:
        """Let somebody take all three places, in days before any other class of a test."""
        for n in range(3):
            opens = date(2025, 3, 11) + timedelta(days=2 * n)
            await self.submit_class(number, unit=unit, opens=opens, ends=opens)

    async def ask_findings(self, row: Any, as_: str = "trainer", language: str = "en") -> Any:
        """Ask what the controls find of a class's trainees now."""
        return (await self.world.ask(FINDINGS_QUERY, as_, language, id=row["id"])).only

    async def try_override(self, trainee: Any, as_: str = "reviewer", **more: Any) -> Any:
        """Let a trainee through beyond their places; give what came of it."""
        given = to_decision(trainee) | {"control": "TRAINING_PLACES", "reason": "转岗培训"} | more
        return await self.world.mutate("overrideControl", given, as_, TRAINEE_SELECTION)

    async def list_places_by_name(self) -> dict[str, list[int | None]]:
        """List the places that each person has, in the order in which they were entered."""
        found: dict[str, list[int | None]] = {}
        for row in sorted(await self.world.load_rows(Trainee), key=lambda row: row.id):
            found.setdefault(row.name, []).append(row.place)
        return found


def require_success(result: Any) -> Any:
    """Demand that it succeeded, and give the record."""
    assert result["__typename"].endswith("Payload"), result
    return next(value for value in result.values() if isinstance(value, dict))


def list_faults(result: Any) -> list[tuple[str, tuple[str, ...]]]:
    """List the reasons of a refusal, and where they stand."""
    if result["__typename"] == "Refusal":
        return [(result["reason"], tuple(result["path"]))]
    return [(each["reason"], tuple(each["path"])) for each in result["faults"]]


def build_entry(of_class: Any, number: int) -> dict[str, object]:
    """Name somebody for a class."""
    id_number = an_id_number(number, BORN)
    return {"classId": of_class["id"], "idNumber": id_number, "name": f"见习生{number}"}


def _build_contribution(person: Person, code: str) -> InsuranceContribution:
    return InsuranceContribution(
        person_id=person.id,
        id=uuid4(),
        region=person.region,
        month=LATEST_MONTH,
        employer_credit_code=code,
        source="test",
        as_of=AS_OF,
    )


def a_programme(first: str = "2024-01-01", last: str = "2025-12-31") -> Parameter:
    """Set the period of a programme, in force from its first day on."""
    return Parameter(
        id=an_id("figure", "programme.period", "TRAINING", first),
        key="programme.period",
        region=CHENGDU_DISTRICT,
        category="TRAINING",
        value=f"{first}/{last}",
        unit="test",
        effective_from=date.fromisoformat(first),
        source="测试",
        confirmed=True,
        status=ParameterStatus.APPROVED,
    )

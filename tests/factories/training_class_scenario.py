"""An enterprise of Chengdu that opens classes for online courses, and who may attend them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import Parameter, ParameterStatus, Person, Role, Trainee, TrainingClass
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import HiringScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT, a_trainee, an_id
from tests.factories.world import World

COURSE_DRAFT: Mapping[str, Any] = {
    "code": "AQSC-01",
    "edition": 0,
    "name": "安全生产线上培训",
    "provider": "省职业培训中心",
    "hours": 20,
    "fee": "500.00",
}
CLASS_DAYS = {"opensOn": "2025-03-20", "endsOn": "2025-03-31"}
REASON_INPUT = {"reason": "材料不符"}
COURSE_SELECTION = "... on CoursePayload { course { id code edition name offered fee } }"
CLASS_SELECTION = """... on TrainingClassPayload { trainingClass {
  id version number status name opensOn endsOn place course { code edition } } }"""


class TrainingClassScenario:
    """Walks an enterprise from a course to a class that is decided on."""

    def __init__(self, world: World, unit: str = "trainer") -> None:
        self.world = world
        self.hired = HiringScenario(world, unit)
        self.unit = unit

    async def set_up(self) -> "TrainingClassScenario":
        """Open the district and the province's register, and add the enterprise."""
        await self.world.add_account("sichuan", Role.PROVINCE_ADMINISTRATOR, "510000")
        await self.hired.set_up()
        await self.world.add_rows(_build_period())
        return self

    async def add_other_unit(self, unit: str) -> "TrainingClassScenario":
        """Let another enterprise of the district join."""
        other = TrainingClassScenario(self.world, unit)
        await other.hired.add_unit()
        return other

    async def enter_course(self, as_: str = "sichuan", **changes: Any) -> Any:
        """Enter a course, or a further edition of it, which must succeed."""
        result = await self.world.mutate(
            "enterCourse", {**COURSE_DRAFT, **changes}, as_, COURSE_SELECTION
        )
        assert result["__typename"] == "CoursePayload", result
        return result["course"]

    def build_class_draft(self, course: Any, **changes: Any) -> dict[str, Any]:
        """Write what a class for a course is to be."""
        return {"courseId": course["id"], "name": "第一期", **CLASS_DAYS, **changes}

    async def create_class(self, course: Any, behalf: str | None = None, **changes: Any) -> Any:
        """Open a class, which must succeed; on behalf of a unit it is a clerk who does."""
        given, who = self.build_class_draft(course, **changes), "reviewer" if behalf else self.unit
        do = self.world.mutate
        return require_class(
            await do("createTrainingClass", given, who, CLASS_SELECTION, behalf=behalf)
        )

    async def add_trainees(self, row: Any, *numbers: int) -> None:
        """Let persons on file, who are insured here, attend a class."""
        known = {person.name for person in await self.world.load_rows(Person)}
        await self.hired.add_people(*(n for n in numbers if f"见习生{n}" not in known))
        persons = {person.name: person for person in await self.world.load_rows(Person)}
        (of,) = [c for c in await self.world.load_rows(TrainingClass) if c.number == row["number"]]
        found = [a_trainee(of, persons[f"见习生{n}"]) for n in numbers]
        await add_rows(self.world, found)

    async def transition(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a class, which must succeed."""
        given, who = to_decision(row) | more, as_ or self.unit
        return require_class(
            await self.world.mutate(f"{verb}TrainingClass", given, who, CLASS_SELECTION)
        )

    async def submit_class(self, course: Any, *numbers: int, **changes: Any) -> Any:
        """Open a class for some persons and submit it, which must succeed."""
        row = await self.create_class(course, **changes)
        await self.add_trainees(row, *numbers)
        return await self.transition("submit", row)

    async def approve_class(self, course: Any, *numbers: int, **changes: Any) -> Any:
        """Have a class approved, which must succeed."""
        row = await self.submit_class(course, *numbers, **changes)
        return await self.transition("approve", row, "reviewer")

    async def list_places(self) -> list[int | None]:
        """Tell which places trainees hold, in the order of their entry."""
        rows = sorted(await self.world.load_rows(Trainee), key=lambda row: row.name)
        return [row.place for row in rows]


def require_class(result: Any) -> Any:
    """Demand that it succeeded, and give the class."""
    assert result["__typename"] == "TrainingClassPayload", result
    return result["trainingClass"]


def _build_period() -> Parameter:
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

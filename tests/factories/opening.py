"""An enterprise of Chengdu that opens classes for online courses, and who may attend them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from models import Parameter, ParameterStatus, Person, Role, Trainee, TrainingClass
from tests.factories.chain import handle
from tests.factories.crowd import add_all
from tests.factories.hired import Hired
from tests.factories.rows import CHENGDU_DISTRICT, a_trainee, an_id
from tests.factories.world import World

COURSE: Mapping[str, Any] = {
    "code": "AQSC-01",
    "edition": 0,
    "name": "安全生产线上培训",
    "provider": "省职业培训中心",
    "hours": 20,
    "fee": "500.00",
}
DAYS = {"opensOn": "2025-03-20", "endsOn": "2025-03-31"}
WHY = {"reason": "材料不符"}
EDITION = "... on CoursePayload { course { id code edition name offered fee } }"
CLASS = """... on TrainingClassPayload { trainingClass {
  id version number status name opensOn endsOn place course { code edition } } }"""


class Opening:
    """Walks an enterprise from a course to a class that is decided on."""

    def __init__(self, world: World, unit: str = "trainer") -> None:
        self.world = world
        self.hired = Hired(world, unit)
        self.unit = unit

    async def opened(self) -> "Opening":
        """Open the district and the province's register, and add the enterprise."""
        await self.world.account("sichuan", Role.PROVINCE_ADMINISTRATOR, "510000")
        await self.hired.opened()
        await self.world.add(_period())
        return self

    async def beside(self, unit: str) -> "Opening":
        """Let another enterprise of the district join."""
        other = Opening(self.world, unit)
        await other.hired.joined()
        return other

    async def entered(self, as_: str = "sichuan", **changes: Any) -> Any:
        """Enter a course, or a further edition of it, which must succeed."""
        result = await self.world.do("enterCourse", {**COURSE, **changes}, as_, EDITION)
        assert result["__typename"] == "CoursePayload", result
        return result["course"]

    def draft(self, course: Any, **changes: Any) -> dict[str, Any]:
        """Write what a class for a course is to be."""
        return {"courseId": course["id"], "name": "第一期", **DAYS, **changes}

    async def drafted(self, course: Any, behalf: str | None = None, **changes: Any) -> Any:
        """Open a class, which must succeed; on behalf of a unit it is a clerk who does."""
        given, who = self.draft(course, **changes), "reviewer" if behalf else self.unit
        do = self.world.do
        return made(await do("createTrainingClass", given, who, CLASS, behalf=behalf))

    async def attended(self, row: Any, *numbers: int) -> None:
        """Let persons on file, who are insured here, attend a class."""
        known = {person.name for person in await self.world.rows(Person)}
        await self.hired.people(*(n for n in numbers if f"见习生{n}" not in known))
        persons = {person.name: person for person in await self.world.rows(Person)}
        (of,) = [c for c in await self.world.rows(TrainingClass) if c.number == row["number"]]
        found = [a_trainee(of, persons[f"见习生{n}"]) for n in numbers]
        await add_all(self.world, found)

    async def moved(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a class, which must succeed."""
        given, who = handle(row) | more, as_ or self.unit
        return made(await self.world.do(f"{verb}TrainingClass", given, who, CLASS))

    async def submitted(self, course: Any, *numbers: int, **changes: Any) -> Any:
        """Open a class for some persons and submit it, which must succeed."""
        row = await self.drafted(course, **changes)
        await self.attended(row, *numbers)
        return await self.moved("submit", row)

    async def approved(self, course: Any, *numbers: int, **changes: Any) -> Any:
        """Have a class approved, which must succeed."""
        row = await self.submitted(course, *numbers, **changes)
        return await self.moved("approve", row, "reviewer")

    async def places(self) -> list[int | None]:
        """Tell which places trainees hold, in the order of their entry."""
        rows = sorted(await self.world.rows(Trainee), key=lambda row: row.name)
        return [row.place for row in rows]


def made(result: Any) -> Any:
    """Demand that it succeeded, and give the class."""
    assert result["__typename"] == "TrainingClassPayload", result
    return result["trainingClass"]


def _period() -> Parameter:
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

"""Training classes 培训班: opened for a course, numbered without gaps, reviewed (S20-S24)."""

from typing import Any

from tests.factories.rows import CHAOYANG
from tests.factories.world import World

COURSE = {
    "code": "AQSC-01",
    "edition": 0,
    "name": "安全生产线上培训",
    "provider": "省职业培训中心",
    "hours": 20,
    "fee": "500.00",
}
DAYS = {"opensOn": "2025-03-20", "endsOn": "2025-03-31"}


async def entered(world: World, as_: str = "province", **changes: Any) -> Any:
    then = "... on CoursePayload { course { id code edition offered fee } }"
    result = await world.do("enterCourse", COURSE | changes, as_, then)
    assert result["__typename"] == "CoursePayload", result
    return result["course"]


async def drafted(world: World, course: Any, as_: str = "unit", **changes: Any) -> Any:
    draft = {"courseId": course["id"], "name": "第一期"} | DAYS | changes
    then = "... on TrainingClassPayload { trainingClass { id version number status } }"
    result = await world.do("createTrainingClass", draft, as_, then)
    assert result["__typename"] == "TrainingClassPayload", result
    return result["trainingClass"]


async def test_s22_x(world: World) -> None:
    course = await entered(world)
    row = await drafted(world, course)
    assert row["number"] == f"{CHAOYANG}-20250320-001"

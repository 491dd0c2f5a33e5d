"""A unit of Chengdu whose class comes to its end: scores, completion, review."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models import Course, Role, Status, Trainee, TrainingClass, Unit
from tests.factories.chain import handle
from tests.factories.crowd import add_all
from tests.factories.rows import (
    CHENGDU_DISTRICT,
    a_course,
    a_person,
    a_trainee,
    a_training_class,
    an_id,
)
from tests.factories.world import World, global_id

OPENS, ENDS = date(2025, 2, 24), date(2025, 3, 7)
COMPLETION = """... on CompletionPayload { completion {
  id version status completed notCompleted } }"""
TRAINEE = "id version name score absent outcome expectedOutcome"
ONE = f"... on TraineePayload {{ trainee {{ {TRAINEE} }} }}"
MANY = f"... on TraineesPayload {{ trainees {{ {TRAINEE} }} }}"


class Completing:
    """Walks a unit from a class under way to its completion."""

    def __init__(self, world: World, unit: str = "trainer") -> None:
        self.world = world
        self.unit = unit
        self.row: Any = None

    async def opened(self) -> "Completing":
        """Open the district: its officers, and the unit."""
        for name in ("reviewer", "second"):
            await self.world.account(name, Role.DISTRICT_OFFICER, CHENGDU_DISTRICT)
        return await self.joined()

    async def joined(self) -> "Completing":
        """Add the unit."""
        self.row = await self.world.unit(self.unit, CHENGDU_DISTRICT)
        return self

    async def of_class(self, number: int = 1, trainees: int = 3, **more: Any) -> Any:
        """Put an approved class on file; give the handles of its trainees, and its id."""
        row, people = await self.rows(number, trainees, **more)
        keys = [(each.unit_id, each.id) for each in people]
        return (
            global_id("TrainingClass", row.unit_id, row.id),
            [{"id": global_id("Trainee", *key), "version": 1} for key in keys],
        )

    async def rows(
        self,
        number: int = 1,
        trainees: int = 3,
        taken: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> tuple[TrainingClass, Sequence[Trainee]]:
        """Put an approved class and its trainees on file."""
        course, row = a_class_of(self.row, number, **more)
        numbers = [1000 * (len(self.unit) + number) + n for n in range(trainees)]
        persons = [a_person(n, CHENGDU_DISTRICT, **_sealed(n)) for n in numbers]
        own = taken or {}
        people = [
            a_trainee(row, person, n, name=f"学员{n}", **own) for n, person in enumerate(persons, 1)
        ]
        await add_all(self.world, [course, *persons], [row], people)
        return row, people

    async def scored(self, trainee: Any, score: str | None, **more: Any) -> Any:
        """Enter a score, or that a trainee was absent; give what came of it."""
        given = handle(trainee) | {"score": score, "absent": score is None} | more
        return await self.world.do("scoreTrainee", given, self.unit, ONE)

    async def all_scored(self, trainees: Sequence[Any], *scores: str | None) -> Sequence[Any]:
        """Enter scores of trainees in their order, which must succeed."""
        given = [
            handle(trainee) | {"score": score, "absent": score is None}
            for trainee, score in zip(trainees, scores, strict=True)
        ]
        result = await self.world.do("scoreTrainees", {"trainees": given}, self.unit, MANY)
        assert result["__typename"] == "TraineesPayload", result
        found: Sequence[Any] = result["trainees"]
        return found

    async def completed(self, class_id: str) -> Any:
        """Draft the completion of a class, which must succeed."""
        return self.made(await self.complete(class_id))

    async def complete(self, class_id: str) -> Any:
        """Draft the completion of a class; give what came of it."""
        return await self.world.do("completeClass", {"classId": class_id}, self.unit, COMPLETION)

    async def moved(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a completion, which must succeed."""
        return self.made(await self.move(verb, row, as_, **more))

    async def move(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a completion; give what came of it."""
        given, who = handle(row) | more, as_ or self.unit
        return await self.world.do(f"{verb}Completion", given, who, COMPLETION)

    def made(self, result: Any) -> Any:
        """Demand that it succeeded."""
        assert result["__typename"] == "CompletionPayload", result
        return result["completion"]

    async def submitted(self, number: int = 1, *scores: str | None) -> Any:
        """Bring a class to a completion that is submitted."""
        given = scores or ("85.5", "60", None)
        class_id, trainees = await self.of_class(number, len(given))
        await self.all_scored(trainees, *given)
        return await self.moved("submit", await self.completed(class_id))

    async def approved(self, number: int = 1, *scores: str | None) -> Any:
        """Bring a class to a completion that is approved."""
        return await self.moved("approve", await self.submitted(number, *scores), "reviewer")


def a_class_of(unit: Unit, number: int, **more: Any) -> tuple[Course, TrainingClass]:
    """Make a class under way, for a course of its own."""
    code = f"{unit.id.hex[:6]}-{number}"
    course = a_course("510000", number, id=an_id("course", code), code=code)
    under_way = {"status": Status.APPROVED, "opens_on": OPENS, "ends_on": ENDS}
    row = a_training_class(unit, course, number, **(under_way | more))
    row.number = code
    return course, row


def _sealed(number: int) -> dict[str, Any]:
    return {
        "id_number_sealed": b"sealed",
        "id_number_index": f"index{number}".encode(),
        "id_number_masked": "510***12",
    }

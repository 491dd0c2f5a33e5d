"""A unit of Chengdu whose class comes to its end: scores, completion, review."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from models import Course, Role, Status, Trainee, TrainingClass, Unit
from tests.factories.crowd import add_rows
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import (
    CHENGDU_DISTRICT,
    a_course,
    a_person,
    a_trainee,
    a_training_class,
    an_id,
)
from tests.factories.world import World, build_global_id

OPENS, ENDS = date(2025, 2, 24), date(2025, 3, 7)
COMPLETION_SELECTION = """... on CompletionPayload { completion {
  id version status completed notCompleted } }"""
TRAINEE_FIELDS = "id version name score absent outcome expectedOutcome"
TRAINEE_SELECTION = f"... on TraineePayload {{ trainee {{ {TRAINEE_FIELDS} }} }}"
TRAINEES_SELECTION = f"... on TraineesPayload {{ trainees {{ {TRAINEE_FIELDS} }} }}"


class CompletionScenario:
    """Walks a unit from a class under way to its completion."""

    def __init__(self, world: World, unit: str = "trainer") -> None:
        self.world = world
        self.unit = unit
        self.row: Any = None

    async def set_up(self) -> "CompletionScenario":
        """Open the district: its officers, and the unit."""
        for name in ("reviewer", "second"):
            await self.world.add_account(name, Role.DISTRICT_OFFICER, CHENGDU_DISTRICT)
        return await self.add_unit()

    async def add_unit(self) -> "CompletionScenario":
        """Add the unit."""
        self.row = await self.world.add_unit(self.unit, CHENGDU_DISTRICT)
        return self

    async def seed_class(self, number: int = 1, trainees: int = 3, **more: Any) -> Any:
        """Put an approved class on file; give the handles of its trainees, and its id."""
        row, people = await self.seed_class_rows(number, trainees, **more)
        keys = [(each.unit_id, each.id) for each in people]
        return (
            build_global_id("TrainingClass", row.unit_id, row.id),
            [{"id": build_global_id("Trainee", *key), "version": 1} for key in keys],
        )

    async def seed_class_rows(
        self,
        number: int = 1,
        trainees: int = 3,
        taken: Mapping[str, Any] | None = None,
        **more: Any,
    ) -> tuple[TrainingClass, Sequence[Trainee]]:
        """Put an approved class and its trainees on file."""
        course, row = a_class_of(self.row, number, **more)
        numbers = [1000 * (len(self.unit) + number) + n for n in range(trainees)]
        persons = [a_person(n, CHENGDU_DISTRICT, **_build_index(n)) for n in numbers]
        own = taken or {}
        people = [
            a_trainee(row, person, n, name=f"学员{n}", **own) for n, person in enumerate(persons, 1)
        ]
        await add_rows(self.world, [course, *persons], [row], people)
        return row, people

    async def try_score(self, trainee: Any, score: str | None, **more: Any) -> Any:
        """Enter a score, or that a trainee was absent; give what came of it."""
        given = to_decision(trainee) | {"score": score, "absent": score is None} | more
        return await self.world.mutate("scoreTrainee", given, self.unit, TRAINEE_SELECTION)

    async def score_all(self, trainees: Sequence[Any], *scores: str | None) -> Sequence[Any]:
        """Enter scores of trainees in their order, which must succeed."""
        given = [
            to_decision(trainee) | {"score": score, "absent": score is None}
            for trainee, score in zip(trainees, scores, strict=True)
        ]
        result = await self.world.mutate(
            "scoreTrainees", {"trainees": given}, self.unit, TRAINEES_SELECTION
        )
        assert result["__typename"] == "TraineesPayload", result
        found: Sequence[Any] = result["trainees"]
        return found

    async def complete_class(self, class_id: str) -> Any:
        """Draft the completion of a class, which must succeed."""
        return self.require_completion(await self.try_complete_class(class_id))

    async def try_complete_class(self, class_id: str) -> Any:
        """Draft the completion of a class; give what came of it."""
        return await self.world.mutate(
            "completeClass", {"classId": class_id}, self.unit, COMPLETION_SELECTION
        )

    async def transition(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a completion, which must succeed."""
        return self.require_completion(await self.try_transition(verb, row, as_, **more))

    async def try_transition(self, verb: str, row: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a completion; give what came of it."""
        given, who = to_decision(row) | more, as_ or self.unit
        return await self.world.mutate(f"{verb}Completion", given, who, COMPLETION_SELECTION)

    def require_completion(self, result: Any) -> Any:
        """Demand that it succeeded."""
        assert result["__typename"] == "CompletionPayload", result
        return result["completion"]

    async def submit_completion(self, number: int = 1, *scores: str | None) -> Any:
        """Bring a class to a completion that is submitted."""
        given = scores or ("85.5", "60", None)
        class_id, trainees = await self.seed_class(number, len(given))
        await self.score_all(trainees, *given)
        return await self.transition("submit", await self.complete_class(class_id))

    async def approve_completion(self, number: int = 1, *scores: str | None) -> Any:
        """Bring a class to a completion that is approved."""
        return await self.transition(
            "approve", await self.submit_completion(number, *scores), "reviewer"
        )


def a_class_of(unit: Unit, number: int, **more: Any) -> tuple[Course, TrainingClass]:
    """Make a class under way, for a course of its own."""
    code = f"{unit.id.hex[:6]}-{number}"
    course = a_course("510000", number, id=an_id("course", code), code=code)
    under_way = {"status": Status.APPROVED, "opens_on": OPENS, "ends_on": ENDS}
    row = a_training_class(unit, course, number, **(under_way | more))
    row.number = code
    return course, row


def _build_index(number: int) -> dict[str, Any]:
    return {
        "id_number_index": f"index{number}".encode(),
        "id_number_masked": "510***12",
    }

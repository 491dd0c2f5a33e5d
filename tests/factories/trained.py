"""An enterprise of Chengdu that trains its insured staff, from an opened class to a claim."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import state
from models import (
    ClaimLine,
    Course,
    Parameter,
    ParameterStatus,
    Person,
    Role,
    Status,
    Trainee,
    TraineeOutcome,
    TrainingClass,
)
from rules.kernel.month import after
from tests.factories.chain import handle
from tests.factories.crowd import add_all
from tests.factories.hired import Hired
from tests.factories.paid import BATCH
from tests.factories.rows import (
    AT,
    CHENGDU_DISTRICT,
    EVERYBODY,
    a_course,
    a_trainee,
    a_training_class,
    an_id,
)
from tests.factories.world import World, global_id

OPENS, ENDS = date(2025, 3, 3), date(2025, 3, 7)
SINCE = date(2024, 1, 1)
CLAIM = """... on ClaimPayload { claim { id version status amount
  ... on TrainingClaim { courseCode place }
  lines { id version state amount reason trainee { id }
    judgements { occasion outcome changed } } } }"""


class Trained:
    """Walks an enterprise from its classes to a claim for their trainees."""

    def __init__(self, world: World, unit: str = "hirer") -> None:
        self.world = world
        self.hired = Hired(world, unit)
        self.courses: dict[int, Course] = {}

    @property
    def unit(self) -> str:
        return self.hired.unit

    async def opened(self, *, confirmed: bool = True, public: bool = False) -> "Trained":
        """Open the district with its figures, the enterprise and its courses."""
        await self.hired.opened()
        figures = [
            ("programme.period", "TRAINING", "2024-01-01/2025-12-31", True),
            ("training.amount", None, "0.95 at most 600", confirmed),
            ("publicity.required", "TRAINING", str(public).lower(), True),
        ]
        await add_all(self.world, [_figure(*each) for each in figures])
        await self.world.account("finance", Role.FINANCE, CHENGDU_DISTRICT)
        return await self._with_courses()

    async def _with_courses(self) -> "Trained":
        fees = {1: "500.00", 2: "1000.00"}
        self.courses = {
            n: a_course("510000", n, fee=Decimal(fee), name=f"线上课程{n}")
            for n, fee in fees.items()
        }
        await add_all(self.world, [*self.courses.values()])
        return self

    async def beside(self, unit: str) -> "Trained":
        """Let another enterprise of the district join, for the same courses."""
        other = Trained(self.world, unit)
        await other.hired.joined()
        other.courses = self.courses
        return other

    async def classed(
        self,
        *numbers: int,
        number: int = 1,
        course: int = 1,
        place: int = 1,
        **changes: Any,
    ) -> TrainingClass:
        """Put an approved class of some insured persons on file; each takes one of their places."""
        await self._on_file(numbers)
        terms = {
            "status": Status.APPROVED,
            "opens_on": OPENS,
            "ends_on": ENDS,
            "submitted_by": self.world.accounts[self.unit].id,
            "submitted_at": AT,
        }
        row = a_training_class(self.hired.row, self.courses[course], number, **(terms | changes))
        persons = {person.name: person for person in await self.world.rows(Person)}
        taken = {
            "during": Range(row.opens_on, after(row.ends_on)),
            "place": place,
            "period_from": SINCE,
            "most": 3,
        }
        trainees = [
            a_trainee(row, persons[name], n, id=uuid7(), **taken)
            for n in numbers
            if (name := f"见习生{n}")
        ]
        await add_all(self.world, [row], trainees)
        return row

    async def _on_file(self, numbers: Sequence[int]) -> None:
        known = {person.name for person in await self.world.rows(Person)}
        await self.hired.people(*(n for n in numbers if f"见习生{n}" not in known))

    async def drafted(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Draft a claim for a class; give what came of it."""
        input: dict[str, object] = {"classId": class_id(row)}
        input["bankAccountId"] = self.hired.account["id"]
        if trainees:
            input["traineeIds"] = [trainee_id(each) for each in trainees]
        return await self.world.do("createTrainingClaim", input, self.unit, CLAIM)

    async def moved(self, verb: str, claim: Any, as_: str | None = None, **more: Any) -> Any:
        """Move a claim; give what came of it."""
        given = handle(claim) | more
        return await self.world.do(f"{verb}Claim", given, as_ or self.unit, CLAIM)

    async def submitted(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Draft and submit a claim, which must succeed."""
        made = await self.drafted(row, *trainees)
        assert made["__typename"] == "ClaimPayload", made
        sent = await self.moved("submit", made["claim"])
        assert sent["__typename"] == "ClaimPayload", sent
        return sent["claim"]

    async def approved(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Have a claim approved, which must succeed."""
        done = await self.moved("approve", await self.submitted(row, *trainees), "reviewer")
        assert done["__typename"] == "ClaimPayload", done
        return done["claim"]

    async def trainees(self, row: TrainingClass) -> list[Trainee]:
        """List a class's trainees, in the order in which they were entered."""
        found = [each for each in await self.world.rows(Trainee) if each.class_id == row.id]
        return sorted(found, key=lambda each: each.id)

    async def came_out(self, outcome: TraineeOutcome, *trainees: Trainee) -> None:
        """Let trainees have completed their class, or not."""
        values: dict[str, object] = {"outcome": outcome}
        if outcome is TraineeOutcome.NOT_COMPLETED:
            values |= {"during": Range(empty=True), "place": None}
        own = Trainee.id.in_([each.id for each in trainees])
        await self.put(update(Trainee).where(own).values(**values))

    async def put(self, statement: Any) -> None:
        """Write what no mutation would."""
        async with AsyncSession(self.world.service.writes) as session, session.begin():
            await state(session, EVERYBODY)
            await session.execute(statement)

    async def figure(self, key: str, value: str, since: date = SINCE, **more: Any) -> None:
        """Let a figure hold in the district."""
        await add_all(self.world, [_figure(key, None, value, True, since)])

    async def lines(self) -> list[ClaimLine]:
        """List all lines, oldest first."""
        return sorted(await self.world.rows(ClaimLine), key=lambda line: line.id)

    async def batched(self, **draft: Any) -> Any:
        """Have finance make a batch; give it, or what was said against it."""
        result = await self.world.do("makeBatch", draft, "finance", BATCH)
        return result.get("batch", result)


def class_id(row: TrainingClass) -> str:
    return global_id("TrainingClass", row.unit_id, row.id)


def trainee_id(row: Trainee) -> str:
    return global_id("Trainee", row.unit_id, row.id)


def _figure(
    key: str, category: str | None, value: str, confirmed: bool, since: date = SINCE
) -> Parameter:
    return Parameter(
        id=an_id("figure", key, category, value, since),
        key=key,
        region=CHENGDU_DISTRICT,
        category=category,
        value=value,
        unit="test",
        effective_from=since,
        source="测试",
        confirmed=confirmed,
        status=ParameterStatus.APPROVED,
    )

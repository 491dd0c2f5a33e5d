"""An enterprise of Chengdu that trains its insured staff, from an opened class to a claim."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import set_rls_context
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
from rules.kernel.month import add_days
from tests.factories.crowd import add_rows
from tests.factories.hiring_scenario import HiringScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.payment_scenario import BATCH_SELECTION
from tests.factories.rows import (
    CHENGDU_DISTRICT,
    CREATED_AT,
    NATIONWIDE_ACTOR,
    a_course,
    a_trainee,
    a_training_class,
    an_id,
)
from tests.factories.world import World, build_global_id

OPENS, ENDS = date(2025, 3, 3), date(2025, 3, 7)
FIGURES_FROM = date(2024, 1, 1)
CLAIM_SELECTION = """... on ClaimPayload { claim { id version status amount
  ... on TrainingClaim { courseCode place }
  lines { id version state amount reason trainee { id }
    judgements { occasion outcome changed } } } }"""


class TrainingClaimScenario:
    """Walks an enterprise from its classes to a claim for their trainees."""

    def __init__(self, world: World, unit: str = "hirer") -> None:
        self.world = world
        self.hired = HiringScenario(world, unit)
        self.courses: dict[int, Course] = {}

    @property
    def unit(self) -> str:
        return self.hired.unit

    async def set_up(
        self, *, confirmed: bool = True, public: bool = False
    ) -> "TrainingClaimScenario":
        """Open the district with its figures, the enterprise and its courses."""
        await self.hired.set_up()
        figures = [
            ("programme.period", "TRAINING", "2024-01-01/2025-12-31", True),
            ("training.amount", None, "0.95 at most 600", confirmed),
            ("publicity.required", "TRAINING", str(public).lower(), True),
        ]
        await add_rows(self.world, [_build_figure(*each) for each in figures])
        await self.world.add_account("finance", Role.FINANCE, CHENGDU_DISTRICT)
        return await self._add_courses()

    async def _add_courses(self) -> "TrainingClaimScenario":
        fees = {1: "500.00", 2: "1000.00"}
        self.courses = {
            n: a_course("510000", n, fee=Decimal(fee), name=f"线上课程{n}")
            for n, fee in fees.items()
        }
        await add_rows(self.world, [*self.courses.values()])
        return self

    async def add_other_unit(self, unit: str) -> "TrainingClaimScenario":
        """Let another enterprise of the district join, for the same courses."""
        other = TrainingClaimScenario(self.world, unit)
        await other.hired.add_unit()
        other.courses = self.courses
        return other

    async def seed_class(
        self,
        *numbers: int,
        number: int = 1,
        course: int = 1,
        place: int = 1,
        **changes: Any,
    ) -> TrainingClass:
        """Put an approved class of some insured persons on file; each takes one of their places."""
        await self._add_missing_people(numbers)
        terms = {
            "status": Status.APPROVED,
            "opens_on": OPENS,
            "ends_on": ENDS,
            "submitted_by": self.world.accounts[self.unit].id,
            "submitted_at": CREATED_AT,
        }
        row = a_training_class(self.hired.row, self.courses[course], number, **(terms | changes))
        persons = {person.name: person for person in await self.world.load_rows(Person)}
        taken = {
            "during": Range(row.opens_on, add_days(row.ends_on)),
            "place": place,
            "period_from": FIGURES_FROM,
            "most": 3,
        }
        trainees = [
            a_trainee(row, persons[name], n, id=uuid7(), **taken)
            for n in numbers
            if (name := f"见习生{n}")
        ]
        await add_rows(self.world, [row], trainees)
        return row

    async def _add_missing_people(self, numbers: Sequence[int]) -> None:
        known = {person.name for person in await self.world.load_rows(Person)}
        await self.hired.add_people(*(n for n in numbers if f"见习生{n}" not in known))

    async def try_draft_claim(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Draft a claim for a class; give what came of it."""
        input: dict[str, object] = {"classId": build_class_id(row)}
        input["bankAccountId"] = self.hired.account["id"]
        if trainees:
            input["traineeIds"] = [build_trainee_id(each) for each in trainees]
        return await self.world.mutate("createTrainingClaim", input, self.unit, CLAIM_SELECTION)

    async def try_transition(
        self, verb: str, claim: Any, as_: str | None = None, **more: Any
    ) -> Any:
        """Move a claim; give what came of it."""
        given = to_decision(claim) | more
        return await self.world.mutate(f"{verb}Claim", given, as_ or self.unit, CLAIM_SELECTION)

    async def submit_claim(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Draft and submit a claim, which must succeed."""
        made = await self.try_draft_claim(row, *trainees)
        assert made["__typename"] == "ClaimPayload", made
        sent = await self.try_transition("submit", made["claim"])
        assert sent["__typename"] == "ClaimPayload", sent
        return sent["claim"]

    async def approve_claim(self, row: TrainingClass, *trainees: Trainee) -> Any:
        """Have a claim approved, which must succeed."""
        done = await self.try_transition(
            "approve", await self.submit_claim(row, *trainees), "reviewer"
        )
        assert done["__typename"] == "ClaimPayload", done
        return done["claim"]

    async def list_trainees(self, row: TrainingClass) -> list[Trainee]:
        """List a class's trainees, in the order in which they were entered."""
        found = [each for each in await self.world.load_rows(Trainee) if each.class_id == row.id]
        return sorted(found, key=lambda each: each.id)

    async def set_outcome(self, outcome: TraineeOutcome, *trainees: Trainee) -> None:
        """Let trainees have completed their class, or not."""
        values: dict[str, object] = {"outcome": outcome}
        if outcome is TraineeOutcome.NOT_COMPLETED:
            values |= {"during": Range(empty=True), "place": None}
        own = Trainee.id.in_([each.id for each in trainees])
        await self.execute_statement(update(Trainee).where(own).values(**values))

    async def execute_statement(self, statement: Any) -> None:
        """Write what no mutation would."""
        async with AsyncSession(self.world.administration) as session, session.begin():
            await set_rls_context(session, NATIONWIDE_ACTOR)
            await session.execute(statement)

    async def add_figure(
        self, key: str, value: str, since: date = FIGURES_FROM, **more: Any
    ) -> None:
        """Let a figure hold in the district."""
        await add_rows(self.world, [_build_figure(key, None, value, True, since)])

    async def list_lines(self) -> list[ClaimLine]:
        """List all lines, oldest first."""
        return sorted(await self.world.load_rows(ClaimLine), key=lambda line: line.id)

    async def try_make_batch(self, **draft: Any) -> Any:
        """Have finance make a batch; give it, or what was said against it."""
        result = await self.world.mutate("makeBatch", draft, "finance", BATCH_SELECTION)
        return result.get("batch", result)


def build_class_id(row: TrainingClass) -> str:
    return build_global_id("TrainingClass", row.unit_id, row.id)


def build_trainee_id(row: Trainee) -> str:
    return build_global_id("Trainee", row.unit_id, row.id)


def _build_figure(
    key: str, category: str | None, value: str, confirmed: bool, since: date = FIGURES_FROM
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

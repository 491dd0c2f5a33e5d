"""Classes submitted and claimed by mutations, and compared with the answer (S20, S21, S25, S33)."""

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

from models import Parameter, ParameterStatus
from tests.factories.hiring_scenario import HiringScenario
from tests.factories.internship_scenario import to_decision
from tests.factories.rows import CHENGDU_DISTRICT, a_course, an_id
from tests.factories.trainee_scenario import CLASS_SELECTION, TraineeScenario, list_faults
from tests.factories.training_claim_scenario import TrainingClaimScenario
from tests.oracle.amounts import to_decimal
from tests.oracle.compared import Compared, Tally
from tests.oracle.dice import Dice
from tests.oracle.money import to_fraction
from tests.oracle.training import Attendance, Attendee, Rates, compute_amount, find_faults

FIRST_OPENING = date(2025, 3, 11)
RATES = Rates(period=(date(2024, 1, 1), date(2025, 6, 30)))


async def set_up_units(trained: TraineeScenario) -> None:
    """Open the district with a programme that ends soon, and add two enterprises."""
    world = trained.world
    for name in ("trainer", "neighbour"):
        hired = HiringScenario(world, name)
        trained.units[name] = await (hired.set_up() if name == "trainer" else hired.add_unit())
    first, last = RATES.period
    await world.add_rows(
        Parameter(
            id=an_id("figure", "programme.period", "TRAINING"),
            key="programme.period",
            region=CHENGDU_DISTRICT,
            category="TRAINING",
            value=f"{first}/{last}",
            unit="test",
            effective_from=first,
            source="测试",
            confirmed=True,
            status=ParameterStatus.APPROVED,
        ),
        trained.course,
    )


async def compare_attendance(
    trained: TraineeScenario, tally: Tally, dice: Dice, number: int, classes: int
) -> None:
    """Let somebody attend class after class, and compare which are taken in (S21, S31, S33)."""
    await trained.add_staff(number)
    standing: list[tuple[Attendance, Any, str]] = []
    for _ in range(classes):
        unit = dice.pick("trainer", "neighbour")
        opens, ends = _draw_days(dice, [each for each, _, _ in standing])
        others = tuple(each for each, _, _ in standing)
        case = Attendee(opens=opens, ends=ends, others=others)
        expected = find_faults(case, RATES)
        answered, row = await _submit(trained, unit, number, opens, ends)
        tally.add("S21 classes", Compared((number, case), expected, answered, not expected))
        if row is not None:
            standing.append((Attendance(opens=opens, ends=ends), row, unit))
        if standing and dice.often(0.4):
            await _move_one(trained, dice, standing)


async def _move_one(
    trained: TraineeScenario, dice: Dice, standing: list[tuple[Attendance, Any, str]]
) -> None:
    """Withdraw, refuse or return a class; only what is returned keeps its place (S33)."""
    kept, row, owner = standing.pop(dice.randrange(len(standing)))
    returned = row["status"] == "RETURNED"
    verb = "withdraw" if returned else dice.pick("withdraw", "refuse", "return")
    if verb == "withdraw":
        await trained.transition(verb, row, owner)
    else:
        row = await trained.transition(verb, row, "reviewer", reason="材料不符")
    if verb == "return":
        standing.append((kept, row, owner))


def _draw_days(dice: Dice, standing: list[Attendance]) -> tuple[date, date]:
    length = timedelta(days=dice.pick(0, 1, 5, 12))
    if standing and dice.often(0.5):
        beside = dice.pick_from(standing)
        opens = beside.ends + timedelta(days=dice.pick(0, 1, 1, 1, 2))
        if dice.often(0.4):
            opens = beside.opens - length - timedelta(days=dice.pick(0, 1))
    elif dice.often(0.2):
        opens = RATES.period[1] + timedelta(days=dice.pick(-1, 0, 0, 1))
    else:
        opens = dice.day(FIRST_OPENING, date(2025, 7, 10))
    opens = max(opens, FIRST_OPENING)
    return opens, opens + length


async def _submit(
    trained: TraineeScenario, unit: str, number: int, opens: date, ends: date
) -> tuple[set[str], Any]:
    """Open a class for somebody and submit it; give what stood in the way, or the class."""
    trained.world.clock.now += timedelta(seconds=20)  # look-ups are few in so many minutes
    row = await trained.create_class(unit, opens, ends)
    entered = await trained.try_add_trainee(row, number, unit)
    assert entered["__typename"] == "TraineePayload", entered
    found = await trained.ask_findings(row, unit)
    controls = {each["control"] for each in found[0]["findings"] if each["outcome"] != "PASS"}
    result = await trained.world.mutate(
        "submitTrainingClass", to_decision(row), unit, CLASS_SELECTION
    )
    taken = result["__typename"] == "TrainingClassPayload"
    assert taken is not bool(controls), (controls, list_faults(result) if not taken else result)
    return controls, result["trainingClass"] if taken else None


async def compare_fees(claims: TrainingClaimScenario, tally: Tally, dice: Dice, count: int) -> None:
    """Claim for classes of courses with drawn fees, and compare each line (S20, S25, S33)."""
    for n in range(10, 10 + count):
        border = Rates().most.first / Rates().share.first
        fee = dice.amount(border) if dice.often(0.4) else Fraction(dice.randint(1, 200_000), 100)
        course = a_course("510000", n, fee=to_decimal(fee), name=f"线上课程{n}")
        await claims.world.add_rows(course)
        claims.courses[n] = course
        trainees = range(n * 10, n * 10 + dice.randint(1, 3))
        day = date(2024, 9, 2) + timedelta(days=10 * (n - 10))
        row = await claims.seed_class(
            *trainees, number=n, course=n, opens_on=day, ends_on=day + timedelta(days=3)
        )
        made = await claims.try_draft_claim(row)
        assert made["__typename"] == "ClaimPayload", made
        expected = compute_amount(fee, day, Rates())
        for line in made["claim"]["lines"]:
            amount = to_fraction(line["amount"])
            tally.add("S25 lines", Compared(fee, expected, amount, expected > 0))
        total = to_fraction(made["claim"]["amount"])
        whole = expected * len(trainees)
        tally.add("S25 claims", Compared((fee, trainees), whole, total, whole > 0))

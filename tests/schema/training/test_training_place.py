"""Many classes at once for the same persons: three places and one class at a time, always (S21)."""

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Trainee
from resolvers.kernel.constraint import FAULTS_BY_CONSTRAINT, get_violated_constraint
from rules.kernel.refusal import Reason
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.sample import few_or_many
from tests.factories.story import story
from tests.factories.trainee_scenario import OPENS, TraineeScenario, list_faults
from tests.factories.world import World

UNITS = ("east", "south", "west", "north")
PLACE, DAYS = "uq_trainee_person_id_period_from_place", "ex_trainee_person_id_during"


@story
async def many(world: World) -> TraineeScenario:
    found = await TraineeScenario(world).set_up(*UNITS)
    await found.add_staff(1, 2, 3)
    return found


async def submitted_at_once(many: TraineeScenario, drafts: Sequence[tuple[str, Any]]) -> list[Any]:
    """Submit all classes at once; give what the losers were told."""
    results = await asyncio.gather(
        *(many.try_transition("submit", row, unit) for unit, row in drafts)
    )
    return [list_faults(r) for r in results if r["__typename"] != "TrainingClassPayload"]


async def drafts(many: TraineeScenario, *days: date) -> list[tuple[str, Any]]:
    """Draft a class of one person for each opening day, in the units by turns."""
    found = []
    for n, opens in enumerate(days):
        unit = UNITS[n % len(UNITS)]
        found.append(
            (unit, await many.create_class_with_trainees(1, unit=unit, opens=opens, ends=opens))
        )
    return found


@few_or_many
async def test_s21_of_many_classes_on_the_same_days_one_has_the_person(
    many: TraineeScenario, writers: int
) -> None:
    classes = await drafts(many, *[OPENS] * writers)
    lost = await submitted_at_once(many, classes)
    assert len(lost) == writers - 1
    assert {reason for each in lost for reason, _ in each} == {"TRAINING_OVERLAPS"}
    assert sorted((await many.list_places_by_name())["见习生1"], key=bool) == [None] * (
        writers - 1
    ) + [1]


@few_or_many
async def test_s21_of_many_classes_on_other_days_exactly_three_have_the_person(
    many: TraineeScenario, writers: int
) -> None:
    classes = await drafts(many, *(OPENS + timedelta(days=n) for n in range(writers)))
    lost = await submitted_at_once(many, classes)
    assert len(lost) == writers - 3
    assert {reason for each in lost for reason, _ in each} == {"PLACES_USED_UP"}
    places = [place for place in (await many.list_places_by_name())["见习生1"] if place is not None]
    assert sorted(places) == [1, 2, 3]


async def test_s21_classes_with_the_same_persons_in_other_orders_do_not_block_each_other(
    many: TraineeScenario,
) -> None:
    orders = ((1, 2, 3), (3, 2, 1), (2, 1, 3), (3, 1, 2))
    classes = [
        (unit, await many.create_class_with_trainees(*order, unit=unit))
        for order, unit in zip(orders * 2, UNITS * 2, strict=True)
    ]
    lost = await submitted_at_once(many, classes)
    assert len(lost) == len(classes) - 1
    assert {tuple(reason for reason, _ in each) for each in lost} == {("TRAINING_OVERLAPS",) * 3}
    assert all(
        sorted(p for p in places if p) == [1]
        for places in (await many.list_places_by_name()).values()
    )


async def test_s21_a_place_given_back_while_others_want_it_goes_to_one_of_them(
    many: TraineeScenario,
) -> None:
    await many.fill_places(1, "east")
    row = await many.submit_class(2, 3, unit="east", opens=date(2025, 5, 5))
    wanting = await drafts(many, *(OPENS + timedelta(days=n) for n in range(8)))
    assert len(await submitted_at_once(many, wanting)) == 8
    results = await asyncio.gather(
        many.try_transition("withdraw", row, "east"),
        *(many.try_transition("submit", each, unit) for unit, each in wanting),
    )
    assert results[0]["__typename"] == "TrainingClassPayload"
    assert sorted(p for p in (await many.list_places_by_name())["见习生1"] if p) == [1, 2, 3]


async def _violated(world: World, **values: Any) -> str:
    """Write a place past the rules, as nobody can; name the constraint that refuses."""
    free = update(Trainee).where(Trainee.place.is_(None)).values(most=3, **values)
    async with AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        with pytest.raises(IntegrityError) as refused:
            await session.execute(free)
    return get_violated_constraint(refused.value)


async def test_s21_the_database_is_the_last_line(many: TraineeScenario) -> None:
    await many.fill_places(1, "east")
    await many.create_class_with_trainees(1, unit="south", opens=date(2025, 6, 2))
    june, period = Range(date(2025, 6, 2), date(2025, 6, 14)), date(2024, 1, 1)
    given: list[tuple[dict[str, Any], str]] = [
        ({"during": june, "place": 2, "period_from": period}, PLACE),
        ({"during": june, "place": 4, "period_from": period}, "ck_trainee_within_the_most"),
        ({"during": june}, "ck_trainee_takes_both_or_neither"),
    ]
    meeting = Range(date(2025, 3, 11), date(2025, 6, 14))
    beyond = {"place": 4, "period_from": period, "override_reason": "转岗培训"}
    given.append(({"during": meeting} | beyond, DAYS))
    for values, constraint in given:
        assert await _violated(many.world, **values) == constraint
    assert FAULTS_BY_CONSTRAINT[PLACE].reason is Reason.PLACES_USED_UP
    assert FAULTS_BY_CONSTRAINT[DAYS].reason is Reason.TRAINING_OVERLAPS
    assert sorted(p for p in (await many.list_places_by_name())["见习生1"] if p) == [1, 2, 3]

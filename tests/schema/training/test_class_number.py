"""S22: class numbers have no gaps, however many are given at once and whatever comes to nothing."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from models import TrainingClass
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.number_series import take_next_number
from resolvers.training.training_class import NUMBER_SERIES
from tests.factories.story import story
from tests.factories.training_class_scenario import (
    CLASS_DAYS,
    CLASS_SELECTION,
    TrainingClassScenario,
)
from tests.factories.world import World

CREATORS = 32
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


@story
async def opening(world: World) -> TrainingClassScenario:
    return await TrainingClassScenario(world).set_up()


def places(numbers: list[str]) -> list[int]:
    return sorted(int(number.rpartition("-")[2]) for number in numbers)


async def numbers_of(world: World) -> list[str]:
    return [row.number for row in await world.load_rows(TrainingClass)]


async def test_s22_many_who_open_classes_of_one_region_and_day_at_once_leave_no_gap(
    opening: TrainingClassScenario,
) -> None:
    """Of two enterprises, some twice under one key, and some refused in between."""
    world = opening.world
    course = await opening.enter_course()
    other = await opening.add_other_unit("neighbour")
    do = world.mutate
    good = [
        do(
            "createTrainingClass",
            opening.build_class_draft(course),
            (opening.unit, other.unit)[n % 2],
            CLASS_SELECTION,
        )
        for n in range(CREATORS - 4)
    ]
    twice = [
        do(
            "createTrainingClass",
            opening.build_class_draft(course),
            opening.unit,
            CLASS_SELECTION,
            f"once-only-{n % 4}",
        )
        for n in range(8)
    ]
    bad = [
        do(
            "createTrainingClass",
            opening.build_class_draft(course, endsOn="2025-03-01"),
            other.unit,
        )
        for _ in range(8)
    ]
    results = await asyncio.gather(*good, *twice, *bad)
    kinds = [result["__typename"] for result in results]
    assert kinds == ["TrainingClassPayload"] * (CREATORS + 4) + ["Invalid"] * 8
    numbers = await numbers_of(world)
    assert places(numbers) == list(range(1, CREATORS + 1))
    assert {number[:15] for number in numbers} == {"510104-20250320"}


class _Undone(Exception):
    """Ends a transaction that comes to nothing."""


async def in_vain(
    opening: TrainingClassScenario, course: Any, waiting: list[asyncio.Task[Any]]
) -> None:
    """Take a number, and give it back once somebody waits for the next one."""
    async with open_system_transaction(opening.world.service) as tx:
        assert await take_next_number(tx, f"{NUMBER_SERIES}:510104-20250320") == 2
        waiting.append(asyncio.create_task(opening.create_class(course)))
        while not await tx.session.scalar(WAITING):
            assert not waiting[0].done()
        raise _Undone


async def test_s22_a_number_that_was_taken_in_vain_is_given_again(
    opening: TrainingClassScenario,
) -> None:
    """Whoever waits behind a transaction that comes to nothing gets its number."""
    world = opening.world
    course = await opening.enter_course()
    await opening.create_class(course)
    waiting: list[asyncio.Task[Any]] = []
    with pytest.raises(_Undone):
        await in_vain(opening, course, waiting)
    assert (await waiting[0])["number"] == "510104-20250320-002"
    assert places(await numbers_of(world)) == [1, 2]


async def test_s22_each_day_has_a_series_of_its_own(opening: TrainingClassScenario) -> None:
    course = await opening.enter_course()
    days = ["2025-03-20", "2025-03-21"] * 4
    draft, do = opening.build_class_draft, opening.world.mutate
    await asyncio.gather(
        *(
            do("createTrainingClass", draft(course, opensOn=day), opening.unit, CLASS_SELECTION)
            for day in days
        )
    )
    numbers = await numbers_of(opening.world)
    for day in CLASS_DAYS["opensOn"], "2025-03-21":
        named = [number for number in numbers if day.replace("-", "") in number]
        assert places(named) == [1, 2, 3, 4]

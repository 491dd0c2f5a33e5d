"""Contributions lie in partitions by month, and nobody reaches those but through their table."""

from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from tests.factories.database import Database
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World, a_world

MONTHS = [date(1999, 12, 1), date(2015, 1, 1), date(2024, 12, 1), date(2036, 1, 1)]
LIES = "SELECT month, tableoid::regclass::text FROM insurance_contribution"


async def insured(world: World) -> None:
    person = await world.add_person(1)
    for month in MONTHS:
        await world.add_contribution(person, month)


async def test_x13_a_contribution_lies_in_its_years_partition_or_in_the_one_for_all_others(
    database: Database,
) -> None:
    async with a_world(database) as world:
        await insured(world)
        async with AsyncSession(world.administration) as session:
            await set_rls_context(session, NATIONWIDE_ACTOR)
            rows = (await session.execute(text(LIES))).all()
            found = {row[0]: row[1] for row in rows}
    assert found == {
        month: f"partitions.insurance_contribution_{name}"
        for month, name in zip(MONTHS, ("default", "2015", "2024", "default"), strict=True)
    }


async def test_x10_the_service_may_not_even_enter_where_the_partitions_lie(
    database: Database,
) -> None:
    async with a_world(database) as world, AsyncSession(world.administration) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        with pytest.raises(ProgrammingError, match="permission denied for schema"):
            await session.execute(text("SELECT * FROM partitions.insurance_contribution_2024"))

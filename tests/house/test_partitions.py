"""Contributions lie in partitions by month, and nobody reaches those but through their table."""

from datetime import date
from functools import partial

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from loaders.actor import set_rls_context
from models import InsuranceContribution
from server.database.migrate import build_configuration, upgrade
from tests.factories.database import Database
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World, a_world
from tests.house.test_migrations import downgraded

MONTHS = [date(1999, 12, 1), date(2015, 1, 1), date(2024, 12, 1), date(2036, 1, 1)]
LIES = "SELECT month, tableoid::regclass::text FROM insurance_contribution"


async def insured(world: World) -> None:
    person = await world.add_person(1)
    for month in MONTHS:
        await world.add_contribution(person, month)


async def on_file(world: World) -> list[tuple[object, ...]]:
    rows = await world.load_rows(InsuranceContribution)
    return sorted((row.month, row.id, row.person_id, row.region, row.source) for row in rows)


async def test_x13_a_contribution_lies_in_its_years_partition_or_in_the_one_for_all_others(
    database: Database,
) -> None:
    async with a_world(database) as world:
        await insured(world)
        async with AsyncSession(world.service.writes) as session:
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
    async with a_world(database) as world, AsyncSession(world.service.writes) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        with pytest.raises(ProgrammingError, match="permission denied for schema"):
            await session.execute(text("SELECT * FROM partitions.insurance_contribution_2024"))


async def test_x13_contributions_stay_as_they_are_when_they_are_partitioned_and_back(
    database: Database,
) -> None:
    async with a_world(database) as world:
        await insured(world)
        before = await on_file(world)
    script = ScriptDirectory.from_config(build_configuration()).get_revision("0012")
    assert isinstance(script.down_revision, str)
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision=script.down_revision))
        await connection.commit()
    await owner.dispose()
    await upgrade(database.owner_url, lambda _: None)
    async with a_world(database) as world:
        assert await on_file(world) == before

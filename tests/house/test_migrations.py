"""The migrations fill a new installation, and can be undone and done again (X6)."""

from functools import partial

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import History, Parameter, ParameterStatus, Region
from rules.kernel.region import REGIONS
from rules.kernel.seed import build_seed_parameters
from server.cli.verify import verify_chains
from server.database.migrate import build_configuration, upgrade
from server.settings.role import SERVICE
from tests.factories.database import Database
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.world import World, a_world, add_officials


def downgraded(connection: Connection, revision: str) -> None:
    config = build_configuration()
    config.attributes.update(connection=connection, service_role=SERVICE)
    command.downgrade(config, revision)


async def content(engine: AsyncEngine) -> tuple[set[object], set[object]]:
    async with AsyncSession(engine) as session:
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        parameters = await session.scalars(select(Parameter.id))
        return set(parameters), set(await session.scalars(select(Region.code)))


async def test_a_new_installation_has_all_regions_and_the_approved_parameters(
    database: Database,
) -> None:
    engine = create_async_engine(database.url)
    async with AsyncSession(engine) as session:
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        regions = {row.code: row for row in await session.scalars(select(Region))}
        parameters = (await session.scalars(select(Parameter))).all()
    await engine.dispose()
    assert regions.keys() == REGIONS.keys()
    for code, row in regions.items():
        wanted = REGIONS[code]
        assert (row.name, row.level, row.parent) == (wanted.name, wanted.level, wanted.parent)
    assert sorted((p.key, p.region, p.category or "", p.value) for p in parameters) == sorted(
        (s.key, s.region, s.category or "", s.value) for s in build_seed_parameters()
    )
    for seeded in parameters:
        assert seeded.status is ParameterStatus.APPROVED
        assert seeded.decided_at is not None
        assert (seeded.proposed_by, seeded.decided_by) == (None, None)


async def test_migrations_undone_and_done_again_give_the_same(database: Database) -> None:
    owner, service = create_async_engine(database.owner_url), create_async_engine(database.url)
    before = await content(service)
    for revision in ("0002", "0001", "base"):
        async with owner.connect() as connection:
            await connection.run_sync(partial(downgraded, revision=revision))
            await connection.commit()
    with pytest.raises(ProgrammingError, match="does not exist"):
        await content(service)
    await upgrade(database.owner_url, lambda _: None)
    assert await content(service) == before
    await owner.dispose()
    await service.dispose()


async def test_the_tables_open_to_whichever_role_the_service_is(database: Database) -> None:
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision="base"))
        await connection.commit()
    await upgrade(database.owner_url, lambda _: None, service_role="pg_monitor")
    may = text("SELECT has_table_privilege(CAST(:role AS name), 'claim', 'SELECT')")
    async with owner.connect() as connection:
        opened = [
            (await connection.execute(may, {"role": role})).scalar_one()
            for role in ("pg_monitor", SERVICE)
        ]
    await owner.dispose()
    assert opened == [True, False]


async def test_what_happened_before_is_chained_and_told_of_whom_it_was(database: Database) -> None:
    """X9: a database with a history that knew neither chain nor persons."""
    async with a_world(database) as world:
        await add_officials(world)
        await world.add_unit("unit")
        chain = InternshipScenario(world)
        await chain.approve_declaration()
        await chain.add_post()
        await chain.approve_reports("2024-09", await chain.approve_intern(1))
        before = await told(world)
    owner = create_async_engine(database.owner_url)
    script = ScriptDirectory.from_config(build_configuration()).get_revision("0008")
    assert isinstance(script.down_revision, str)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision=script.down_revision))
        await connection.commit()
    await owner.dispose()
    await upgrade(database.owner_url, lambda _: None)
    async with a_world(database) as world:
        assert await told(world) == before
        found = await verify_chains(world.service.reads, {})
        assert (found.entries, found.broken) == (len(before), [])


async def told(world: World) -> list[tuple[object, ...]]:
    rows = sorted(await world.load_rows(History), key=lambda row: row.sequence)
    return [(row.record, row.action, row.person_id) for row in rows]

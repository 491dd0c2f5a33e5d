"""The database that tests share comes to each of them as if nobody had been there."""

import asyncpg
import pytest
from sqlalchemy import text

from models import Claim
from tests.factories.database import Database
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.kept_database import TABLES, KeptDatabase
from tests.factories.world import World, a_world, add_officials

MEDDLING = (
    "UPDATE region SET name = '改名' WHERE code = '220104'",
    "DELETE FROM calendar_year",
    "UPDATE parameter SET value = value",
    "DELETE FROM parameter WHERE key LIKE 'internship.%'",
    "INSERT INTO alembic_version VALUES ('none')",
)
LEFT = """SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)
  WHERE locktype = 'advisory' OR pg_stat_activity.state LIKE 'idle in transaction%'"""


async def become_superuser(database: Database) -> asyncpg.Connection:
    host = str(database.socket_directory)
    return await asyncpg.connect(host=host, user="postgres", database=database.name)


async def digest(database: Database) -> dict[str, str]:
    """Digest every row of every table."""
    superuser = await become_superuser(database)
    found = {}
    for (name,) in await superuser.fetch(TABLES):
        rows = f"SELECT row::text AS said FROM {name} AS row"
        sealed = f"SELECT md5(string_agg(said, E'\\n' ORDER BY said)) FROM ({rows}) AS rows"
        found[name] = await superuser.fetchval(sealed)
    await superuser.close()
    return found


async def meddle(database: Database, *statements: str) -> None:
    superuser = await become_superuser(database)
    for statement in statements:
        await superuser.execute(statement)
    await superuser.close()


async def live_through(world: World) -> None:
    """Walk a unit from its declaration to a submitted claim, figures and all."""
    await add_officials(world)
    await world.add_unit("unit")
    scenario = InternshipScenario(world)
    await scenario.confirm_parameters()
    await scenario.approve_declaration()
    await scenario.add_post()
    intern = await scenario.approve_intern(1)
    for month in ("2024-08", "2024-09", "2024-10"):
        await scenario.approve_reports(month, intern)
    await scenario.submit_claim("2024-10")


async def test_whatever_a_story_and_its_teller_wrote_is_gone_byte_for_byte(
    kept_database: KeptDatabase,
) -> None:
    database = await kept_database.load(kept_database.pristine)
    before = await digest(database)
    for statements in ((), MEDDLING, ("TRUNCATE parameter CASCADE", "TRUNCATE region CASCADE")):
        async with a_world(database) as world:
            await live_through(world)
            assert await world.load_rows(Claim) != []
        await meddle(database, *statements)
        assert await digest(database) != before
        database = await kept_database.load(kept_database.pristine)
        assert await digest(database) == before


async def test_what_was_saved_comes_back_byte_for_byte(kept_database: KeptDatabase) -> None:
    database = await kept_database.load(kept_database.pristine)
    async with a_world(database) as world:
        await live_through(world)
    await meddle(database, *MEDDLING)
    saved, stage = await digest(database), await kept_database.save()
    await meddle(database, "DELETE FROM claimed_report", "UPDATE region SET name = '又改'")
    assert await digest(await kept_database.load(stage)) == saved
    assert await digest(await kept_database.load(kept_database.pristine)) != saved
    assert await digest(await kept_database.load(stage)) == saved


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE claim DROP CONSTRAINT ck_claim_living_allowance_has_a_month",
        "ALTER TABLE post RENAME TO gone",
        "ALTER TABLE post NO FORCE ROW LEVEL SECURITY",
        "ALTER TABLE post ADD COLUMN more int",
        "DROP POLICY post_select ON post",
        "CREATE TABLE more ()",
        "GRANT DELETE ON region TO PUBLIC",
    ],
)
async def test_who_changes_a_definition_leaves_a_fresh_clone_to_the_next(
    kept_database: KeptDatabase, statement: str
) -> None:
    first = await kept_database.load(kept_database.pristine)
    before = await digest(first)
    await meddle(first, statement)
    second = await kept_database.load(kept_database.pristine)
    assert second.name != first.name
    assert await digest(second) == before
    assert (await kept_database.load(kept_database.pristine)).name == second.name


async def test_neither_sessions_nor_what_they_hold_outlive_a_test(
    kept_database: KeptDatabase,
) -> None:
    database = await kept_database.load(kept_database.pristine)
    async with a_world(database) as world, world.service.writes.connect() as pooled:
        await pooled.execute(text("SELECT pg_advisory_lock(1)"))
        await pooled.execute(text("SET timezone TO 'Asia/Shanghai'"))
        await pooled.commit()
    forgotten = await become_superuser(database)
    await forgotten.execute("BEGIN; LOCK TABLE region; SELECT pg_advisory_lock(2)")
    database = await kept_database.load(kept_database.pristine)
    assert forgotten.is_closed()
    async with a_world(database) as world, world.service.writes.connect() as pooled:
        zone = await pooled.scalar(text("SHOW timezone"))
    superuser = await become_superuser(database)
    assert await superuser.fetchval(LEFT) == 0
    assert zone == "UTC"
    await superuser.close()


async def test_what_is_lent_to_somebody_who_never_gives_it_back_is_taken(
    kept_database: KeptDatabase,
) -> None:
    async with a_world(await kept_database.load(kept_database.pristine)) as world:
        lent = await world.service.writes.connect()
        await lent.execute(text("LOCK TABLE post"))
    async with a_world(await kept_database.load(kept_database.pristine)) as world:
        await world.add_unit("unit")
    await lent.invalidate()
    await lent.close()

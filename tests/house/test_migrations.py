"""The migrations fill a new installation (X6, X7), and go on from what stands there."""

import asyncio
import json
import shutil
from pathlib import Path

import asyncpg
import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from gateways.holiday_calendar import list_known_years
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from loaders.database_fault import find_sqlstate
from migrations import freeze, parameters
from migrations.role_grants import divide_rights
from migrations.takeover import BASELINE, EARLIER, LAST, PreRelease
from models import CalendarYear, DatabaseRole, Parameter, ParameterStatus, Region
from rules.kernel.region import NATION_CODE, REGIONS
from rules.kernel.seed import build_seed_parameters
from server.database.migrate import (
    SCRIPTS_DIRECTORY,
    LockPatience,
    build_configuration,
    upgrade,
)
from server.settings.role import SERVICE
from tests.factories.database import ROLES_BESIDE, Database, TestCluster, as_superuser

pytestmark = pytest.mark.own_database

EMPTY = "template0"
LONG_WAITED_FOR = """SELECT EXISTS (SELECT FROM pg_locks
    WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))
    AND waitstart < clock_timestamp() - interval '100 ms')"""
TABLES = (
    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
)


async def test_a_new_installation_has_all_regions_and_the_approved_parameters(
    database: Database,
) -> None:
    engine = create_async_engine(database.url)
    async with AsyncSession(engine) as session:
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        regions = {row.code: row for row in await session.scalars(select(Region))}
        found = (await session.scalars(select(Parameter))).all()
    await engine.dispose()
    assert regions.keys() == REGIONS.keys()
    for code, row in regions.items():
        wanted = REGIONS[code]
        assert (row.name, row.level, row.parent) == (wanted.name, wanted.level, wanted.parent)
    assert sorted((p.key, p.region, p.category or "", p.value) for p in found) == sorted(
        (s.key, s.region, s.category or "", s.value) for s in build_seed_parameters()
    )
    for seeded in found:
        assert seeded.status is ParameterStatus.APPROVED
        assert seeded.decided_at is not None
        assert (seeded.proposed_by, seeded.decided_by) == (None, None)


async def test_x7_a_new_installation_has_every_year_that_the_library_knows(
    database: Database,
) -> None:
    engine = create_async_engine(database.url)
    async with AsyncSession(engine) as session:
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        rows = (await session.scalars(select(CalendarYear).order_by(CalendarYear.edition))).all()
    await engine.dispose()
    assert {row.year: row.days for row in rows if row.region == NATION_CODE} == dict(
        list_known_years()
    )


async def test_the_tables_open_to_whichever_role_the_service_is(cluster: TestCluster) -> None:
    may = "SELECT has_table_privilege($1::name, 'claim', 'SELECT')"
    async with cluster.clone_database(EMPTY) as empty:
        await upgrade(empty.owner_url, lambda _: None, service_role="pg_monitor")
        async with as_superuser(empty) as connection:
            opened = [await connection.fetchval(may, role) for role in ("pg_monitor", SERVICE)]
    assert opened == [True, False]


async def test_a_migration_that_fails_leaves_nothing_and_is_done_again(
    cluster: TestCluster,
) -> None:
    async with cluster.clone_database(EMPTY) as empty, as_superuser(empty) as connection:
        with pytest.raises(asyncpg.UndefinedObjectError, match='"no " such role" does not exist'):
            await upgrade(empty.owner_url, lambda _: None, service_role='no " such role')
        assert await connection.fetch(TABLES) == []
        await upgrade(empty.owner_url, lambda _: None)
        assert await connection.fetchval("SELECT count(*) FROM parameter") == len(
            build_seed_parameters()
        )


async def test_two_starters_at_once_migrate_once(cluster: TestCluster) -> None:
    said: list[str] = []
    async with cluster.clone_database(EMPTY) as empty:
        await asyncio.gather(*(upgrade(empty.owner_url, said.append) for _ in range(2)))
    ran = [line.split()[0] for line in said if line.startswith("  r")]
    assert "  waiting for another one who migrates" in said
    assert f"  {len(ran)} to apply" in said
    assert (ran[0], len(ran)) == (BASELINE, len({*ran}))


HOLD = "LOCK TABLE alembic_version IN ACCESS SHARE MODE; LOCK TABLE claim IN ACCESS SHARE MODE"
TOY = """
from migrations.execution import execute
revision, down_revision, branch_labels, depends_on = "toy", "{head}", None, None
LONG_LOCKS, CONTRACTS = {{}}, {{}}


def upgrade():
    execute("CREATE TABLE toy (id INTEGER)")
    execute("ALTER TABLE claim ADD COLUMN toy INTEGER")
"""


@pytest.fixture
def toy(tmp_path: Path) -> Path:
    """Copy the migrations, and let one follow that locks a table of many readers."""
    versions = tmp_path / "versions"
    shutil.copytree(SCRIPTS_DIRECTORY / "versions", versions)
    head = ScriptDirectory.from_config(build_configuration()).get_current_head()
    (versions / "toy.py").write_text(TOY.format(head=head), encoding="utf-8")
    return versions


async def test_a_migration_gives_up_its_place_behind_who_holds_a_table_and_tries_again(
    database: Database, toy: Path
) -> None:
    """Everybody waited behind a migration that waited for one long report."""
    held = asyncio.Event()

    def hear(line: str) -> None:
        if "trying again" in line:
            held.set()

    patience = LockPatience(seconds=0.05, tries=1_000)
    async with as_superuser(database) as other:
        report = other.transaction()
        await report.start()
        await other.execute(HOLD)
        migrating = asyncio.create_task(
            upgrade(database.owner_url, hear, versions=toy, patience=patience)
        )
        async with asyncio.timeout(60):
            await held.wait()
        await report.commit()
        assert await migrating == ["toy"]


async def test_a_migration_that_never_gets_its_table_leaves_nothing_and_is_run_again(
    database: Database, toy: Path
) -> None:
    said: list[str] = []
    patience = LockPatience(seconds=0.05, tries=3)
    async with as_superuser(database) as other:
        async with other.transaction():
            await other.execute(HOLD)
            with pytest.raises(DBAPIError) as raised:
                await upgrade(database.owner_url, said.append, versions=toy, patience=patience)
        assert await other.fetchval("SELECT to_regclass('toy')") is None
    assert find_sqlstate(raised.value) == "55P03"
    assert [line for line in said if "trying again" in line] == [
        f"  somebody holds a table; trying again, {left} times at most" for left in (2, 1)
    ]
    assert await upgrade(database.owner_url, lambda _: None, versions=toy) == ["toy"]


async def test_a_migration_that_is_half_committed_waits_as_long_as_it_takes(
    database: Database, toy: Path
) -> None:
    """It can't be run a second time."""
    half = "with op.get_context().autocommit_block():\n        execute('SELECT 1')\n    execute("
    text = (toy / "toy.py").read_text().replace('execute("ALTER', f'{half}"ALTER')
    (toy / "toy.py").write_text(f"from alembic import op\n{text}", encoding="utf-8")
    impatient = LockPatience(seconds=0.001, tries=1)
    async with as_superuser(database) as other:
        report = other.transaction()
        await report.start()
        await other.execute(HOLD)
        migrating = asyncio.create_task(
            upgrade(database.owner_url, lambda _: None, versions=toy, patience=impatient)
        )
        async with asyncio.timeout(60):
            while not await other.fetchval(LONG_WAITED_FOR):
                assert not migrating.done()
        await report.commit()
        assert await migrating == ["toy"]


async def stamped(database: Database, revision: str) -> None:
    async with as_superuser(database) as connection:
        await connection.execute("UPDATE alembic_version SET version_num = $1", revision)


async def standing(database: Database) -> str | None:
    async with as_superuser(database) as connection:
        found: str | None = await connection.fetchval("SELECT version_num FROM alembic_version")
    return found


async def at_the_baseline(database: Database) -> None:
    """Bring an empty database to the baseline, where later revisions have not been yet."""
    await upgrade(database.owner_url, lambda _: None, to=BASELINE)


async def test_a_database_at_the_last_revision_before_the_first_release_is_taken_over(
    cluster: TestCluster,
) -> None:
    said: list[str] = []
    async with cluster.clone_database(EMPTY) as before:
        await at_the_baseline(before)
        await stamped(before, LAST)
        await upgrade(before.owner_url, said.append)
        assert said[0] == "  0024 of before 0.1.0 has the same tables: now r0001"
        taken = await standing(before)
        said.clear()
        await upgrade(before.owner_url, said.append)
        assert (await standing(before), said) == (taken, [])


async def test_a_database_at_an_earlier_revision_is_refused_as_it_stands(
    database: Database,
) -> None:
    for revision in sorted(EARLIER):
        await stamped(database, revision)
        with pytest.raises(PreRelease, match=f"at revision {revision} of before 0.1.0") as refused:
            await upgrade(database.owner_url, lambda _: None)
        assert await standing(database) == revision
    assert "bring it to 0024 first" in str(refused.value)
    assert "make clean" in str(refused.value)


async def test_what_is_frozen_secures_a_table_as_it_is_secured(database: Database) -> None:
    secured = """SELECT relname, relacl::text, relrowsecurity, relforcerowsecurity, (
            SELECT jsonb_agg(to_jsonb(p) ORDER BY policyname) FROM pg_policies AS p
            WHERE schemaname = 'public' AND tablename = relname
        ), (
            SELECT jsonb_agg(jsonb_build_array(attname, attacl::text) ORDER BY attname)
            FROM pg_attribute WHERE attrelid = pg_class.oid AND attacl IS NOT NULL
        )
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
        ORDER BY 1"""
    async with as_superuser(database) as connection:
        before = [tuple(row) for row in await connection.fetch(secured)]
        for statement in freeze.policies([str(row[0]) for row in before]):
            await connection.execute(statement.replace(':"service_role"', f'"{SERVICE}"'))
        for statement in divide_rights({DatabaseRole.SERVICE: SERVICE, **ROLES_BESIDE}):
            await connection.execute(statement)
        after = [tuple(row) for row in await connection.fetch(secured)]
    assert sorted_acl(after) == sorted_acl(before)


def sorted_acl(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """Tell who may do what, in whichever order it was granted."""
    return [(name, sorted(str(acl).strip("{}").split(",")), *rest) for name, acl, *rest in rows]


async def test_x6_what_is_frozen_writes_the_parameters_that_are_there(database: Database) -> None:
    """The same row has the same id, whichever migration brings it."""
    rows = """SELECT to_jsonb(p) - '{decided_at,examined_at,created_at,updated_at}'::text[]
        FROM parameter AS p ORDER BY id"""
    async with as_superuser(database) as connection:
        before = await connection.fetch(rows)
        await connection.execute("TRUNCATE parameter CASCADE")
        for statement in parameters.parameters({seed.key for seed in build_seed_parameters()}):
            await connection.execute(statement)
        assert await connection.fetch(rows) == before


async def test_x7_what_is_frozen_writes_the_years_that_are_there(database: Database) -> None:
    rows = "SELECT to_jsonb(y) - '{entered_at,source}'::text[] FROM calendar_year AS y ORDER BY id"
    async with as_superuser(database) as connection:
        before = [json.loads(row[0]) for row in await connection.fetch(rows)]
        await connection.execute("TRUNCATE calendar_year")
        for statement in parameters.years({str(row["year"]) for row in before}):
            await connection.execute(statement)
        assert [json.loads(row[0]) for row in await connection.fetch(rows)] == before


def test_statements_are_frozen_by_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert freeze.main(["policies", "claim_line"]) == 0
    assert 'REVOKE ALL ON claim_line FROM :"service_role";\n' in capsys.readouterr().out
    assert freeze.main(["parameters", "money.rounding"]) == 0
    assert capsys.readouterr().out.startswith("INSERT INTO parameter (\n    id, key,")
    assert freeze.main(["years", "1900"]) == 1
    assert freeze.main(["tables"]) == 2
    assert "python -m migrations.freeze" in capsys.readouterr().err

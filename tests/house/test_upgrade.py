"""What a release wrote is there after an upgrade, and can be read (ADR 0048).

The rows of each release lie in `releases/`. They are put into a database at that release's
revision, which is upgraded while all that is said to it is recorded.
"""

import asyncio
import shutil
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from types import ModuleType

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from loaders.actor_connection import ActorConnection
from migrations.released import releases
from models import Account, Base, History, Numbered, NumberSeries
from resolvers.kernel.business_number import NUMBER_SERIES
from resolvers.kernel.chain_verification import verify_chains
from server.database.migrate import SCRIPTS_DIRECTORY, build_configuration, upgrade
from tests.factories.database import Database, TestCluster, as_superuser
from tests.factories.world import a_world
from tests.house.losses import Loss, Table, contents, losses
from tests.house.migration_sql import Finding, by_revision, findings, recorded
from tests.house.release_data import RELEASES, planted

MODELS = [
    mapper.class_ for mapper in Base.registry.mappers if mapper.class_.metadata is Base.metadata
]
UNITS = "{ units { edges { node { name declarations { status history { totalCount } } } } } }"
NEWEST = [*releases()][-1]
TOY = '''"""A toy."""

from alembic import op
from sqlalchemy import Column, Date, Integer, Numeric

from migrations.execution import everywhere, execute, repeat, unbound, walk

revision = "toy"
down_revision = "{head}"
{declared}


def upgrade() -> None:
{body}
'''


@dataclass(frozen=True)
class Upgraded:
    """A database before and after, and what was said to it in between."""

    database: Database
    before: dict[str, Table]
    after: dict[str, Table]
    findings: list[tuple[ModuleType, Finding]]
    migrations: list[ModuleType]

    def lost(self) -> list[Loss]:
        """List what is not as it was, and no migration says why."""
        return [
            loss
            for loss in losses(self.before, self.after)
            if not any(loss.is_declared(each) for each in self.migrations)
        ]

    def undeclared(self) -> list[Finding]:
        """List the statements that large tables would feel, if their migration says no why."""
        return [each for migration, each in self.findings if not each.is_declared(migration)]


async def upgraded(database: Database, versions: Path) -> Upgraded:
    """Upgrade to the newest revision of a directory, and compare."""
    async with as_superuser(database) as connection:
        before = await contents(connection)
        with recorded() as said:
            await upgrade(database.owner_url, lambda _: None, versions=versions)
        after = await contents(connection)
    scripts = ScriptDirectory.from_config(build_configuration(versions))
    modules = {name: scripts.get_revision(name).module for name in by_revision(said)}
    found = [
        (modules[name], each)
        for name, statements in by_revision(said).items()
        for each in findings(statements)
    ]
    return Upgraded(database, before, after, found, [*modules.values()])


@asynccontextmanager
async def at_release(cluster: TestCluster, release: str) -> AsyncIterator[Database]:
    """Give a database as an installation of a release is: at its revision, with its rows."""
    rows = (RELEASES / f"{release}.sql").read_text(encoding="utf-8")
    async with cluster.clone_database("template0") as database:
        await upgrade(database.owner_url, lambda _: None, to=releases()[release].revision)
        async with as_superuser(database) as connection:
            await connection.execute(f"SET session_replication_role = replica; {rows}")
        yield database


@pytest.fixture(scope="module")
async def installed(cluster: TestCluster) -> AsyncIterator[str]:
    """Name a database with the newest release's rows, at the newest revision, to be cloned."""
    async with at_release(cluster, NEWEST) as database:
        await upgrade(database.owner_url, lambda _: None)
        yield database.name


@pytest.fixture
async def database(cluster: TestCluster, installed: str) -> AsyncIterator[Database]:
    async with cluster.clone_database(installed) as cloned:
        yield cloned


def with_a_toy(directory: Path, body: str, declared: str = "") -> Path:
    """Copy the migrations, and let a toy follow the newest one."""
    head = ScriptDirectory.from_config(build_configuration()).get_current_head()
    versions = directory / "versions"
    shutil.copytree(SCRIPTS_DIRECTORY / "versions", versions)
    toy = TOY.format(head=head, declared=declared, body=indent(dedent(body).strip(), "    "))
    (versions / "toy.py").write_text(toy, encoding="utf-8")
    return versions


def test_every_release_has_left_its_rows() -> None:
    assert {path.stem for path in RELEASES.glob("*.sql")} == set(releases())


@pytest.mark.parametrize("release", releases())
async def test_what_a_release_wrote_is_there_after_the_upgrade(
    cluster: TestCluster, release: str
) -> None:
    async with at_release(cluster, release) as database:
        done = await upgraded(database, SCRIPTS_DIRECTORY / "versions")
        assert [name for name, table in done.before.items() if not table.rows] == []
        assert done.lost() == []
        assert done.undeclared() == []
        await read(done)


async def read(done: Upgraded) -> None:
    """Read every row as the models have it, follow the history, and ask as an officer would."""
    everybody = create_async_engine(
        done.database.superuser_url, connect_args={"connection_class": ActorConnection}
    )
    async with AsyncSession(everybody) as session:
        for model in MODELS:
            rows = (await session.scalars(select(model))).all()
            assert len(rows) == len(done.after[model.__tablename__].rows)
        await require_numbers(session)
        officer = (await session.scalars(select(Account).filter_by(username="officer"))).one()
        entries = (await session.scalars(select(func.count("*")).select_from(History))).one()
    found = await verify_chains(everybody, {})
    await everybody.dispose()
    assert (found.entries, found.broken) == (entries, [])
    async with a_world(done.database) as world:
        world.accounts["officer"] = officer
        units = (await world.ask(UNITS, "officer")).only["edges"]
    assert {unit["node"]["name"] for unit in units} >= {"near有限公司", "unit有限公司"}


async def require_numbers(session: AsyncSession) -> None:
    """Demand that whatever was submitted has a number, without gaps, and that the next follows."""
    for table in Numbered.__subclasses__():
        rows = (await session.scalars(select(table))).all()
        given = sorted(row.business_number for row in rows if row.business_number is not None)
        assert len(given) == len([row for row in rows if row.submitted_at is not None]) > 0
        places = defaultdict[str, list[int]](list)
        for number in given:
            series, _, place = number.rpartition("-")
            places[series].append(int(place))
        for series, numbers in places.items():
            assert numbers == list(range(1, len(numbers) + 1))
            bucket = f"{NUMBER_SERIES}:{series}"
            assert (await session.get_one(NumberSeries, bucket)).last == numbers[-1]


async def test_the_data_of_the_next_release_will_fill_every_table(cluster: TestCluster) -> None:
    async with planted(cluster) as made, as_superuser(made) as connection:
        found = await contents(connection)
    assert {name for name, table in found.items() if table.rows} == {
        model.__tablename__ for model in MODELS
    }


LOSES = {
    "rows": (
        """
        with unbound("receipt"):
            execute("DELETE FROM receipt")
        """,
        [Loss("receipt", "2 of 2 rows are gone")],
        {"writes-a-whole-table", "lifts-policies"},
    ),
    "a column": (
        'op.drop_column("claim", "reason")',
        [Loss("claim.reason", "the column is gone")],
        {"ban-drop-column"},
    ),
    "values": (
        """
        with everywhere():
            execute("UPDATE course SET fee = fee + 1")
        """,
        [Loss("course.fee", "it is another in 2 of 2 rows")],
        {"writes-a-whole-table"},
    ),
    "a name": (
        'op.rename_table("receipt", "arrival")',
        [Loss("receipt", "the table is gone")],
        {"renaming-table"},
    ),
    "digits": (
        'op.alter_column("course", "fee", type_=Numeric(12, 0), existing_type=Numeric(12, 2))',
        [Loss("course.fee", "it is another in 2 of 2 rows")],
        {"changing-column-type"},
    ),
}


@pytest.mark.parametrize("what", LOSES)
async def test_a_migration_that_loses_something_is_found_by_its_rows_and_its_statements(
    database: Database, tmp_path: Path, what: str
) -> None:
    body, lost, rules = LOSES[what]
    done = await upgraded(database, with_a_toy(tmp_path, body))
    assert done.lost() == lost
    assert {each.rule for each in done.undeclared()} == rules


async def test_what_a_migration_declares_is_accepted(database: Database, tmp_path: Path) -> None:
    body = """
        op.drop_column("claim", "reason")
        op.create_index("ix_course_name", "course", ["name"])
        """
    said = """CONTRACTS = {"claim.reason": "unused since 0.2.0"}
LONG_LOCKS = {"course": "a few hundred rows"}"""
    done = await upgraded(database, with_a_toy(tmp_path, body, said))
    assert (done.lost(), done.undeclared()) == ([], [])
    assert {each.rule for _, each in done.findings} == {
        "ban-drop-column",
        "require-concurrent-index-creation",
    }


async def test_a_reason_that_says_nothing_is_none(database: Database, tmp_path: Path) -> None:
    said = 'CONTRACTS = {"claim.reason": " ", "course": "few rows"}'
    body = 'op.drop_column("claim", "reason")'
    done = await upgraded(database, with_a_toy(tmp_path, body, said))
    assert [loss.name for loss in done.lost()] == ["claim.reason"]
    assert [each.subject for each in done.undeclared()] == ["claim"]


async def test_a_migration_that_rewrites_history_is_found_even_if_it_declares_it(
    database: Database, tmp_path: Path
) -> None:
    body = """
        with everywhere():
            execute("UPDATE history SET reason = 'as it should have been'")
        """
    said = 'CONTRACTS = {"history.reason": "untrue"}\nLONG_LOCKS = {"history": "untrue"}'
    done = await upgraded(database, with_a_toy(tmp_path, body, said))
    assert (done.lost(), done.undeclared()) == ([], [])
    with pytest.raises(AssertionError, match="ALTERED"):
        await read(done)


EXPANDS = """
    op.add_column("monthly_report", Column("told_on", Date()))
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_told", "monthly_report", ["told_on"], postgresql_concurrently=True
        )
    with everywhere():
        repeat(
            "UPDATE monthly_report SET told_on = month WHERE (unit_id, id) IN ("
            "SELECT unit_id, id FROM monthly_report WHERE told_on IS NULL LIMIT 2)"
        )
    op.create_check_constraint(
        "told", "monthly_report", "told_on IS NOT NULL", postgresql_not_valid=True
    )
    with op.get_context().autocommit_block():
        execute("ALTER TABLE monthly_report VALIDATE CONSTRAINT ck_monthly_report_told")
    op.alter_column("monthly_report", "told_on", nullable=False)
    op.drop_constraint(op.f("ck_monthly_report_told"), "monthly_report")
    execute('GRANT SELECT ON monthly_report TO :"service_role"')
    """


async def test_a_column_is_added_filled_and_demanded_without_a_long_lock(
    database: Database, tmp_path: Path
) -> None:
    """The whole way of CONTRIBUTING.md, in one migration; policies bind it like anybody."""
    done = await upgraded(database, with_a_toy(tmp_path, EXPANDS))
    assert (done.lost(), done.findings) == ([], [])
    told = [(row["month"], row["told_on"]) for row in done.after["monthly_report"].rows]
    assert len(told) > 4
    assert all(month == on for month, on in told)


WALKS = """
    op.add_column("monthly_report", Column("taken", Integer()))
    with everywhere():
        walk(
            "monthly_report",
            ["unit_id", "id"],
            "UPDATE monthly_report SET taken = coalesce(taken, 0) + 1 WHERE :batch",
            size=2,
        )
    """


async def test_a_walk_takes_each_row_once_in_batches_up_to_the_last(
    database: Database, tmp_path: Path
) -> None:
    with recorded() as said:
        done = await upgraded(database, with_a_toy(tmp_path, WALKS))
    assert (done.lost(), done.findings) == ([], [])
    taken = [row["taken"] for row in done.after["monthly_report"].rows]
    assert taken == ["1"] * len(taken)
    batches = [each for each in said if each.sql.startswith("UPDATE monthly_report")]
    assert len(batches) == (len(taken) + 1) // 2 > 2
    assert not any(each.in_transaction for each in batches)


async def test_a_starter_who_waits_does_not_keep_an_index_from_being_built(
    database: Database, tmp_path: Path
) -> None:
    """Whoever waited within a statement would be waited for by the one that builds it."""
    body = """
        execute("SELECT pg_sleep(1)")
        with op.get_context().autocommit_block():
            execute("CREATE INDEX CONCURRENTLY ix_told ON monthly_report (month)")
        """
    versions, said = with_a_toy(tmp_path, body), list[str]()
    starters = (upgrade(database.owner_url, said.append, versions=versions) for _ in range(2))
    async with asyncio.timeout(60):
        await asyncio.gather(*starters)
    assert [line for line in said if "toy" in line] == ["  toy A toy."]


FILED = """
    WITH sent AS (
        UPDATE claim SET place = '220203', status = 'SUBMITTED', submitted_at = now()
        WHERE kind = 'HIRING' AND region = '220104' RETURNING unit_id, id, bank_account_id
    ), line AS (
        SELECT l.* FROM claim_line AS l
        JOIN sent AS s ON s.unit_id = l.unit_id AND s.id = l.claim_id
    ), paid AS (
        UPDATE payment AS p SET line_id = l.id FROM line AS l WHERE p.unit_id = l.unit_id
    ), file AS (
        UPDATE attachment AS a SET record = 'CLAIM', record_id = s.id
        FROM sent AS s WHERE a.unit_id = s.unit_id
    ), told AS (
        UPDATE history AS h SET record = 'Claim', record_id = s.id
        FROM sent AS s WHERE h.unit_id = s.unit_id
    )
    SELECT s.unit_id, s.id, s.bank_account_id, l.person_id, l.id AS line_id
    FROM sent AS s JOIN line AS l ON l.claim_id = s.id
"""
"""Lets a claim for a hire of another place be under review, with all that may hang on one."""


async def test_x21_what_was_filed_for_another_place_goes_there_and_its_history_stays(
    cluster: TestCluster,
) -> None:
    async with at_release(cluster, "0.1.0") as database, as_superuser(database) as connection:
        (filed,) = await connection.fetch(FILED)
        await upgrade(database.owner_url, lambda _: None)

        async def where(table: str) -> set[tuple[str, bool | None]]:
            of_unit = f"SELECT region, at_home FROM {table} WHERE unit_id = $1"
            return {tuple(row) for row in await connection.fetch(of_unit, filed["unit_id"])}

        there, home = ("220203", None), ("220104", True)
        for table in ("claim", "claim_line"):
            assert await where(table) == {there, home}
        for table in ("payment", "attachment", "receipt"):
            assert await where(table) <= {there, home}
        assert await where("history") == {home}
        moved = "SELECT kind FROM claim WHERE at_home IS NULL"
        assert [row["kind"] for row in await connection.fetch(moved)] == ["HIRING"]
        listed = "SELECT region, record_id FROM consulted_record"
        found = {(row["region"], row["record_id"]) for row in await connection.fetch(listed)}
        assert {("220203", each) for each in filed} <= found
        assert {region for region, _ in found} == {"220203"}

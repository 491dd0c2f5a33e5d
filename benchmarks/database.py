"""The measured database: an embedded PostgreSQL of its own, filled by COPY, kept between runs."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain as joined
from pathlib import Path

import asyncpg

from benchmarks import chain, register, scale
from benchmarks.policy import PARAMETERS, policy_of
from benchmarks.register import Row
from server.database.migrate import SCRIPTS_DIRECTORY, upgrade
from server.database.postgres import Cluster
from server.database.postgres_roles import (
    DatabaseUrls,
    build_urls,
    connect_as_superuser,
    prepare_database,
)

DATABASE = "jiuye_bench"
HOME = Path(".jiuye/bench")
SETTINGS = {
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
    "max_connections": "100",
    "checkpoint_timeout": "30min",
    "shared_preload_libraries": "pg_stat_statements",
}
GENERATORS = (scale, register, chain)
Say = Callable[[str], None]


def cluster() -> Cluster:
    """Name the cluster of the measurements; autovacuum and the rest are PostgreSQL's defaults."""
    return Cluster(HOME / "postgres", SETTINGS)


def edition() -> str:
    """Name what the data depends on: the migrations, and the code that makes the rows."""
    sources = [Path(str(module.__file__)) for module in GENERATORS]
    sources += sorted(
        p for p in (SCRIPTS_DIRECTORY / "versions").rglob("*") if p.suffix in {".py", ".sql"}
    )
    digest = hashlib.blake2b(digest_size=8)
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()


async def filled(running: Cluster, say: Say) -> DatabaseUrls:
    """Give the database of this edition; made anew if there is another one, or none."""
    keeper = await connect_as_superuser(running)
    try:
        known = await keeper.fetchval(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = $1",
            DATABASE,
        )
        if known == edition():
            say("  kept from an earlier run")
            return build_urls(running, DATABASE)
        await keeper.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        where = await prepare_database(running, DATABASE)
        await upgrade(where.owner, lambda _: None)
        await _fill(running, say)
        await keeper.execute(f"COMMENT ON DATABASE {DATABASE} IS '{edition()}'")
    finally:
        await keeper.close()
    return where


async def _fill(running: Cluster, say: Say) -> None:
    """Copy all rows as the superuser, whom row-level security does not bind."""
    connection = await connect_as_superuser(running, DATABASE)
    try:
        await connection.execute("CREATE SCHEMA bench")
        await connection.execute("CREATE EXTENSION pg_stat_statements SCHEMA bench")
        await connection.execute("SET synchronous_commit = off")
        policy = policy_of(await connection.fetch(PARAMETERS))
        for table, rows in _tables(chain.Figures(policy)):
            say(f"  {table}: {await _copied(connection, table, rows):,} rows")
        say("  VACUUM ANALYZE")
        await connection.execute("VACUUM (ANALYZE, FREEZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _tables(figures: chain.Figures) -> Iterator[tuple[str, Iterator[Row]]]:
    yield "unit", register.units()
    yield "person", register.persons()
    yield "account", register.accounts()
    yield "function_grant", register.function_grants()
    yield "declaration", register.declarations()
    yield "bank_account", register.bank_accounts()
    yield "post", register.posts()
    yield "intern", chain.interns()
    yield "monthly_report", chain.monthly_reports(figures)
    yield "claim", chain.claims()
    yield "claim_line", chain.claim_lines(figures)


async def _copied(connection: asyncpg.Connection, table: str, rows: Iterable[Row]) -> int:
    counted = iter(rows)
    first = next(counted)
    records = (tuple(row.values()) for row in joined((first,), counted))
    said: str = await connection.copy_records_to_table(table, records=records, columns=list(first))
    return int(said.removeprefix("COPY "))


async def drafts_again(running: Cluster) -> None:
    """Undo what the measured mutation did, so that every round finds the same drafts."""
    connection = await connect_as_superuser(running, DATABASE)
    try:
        await connection.execute(
            "UPDATE monthly_report SET status = 'DRAFT', version = 1, submitted_by = NULL, "
            "submitted_at = NULL WHERE status = 'SUBMITTED'"
        )
        await connection.execute("TRUNCATE history")
        await connection.execute("VACUUM (ANALYZE) monthly_report")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def postmaster(running: Cluster) -> int:
    """Give the process that all of PostgreSQL's processes come from."""
    return int((running.data / "postmaster.pid").read_text().splitlines()[0])

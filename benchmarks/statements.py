"""Counts the statements of a request, as PostgreSQL saw them."""

import asyncio
from collections.abc import Callable

from benchmarks.database import DATABASE
from server.database.postgres import Cluster
from server.database.postgres_roles import connect_as_superuser

TIMES = 5
COUNT = """
    SELECT coalesce(sum(calls), 0)::int FROM bench.pg_stat_statements s
    JOIN pg_database d ON d.oid = s.dbid AND d.datname = current_database()
    WHERE query NOT LIKE '%pg_stat_statements%'"""
SETTLE_SECONDS = 0.3


def per_request(cluster: Cluster, ask: Callable[[], object]) -> float:
    """Ask some times, and tell how many statements each took, BEGIN and COMMIT included."""
    ask()
    asyncio.run(_switched(cluster, "all"))
    try:
        for _ in range(TIMES):
            ask()
        counted = asyncio.run(_counted(cluster))
    finally:
        asyncio.run(_switched(cluster, "none"))
    return counted / TIMES


async def _switched(cluster: Cluster, what: str) -> None:
    connection = await connect_as_superuser(cluster, DATABASE)
    try:
        await connection.execute(f"ALTER SYSTEM SET pg_stat_statements.track = '{what}'")
        await connection.execute("SELECT pg_reload_conf()")
        await asyncio.sleep(SETTLE_SECONDS)
        if what != "none":
            await connection.execute("SELECT bench.pg_stat_statements_reset()")
    finally:
        await connection.close()


async def _counted(cluster: Cluster) -> int:
    connection = await connect_as_superuser(cluster, DATABASE)
    try:
        return int(await connection.fetchval(COUNT))
    finally:
        await connection.close()


def quiet(cluster: Cluster) -> None:
    """Count nothing while speed is measured: counting takes time of its own."""
    asyncio.run(_switched(cluster, "none"))

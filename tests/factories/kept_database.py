"""One database that is kept from test to test, and put back to a stage that was saved.

A clone of the template costs PostgreSQL a tenth of a second, putting back what a test wrote a fifth
of that. What to put back is found by looking: a row younger than the last load, or another count,
makes a table dirty. Whoever changes the catalogue leaves the next test a fresh clone.
"""

import io
import itertools
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from server.database.postgres_roles import connect_as_superuser
from tests.factories.database import Database, TestCluster
from tests.factories.kept_engines import KeptEngines

VACUUM_AFTER_LOADS = 40
"""The dead rows of so many tests are carried along before they are swept."""

TABLES = """
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
ORDER BY 1
"""
SEQUENCES = "SELECT count(*) FROM pg_sequences"
END_STRANGERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL($1::int[])
"""
NEXT_TRANSACTION = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
FIRST_OID = 16384
"""What is older belongs to PostgreSQL."""

CATALOGUES = {
    "pg_class": "oid",
    "pg_attribute": "attrelid",
    "pg_constraint": "oid",
    "pg_policy": "oid",
    "pg_trigger": "oid",
    "pg_proc": "oid",
}
CATALOGUE = "SELECT ARRAY[{}, (SELECT count(*) FROM pg_db_role_setting)]".format(
    ", ".join(
        f"(SELECT {figure} FROM {name} WHERE {oid} >= {FIRST_OID})"
        for name, oid in CATALOGUES.items()
        for figure in ("count(*)", "max(xmin::text::bigint)")
    )
)
"""Changes whenever a definition does."""


@dataclass(frozen=True, eq=False)
class Stage:
    """The rows of every table that has any, as COPY gives them, and how many they are."""

    rows: Mapping[str, bytes]
    counts: Mapping[str, int]


class KeptDatabase:
    """A worker's database. `load` gives it to a test in the state of a stage."""

    def __init__(self, cluster: TestCluster) -> None:
        self._cluster = cluster
        self._clones = AsyncExitStack()
        self._engines = KeptEngines()
        self._loads = itertools.count(1)
        self._dead: set[str] = set()
        self.pristine = Stage({}, {})

    async def open(self) -> None:
        """Clone the template, and see what it holds."""
        self._database = await self._clones.enter_async_context(self._cluster.clone_database())
        self._keeper = await connect_as_superuser(self._cluster.cluster, self._database.name)
        assert await self._keeper.fetchval(SEQUENCES) == 0, "keep the sequences' values as well"
        await self._keeper.execute("SET session_replication_role = replica")
        await self._keeper.execute("SET plan_cache_mode = force_generic_plan")
        self._tables = [name for (name,) in await self._keeper.fetch(TABLES)]
        self._catalogue = await self._keeper.fetchval(CATALOGUE)
        self.loaded, self._mark = Stage({}, {}), 0
        await self._remember(await self.save())
        self.pristine = self.pristine if self.pristine.rows else self.loaded

    async def close(self) -> None:
        """Drop the database."""
        await self._engines.close()
        await self._keeper.close()
        await self._clones.aclose()

    async def load(self, stage: Stage) -> Database:
        """Put every table back to a stage, with nobody else connected, and give the database."""
        number = next(self._loads)
        kept = await self._engines.tidy_up()
        await self._keeper.execute(END_STRANGERS, kept)
        if await self._keeper.fetchval(CATALOGUE) != self._catalogue:
            await self.close()
            self._engines = KeptEngines()
            await self.open()
        await self._put_back(stage)
        if number % VACUUM_AFTER_LOADS == 0:
            await self._sweep()
        await self._remember(stage)
        home = self._cluster.home / f"{self._database.name}_{number}"
        return replace(self._database, home=home, engines=self._engines)

    async def save(self) -> Stage:
        """Read all rows that there are now, so that later tests can start from them."""
        dirty = await self.find_dirty()
        rows = {name: said for name, said in self.loaded.rows.items() if name not in dirty}
        counts = {name: self.loaded.counts[name] for name in rows}
        for name in dirty:
            if count := await self._keeper.fetchval(f"SELECT count(*) FROM {name}"):
                counts[name], rows[name] = count, await self._copy_out(name)
        return Stage(rows, counts)

    async def find_dirty(self) -> list[str]:
        """Name the tables whose rows are no longer those that were loaded."""
        found = await self._keeper.fetch(_build_search(self._tables, self.loaded), self._mark)
        return [name for (name,) in found]

    async def _put_back(self, stage: Stage) -> None:
        held, wanted = self.loaded.rows, stage.rows
        other = {name for name in self._tables if held.get(name) is not wanted.get(name)}
        changed = sorted(other.union(await self.find_dirty()))
        if changed:
            await self._keeper.execute("; ".join(f"DELETE FROM {name}" for name in changed))
            self._dead.update(changed)
        for name in changed:
            if name in wanted:
                await self._copy_in(name, wanted[name])

    async def _remember(self, stage: Stage) -> None:
        self.loaded = stage
        self._mark = await self._keeper.fetchval(NEXT_TRANSACTION)

    async def _sweep(self) -> None:
        if self._dead:
            await self._keeper.execute(f"VACUUM {', '.join(sorted(self._dead))}")
            self._dead.clear()

    async def _copy_out(self, name: str) -> bytes:
        schema, _, table = name.partition(".")
        into = io.BytesIO()
        await self._keeper.copy_from_table(table, schema_name=schema, output=into, format="binary")
        return into.getvalue()

    async def _copy_in(self, name: str, rows: bytes) -> None:
        schema, _, table = name.partition(".")
        await self._keeper.copy_to_table(
            table, schema_name=schema, source=io.BytesIO(rows), format="binary"
        )


def _build_search(tables: Iterable[str], loaded: Stage) -> str:
    """Write the query for the tables that hold other rows than were loaded before the mark."""
    dirty = ", ".join(f"('{name}', {_build_test(name, loaded)})" for name in tables)
    return f"SELECT name FROM (VALUES {dirty}) AS found (name, dirty) WHERE dirty OR $1 < 0::int8"


def _build_test(name: str, loaded: Stage) -> str:
    if name not in loaded.counts:
        return f"EXISTS (SELECT FROM {name})"
    younger = f"EXISTS (SELECT FROM {name} WHERE xmin::text::bigint >= $1)"
    return f"{younger} OR (SELECT count(*) FROM {name}) <> {loaded.counts[name]}"


@asynccontextmanager
async def keep_database(cluster: TestCluster) -> AsyncIterator[KeptDatabase]:
    """Hold a worker's database for as long as it tests."""
    kept = KeptDatabase(cluster)
    await kept.open()
    try:
        yield kept
    finally:
        await kept.close()

"""The service as a process of its own on a scene of all records, and a reader of what it leaves."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import orjson

from gateways.access_token import TokenClaims
from loaders.key import NODE_TYPES, parse_global_id
from server.database.postgres_binaries import find_programs
from server.settings.settings import MAX_POINTS
from tests.factories.database import Database, TestCluster, as_superuser
from tests.factories.keys import KEY, SECRET_KEY
from tests.matrix.scope import a_scene_of_all
from tests.schema.scene import Scene
from tests.server.serving import ROOT, Served, serving

SECONDS = 120
ROSTER_PROGRESS = """subscription ($input: RosterChoiceInput!) {
  rosterProgress(input: $input) { __typename } }"""
AS_FOUND, ASIDE = "as_found", "aside"
"""Schemas with the rows as the scene made them, and with those that were put back since."""

GENEROUS = dict.fromkeys(
    ("POINTS_PER_ACCOUNT", "POINTS_PER_TOOL", "POINTS_PER_ADDRESS", "POINTS_PER_STRANGER"),
    str(MAX_POINTS),
)
"""Nothing is refused because of how much is asked."""


@dataclass
class Stage:
    """A running service, who may ask it, and its database from behind."""

    scene: Scene
    database: Database
    served: Served
    behind: asyncpg.Connection
    tables: dict[str, str]

    @property
    def home(self) -> Path:
        """Where the processes keep their files and logs."""
        return self.database.home

    def issue_token(self, who: str) -> str:
        """Sign somebody in, in a session of its own."""
        account = self.scene.world.accounts[who]
        claims = TokenClaims(
            account=account.id,
            session=uuid4(),
            name=account.name,
            role=account.role,
            region=account.region,
            unit=account.unit_id,
            person=account.person_id,
            verified=account.unit_id is not None,
            same_holder=account.same_holder or (),
        )
        return self.scene.world.service.tokens.issue_access_token(claims, datetime.now(UTC))

    async def post(self, body: Any, who: str | None, **headers: str) -> str:
        """Send a request, and give the answer's text."""
        sent = {"accept-language": "zh"} | self._sign(who) | headers
        answer = await self.served.client.post("/graphql", json=body, headers=sent)
        return answer.text

    async def subscribe(self, body: Mapping[str, Any], who: str | None) -> str:
        """Begin a subscription, and give what is told first."""
        async with self.served.socket(self._sign(who)) as socket:
            await socket.subscribe(body["query"], **body["variables"])
            return write_text(await socket.hear())

    async def send_file(self, record: Mapping[str, Any], content: bytes) -> int:
        """Send a file to where it was announced."""
        return (await self.served.client.put(record["url"], content=content)).status_code

    def _sign(self, who: str | None) -> dict[str, str]:
        return {} if who is None else {"authorization": f"Bearer {self.issue_token(who)}"}

    async def read_version(self, id: str) -> int | None:
        """Read the version that a record has now."""
        key = parse_global_id(id)
        table = NODE_TYPES[key.type_name].table if key else None
        if key is None or table is None or not hasattr(table, "version"):
            return None
        found: int | None = await self.behind.fetchval(
            f"SELECT version FROM {table.__tablename__} WHERE id = $1", key.parts[-1]
        )
        return found

    async def put_back(self, ids: Iterable[str]) -> None:
        """Put records back as they were; what they had become is kept for the search."""
        for id in ids:
            key = parse_global_id(id)
            if key is None:
                continue
            name = NODE_TYPES[key.type_name].table.__tablename__
            version = await self.read_version(id)
            # What was added meanwhile may stand in its place: then it stays as it became.
            with suppress(asyncpg.UniqueViolationError):
                async with self.behind.transaction():
                    await self.set_aside(name, "WHERE id = $1", key.parts[-1])
                    await self.behind.execute(
                        f"INSERT INTO {name} ({self.tables[name]}) "
                        f"SELECT {self.tables[name]} FROM {AS_FOUND}.{name} WHERE id = $1",
                        key.parts[-1],
                    )
                    if version is not None:  # versions only rise: others are known by them
                        await self.behind.execute(
                            f"UPDATE {name} SET version = $2 WHERE id = $1", key.parts[-1], version
                        )

    async def wait_for_roster(self, id: str, who: str) -> None:
        """Wait until the worker has checked a roster: its last frame ends the subscription."""
        async with self.served.socket(self._sign(who)) as socket:
            await socket.subscribe(ROSTER_PROGRESS, input={"id": id})
            while (await socket.hear())["type"] == "next":
                pass

    async def forget_tries(self) -> None:
        """Let nobody have tried anything."""
        await self.set_aside("rate_limit", "")

    async def set_aside(self, name: str, which: str, *values: object) -> None:
        """Move rows to where they only wait for the search."""
        columns = self.tables[name]
        await self.behind.execute(
            f"""WITH gone AS (DELETE FROM {name} {which} RETURNING {columns})
            INSERT INTO {ASIDE}.{name} ({columns}) SELECT {columns} FROM gone""",
            *values,
        )


@asynccontextmanager
async def a_stage(cluster: TestCluster) -> AsyncIterator[Stage]:
    """Run service and worker on a scene, each writing a log; both have ended afterwards."""
    async with a_scene_of_all(cluster) as scene:
        name = scene.world.home.name
        database = cluster.database(name)
        database.home.mkdir(exist_ok=True)
        async with as_superuser(database) as behind:
            tables = await _keep_rows(behind)
            async with (
                _working(database),
                serving(database, database.home, **GENEROUS) as served,
            ):
                yield Stage(scene, database, served, behind, tables)


async def _keep_rows(behind: asyncpg.Connection) -> dict[str, str]:
    """Keep all rows as they are, and say which columns of which table can be written."""
    found = await behind.fetch(
        """SELECT table_name, string_agg(quote_ident(column_name), ', ') AS columns
        FROM information_schema.columns JOIN information_schema.tables USING
            (table_schema, table_name)
        WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND is_generated = 'NEVER'
        GROUP BY table_name"""
    )
    await behind.execute(f"CREATE SCHEMA {AS_FOUND}; CREATE SCHEMA {ASIDE}")
    for name, _ in found:
        await behind.execute(f"CREATE TABLE {AS_FOUND}.{name} AS TABLE public.{name}")
        await behind.execute(f"CREATE TABLE {ASIDE}.{name} AS TABLE public.{name} WITH NO DATA")
    await behind.execute("SET session_replication_role = replica")
    return dict(found)


@asynccontextmanager
async def _working(database: Database) -> AsyncIterator[None]:
    """Run the worker."""
    environ = os.environ | {
        **database.to_environment(),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "JIUYE_HOME": str(database.home),
    }
    with (database.home / "worker.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "server.cli.main", "worker"),
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=log,
        )
        try:
            yield
        finally:
            process.terminate()
            async with asyncio.timeout(SECONDS):
                await process.wait()


def write_text(told: object) -> str:
    return orjson.dumps(told).decode()


async def dump_database(database: Database, target: Path) -> None:
    """Write a dump as an operator does."""
    process = await asyncio.create_subprocess_exec(
        str(find_programs() / "pg_dump"),
        *("--host", str(database.socket_directory), "--username", "postgres"),
        *("--file", str(target), database.name),
    )
    assert await process.wait() == 0

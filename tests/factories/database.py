"""A PostgreSQL for the tests: one cluster per run, one database per test."""

import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from models import DatabaseRole
from server.database.migrate import upgrade
from server.database.postgres import Cluster
from server.database.postgres_roles import (
    DatabaseUrls,
    build_urls,
    connect_as_superuser,
    prepare_database,
)
from server.settings.role import ADMINISTRATION, OWNER, SERVICE, SIGN_IN
from tests.factories.kept_engines import KeptEngines

TEMPLATE = "jiuye_template"
CLUSTER_SETTINGS = {
    "autovacuum": "off",
    "checkpoint_timeout": "1h",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}
ROLES_BESIDE = {DatabaseRole.SIGN_IN: SIGN_IN, DatabaseRole.ADMINISTRATION: ADMINISTRATION}
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Database:
    """A test's database: `url` for the service's role, `owner_url` for the tables' owner.

    Where it is kept for other tests as well, its pools are too.
    """

    name: str
    url: str
    owner_url: str
    socket_directory: Path
    home: Path
    engines: KeptEngines | None = None

    @property
    def urls_beside(self) -> dict[DatabaseRole, str]:
        """Where the service connects as its other roles."""
        return {
            role: self.url.replace(f"//{SERVICE}@", f"//{name}@")
            for role, name in ROLES_BESIDE.items()
        }

    @property
    def administration_url(self) -> str:
        """Where the service connects as the role that may write most."""
        return self.urls_beside[DatabaseRole.ADMINISTRATION]

    def to_environment(self) -> dict[str, str]:
        """Spell where the service connects as variables of its environment."""
        beside = {f"DATABASE_{role}_URL": url for role, url in self.urls_beside.items()}
        return {"DATABASE_URL": self.url, **beside}

    @property
    def superuser_url(self) -> str:
        """Where to connect as whom no policy binds."""
        return self.url.replace(f"//{SERVICE}@", "//postgres@")


@dataclass(frozen=True)
class TestCluster:
    """The run's cluster, and the migrated template that databases are cloned from."""

    __test__ = False
    cluster: Cluster
    keeper: asyncpg.Connection
    template: DatabaseUrls
    home: Path

    @asynccontextmanager
    async def clone_database(self, template: str = TEMPLATE) -> AsyncIterator[Database]:
        """Give a fresh copy of the template, dropped afterwards whoever is still connected."""
        name = f"test_{next(_numbers)}"
        await self.keeper.execute(
            f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY FILE_COPY"
        )
        try:
            yield self.database(name)
        finally:
            await self.keeper.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def database(self, name: str) -> Database:
        """Name a database that there is."""
        where = build_urls(self.cluster, name)
        return Database(
            name, where.service, where.owner, self.cluster.socket_directory, self.home / name
        )


@asynccontextmanager
async def as_superuser(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """Connect as whom no policy binds."""
    connection = await asyncpg.connect(
        host=str(database.socket_directory), user="postgres", database=database.name
    )
    try:
        yield connection
    finally:
        await connection.close()


def make_reachable_directory() -> Path:
    """Make a temporary directory that PostgreSQL's account can pass through when we are root."""
    directory = Path(tempfile.mkdtemp(prefix="jiuye-"))
    directory.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return directory


@asynccontextmanager
async def run_cluster(**settings: str) -> AsyncIterator[TestCluster]:
    """Run a cluster without durability, its template migrated, and remove it afterwards."""
    home = make_reachable_directory()
    cluster = Cluster(home / "postgres", CLUSTER_SETTINGS | settings, durable=False)
    try:
        cluster.start()
        template = await prepare_database(cluster, TEMPLATE)
        await upgrade(template.owner, lambda _: None, beside=ROLES_BESIDE)
        keeper = await connect_as_superuser(cluster)
        try:
            yield TestCluster(cluster, keeper, template, home)
        finally:
            await keeper.close()
    finally:
        cluster.stop(immediately=True)
        shutil.rmtree(home, ignore_errors=True)

"""The roles of the service's database, and the database itself."""

from dataclasses import dataclass
from urllib.parse import quote

import asyncpg

from loaders.advisory_lock import AdvisoryLock
from server.database.postgres import Cluster
from server.settings.role import ADMINISTRATION, OWNER, SERVICE, SIGN_IN

DEFAULT_DATABASE = "jiuye"
UNPRIVILEGED_OPTIONS = "LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS"


@dataclass(frozen=True)
class DatabaseUrls:
    """Where the service connects: as each of its roles, and as the owner of the tables."""

    service: str
    owner: str
    sign_in: str
    administration: str


async def prepare_database(cluster: Cluster, database: str = DEFAULT_DATABASE) -> DatabaseUrls:
    """Create the roles and the database where they are missing; return the URLs.

    The owner owns the database and what migrations make in it; the service owns nothing,
    so that row-level security applies to it. Its other roles are members of its own (ADR 0059).
    """
    superuser = await connect_as_superuser(cluster)
    try:
        await superuser.execute(AdvisoryLock.PREPARE_CLUSTER.select_session_lock())
        for role in (OWNER, SERVICE, SIGN_IN, ADMINISTRATION):
            if not await superuser.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
                await superuser.execute(f"CREATE ROLE {role} {UNPRIVILEGED_OPTIONS}")
        await superuser.execute(f"GRANT {SERVICE} TO {SIGN_IN}, {ADMINISTRATION}")
        known = "SELECT 1 FROM pg_database WHERE datname = $1"
        if not await superuser.fetchval(known, database):
            await superuser.execute(f'CREATE DATABASE "{database}" OWNER {OWNER}')
        await superuser.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
        await superuser.execute(f'GRANT CONNECT, TEMPORARY ON DATABASE "{database}" TO {SERVICE}')
    finally:
        await superuser.close()
    return build_urls(cluster, database)


def build_urls(cluster: Cluster, database: str) -> DatabaseUrls:
    """Return SQLAlchemy's URLs of one database of a cluster."""
    host = quote(str(cluster.socket_directory), safe="/")
    where = f"{database}?host={host}"
    roles = (SERVICE, OWNER, SIGN_IN, ADMINISTRATION)
    return DatabaseUrls(*(f"postgresql+asyncpg://{role}@/{where}" for role in roles))


async def connect_as_superuser(cluster: Cluster, database: str = "postgres") -> asyncpg.Connection:
    """Connect as the superuser, which only the cluster's keeper does."""
    return await asyncpg.connect(
        host=str(cluster.socket_directory), user="postgres", database=database
    )

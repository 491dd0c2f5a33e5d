"""Whether a database answers and has tables, told in plain words before any work is begun."""

import asyncio
import os
import socket

import asyncpg
from sqlalchemy import TextClause, text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from loaders.database_fault import DatabaseAwayError
from server.database.connection import build_connect_args
from server.database.table_version import SELECT_REVISION, describe_version_fault
from server.settings.settings import Settings

CONNECT_SECONDS = 10
MIGRATE_CURE = "Run `jiuye migrate` with this database, then try again."
REFUSALS = {
    "28P01": "it refuses the name or the password.",
    "28000": "it lets nobody of that name in from here.",
    "3D000": "there is no database of that name. docs/operating.md says how to make it.",
    "42501": "that role may not connect to this database. docs/operating.md says how to let it.",
    "53300": "it has no connection left. Raise max_connections, or stop what holds them.",
    "57P03": "it is starting or stopping. Try again in a moment.",
}
"""What PostgreSQL says when it is asked for a connection, in words that repeat no value."""

STATEMENT_FAULTS = {
    "42P01": f"The tables are not those of this version. {MIGRATE_CURE}",
    "42703": f"The tables are not those of this version. {MIGRATE_CURE}",
    "57014": "The database took longer than STATEMENT_TIMEOUT_MS allows. Raise it for this run.",
    "53100": "The database's disk is full.",
    "25006": "The database is read-only: DATABASE_URL names a standby.",
    "57P01": "The database was stopped meanwhile. Nothing half done is left; try again.",
    "55P03": "Somebody else holds the tables for too long. Try again later.",
}
DENIED_MESSAGE = "The role of DATABASE_URL lacks rights on a table. `jiuye migrate` grants them."
LOST_MESSAGE = "The connection to the database was lost. Nothing half done is left; try again."


UNBOUND_MESSAGE = (
    "its role is {what}, whom no policy binds: everybody would see everything. Name the service's "
    "own role. docs/operating.md says how to make it."
)
_FIND_UNBOUND = text("""SELECT CASE
    WHEN bool_or(role.rolsuper) THEN 'a superuser'
    WHEN bool_or(role.rolbypassrls) THEN 'one with BYPASSRLS'
    WHEN bool_or(role.oid = owned.relowner) THEN 'the owner of the tables'
    END
    FROM pg_roles AS role LEFT JOIN pg_class AS owned ON owned.oid = to_regclass('account')
    WHERE pg_has_role(current_user, role.oid, 'MEMBER')""")


_IS_MEMBER = text("SELECT pg_has_role(current_user, CAST(:service AS name), 'USAGE')")
NO_MEMBER_MESSAGE = (
    "its role is no member of DATABASE_URL's, and so reads nothing. docs/operating.md says how to "
    "make it."
)
_READS_HASHES = text(
    "SELECT has_column_privilege(to_regclass('account')::oid, 'password_hash', 'SELECT')"
)
UNDIVIDED_MESSAGE = (
    "its role still reads password hashes, which DATABASE_SIGN_IN_URL's is for. Run "
    "`jiuye migrate` with all database URLs set, then try again."
)

DIVIDED_MESSAGE = (
    "its role keeps no accounts, other roles do. Set DATABASE_SIGN_IN_URL and "
    "DATABASE_ADMINISTRATION_URL, or run `jiuye migrate` without them."
)


class DatabaseUnavailable(RuntimeError):
    """Say which variable names a database that can't be worked with, and why."""


async def require_database(url: str, variable: str, *, tables: bool = True) -> None:
    """Connect once, and see that there are tables.

    Raises DatabaseUnavailable where it does not answer, or has none, or where the service's role is
    one that no policy binds.
    """
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            if not await _has_tables(url) and tables:
                raise DatabaseUnavailable(f"{variable}: it has no tables yet. {MIGRATE_CURE}")
            if tables:
                await require_bound_role(url, variable)
                await _require_revision(url, variable)
    except OSError as error:
        raise DatabaseUnavailable(f"{variable}: {_describe_silence(error)}") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
        state = find_sqlstate(error) or type(error).__name__
        why = REFUSALS.get(state, f"it can't be used ({state}).")
        raise DatabaseUnavailable(f"{variable}: {why}") from None


def _describe_silence(error: OSError) -> str:
    """Say why nobody answers; the library's own words name host and port of the variable."""
    why = error.__cause__ if isinstance(error, DatabaseAwayError) else error
    if isinstance(why, TimeoutError):
        return f"nothing answers there within {CONNECT_SECONDS} seconds."
    if isinstance(why, socket.gaierror):
        return f"its host is not known here ({why.strerror})."
    number = why.errno if isinstance(why, OSError) else None
    return f"nothing answers there ({os.strerror(number) if number else type(why).__name__})."


async def require_databases(settings: Settings, variable: str = "DATABASE_URL") -> None:
    """Connect once as each role of the service; raise DatabaseUnavailable where one can't work."""
    await require_database(settings.service_url, variable)
    for role, url in settings.urls_beside.items():
        await require_database(url, f"DATABASE_{role}_URL")
    await require_roles(settings)


async def require_roles(settings: Settings) -> None:
    """Refuse roles that no policy binds, or that do not divide the rights as declared (ADR 0059).

    Raises DatabaseUnavailable.
    """
    await require_bound_role(settings.service_url, "DATABASE_URL")
    for role, url in settings.urls_beside.items():
        variable = f"DATABASE_{role}_URL"
        await require_bound_role(url, variable)
        if await _ask(url, _IS_MEMBER, service=settings.service_role) is False:
            raise DatabaseUnavailable(f"{variable}: {NO_MEMBER_MESSAGE}")
    undivided = await _ask(settings.service_url, _READS_HASHES)
    if settings.urls_beside and undivided is True:
        raise DatabaseUnavailable(f"DATABASE_URL: {UNDIVIDED_MESSAGE}")
    if not settings.urls_beside and undivided is False:
        raise DatabaseUnavailable(f"DATABASE_URL: {DIVIDED_MESSAGE}")


async def require_bound_role(url: str, variable: str) -> None:
    """Refuse a role that row-level security does not bind, or that could lift it (X10).

    Raises DatabaseUnavailable; a database that does not answer is told of elsewhere.
    """
    what = await _ask(url, _FIND_UNBOUND)
    if what is not None:
        raise DatabaseUnavailable(f"{variable}: {UNBOUND_MESSAGE.format(what=what)}")


async def _ask(url: str, question: TextClause, **values: str) -> object:
    """Ask a database something; None where it does not answer, which is told of elsewhere."""
    try:
        return await _fetch_scalar(url, question, **values)
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return None


async def _require_revision(url: str, variable: str) -> None:
    """Refuse tables that are not migrated yet; those of a later release are good (ADR 0048)."""
    found = await _ask(url, text(SELECT_REVISION))
    fault = describe_version_fault(found if isinstance(found, str) else None)
    if fault is not None:
        raise DatabaseUnavailable(f"{variable}: {fault}")


async def _has_tables(url: str) -> bool:
    return bool(await _fetch_scalar(url, text("SELECT to_regclass('account') IS NOT NULL")))


async def _fetch_scalar(url: str, question: TextClause, **values: str) -> object:
    connect = build_connect_args(url)
    engine = create_async_engine(
        url, poolclass=NullPool, hide_parameters=True, connect_args=connect
    )
    try:
        async with engine.connect() as connection:
            found: object = await connection.scalar(question, values)
            return found
    finally:
        await engine.dispose()


def find_sqlstate(error: Exception) -> str | None:
    """Return PostgreSQL's own code of a fault, whichever library tells it."""
    told = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(told, "sqlstate", None)
    return state if isinstance(state, str) else None


def describe_statement_fault(error: SQLAlchemyError) -> str | None:
    """Say what is wrong with a database while it is worked with; None for what is our own."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return LOST_MESSAGE
    state = find_sqlstate(error)
    if state == "42501" and "permission denied" in str(error):
        return DENIED_MESSAGE
    return STATEMENT_FAULTS.get(state or "")

"""Whether a database answers and has tables, told in plain words before any work is begun."""

import asyncio
import os
import socket

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

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
    except TimeoutError:
        raise DatabaseUnavailable(
            f"{variable}: nothing answers there within {CONNECT_SECONDS} seconds."
        ) from None
    except socket.gaierror as error:
        raise DatabaseUnavailable(
            f"{variable}: its host is not known here ({error.strerror})."
        ) from None
    except OSError as error:
        # The library's own words name host and port, which are part of the variable's value.
        said = os.strerror(error.errno) if error.errno else type(error).__name__
        raise DatabaseUnavailable(f"{variable}: nothing answers there ({said}).") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError) as error:
        state = find_sqlstate(error) or type(error).__name__
        why = REFUSALS.get(state, f"it can't be used ({state}).")
        raise DatabaseUnavailable(f"{variable}: {why}") from None


async def require_bound_role(url: str, variable: str) -> None:
    """Refuse a role that row-level security does not bind, or that could lift it (X10).

    Raises DatabaseUnavailable; a database that does not answer is told of elsewhere.
    """
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            what = await connection.scalar(_FIND_UNBOUND)
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return
    finally:
        await engine.dispose()
    if what is not None:
        raise DatabaseUnavailable(f"{variable}: {UNBOUND_MESSAGE.format(what=what)}")


async def _has_tables(url: str) -> bool:
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with engine.connect() as connection:
            found = await connection.scalar(text("SELECT to_regclass('account') IS NOT NULL"))
            return bool(found)
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

"""What it means for whoever asks that the database did not do what it was asked.

Such a fault is none of the code: the database is away, full or read-only, somebody else was first,
or a statement took too long. Whatever else a driver raises is a fault of ours.
"""

from enum import StrEnum
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError, EmulatedDBAPIException, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

CONNECT_TIMEOUT_SECONDS = 5

DATABASE_ERRORS = (
    SQLAlchemyError,
    EmulatedDBAPIException,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
)
"""All that is raised where a database is asked: by SQLAlchemy, by its driver, by the system."""


class DatabaseAwayError(ConnectionError):
    """Nobody answers where the database should be, or not in time."""


class OutcomeUnknownError(ConnectionError):
    """The connection was lost while a commit was under way: done or not, nobody can tell."""


class DatabaseFault(StrEnum):
    """Why the database did not do what it was asked, and so what whoever asks may do."""

    AWAY = "AWAY"
    """It can't be asked, or takes no writes, at the moment."""
    CONFLICT = "CONFLICT"
    """Somebody else was first; nothing was done."""
    SLOW = "SLOW"
    """It took longer than a statement may; nothing was done."""


_CONFLICT_SQLSTATES = frozenset({"40001", "40P01", "55P03"})
"""Serialisation failure, deadlock, a lock that was not to be had: nothing was done."""
_SLOW_SQLSTATES = frozenset({"57014"})
_LOST_SQLSTATES = frozenset({"25P03", "25P04", "57P01", "57P02", "57P05"})
"""The database ended a connection: by command, with its own end, or one that slept too long."""
_AWAY_SQLSTATES = _LOST_SQLSTATES | {"25006", "40003", "57P03"}
"""Read-only, a commit that may have been cut off, a database that starts or stops as well."""
_LOST_CLASS = "08"
_AWAY_CLASSES = (_LOST_CLASS, "53", "58")
"""Connections; disks, memory and connections that are used up; what the system refused."""
_AWAY_ERRORS = (NoConnectionError, PendingRollbackError, ConnectionError)
_CLOSED_MESSAGE = "connection is closed"


def find_database_fault(error: BaseException) -> DatabaseFault | None:
    """Return which fault of the database an error tells of; None where it is one of ours."""
    state = find_sqlstate(error)
    told = error.orig if isinstance(error, DBAPIError) else error
    if state in _CONFLICT_SQLSTATES:
        return DatabaseFault.CONFLICT
    if state in _SLOW_SQLSTATES or isinstance(told, TimeoutError):
        return DatabaseFault.SLOW
    away = state in _AWAY_SQLSTATES or state.startswith(_AWAY_CLASSES)
    if away or isinstance(told, _AWAY_ERRORS) or is_connection_lost(error):
        return DatabaseFault.AWAY
    return None


def find_sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's own code of an error, whichever library tells it; empty for none."""
    told: Any = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(told, "sqlstate", None) or "")


def is_connection_lost(error: BaseException) -> bool:
    """Tell whether a connection broke under somebody, who may ask anew on another one."""
    if isinstance(error, (DatabaseAwayError, OutcomeUnknownError)):
        return False
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    told = error.orig if isinstance(error, DBAPIError) else error
    state = find_sqlstate(error)
    closed = isinstance(told, (asyncpg.InterfaceError, EmulatedDBAPIException))
    return (
        isinstance(told, ConnectionError)
        or state in _LOST_SQLSTATES
        or state.startswith(_LOST_CLASS)
        or (closed and _CLOSED_MESSAGE in str(told))
    )


async def open_connection(*args: Any, **options: Any) -> asyncpg.Connection:
    """Connect as asyncpg does; raise DatabaseAwayError where nobody answers in time."""
    patient = {"timeout": CONNECT_TIMEOUT_SECONDS, **options}
    try:
        return await asyncpg.connect(*args, **patient)
    except (OSError, TimeoutError) as error:
        raise DatabaseAwayError(type(error).__name__) from error

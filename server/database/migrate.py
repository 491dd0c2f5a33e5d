"""Bring the database's tables up to date, one starter at a time."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import MappingProxyType

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext, MigrationInfo
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

import migrations
from loaders.advisory_lock import AdvisoryLock
from loaders.database_fault import DATABASE_ERRORS, DatabaseFault, find_database_fault
from migrations.role_grants import divide_rights, open_revision, unite_rights
from migrations.takeover import take_over
from models import DatabaseRole
from server.database.connection import build_connect_args
from server.settings.role import SERVICE

SCRIPTS_DIRECTORY = Path(migrations.__file__).parent
QUEUE_SECONDS = 0.1
WHOLE = (None, "head")
"""Of which directory and to which revision is upgraded in earnest."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LockPatience:
    """How many seconds a migration waits for a table, and how often it is tried."""

    seconds: float = 3
    tries: int = 40


PATIENT = LockPatience()
NO_ROLES_BESIDE: Mapping[DatabaseRole, str] = MappingProxyType({})


def migrate(
    owner_url: str,
    say: Say = print,
    versions: Path | None = None,
    service_role: str = SERVICE,
    *,
    beside: Mapping[DatabaseRole, str] = NO_ROLES_BESIDE,
    patience: LockPatience = PATIENT,
) -> Sequence[str]:
    """Upgrade the database to the newest revision, saying each one, as the tables' owner.

    Returns the revisions that were applied.
    """
    return asyncio.run(
        upgrade(owner_url, say, versions, service_role, beside=beside, patience=patience)
    )


async def upgrade(
    owner_url: str,
    say: Say = print,
    versions: Path | None = None,
    service_role: str = SERVICE,
    to: str = "head",
    *,
    beside: Mapping[DatabaseRole, str] = NO_ROLES_BESIDE,
    patience: LockPatience = PATIENT,
) -> Sequence[str]:
    """Upgrade the database to the newest revision; for callers that have an event loop.

    `versions` names another directory of revisions than migrations/versions (tests), and `to`
    another revision than the newest one; `service_role` is the role that the service connects as,
    to which the tables are opened; `beside` are the roles with which it divides its rights.
    `patience` is for tables that others hold: all who come later wait behind who waits for one. So
    the waiting is short, and tried again, from the migration on that found no lock.
    """
    attempt = _Attempt(patience)
    step = partial(
        _upgrade, attempt=attempt, say=say, versions=versions, service_role=service_role, to=to
    )
    roles = {DatabaseRole.SERVICE: service_role, **beside} if (versions, to) == WHOLE else None
    connect = build_connect_args(owner_url)
    engine = create_async_engine(owner_url, poolclass=NullPool, connect_args=connect)
    try:
        for left in reversed(range(patience.tries)):
            try:
                async with engine.connect() as connection:
                    await connection.run_sync(attempt.bound_waits)
                    await _queue(connection, say)
                    await connection.run_sync(step)
                    if roles is not None:
                        await _divide_rights(connection, roles)
                    await connection.commit()
                break
            except DATABASE_ERRORS as error:
                if not left or not attempt.may_try_again(error):
                    raise
            say(f"  somebody holds a table; trying again, {left} times at most")
            await asyncio.sleep(patience.seconds)
    finally:
        await engine.dispose()
    return attempt.revisions


@dataclass(slots=True)
class _Attempt:
    """One run through the migrations: which were applied, and whether one is half committed.

    What is done outside of transactions, such as indexes, commits what its migration did before.
    From there on nothing is bounded or tried again: that migration can't be run a second time.
    """

    patience: LockPatience
    revisions: list[str] = field(default_factory=list)
    is_half_done: bool = False

    def bound_waits(self, connection: Connection) -> None:
        """Bound how long each transaction waits for a lock that can be rolled back as a whole."""
        event.listen(connection, "begin", self._begin_transaction)

    def _begin_transaction(self, connection: Connection) -> None:
        if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
            self.is_half_done = True
        elif not self.is_half_done:
            cursor = connection.connection.cursor()  # SQLAlchemy itself is still about to begin
            cursor.execute(f"SET LOCAL lock_timeout = {round(self.patience.seconds * 1000)}")
            cursor.close()

    def may_try_again(self, error: Exception) -> bool:
        """Tell whether somebody else was first, and nothing was done."""
        conflict = find_database_fault(error) is DatabaseFault.CONFLICT
        return conflict and not self.is_half_done


async def _divide_rights(connection: AsyncConnection, roles: Mapping[DatabaseRole, str]) -> None:
    """Grant what each role needs as the models stand: all of it to a single one (ADR 0059)."""
    service = roles[DatabaseRole.SERVICE]
    await connection.exec_driver_sql(open_revision(service))
    for statement in divide_rights(roles) if len(roles) > 1 else unite_rights(service):
        await connection.exec_driver_sql(statement)


async def _queue(connection: AsyncConnection, say: Say) -> None:
    """Wait for other starters between statements, not within one.

    Whoever waits within a statement has a snapshot, and an index that is built concurrently waits
    for all snapshots of before: the two would wait for each other.
    """
    take = text(AdvisoryLock.MIGRATE.select_session_try_lock())
    told = False
    while not (await connection.execute(take)).scalar_one():
        await connection.commit()
        if not told:
            say("  waiting for another one who migrates")
            told = True
        await asyncio.sleep(QUEUE_SECONDS)
    await connection.commit()


def _upgrade(
    connection: Connection,
    attempt: _Attempt,
    say: Say,
    versions: Path | None,
    service_role: str,
    to: str,
) -> None:
    """Upgrade, and note what was applied, which stays where a later one fails."""

    def applied(*, step: MigrationInfo, **_: object) -> None:
        script = step.up_revision
        title = script.doc if isinstance(script, Script) else ""
        say(f"  {step.up_revision_id} {title}".rstrip())
        attempt.revisions.append(str(step.up_revision_id))
        attempt.is_half_done = False

    config = build_configuration(versions)
    config.attributes["connection"] = connection
    config.attributes["service_role"] = service_role
    config.attributes["on_version_apply"] = applied
    scripts = ScriptDirectory.from_config(config)
    take_over(connection, frozenset(each.revision for each in scripts.walk_revisions()), say)
    standing = MigrationContext.configure(connection).get_current_revision()
    ahead = sum(1 for _ in scripts.iterate_revisions(to, standing or "base"))
    connection.commit()  # each migration begins a transaction of its own
    if ahead:
        say(f"  {ahead} to apply")
    command.upgrade(config, to)


def build_configuration(versions: Path | None = None) -> Config:
    """Return Alembic's configuration, which names no path of any machine."""
    config = Config()
    config.set_main_option("script_location", _escape_percent(SCRIPTS_DIRECTORY))
    config.set_main_option("path_separator", "newline")
    config.set_main_option(
        "version_locations", _escape_percent(versions or SCRIPTS_DIRECTORY / "versions")
    )
    return config


def _escape_percent(path: Path) -> str:
    """Escape what the configuration parser would interpolate."""
    return str(path).replace("%", "%%")

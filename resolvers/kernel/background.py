"""Background work: no client asks for it, but it states who acts and is remembered all the same."""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import random
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnectionError
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.job_board import JobBoard
from gateways.object_store import StoreUnavailable
from gateways.workbook import SpooledSheet
from loaders.actor import set_rls_context
from models import DatabaseRole
from resolvers.kernel.checkpoint import CheckpointPlan
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.retry import RetryPolicy
from rules.kernel.viewer import SYSTEM_VIEWER

IDLE_IN_TRANSACTION_SECONDS = 60
"""A worker whose machine is gone holds no row for longer: the database ends its transaction."""

MAX_TRIES = 3
"""What failed so often is set aside: it would fail for ever, and keep what comes after waiting."""

AWAY_ERRORS = (
    OSError,
    StoreUnavailable,
    OperationalError,
    InterfaceError,
    NoConnectionError,
    asyncpg.InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
)
"""What says that database, store or disk are away: no fault of what is worked on."""

Outcome = TypeVar("Outcome")


class SetAsideError(Exception):
    """A thing to be done has failed so often that it was set aside; its name holds no data."""


async def attempt(work: Coroutine[Any, Any, Outcome]) -> Outcome | Exception:
    """Do something, and return what it raised instead of raising it, whatever that is.

    For the edges of background work, where a fault of one thing must not end another. Whoever
    cancels it, cancels the work.
    """
    outcomes: tuple[Outcome | BaseException] = await asyncio.gather(work, return_exceptions=True)
    outcome = outcomes[0]
    if isinstance(outcome, BaseException) and not isinstance(outcome, Exception):
        raise outcome
    return outcome


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long what has done its service is kept before it is swept."""

    requests: timedelta = timedelta(days=30)
    sessions: timedelta = timedelta(days=180)
    tries: timedelta = timedelta(days=1)
    sign_ins: timedelta = timedelta(days=1095)
    applicants: timedelta = timedelta(days=1095)
    schema_usage: timedelta = timedelta(days=400)


MAX_PAUSED_SHEETS = 16
"""So many sheets of rosters that gave way to others a worker keeps on its disk."""


@dataclass(slots=True)
class PausedSheets:
    """Sheets of rosters that gave way: whoever goes on need not read the file anew."""

    most: int = MAX_PAUSED_SHEETS
    _sheets: OrderedDict[UUID, SpooledSheet] = field(default_factory=OrderedDict)

    def pause(self, roster_id: UUID, sheet: SpooledSheet) -> None:
        """Keep a sheet; one too many is closed, the one kept for longest."""
        self._sheets[roster_id] = sheet
        while len(self._sheets) > self.most:
            self._sheets.popitem(last=False)[1].close()

    def resume(self, roster_id: UUID) -> SpooledSheet | None:
        """Give out the sheet of a roster, if it is kept."""
        return self._sheets.pop(roster_id, None)

    def close(self) -> None:
        """Close all of them."""
        while self._sheets:
            self._sheets.popitem()[1].close()


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """What a job may reach: the service, the job board if there is one, and its measures."""

    service: Service
    board: JobBoard | None = None
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    applicants_refresh: timedelta = timedelta(hours=1)
    notice_policy: RetryPolicy = field(default_factory=RetryPolicy)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    checkpoints: CheckpointPlan | None = None
    max_roster_rows: int = 100_000
    paused: PausedSheets = field(default_factory=PausedSheets)
    jitter: Callable[[], float] = random


@asynccontextmanager
async def open_system_transaction(
    service: Service, role: DatabaseRole = DatabaseRole.SERVICE
) -> AsyncIterator[Transaction]:
    """Open a transaction that speaks for the system's own account, and commit it at the edge."""
    session = AsyncSession(service.choose_writes(role), expire_on_commit=False)
    async with session, session.begin():
        tx = Transaction(service, SYSTEM_VIEWER, session)
        await set_rls_context(session, tx.actor)
        bound = "idle_in_transaction_session_timeout"
        limit = f"{IDLE_IN_TRANSACTION_SECONDS}s"
        await session.execute(select(func.set_config(bound, limit, True)))
        yield tx

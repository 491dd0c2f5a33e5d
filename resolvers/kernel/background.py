"""Background work: no client asks for it, but it states who acts and is remembered all the same."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from random import random

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.job_board import JobBoard
from loaders.actor import set_rls_context
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.internship.board import RetryPolicy
from rules.kernel.viewer import SYSTEM_VIEWER

IDLE_IN_TRANSACTION_TIMEOUT = "60s"
"""A worker whose machine is gone holds no row for longer: the database ends its transaction."""


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """How long what has done its service is kept before it is swept."""

    requests: timedelta = timedelta(days=30)
    sessions: timedelta = timedelta(days=180)
    tries: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobContext:
    """What a job may reach: the service, the job board if there is one, and its measures."""

    service: Service
    board: JobBoard | None = None
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    max_roster_rows: int = 100_000
    jitter: Callable[[], float] = random


@asynccontextmanager
async def open_system_transaction(service: Service) -> AsyncIterator[Transaction]:
    """Open a transaction that speaks for the system's own account, and commit it at the edge."""
    session = AsyncSession(service.writes, expire_on_commit=False)
    async with session, session.begin():
        tx = Transaction(service, SYSTEM_VIEWER, session)
        await set_rls_context(session, tx.actor)
        bound = "idle_in_transaction_session_timeout"
        await session.execute(select(func.set_config(bound, IDLE_IN_TRANSACTION_TIMEOUT, True)))
        yield tx

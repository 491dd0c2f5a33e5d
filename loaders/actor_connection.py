"""A transaction is begun and its actor stated with one message (X10)."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session
from sqlalchemy.util import await_only

from loaders.actor import Actor


class ActorConnection(asyncpg.Connection):
    """A connection that sends a statement together with the BEGIN before it."""

    __slots__ = ("_stated", "told_at_begin")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stated = ""
        self.told_at_begin = ""

    @contextmanager
    def state_with_begin(self, statement: str) -> Iterator[None]:
        """Send a statement behind the BEGIN that comes next."""
        self._stated = statement
        try:
            yield
        finally:
            self._stated = ""

    async def execute(self, query: str, *args: Any, **options: Any) -> str:
        """Run a statement, and behind a BEGIN what is to be stated."""
        if self._stated and query.startswith("BEGIN"):
            query, self._stated = f"{query} {self._stated}", ""
            self.told_at_begin = await super().execute(query)
            return self.told_at_begin
        told: str = await super().execute(query, *args, **options)
        return told


async def begin_for_actor(session: AsyncSession, actor: Actor, then: str = "") -> ActorConnection:
    """Begin the transaction of a session and state its actor; return the driver's connection.

    The session's pool opens connections of this class. `then` is a statement without parameters
    that goes with it: of its answer `told_at_begin` keeps how many rows it had.
    """
    stated = f"{build_actor_statement(actor)}; {then}" if then else build_actor_statement(actor)
    driver: ActorConnection = await session.run_sync(_begin, stated)
    return driver


def _begin(session: Session, statement: str) -> ActorConnection:
    connection = session.connection()
    begun: Any = connection.connection.dbapi_connection
    driver: Any = connection.connection.driver_connection
    try:
        with driver.state_with_begin(statement):
            # SQLAlchemy begins before the first statement that it runs itself; here it runs none.
            await_only(begun._start_transaction())
    except BaseException as error:
        # How much of it was done nobody knows: no other transaction may find it open.
        connection.invalidate()
        if getattr(error, "sqlstate", None) is None:
            raise
        # What the database refused is told as SQLAlchemy tells it of statements that it runs.
        raise DBAPIError(statement, None, error, hide_parameters=True) from error
    known: ActorConnection = driver
    return known


_PLAIN_SETTING = re.compile(r"[0-9A-Za-z:.+-]*", re.ASCII)


def is_plain(actor: Actor) -> bool:
    """Tell whether an actor can be stated without parameters."""
    return not (actor.knows or actor.subjects or actor.sweeps)


@lru_cache(maxsize=10_000)
def build_actor_statement(actor: Actor) -> str:
    """Write a statement without parameters that states an actor: ids, regions and days alone.

    Raises ValueError for secrets and lists of persons, which are stated by parameters.
    """
    stated = actor.to_settings()
    if not all(_PLAIN_SETTING.fullmatch(value) for value in stated.values()):
        raise ValueError("an actor who knows a secret, or decides about persons")
    return "SELECT " + ", ".join(
        f"set_config('app.{name}', '{value}', true)" for name, value in stated.items()
    )

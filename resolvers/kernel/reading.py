"""One way to read for a decision, be it foretold from a snapshot or made in a transaction (X10)."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select

from loaders.snapshot import Rows
from resolvers.kernel.transaction import Transaction


class Reading(Protocol):
    """Reads rows, and what is on file of persons: a snapshot does, and so does `Deciding`."""

    async def all(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read all rows of a statement."""

    async def about(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom a decision is about."""


class Deciding:
    """Reads within the transaction of a mutation."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def all(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read all rows of a statement."""
        return (await self._tx.session.execute(statement)).all()

    async def about(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom the decision is about."""
        await self._tx.about(*persons)
        return [await self.all(statement) for statement in statements]

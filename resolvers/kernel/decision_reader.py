"""One way to read for a decision, be it foretold from a snapshot or made in a transaction (X10)."""

from collections.abc import Collection, Sequence
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select

from loaders.snapshot import Rows
from resolvers.kernel.transaction import Transaction


class DecisionReader(Protocol):
    """Reads rows, and what is on file of persons: a snapshot does, and so does `Deciding`."""

    async def load_rows(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read all rows of a statement."""

    async def load_about_persons(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom a decision is about."""


class TransactionReader:
    """Reads within the transaction of a mutation."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def load_rows(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read all rows of a statement."""
        return (await self._tx.session.execute(statement)).all()

    async def load_about_persons(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom the decision is about."""
        await self._tx.set_subjects(*persons)
        return [await self.load_rows(statement) for statement in statements]

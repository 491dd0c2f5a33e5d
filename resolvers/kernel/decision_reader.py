"""One way to read for a decision, be it foretold from a snapshot or made in a transaction (X10)."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Select

from loaders.snapshot import Rows
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.kernel.transaction import Transaction
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Reason, build_refusal


class DecisionReader(Protocol):
    """Reads rows, and what is on file of persons: `Snapshot` does, and `TransactionReader`."""

    async def load_rows(self, statement: Select[*tuple[Any, ...]]) -> Rows:
        """Read all rows of a statement."""

    async def load_about_persons(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read what is on file of persons whom a decision is about."""

    async def load_for_decision(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read for a decision about persons, whatever functions its viewer has."""


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

    async def load_for_decision(
        self, persons: Collection[UUID], *statements: Select[*tuple[Any, ...]]
    ) -> Sequence[Rows]:
        """Read for a decision about persons: a transaction reads for nothing else."""
        if persons:
            await self._tx.set_subjects(*persons)
        return [await self.load_rows(statement) for statement in statements]


async def load_snapshot_policy(read: DecisionReader) -> Policy:
    """Read the approved parameters of a snapshot (X6)."""
    return build_policy(await read.load_rows(APPROVED_PARAMETERS))


@contextmanager
def refuse_missing_parameters() -> Iterator[None]:
    """Raise a missing parameter as the refusal that it is (X6)."""
    try:
        yield
    except MissingParameter as missing:
        raise build_refusal(
            Reason.PARAMETER_MISSING, key=missing.key, region=missing.region, date=missing.on
        ) from missing

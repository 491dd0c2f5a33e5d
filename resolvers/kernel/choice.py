"""Records chosen by a filter, and how many there should be: nothing is decided blindly (S16)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from loaders.filter import Filter
from loaders.statement import columns_of
from models import Base
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The conditions of a filter, and the values that stand in them."""

    conditions: Sequence[ColumnElement[bool]]
    values: Mapping[str, Any]


def narrowed(table: type[Base], filters: Iterable[Filter], given: object, path: Path) -> Narrowed:
    """Write what a filter input says of a table; what the table lacks is refused, all at once."""
    known = columns_of(table)
    asked = [(f, value) for f in filters if (value := getattr(given, f.name)) is not None]
    refuse_if(
        fault(Reason.FILTER_UNFIT, *path, f.graphql_name) for f, _ in asked if f.column not in known
    )
    values: dict[str, Any] = {}
    for f, value in asked:
        values |= f.values(value)
    return Narrowed([f.condition(known) for f, _ in asked], values)


async def keys_of(
    tx: Transaction,
    table: type[Base],
    found: Narrowed,
    more: Sequence[ColumnElement[bool]],
    most: int,
) -> Sequence[tuple[Any, ...]]:
    """Find the keys of the rows in the viewer's reach that a filter means, oldest first.

    One more than `most` is the sign that there are too many.
    """
    keys = list(table.__table__.primary_key)
    region = columns_of(table)["region"]
    low, high = tx.actor.act
    conditions = (region >= low, region <= high, *found.conditions, *more)
    statement = select(*keys).where(*conditions).order_by(columns_of(table)["id"]).limit(most + 1)
    return [tuple(row) for row in await tx.session.execute(statement, dict(found.values))]


def count_faults(found: int, expected: int, most: int, path: Path) -> Iterable[Fault]:
    """Refuse a filter that finds another number than the client saw, or too many (S16)."""
    if found > most:
        yield fault(Reason.LIST_TOO_LONG, *path, most=most)
    elif found != expected:
        yield fault(Reason.COUNT_DIFFERS, *path, "expected", found=found, expected=expected)

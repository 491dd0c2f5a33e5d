"""Records chosen by a filter, and how many there should be: nothing is decided blindly (S16)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from loaders.filter import Filter, to_graphql_name
from loaders.statement import get_columns
from models import Base
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Fault, Path, Reason, fault, refuse_if


@dataclass(frozen=True, slots=True)
class FilterConditions:
    """The conditions of a filter, and the values that stand in them."""

    conditions: Sequence[ColumnElement[bool]]
    values: Mapping[str, Any]


def build_filter_conditions(
    table: type[Base], filters: Iterable[Filter], given: object, path: Path
) -> FilterConditions:
    """Write what a filter input says of a table; what the table lacks is refused, all at once."""
    known = get_columns(table)
    chosen = [(f, *f.choose(lambda name: getattr(given, name))) for f in filters]
    asked = [(f, name, value) for f, name, value in chosen if value is not None]
    refuse_if(
        fault(Reason.FILTER_UNFIT, *path, to_graphql_name(name))
        for f, name, _ in asked
        if f.column not in known
    )
    values: dict[str, Any] = {}
    for f, _, value in asked:
        values |= f.to_parameters(value)
    return FilterConditions([f.build_condition(known) for f, _, _ in asked], values)


async def load_matching_keys(
    tx: Transaction,
    table: type[Base],
    found: FilterConditions,
    more: Sequence[ColumnElement[bool]],
    most: int,
) -> Sequence[tuple[Any, ...]]:
    """Find the keys of the rows in the viewer's reach that a filter means, oldest first.

    One more than `most` is the sign that there are too many.
    """
    keys = list(table.__table__.primary_key)
    region = get_columns(table)["region"]
    low, high = tx.actor.act
    conditions = (region >= low, region <= high, *found.conditions, *more)
    statement = select(*keys).where(*conditions).order_by(get_columns(table)["id"]).limit(most + 1)
    return [tuple(row) for row in await tx.session.execute(statement, dict(found.values))]


def find_count_faults(found: int, expected: int, most: int, path: Path) -> Iterable[Fault]:
    """Refuse a filter that finds another number than the client saw, or too many (S16)."""
    if found > most:
        yield fault(Reason.LIST_TOO_LONG, *path, most=most)
    elif found != expected:
        yield fault(Reason.COUNT_DIFFERS, *path, "expected", found=found, expected=expected)

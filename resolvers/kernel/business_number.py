"""Gives records their numbers, and finds them by these (X26)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Annotated, Any

import strawberry
from sqlalchemy import select

from loaders.statement import get_columns
from models import Numbered, Reviewed
from resolvers.kernel.context import Info
from resolvers.kernel.number_series import take_numbers
from resolvers.kernel.transaction import Transaction
from rules.kernel.action import Action
from rules.kernel.business_number import (
    PREFIX_BY_KIND,
    find_kind,
    format_business_number,
    format_series,
    parse_business_number,
)
from rules.kernel.record_kind import RecordKind, get_record_kind

NUMBER_SERIES = "business-number"

_NUMBER = strawberry.argument(
    description="The number, with or without dashes, zeros and capitals. 受理编号"
)


async def assign_numbers(
    tx: Transaction, rows: Sequence[Any], kind: RecordKind, action: Action
) -> None:
    """Give each record a number as it is submitted first; last of all, for others wait for it.

    Whatever was submitted without one, by the release before, gets it with its next step.
    """
    prefix = PREFIX_BY_KIND.get(kind)
    if prefix is None:
        return
    waiting = defaultdict[str, list[Numbered]](list)
    for row in rows:
        submitted = action is Action.SUBMIT or row.submitted_at is not None
        if submitted and row.business_number is None:
            waiting[format_series(prefix, row.region, tx.today.year)].append(row)
    for series in sorted(waiting):
        numbered = waiting[series]
        places = await take_numbers(tx, f"{NUMBER_SERIES}:{series}", len(numbered))
        for row, place in zip(numbered, places, strict=True):
            row.business_number = format_business_number(series, place)


async def find_by_number(info: Info, number: Annotated[str, _NUMBER]) -> Reviewed | None:
    """Find a record by its number; null where there is none, or none to be seen. 按受理编号查询"""
    exact = parse_business_number(number)
    kind = find_kind(exact)
    if kind is None or "\0" in exact:
        return None
    table = get_record_kind(kind).record_table
    found = select(table).where(get_columns(table)["business_number"] == exact)
    rows = await info.context.loaders.snapshot.load_rows(found)
    return next((row for (row,) in rows), None)

"""Pieces of an answer that PostgreSQL writes: whole rows where it can, what lies between gaps."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func
from sqlalchemy.sql.base import ColumnCollection

from executor.form import Form, text, written

MOST_ARGUMENTS = 90
"""PostgreSQL's functions take at most a hundred."""


class Null(StrEnum):
    """What a missing value is: it can't be, it is written, or there is no answer then."""

    NEVER = "NEVER"
    WRITTEN = "WRITTEN"
    FORBIDDEN = "FORBIDDEN"


class Identity(NamedTuple):
    """A row's global id: its type's name, and the columns of its key."""

    prefix: str
    names: tuple[str, ...]


class Value(NamedTuple):
    """A column's value."""

    name: str
    form: Form
    null: Null


Columns = ColumnCollection[str, ColumnElement[Any]]
Part = str | Identity | Value


class Chunk(NamedTuple):
    """Parts that follow one another, for the rows of one kind if there are kinds."""

    parts: tuple[Part, ...]
    kind: str | None = None


Wanted = str | Chunk
"""What is read of a row: a column as it is, or a chunk of the answer."""


def expression(columns: Columns, wanted: Wanted) -> ColumnElement[Any]:
    """Write what is read of a row as SQL."""
    if isinstance(wanted, str):
        return columns[wanted]
    arguments: list[ColumnElement[Any]] = []
    for constant, parts in groupby(wanted.parts, key=lambda part: isinstance(part, str)):
        if constant:
            arguments.append(text("".join(map(str, parts))))
        else:
            arguments += [a for part in parts for a in _arguments(columns, part)]
    found = joined(arguments)
    return found if wanted.kind is None else case((columns["kind"] == text(wanted.kind), found))


def _arguments(columns: Columns, part: Part) -> Iterator[ColumnElement[Any]]:
    match part:
        case Identity(prefix, names):
            raw: ColumnElement[Any] = func.uuid_send(columns[names[0]])
            for name in names[1:]:
                raw = raw.op("||")(func.uuid_send(columns[name]))
            yield text(f'"{prefix}')
            yield func.encode(raw, text("hex"))
            yield text('"')
        case Value(name, Form.QUOTED, Null.NEVER):
            yield text('"')
            yield columns[name]
            yield text('"')
        case Value(name, form, null):
            found = written(columns[name], form)
            yield func.coalesce(found, text("null")) if null is Null.WRITTEN else found


def joined(arguments: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Join texts; of a single one null stays null."""
    if len(arguments) == 1:
        return arguments[0]
    parts: Sequence[ColumnElement[Any]] = arguments
    while len(parts) > MOST_ARGUMENTS:
        steps = range(0, len(parts), MOST_ARGUMENTS)
        parts = [func.concat(*parts[n : n + MOST_ARGUMENTS]) for n in steps]
    return func.concat(*parts)


def listed(item: ColumnElement[Any], order: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Write all rows of a group as one list, in an order."""
    rows = func.string_agg(item, text(",")).aggregate_order_by(*order)
    return func.concat(text("["), rows, text("]"))

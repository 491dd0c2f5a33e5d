"""Pieces of an answer that PostgreSQL writes: whole rows where it can, what lies between gaps.

Whatever hangs below a row and is written by the database alone is written with the row, as a
sub-select that finds it by an index.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import reduce
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Text, case, cast, func, select
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.operators import concat_op

from executor.form import Form, text, written
from loaders.filter import Filter, Order
from models import Base

MOST_ARGUMENTS = 90
"""PostgreSQL's functions take at most a hundred."""


ABSENT = "\x01"
"""Stands where nothing is and something must be; JSON holds no such character, it escapes it."""

MOST_PARTS = 500
"""What a row may have in it, rows below it included; whatever is larger is read by itself."""


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


class Below(NamedTuple):
    """The one row that a row points at, or in an order the list of those that point at it.

    `on` names the columns of the rows below and those of the row that they equal; `number` tells
    the statement's tables and parameters apart.
    """

    number: int
    table: type[Base]
    on: tuple[tuple[str, str], ...]
    row: "Chunk"
    order: Order | None
    null: Null = Null.NEVER


class Choice(NamedTuple):
    """What a row of each kind has in this place."""

    kinds: tuple[tuple[str, "Chunk"], ...]


Columns = ReadOnlyColumnCollection[str, Any]
Part = str | Identity | Value | Below | Choice
Narrowed = tuple[tuple[int, tuple[Filter, ...]], ...]
"""By what the lists within rows are narrowed, by their numbers."""


class Chunk(NamedTuple):
    """Parts that follow one another, for the rows of one kind if there are kinds."""

    parts: tuple[Part, ...]
    kind: str | None = None

    @property
    def size(self) -> int:
        """Tell how many parts there are, those of the rows below included."""
        below = (part.row.size for part in self.parts if isinstance(part, Below))
        kinds = (c.size for p in self.parts if isinstance(p, Choice) for _, c in p.kinds)
        return len(self.parts) + sum(below) + sum(kinds)


Piece = str | ColumnElement[Any]
Wanted = str | Chunk
"""What is read of a row: a column as it is, or a chunk of the answer."""


def merged(chunks: Mapping[str, Chunk]) -> Chunk:
    """Make one chunk of those of all kinds; what they have in common is written once."""
    places = [chunk.parts for chunk in chunks.values()]
    if len({len(parts) for parts in places}) > 1:
        return Chunk((Choice(tuple(chunks.items())),))
    return Chunk(tuple(_any_kind(chunks, alike) for alike in zip(*places, strict=True)))


def _any_kind(kinds: Mapping[str, Chunk], alike: Sequence[Part]) -> Part:
    if len(set(alike)) == 1:
        return alike[0]
    return Choice(tuple((k, Chunk((part,))) for k, part in zip(kinds, alike, strict=True)))


def expression(columns: Columns, wanted: Wanted, narrowed: Narrowed = ()) -> ColumnElement[Any]:
    """Write what is read of a row as SQL."""
    if isinstance(wanted, str):
        found: ColumnElement[Any] = columns[wanted]
        return found
    runs: list[ColumnElement[Any]] = []
    for long, parts in groupby(wanted.parts, key=lambda part: isinstance(part, Below)):
        pieces = [piece for part in parts for piece in _pieces(columns, part, narrowed)]
        runs += (
            [text(p) if isinstance(p, str) else p for p in pieces] if long else [chained(pieces)]
        )
    joined = runs[0] if len(runs) == 1 else concatenated(runs)
    return joined if wanted.kind is None else case((columns["kind"] == text(wanted.kind), joined))


def _pieces(columns: Columns, part: Part, narrowed: Narrowed) -> Iterator[Piece]:
    match part:
        case str():
            yield part
        case Identity(prefix, names):
            raw: ColumnElement[Any] = func.uuid_send(columns[names[0]])
            for name in names[1:]:
                raw = raw.op("||")(func.uuid_send(columns[name]))
            yield from (f'"{prefix}', func.encode(raw, text("hex")), '"')
        case Value(name, Form.QUOTED, Null.NEVER):
            yield from ('"', cast(columns[name], Text), '"')
        case Value(name, form, null):
            yield _or(null, written(columns[name], form))
        case Below():
            yield _or(part.null, _below(columns, part, narrowed))
        case Choice(kinds):
            each = [
                (columns["kind"] == text(k), expression(columns, c, narrowed)) for k, c in kinds
            ]
            yield case(*each, else_=text(ABSENT))


def _or(null: Null, found: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write what stands where there is nothing."""
    match null:
        case Null.NEVER:
            return found
        case Null.WRITTEN:
            return func.coalesce(found, text("null"))
        case Null.FORBIDDEN:
            return func.coalesce(found, text(ABSENT))


def _below(columns: Columns, part: Below, narrowed: Narrowed) -> ColumnElement[Any]:
    """Write what hangs below a row, found by its key."""
    rows = part.table.__table__.alias(f"t{part.number}")
    item = expression(rows.c, part.row, narrowed)
    found = select(item if part.order is None else listed(item, part.order.by(rows.c)))
    filters = dict(narrowed).get(part.number, ())
    on = [rows.c[own] == columns[key] for own, key in part.on]
    return (
        found.where(*on, *(f.condition(rows.c) for f in filters))
        .correlate_except(rows)
        .scalar_subquery()
    )


def chained(pieces: Iterable[Piece]) -> ColumnElement[Any]:
    """Join short texts: the operator costs half of what the function does."""
    found: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return reduce(concat_op, map(_said, found))


def _said(piece: Piece) -> ColumnElement[Any]:
    return text(piece) if isinstance(piece, str) else piece


def concatenated(texts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Join long texts: the function copies each once."""
    while len(texts) > MOST_ARGUMENTS:
        steps = range(0, len(texts), MOST_ARGUMENTS)
        texts = [func.concat(*texts[n : n + MOST_ARGUMENTS]) for n in steps]
    return func.concat(*texts)


def listed(item: ColumnElement[Any], order: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Write all rows of a group as one list, in an order."""
    rows = func.string_agg(item, text(",")).aggregate_order_by(*order)
    return func.concat(text("["), rows, text("]"))

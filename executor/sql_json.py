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

from executor.json_form import JsonForm, quote_literal, write_json
from loaders.filter import Filter, Order
from loaders.related_value import RelatedValue
from models import Base

MAX_FUNCTION_ARGUMENTS = 90
"""PostgreSQL's functions take at most a hundred."""


NULL_MARKER = "\x01"
"""Stands where nothing is and something must be; JSON holds no such character, it escapes it."""

MOST_PARTS = 500
"""What a row may have in it, rows below it included; whatever is larger is read by itself."""


class NullPolicy(StrEnum):
    """What a missing value is: it can't be, it is written, or there is no answer then."""

    NEVER = "NEVER"
    WRITTEN = "WRITTEN"
    FORBIDDEN = "FORBIDDEN"


class IdentityPart(NamedTuple):
    """A row's global id: its type's name, and the columns of its key."""

    prefix: str
    names: tuple[str, ...]


class ColumnPart(NamedTuple):
    """A column's value."""

    name: str
    form: JsonForm
    null: NullPolicy


class NestedRows(NamedTuple):
    """The one row that a row points at, or in an order the list of those that point at it.

    `on` names the columns of the rows below and those of the row that they equal; `number` tells
    the statement's tables and parameters apart.
    """

    number: int
    table: type[Base]
    on: tuple[tuple[str, str], ...]
    row: "SqlJsonFragment"
    order: Order | None
    null: NullPolicy = NullPolicy.NEVER


class KindPart(NamedTuple):
    """What a row of each kind has in this place."""

    kinds: tuple[tuple[str, "SqlJsonFragment"], ...]


Columns = ReadOnlyColumnCollection[str, Any]
Part = str | IdentityPart | ColumnPart | NestedRows | KindPart
ListFilters = tuple[tuple[int, tuple[Filter, ...]], ...]
"""By what the lists within rows are narrowed, by their numbers."""


class SqlJsonFragment(NamedTuple):
    """Parts that follow one another, for the rows of one kind if there are kinds."""

    parts: tuple[Part, ...]
    kind: str | None = None

    @property
    def size(self) -> int:
        """Return how many parts there are, those of the rows below included."""
        below = (part.row.size for part in self.parts if isinstance(part, NestedRows))
        kinds = (c.size for p in self.parts if isinstance(p, KindPart) for _, c in p.kinds)
        return len(self.parts) + sum(below) + sum(kinds)


SqlPiece = str | ColumnElement[Any]
ReadExpression = str | SqlJsonFragment | RelatedValue
"""What is read of a row: a column as it is, a chunk of the answer, or what other rows say."""


def merge_fragments(chunks: Mapping[str, SqlJsonFragment]) -> SqlJsonFragment:
    """Make one chunk of those of all kinds; what they have in common is written once."""
    places = [chunk.parts for chunk in chunks.values()]
    if len({len(parts) for parts in places}) > 1:
        return SqlJsonFragment((KindPart(tuple(chunks.items())),))
    return SqlJsonFragment(tuple(_merge_part(chunks, alike) for alike in zip(*places, strict=True)))


def _merge_part(kinds: Mapping[str, SqlJsonFragment], alike: Sequence[Part]) -> Part:
    if len(set(alike)) == 1:
        return alike[0]
    return KindPart(
        tuple((k, SqlJsonFragment((part,))) for k, part in zip(kinds, alike, strict=True))
    )


def build_expression(
    columns: Columns, wanted: ReadExpression, narrowed: ListFilters = ()
) -> ColumnElement[Any]:
    """Write what is read of a row as SQL."""
    if isinstance(wanted, str):
        found: ColumnElement[Any] = columns[wanted]
        return found
    if isinstance(wanted, RelatedValue):
        return wanted.build(columns)
    runs: list[ColumnElement[Any]] = []
    for long, parts in groupby(wanted.parts, key=lambda part: isinstance(part, NestedRows)):
        pieces = [piece for part in parts for piece in _build_pieces(columns, part, narrowed)]
        runs += (
            [quote_literal(p) if isinstance(p, str) else p for p in pieces]
            if long
            else [join_short_pieces(pieces)]
        )
    joined = runs[0] if len(runs) == 1 else join_long_texts(runs)
    return (
        joined
        if wanted.kind is None
        else case((columns["kind"] == quote_literal(wanted.kind), joined))
    )


def _build_pieces(columns: Columns, part: Part, narrowed: ListFilters) -> Iterator[SqlPiece]:
    match part:
        case str():
            yield part
        case IdentityPart(prefix, names):
            raw: ColumnElement[Any] = func.uuid_send(columns[names[0]])
            for name in names[1:]:
                raw = raw.op("||")(func.uuid_send(columns[name]))
            yield from (f'"{prefix}', func.encode(raw, quote_literal("hex")), '"')
        case ColumnPart(name, JsonForm.QUOTED, NullPolicy.NEVER):
            yield from ('"', cast(columns[name], Text), '"')
        case ColumnPart(name, form, null):
            yield _coalesce_null(null, write_json(columns[name], form))
        case NestedRows():
            yield _coalesce_null(part.null, _build_nested_rows(columns, part, narrowed))
        case KindPart(kinds):
            each = [
                (columns["kind"] == quote_literal(k), build_expression(columns, c, narrowed))
                for k, c in kinds
            ]
            yield case(*each, else_=quote_literal(NULL_MARKER))


def _coalesce_null(null: NullPolicy, found: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write what stands where there is nothing."""
    match null:
        case NullPolicy.NEVER:
            return found
        case NullPolicy.WRITTEN:
            return func.coalesce(found, quote_literal("null"))
        case NullPolicy.FORBIDDEN:
            return func.coalesce(found, quote_literal(NULL_MARKER))


def _build_nested_rows(
    columns: Columns, part: NestedRows, narrowed: ListFilters
) -> ColumnElement[Any]:
    """Write what hangs below a row, found by its key."""
    rows = part.table.__table__.alias(f"t{part.number}")
    item = build_expression(rows.c, part.row, narrowed)
    found = select(
        item if part.order is None else aggregate_list(item, part.order.build_order_by(rows.c))
    )
    filters = dict(narrowed).get(part.number, ())
    on = [rows.c[own] == columns[key] for own, key in part.on]
    return (
        found.where(*on, *(f.build_condition(rows.c) for f in filters))
        .correlate_except(rows)
        .scalar_subquery()
    )


def join_short_pieces(pieces: Iterable[SqlPiece]) -> ColumnElement[Any]:
    """Join short texts: the operator costs half of what the function does."""
    found: list[SqlPiece] = []
    for piece in pieces:
        if isinstance(piece, str) and found and isinstance(found[-1], str):
            found[-1] += piece
        else:
            found.append(piece)
    return reduce(concat_op, map(_to_expression, found))


def _to_expression(piece: SqlPiece) -> ColumnElement[Any]:
    return quote_literal(piece) if isinstance(piece, str) else piece


def join_long_texts(texts: Sequence[ColumnElement[Any]]) -> ColumnElement[Any]:
    """Join long texts: the function copies each once."""
    while len(texts) > MAX_FUNCTION_ARGUMENTS:
        steps = range(0, len(texts), MAX_FUNCTION_ARGUMENTS)
        texts = [func.concat(*texts[n : n + MAX_FUNCTION_ARGUMENTS]) for n in steps]
    return func.concat(*texts)


def aggregate_list(
    item: ColumnElement[Any], order: Sequence[ColumnElement[Any]]
) -> ColumnElement[Any]:
    """Write all rows of a group as one list, in an order."""
    rows = func.string_agg(item, quote_literal(",")).aggregate_order_by(*order)
    return func.concat(quote_literal("["), rows, quote_literal("]"))

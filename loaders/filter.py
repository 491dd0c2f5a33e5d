"""What a list may be narrowed by and ordered by, as data that every reader of a list shares."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from json import dumps, loads
from operator import eq, ge, gt, le, lt
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    func,
    literal_column,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from models import build_sort_key, has_sort_key
from rules.kernel.business_number import parse_business_number
from rules.kernel.month import add_days, to_start_instant
from rules.kernel.refusal import Reason, Unreadable, build_refusal
from rules.kernel.region import compute_code_range
from rules.kernel.text import FOLDED_DOTS, fold_search_text, read_text, split_search_words

Columns = ReadOnlyColumnCollection[str, Any]


class Operator(StrEnum):
    """How a filter's value is compared with its column; days with instants, in Shanghai.

    ALIKE compares with a column that is kept as searches are spelled, NUMBERED with one that keeps
    the numbers of records (X26).
    """

    ALIKE = "ALIKE"
    AMONG = "AMONG"
    AT_LEAST = "AT_LEAST"
    AT_MOST = "AT_MOST"
    CONTAINS = "CONTAINS"
    IS = "IS"
    NUMBERED = "NUMBERED"
    WITHIN = "WITHIN"
    SINCE = "SINCE"
    UNTIL = "UNTIL"


COMPARISONS: Mapping[Operator, Callable[[Any, Any], ColumnElement[bool]]] = {
    Operator.ALIKE: eq,
    Operator.IS: eq,
    Operator.NUMBERED: eq,
    Operator.AT_LEAST: ge,
    Operator.AT_MOST: le,
    Operator.SINCE: ge,
    Operator.UNTIL: lt,
}
"""How a column is compared with a value; days stand for instants, the last one included (J31)."""


FROM_BELOW = frozenset({Operator.AT_LEAST, Operator.SINCE})
"""What is empty lies below all values, so it is never found by these."""
RANGES = FROM_BELOW | {Operator.AT_MOST, Operator.UNTIL}


def to_graphql_name(name: str) -> str:
    """Return a name as clients write it."""
    head, *tail = name.split("_")
    return head + "".join(word.capitalize() for word in tail)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One way to narrow a list: an argument's name and type, a column, a comparison.

    What contains a text has each word of it, in any order.
    An amount, in yuan, may be compared `in_cents`. `released_as` is how a release spelled the
    argument: still taken, and deprecated.
    """

    name: str
    type: Any
    column: str
    operator: Operator
    description: str
    default: Any = None
    in_cents: bool = False
    released_as: str | None = None

    @property
    def graphql_name(self) -> str:
        """Return the argument's name as clients write it."""
        return to_graphql_name(self.name)

    def choose(self, given: Callable[[str], Any]) -> tuple[str, Any]:
        """Choose the value that was given, and tell by which of its names; both are unreadable."""
        value = given(self.name)
        if self.released_as is not None and (released := given(self.released_as)) is not None:
            twice = value is not None
            return self.released_as, Unreadable(Reason.SPELLED_TWICE) if twice else released
        return self.name, value

    def to_hashable(self, given: Any) -> Any:
        """Make a given value hashable: lists of the same arguments share their batch."""
        return tuple(given) if isinstance(given, list) else given

    def narrow(self, given: Any) -> tuple["Filter", Any]:
        """Spell a given value as simply as it can be: one value of a list is compared alone.

        Rows of one value come in order from an index that begins with its column; of several not.
        """
        if self.operator is Operator.AMONG and len(given) == 1:
            return replace(self, operator=Operator.IS), given[0]
        return self, self.to_hashable(given)

    def build_condition(self, columns: Columns) -> ColumnElement[bool]:
        """Write the condition on some columns, its value a parameter of the filter's name."""
        name = f"f_{self.name}"
        column: ColumnElement[Any] = columns[self.column]
        if self.operator in COMPARISONS:
            return self._compare(column, bindparam(name, type_=column.type))
        match self.operator:
            case Operator.CONTAINS:
                patterns: Any = bindparam(name, type_=ARRAY(Text()))
                return _fold_column(column).op("~~")(func.all(patterns))
            case Operator.WITHIN:
                low = bindparam(f"{name}_low", type_=column.type)
                return and_(column >= low, column <= bindparam(f"{name}_high", type_=column.type))
            case _:
                return column == func.any(bindparam(name, type_=ARRAY(column.type)))

    def _compare(self, column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
        """Compare what may be empty as lists are ordered by it: indexes are by that alone."""
        compare = COMPARISONS[self.operator]
        if self.operator not in RANGES or not has_sort_key(column):
            return compare(column, value)
        within = compare(build_sort_key(column), value)
        return within if self.operator in FROM_BELOW else and_(column.is_not(None), within)

    def to_parameters(self, given: Any) -> dict[str, Any]:
        """Spell a given value as the condition's parameters."""
        name = f"f_{self.name}"
        match self.operator:
            case Operator.WITHIN:
                low, high = compute_code_range(given)
                return {f"{name}_low": low, f"{name}_high": high}
            case Operator.CONTAINS | Operator.ALIKE | Operator.NUMBERED:
                return {name: _SEARCH_READERS[self.operator](given)}
            case Operator.AMONG:
                return {name: list(given)}
            case Operator.SINCE:
                return {name: to_start_instant(given)}
            case Operator.UNTIL:
                return {name: to_start_instant(add_days(given))}
            case _:
                return {name: self._read_plain(given)}

    def _read_plain(self, given: Any) -> Any:
        if self.in_cents:
            return to_cents(given)
        return read_text(given) if self.type is str else given


def _build_patterns(text: str) -> list[str]:
    """Write patterns for what has each word of a text somewhere."""
    return ["%{}%".format(re.sub(r"([\\%_])", r"\\\1", word)) for word in split_search_words(text)]


_SEARCH_READERS: Mapping[Operator, Callable[[str], Any]] = {
    Operator.CONTAINS: _build_patterns,
    Operator.ALIKE: fold_search_text,
    Operator.NUMBERED: parse_business_number,
}


def _fold_column(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Spell a column as `fold_search_text` spells what is searched for."""
    one = func.lower(func.normalize(column, literal_column("NFKC")))
    typed: ColumnElement[str] = literal_column(f"'{FOLDED_DOTS}'")
    written: ColumnElement[str] = literal_column(f"'{'·' * len(FOLDED_DOTS)}'")
    blank: ColumnElement[str] = literal_column("' '")
    nothing: ColumnElement[str] = literal_column("''")
    return func.replace(func.translate(one, typed, written), blank, nothing)


def to_cents(amount: Decimal) -> int:
    """Convert an amount in yuan to cents."""
    return int(amount * 100)


class Bounds(NamedTuple):
    """Which of a page's ends are places, and whether it is cut from the list's end."""

    after: bool = False
    before: bool = False
    backward: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """In which order a list comes: by a column, the id deciding between equals.

    Where the column may be `empty`, what has nothing in it comes before all else: first upwards,
    last downwards. An amount is compared by its `cents`, another column; places are told in yuan.
    """

    name: str
    column: str
    descending: bool = False
    read: Callable[[str], Any] = str
    empty: bool = False
    cents: str | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Name the columns that are compared."""
        return self.names if self.cents is None else (self.cents, "id")

    def to_keys(self, place: Sequence[Any]) -> Sequence[Any]:
        """Spell a place as what is compared."""
        if self.cents is None:
            return place
        amount, *rest = place
        return [amount if amount is None else to_cents(amount), *rest]

    @property
    def names(self) -> tuple[str, ...]:
        """Name the columns that make the order."""
        return ("id",) if self.column == "id" else (self.column, "id")

    def require_not_null(self, table: Any) -> None:
        """Demand that a table's columns have no unforeseen gaps, since no row follows a NULL."""
        if not self.empty and any(table.__table__.c[name].nullable for name in self.names):
            raise TypeError(f"{table.__name__} may have no {self.column}, by which to order")

    def build_order_by(
        self, known: Columns, *, backward: bool = False, walked: bool = True
    ) -> list[ColumnElement[Any]]:
        """Write the order, or that of the list from its end; see `_build_key` for `walked`."""
        keys = [self._build_key(name, known[name], walked=walked) for name in self.keys]
        descending = self.descending is not backward
        return [key.desc() for key in keys] if descending else keys

    def build_bound_conditions(
        self, known: Columns, bounds: Bounds, *, walked: bool = True
    ) -> list[ColumnElement[bool]]:
        """Write the conditions that a row lies between the places of a window."""
        columns = [known[name] for name in self.keys]

        def build_keys(values: Iterable[Any]) -> ColumnElement[Any]:
            pairs = zip(self.keys, values, strict=True)
            return tuple_(*(self._build_key(name, each, walked=walked) for name, each in pairs))

        row = build_keys(columns)

        def build_place(end: str) -> ColumnElement[Any]:
            return build_keys(bindparam(f"{end}_{n}", type_=c.type) for n, c in enumerate(columns))

        beyond, short = (lt, gt) if self.descending else (gt, lt)
        after = [beyond(row, build_place("after"))] if bounds.after else []
        return after + [short(row, build_place("before"))] * bounds.before

    def _build_key(
        self, name: str, value: ColumnElement[Any], *, walked: bool
    ) -> ColumnElement[Any]:
        """Write what is compared of a value of a column of this name.

        Where it is not `walked`, no index may serve it. Of what many rows have alike PostgreSQL
        believes that hardly any is beyond a place, and would walk a whole table for one owner's.
        """
        may_be_empty = name == self.cents or (self.empty and name == self.column)
        key = build_sort_key(value) if may_be_empty else value
        return key if walked or name == "id" else func.greatest(key)

    def format_cursor(self, row: Any) -> str:
        """Write the cursor of a row."""
        return self.format_place([getattr(row, name) for name in self.names])

    def format_place(self, values: Iterable[Any]) -> str:
        """Write the cursor of a place in the order."""
        text = dumps([self.name, *("" if value is None else str(value) for value in values)])
        return urlsafe_b64encode(text.encode()).rstrip(b"=").decode()

    def parse_cursor(self, cursor: str, name: str = "after") -> tuple[Any, ...]:
        """Read a cursor that this order wrote; any other is refused under an argument's name."""
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            _, *texts = loads(raw.decode())
            readers = (self._read_or_none, UUID)[-len(self.names) :]
            values = tuple(read(text) for read, text in zip(readers, texts, strict=True))
        except (Error, ValueError, TypeError, ArithmeticError, AttributeError, RecursionError):
            raise build_refusal(Reason.CURSOR_UNKNOWN, name) from None
        if self.format_place(values) != cursor or not all(map(_is_storable, texts)):
            raise build_refusal(Reason.CURSOR_UNKNOWN, name)
        return values

    def _read_or_none(self, text: str) -> Any:
        return None if self.empty and text == "" else self.read(text)


def _is_storable(text: str) -> bool:
    """Return whether PostgreSQL takes a text; JSON can spell what it does not."""
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)


NEWEST = Order(name="NEWEST", column="id", descending=True)
OLDEST = Order(name="OLDEST", column="id")

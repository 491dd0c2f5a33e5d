"""What rows around a row say of it, as one value: read with it, wherever the row is read."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, literal_column, or_

from loaders.filter import Columns


@dataclass(frozen=True, slots=True)
class RelatedValue:
    """A sub-select that finds rows by an index, from a row's own columns.

    `find` writes it; it names each table by an alias, so that it stands beside any row. `parse`
    makes what rules know of the value: a boolean, a number, a day or a text. `is_policed` says of
    which values rules ask the approved parameters (X6).
    """

    find: Callable[[Columns], Select[Any]]
    parse: Callable[[Any], Any] | None = None
    is_policed: Callable[[Any], bool] | None = None

    def build(self, own: Columns) -> ColumnElement[Any]:
        """Write it for rows with such columns."""
        around = {column.table: None for column in own if column.table is not None}
        return self.find(own).correlate(*around).scalar_subquery()

    def to_value(self, raw: Any) -> Any:
        """Give what the database said as rules know it."""
        return raw if self.parse is None else self.parse(raw)


def is_one_of(column: ColumnElement[Any], values: Iterable[StrEnum]) -> ColumnElement[bool]:
    """Write that a column has one of some values: as constants, so that the text stays one."""
    return or_(*(column == literal_column(f"'{value}'", Text()) for value in values))


def parse_accounts(text: str | None) -> frozenset[UUID]:
    """Read accounts that a value lists in one text."""
    return frozenset(map(UUID, text.split(" "))) if text else frozenset()

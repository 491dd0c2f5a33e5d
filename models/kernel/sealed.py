"""Columns that keep personal data sealed, and the place to which a sealed value is bound (X11)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Column
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, MappedColumn, mapped_column

from models.kernel.base import Base, DatabaseRole

SEALED_AS, SEALED_WITHIN = "sealed_as", "sealed_within"
"""Under which a column's declaration says what it keeps, or that parts of it are sealed."""

SealedColumn = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where a sealed value lies: its table, its column, and the id of its row.

    `field` is what it is, such as `id_number`: its blind index goes by that, wherever it lies.
    """

    table: str
    column: str
    id: UUID
    field: str


def sealed_as(field: str) -> MappedColumn[Any]:
    """Declare a column that keeps something sealed, such as an `id_number`."""
    return mapped_column(info={SEALED_AS: field})


def get_sealed_field(column: SealedColumn) -> str:
    """Return what a column keeps sealed."""
    field: str = column.property.columns[0].info[SEALED_AS]
    return field


def locate_sealed(column: SealedColumn, id: UUID) -> SealedPlace:
    """Return the place of a column's value in the row of an id."""
    table: str = column.class_.__tablename__
    return SealedPlace(table, column.key, id, get_sealed_field(column))


def sealed_within() -> MappedColumn[Any]:
    """Declare a column of JSON in which members keep something sealed, as their names say."""
    return mapped_column(JSONB, info={SEALED_WITHIN: True})


def list_sealed_columns() -> Sequence[Column[Any]]:
    """List each column that keeps something sealed, table by table."""
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    marks = {SEALED_AS, SEALED_WITHIN}
    return [column for table in tables for column in table.c if marks & column.info.keys()]


def find_index_column(column: Column[Any]) -> Column[Any] | None:
    """Find the column that keeps the blind index of what a column keeps sealed."""
    return column.table.c.get(f"{column.name.removesuffix('_sealed')}_index")


def find_writer(column: Column[Any]) -> DatabaseRole:
    """Find the role of the database that writes a column's table."""
    tables = {each.class_.__table__: each.class_ for each in Base.registry.mappers}
    written_by: DatabaseRole = tables[column.table].written_by
    return written_by

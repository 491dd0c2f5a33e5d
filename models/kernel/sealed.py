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
OWNER_FOLLOWS = "owner_follows"
"""Under which it says that whose the row is, is not known yet as it is sealed."""

RowKey = UUID | tuple[UUID, ...]
"""A row's key: its id, or its owner's and its id."""

SealedColumn = InstrumentedAttribute[bytes] | InstrumentedAttribute[bytes | None]


@dataclass(frozen=True, slots=True)
class SealedPlace:
    """Where a sealed value lies: its table, its column, and the key of its row.

    Where the key names an `owner`, the value opens for no other: a copy of the row under the same
    id is somebody else's. `field` is what it is, such as `id_number`: its blind index goes by that,
    wherever it lies.
    """

    table: str
    column: str
    id: UUID
    field: str
    owner: UUID | None = None


def sealed_as(field: str, *, owner_follows: bool = False) -> MappedColumn[Any]:
    """Declare a column that keeps something sealed, such as an `id_number`.

    Where the `owner_follows`, whose the row is turns out only after it was sealed: it is bound to
    the row's id alone.
    """
    return mapped_column(info={SEALED_AS: field, OWNER_FOLLOWS: owner_follows})


def get_sealed_field(column: SealedColumn) -> str:
    """Return what a column keeps sealed."""
    field: str = column.property.columns[0].info[SEALED_AS]
    return field


def locate_sealed(column: SealedColumn, key: RowKey) -> SealedPlace:
    """Return the place of a column's value in the row of a key: its owner and id, or an id alone.

    Raises TypeError for what is no key of the table: bound to less, a value could be moved.
    """
    kept = column.class_.__table__.c[column.key]
    parts = key if isinstance(key, tuple) else (key,)
    if len(parts) != len(kept.table.primary_key) and not kept.info[OWNER_FOLLOWS]:
        raise TypeError(f"{kept.table.name} has a key of {len(kept.table.primary_key)} parts")
    return build_sealed_place(kept, parts, get_sealed_field(column))


def build_sealed_place(column: Column[Any], key: Sequence[UUID], field: str) -> SealedPlace:
    """Return the place of what a table's column, or a member of its JSON, keeps in a row."""
    known = len(key) > 1 and not column.info.get(OWNER_FOLLOWS)
    owner = key[0] if known else None
    return SealedPlace(column.table.name, column.name, key[-1], field, owner)


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

"""What every table shares: keys that name their owner, versions, and who may reach a row."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    DateTime,
    Enum,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Numeric,
    String,
    Subquery,
    case,
    event,
    func,
    inspect,
    literal_column,
)
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    MappedColumn,
    Mapper,
    declared_attr,
    mapped_column,
    relationship,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.sql.elements import Grouping
from uuid_utils.compat import uuid7

from models.kernel.attached_to import AttachedTo
from models.kernel.reading import ReadBy

if TYPE_CHECKING:
    from models.units.unit import Unit

Money = Numeric(12, 2)
RegionCode = String(6, collation="C")


class Owner(StrEnum):
    """Whose a table's rows are; the row-level security of the table follows from it (X10)."""

    UNIT = "UNIT"
    UNIT_ITSELF = "UNIT_ITSELF"
    UNIT_ABOUT_PERSON = "UNIT_ABOUT_PERSON"
    PERSON = "PERSON"
    PERSON_ITSELF = "PERSON_ITSELF"
    ACCOUNT = "ACCOUNT"
    ACCOUNT_ITSELF = "ACCOUNT_ITSELF"
    ACCOUNT_SECRET = "ACCOUNT_SECRET"  # noqa: S105 - not a password
    CERTIFICATE = "CERTIFICATE"
    CLIENT = "CLIENT"
    SESSION = "SESSION"
    SYSTEM = "SYSTEM"
    REGISTER = "REGISTER"
    FIGURE = "FIGURE"
    BUCKET = "BUCKET"
    HOLDER = "HOLDER"
    TICKET = "TICKET"
    APPEAL = "APPEAL"
    CLAIM_LINE = "CLAIM_LINE"
    HISTORY = "HISTORY"
    OFFICE_HISTORY = "OFFICE_HISTORY"
    ACCESS = "ACCESS"
    NOTICE = "NOTICE"
    NOTICE_LINE = "NOTICE_LINE"
    OFFICE = "OFFICE"
    PAYMENT = "PAYMENT"
    RECEIPT = "RECEIPT"
    GRANT = "GRANT"
    OVERSIGHT = "OVERSIGHT"
    TRAINEE = "TRAINEE"


class DatabaseRole(StrEnum):
    """As whom the service connects to the database; each role writes tables of its own (ADR 0059).

    SIGN_IN and ADMINISTRATION may all that SERVICE may, and ADMINISTRATION all that SIGN_IN may.
    """

    SERVICE = "SERVICE"
    SIGN_IN = "SIGN_IN"
    ADMINISTRATION = "ADMINISTRATION"


READ_BY_WRITERS = "read_by_writers"
"""What a column says of itself that only the roles read which write its table (ADR 0095)."""


class Base(DeclarativeBase):
    """A table."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: DateTime(timezone=True)}
    owner: ClassVar[Owner]
    append_only: ClassVar[bool] = False
    written_by: ClassVar[DatabaseRole] = DatabaseRole.SERVICE
    """Which role of the database writes its rows, where the roles are apart."""
    has_history: ClassVar[bool] = False
    """Whether changes to its rows are written into a history that clients read (X9)."""
    read_by: ClassVar[Sequence[ReadBy]] = ()
    """By which readings rows of one's region are seen; where none is named, by all (X10)."""
    consulted_by: ClassVar[str | None] = None
    """The column that deciders of another region find its rows by (`ConsultedRecord`)."""
    consulted_where: ClassVar[str | None] = None
    """Which of these rows alone they read."""


Table = TypeVar("Table", bound=Base)


def for_each_table(kind: type[Table], take_up: Callable[[type[Table]], None]) -> None:
    """Hand over every table of a kind, those that are mapped by now and those still to come."""
    for mapper in [*Base.registry.mappers]:
        if issubclass(mapper.class_, kind):
            take_up(mapper.class_)

    @event.listens_for(kind, "after_mapper_constructed", propagate=True)
    def take_up_new(_: Mapper[Table], table: type[Table]) -> None:
        take_up(table)


def build_enum_type(values: type[StrEnum]) -> Enum:
    """Store an enum by its value, which is also its name."""
    return Enum(values, native_enum=False, length=40, create_constraint=False)


class Changeable(Base):
    """A record that changes: a change must name the version it was made against (X12)."""

    __abstract__ = True

    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())


class Gathered(Base):
    """Rows of several tables in one list; there is no such table, only the branches.

    A page is read from each branch by itself, so that each one's index gives its first rows.
    """

    __abstract__ = True
    metadata = MetaData()
    branches: ClassVar[Sequence[Subquery]]


class UnitOwned(Base):
    """A row that belongs to one unit: its key says so, and it carries the unit's region."""

    __abstract__ = True

    owner = Owner.UNIT
    attached_to: ClassVar[AttachedTo | None] = None
    """What files say that they belong to, where its records have files (J8)."""

    unit_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-3)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, sort_order=-1)

    @declared_attr
    def unit(self) -> Mapped["Unit"]:
        """Relate to the unit that the row belongs to."""
        source = getattr(self, "__name__", "")
        return relationship(
            "Unit", lazy="raise", primaryjoin=f"foreign({source}.unit_id) == remote(Unit.id)"
        )


def build_unit_table_args(*items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Add what every unit-owned table has: the unit's region, kept true, and an index on it."""
    return (
        ForeignKeyConstraint(["unit_id", "region"], ["unit.id", "unit.region"], onupdate="CASCADE"),
        Index(None, "region", "id"),
        *items,
    )


def build_wide_indexes(*leading: str) -> tuple[Index, ...]:
    """Index a table by age, and by each leading column and then by age, for any range of regions.

    A leading column is one that a list is ordered by, or narrowed to one value of. `(region, id)`
    has the newest rows of one region at its end, but not those of several. These are walked from
    their end, and rows beyond the range are passed within the index (ADR 0088).
    """
    return tuple(Index(None, *first, "id", "region") for first in ((), *((c,) for c in leading)))


def build_sort_key(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write what lists are ordered by where a column may be empty: nothing is below all values.

    No row follows a NULL, and an index keeps one order alone; so both are made of this. It is no
    `coalesce`: PostgreSQL takes that for leaky, and looks for no place by it below policies.
    """
    below: ColumnElement[Any] = literal_column(_BELOW_ALL[column.type.python_type])
    return case((column.is_(None), below), else_=column)


def has_sort_key(column: ColumnElement[Any]) -> bool:
    """Return whether a column may be empty, and lists may be ordered by it nevertheless."""
    return bool(getattr(column, "nullable", False)) and column.type.python_type in _BELOW_ALL


_BELOW_ALL = {
    int: "'-9223372036854775808'::bigint",
    datetime: "'-infinity'::timestamp with time zone",
    date: "'-infinity'::date",
}


def build_indexed_key(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Write what an index holds of a column that lists are ordered or ended by."""
    return Grouping(build_sort_key(column)) if has_sort_key(column) else column


def build_sort_index(table: type[Base], name: str) -> Index:
    """Index a table by a column that lists are ordered by, for any range of regions (ADR 0088)."""
    c = table.__table__.c
    key = build_indexed_key(c[name])
    return Index(f"ix_{table.__tablename__}_{name}_id_region", key, c.id, c.region)


def map_cents() -> MappedColumn[Any]:
    """Map what a trigger makes of an amount, in cents, by which lists are ordered.

    PostgreSQL takes comparisons of `numeric` for leaky, and looks for no place by them below
    policies.
    """
    return mapped_column(BigInteger)


class _TrueOrEmpty(Boolean):
    """A flag whose empty value is one of its own, and no lack of one."""

    should_evaluate_none = True


class Placed(UnitOwned):
    """A row of a unit that may lie in another region than the unit: where a claim is decided (X21).

    Where `at_home` is true a foreign key keeps its region that of the unit, and moves it with the
    unit. Where it is empty, the region was fixed at a claim's submission and stays.
    """

    __abstract__ = True

    at_home: Mapped[bool | None] = mapped_column(_TrueOrEmpty(), default=True, sort_order=-1)


def is_at_home(row: Base) -> bool | None:
    """Return whether a row moves with its unit; a new one of which nothing was said does."""
    if not isinstance(row, Placed):
        return True
    return row.at_home if inspect(row).has_identity else vars(row).get("at_home", True)


def copy_place(row: Placed) -> dict[str, Any]:
    """Return the columns that put a new row where another one of the same unit lies."""
    return {"unit_id": row.unit_id, "region": row.region, "at_home": is_at_home(row)}


def build_placed_table_args(*items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Add what every table of placed rows has: the region of those at home is their unit's.

    Whose they are is kept by another foreign key: to the unit, or to another placed row.
    """
    return (
        ForeignKeyConstraint(
            ["unit_id", "region", "at_home"],
            ["unit.id", "unit.region", "unit.at_home"],
            onupdate="CASCADE",
        ),
        Index(None, "region", "id"),
        *items,
    )


class PersonOwned(Base):
    """A row that belongs to one person: its key says so, and it carries the person's region."""

    __abstract__ = True

    owner = Owner.PERSON

    person_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-3)
    id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-2, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, sort_order=-1)


def build_person_table_args(*items: SchemaItem) -> tuple[SchemaItem, ...]:
    """Add what every person-owned table has: the person's region kept true."""
    return (
        ForeignKeyConstraint(
            ["person_id", "region"], ["person.id", "person.region"], onupdate="CASCADE"
        ),
        *items,
    )


def reference_same_unit(column: str, target: str) -> ForeignKeyConstraint:
    """Point at another row of the same unit."""
    return ForeignKeyConstraint(["unit_id", column], [f"{target}.unit_id", f"{target}.id"])


def relate_same_unit(
    source: str, column: str, target: str, *, read_only: bool = False
) -> Mapped[Any]:
    """Relate to a row of the same unit; only `column` is written, the owner is stated once."""
    return relationship(
        target,
        lazy="raise",
        viewonly=read_only,
        primaryjoin=f"and_(remote({target}.unit_id) == {source}.unit_id, "
        f"foreign({source}.{column}) == remote({target}.id))",
    )


def reference_unit() -> ForeignKeyConstraint:
    """Name the unit that a placed row belongs to, wherever it lies."""
    return ForeignKeyConstraint(["unit_id"], ["unit.id"])


def reference_account() -> MappedColumn[Any]:
    """Name the account that did something."""
    return mapped_column(ForeignKey("account.id"))

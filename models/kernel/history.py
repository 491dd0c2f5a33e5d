from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from models.kernel.base import (
    Base,
    Owner,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    for_each_table,
    reference_account,
    relate_same_unit,
)
from models.kernel.role import Role

if TYPE_CHECKING:
    from models.units.person import Person


class History(UnitOwned):
    """Who did what to a unit's record, when, from which state to which, and why (X9). 操作记录

    Where the record is about one person, they may see that it happened.
    """

    __tablename__ = "history"
    __table_args__ = build_unit_table_args(
        Index(None, "unit_id", "record_id", "id"),
        Index(None, "unit_id", "at", "id"),
        UniqueConstraint("unit_id", "sequence"),
        Index(None, "account_id", "at", "id"),
        Index(None, "person_id", "at", "id", postgresql_where="person_id IS NOT NULL"),
    )
    owner = Owner.HISTORY
    append_only = True
    tables: ClassVar[list[type[Base]]] = []
    """Whose changes are told of; a unit's own stand beside."""

    sequence: Mapped[int]
    hash: Mapped[bytes]
    record: Mapped[str]
    record_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str | None]
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    role: Mapped[Role] = mapped_column(build_enum_type(Role))

    person: Mapped["Person | None"] = relationship("Person", lazy="raise")

    @classmethod
    def relations(cls) -> dict[str, InstrumentedAttribute[Any]]:
        """Return the relations to what entries are about, by what entries call it."""
        return {table.__name__: cls.relation_to(table) for table in cls.tables}

    @classmethod
    def relation_to(cls, table: type[Base]) -> InstrumentedAttribute[Any]:
        """Return the relation to a table's records."""
        relation: InstrumentedAttribute[Any] = getattr(cls, table.__tablename__)
        return relation


def _relate(table: type[Base]) -> None:
    """Relate entries to the records of a table that they are about."""
    if table.has_history:
        relation = relate_same_unit("History", "record_id", table.__name__, read_only=True)
        setattr(History, table.__tablename__, relation)
        History.tables.append(table)


for_each_table(Base, _relate)

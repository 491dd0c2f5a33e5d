"""What waits for somebody, whatever kind of record it is: open records as one list."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import Index, Subquery, Text, cast, literal_column, select, text
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship

from models.kernel.base import (
    Gathered,
    Owner,
    RegionCode,
    build_enum_type,
    for_each_table,
    relate_same_unit,
)
from models.kernel.reviewed import Reviewed
from models.kernel.status import Status
from models.payment.objection import QUEUED_OBJECTIONS, Objection
from models.units.unit import Unit


class WorkItem(Gathered):
    """An open record of any kind. 待办事项"""

    __tablename__ = "work_item"
    branches: ClassVar[list[Subquery]] = [QUEUED_OBJECTIONS]

    owner = Owner.UNIT

    owner_id: Mapped[UUID] = mapped_column(primary_key=True)
    """Whose record it is: the unit's, or the record's own id where it is no unit's."""
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_id: Mapped[UUID | None]
    region: Mapped[str] = mapped_column(RegionCode)
    kind: Mapped[str]
    status: Mapped[Status] = mapped_column(build_enum_type(Status))
    version: Mapped[int]
    submitted_at: Mapped[datetime]

    unit: Mapped[Unit | None] = relationship(
        lazy="raise", primaryjoin="foreign(WorkItem.unit_id) == remote(Unit.id)"
    )
    objection: Mapped[Objection] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(WorkItem.id) == remote(Objection.id)",
    )

    @classmethod
    def relations(cls) -> dict[str, InstrumentedAttribute[object]]:
        """Return what an item leads to, by its kind."""
        return {branch.name.upper(): getattr(cls, branch.name) for branch in cls.branches}


def _queue(table: type[Reviewed]) -> None:
    """Index a table's open records by age and by region, and put them into the queue.

    A migration makes the two indexes.
    """
    name, c = table.__tablename__, table.__table__.c
    listed = ", ".join(f"'{state}'" for state in table.open_statuses)
    open_ = f"status IN ({listed})"
    Index(
        f"ix_{name}_queue_by_age",
        *(c.submitted_at, c.id, c.region, c.status),
        postgresql_where=open_,
    )
    Index(
        f"ix_{name}_queue_by_region",
        *(c.region, c.status, c.submitted_at, c.id),
        postgresql_include=["unit_id"],
        postgresql_where=open_,
    )
    own = (c.unit_id, c.unit_id.label("owner_id"), c.id, c.region)
    state = (c.status, c.version, c.submitted_at)
    kind = cast(literal_column(f"'{name.upper()}'"), Text).label("kind")
    submitted = c.submitted_at.is_not(None)
    WorkItem.branches.append(
        select(*own, *state, kind).where(text(open_), submitted).subquery(name)
    )
    setattr(WorkItem, name, relate_same_unit("WorkItem", "id", table.__name__, read_only=True))


for_each_table(Reviewed, _queue)

"""What a record carries that somebody submits and somebody else decides on."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ARRAY, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import (
    Changeable,
    UnitOwned,
    build_enum_type,
    build_indexed_key,
    build_sort_index,
    for_each_table,
    reference_account,
)
from models.kernel.status import OPEN_STATUSES, Status


class Reviewed(UnitOwned, Changeable):
    """A record with a state, its submitter and its reviewer (X1, X2).

    `barred_reviewers` are the accounts that may not decide on it besides: who drafted or changed it
    at the counter, and who let something through that it stands on.
    """

    __abstract__ = True
    has_history = True
    open_statuses: ClassVar[Sequence[Status]] = OPEN_STATUSES
    """In which states it stands in the work queue."""
    ordered_by: ClassVar[Sequence[str]] = ()
    """By which columns its lists are ordered besides."""
    ranged_by: ClassVar[Sequence[str]] = ()
    """By which columns lists end: rows beyond are passed within the index by age (ADR 0088)."""

    status: Mapped[Status] = mapped_column(build_enum_type(Status), default=Status.DRAFT)
    submitted_by: Mapped[UUID | None] = reference_account()
    submitted_at: Mapped[datetime | None]
    reviewed_by: Mapped[UUID | None] = reference_account()
    reviewed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    barred_reviewers: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid()), default=list, server_default="{}"
    )


def _index_wide_lists(table: type[Reviewed]) -> None:
    """Index a kind by age, by state, and by its days, as `build_wide_indexes` does other tables."""
    name, c = table.__tablename__, table.__table__.c
    if table.ranged_by:
        keys = (build_indexed_key(c[column]) for column in table.ranged_by)
        Index(f"ix_{name}_id_region_{table.ranged_by[0]}", c.id, c.region, *keys)
    else:
        Index(f"ix_{name}_id_region", c.id, c.region)
    Index(f"ix_{name}_status_id_region", c.status, c.id, c.region)
    for column in ("submitted_at", "reviewed_at", *table.ordered_by):
        build_sort_index(table, column)


for_each_table(Reviewed, _index_wide_lists)

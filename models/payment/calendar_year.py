from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, DatabaseRole, Owner, RegionCode, reference_account


class CalendarYear(Base):
    """A year's holidays and make-up days in a region, as announced (X7). 工作日历

    A correction is a further edition; the last one counts, and none is ever changed. `days` are
    those that differ from the week or have a name: day, working, name.
    """

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("region", "year", "edition"),)
    owner = Owner.REGISTER
    written_by = DatabaseRole.ADMINISTRATION
    append_only = True
    has_history = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    year: Mapped[int]
    edition: Mapped[int]
    days: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    source: Mapped[str]
    entered_by: Mapped[UUID | None] = reference_account()
    entered_at: Mapped[datetime]

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import (
    Changeable,
    DatabaseRole,
    Owner,
    RegionCode,
    build_enum_type,
    reference_account,
)
from models.kernel.reading import ReadBy, Reading


class ParameterStatus(StrEnum):
    """Where a proposed parameter stands (X6)."""

    PROPOSED = "PROPOSED"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"
    WITHDRAWN = "WITHDRAWN"


class Parameter(Changeable):
    """A figure of policy: where and from when it holds, and on whose word (X6). 政策参数

    Once it is approved, claims that were approved before are examined, up to the claim
    `examined_to`, until all are (X20).
    """

    __tablename__ = "parameter"
    read_by = (ReadBy(reading=Reading.PROPOSALS),)
    has_history = True
    __table_args__ = (
        Index(None, "key", "region"),
        CheckConstraint("effective_from <= effective_to", name="starts_before_it_ends"),
        Index(
            "ix_parameter_to_examine",
            "decided_at",
            postgresql_where="status = 'APPROVED' AND examined_at IS NULL",
        ),
    )
    owner = Owner.FIGURE
    written_by = DatabaseRole.ADMINISTRATION

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    key: Mapped[str]
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    category: Mapped[str | None]
    value: Mapped[str]
    unit: Mapped[str]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    source: Mapped[str]
    confirmed: Mapped[bool]
    status: Mapped[ParameterStatus] = mapped_column(build_enum_type(ParameterStatus))
    proposed_by: Mapped[UUID | None] = reference_account()
    proposed_by_name: Mapped[str | None]
    decided_by: Mapped[UUID | None] = reference_account()
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    examined_at: Mapped[datetime | None]
    examined_to: Mapped[UUID | None]

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Money, Owner, RegionCode, reference_account


class Course(Base):
    """An online course 线上培训项目 as a region offers it: by whom, how long, for how much (S20).

    A correction is a further edition of its code; the last one counts for new classes, and none is
    ever changed: a class keeps the edition on which it was opened. `offered` is false in the
    edition that withdraws the course.
    """

    __tablename__ = "course"
    __table_args__ = (
        UniqueConstraint("code", "edition"),
        CheckConstraint("hours > 0 AND fee >= 0", name="figures_make_sense"),
    )
    owner = Owner.REGISTER
    append_only = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    code: Mapped[str]
    edition: Mapped[int]
    name: Mapped[str]
    provider: Mapped[str]
    hours: Mapped[int]
    fee: Mapped[Decimal] = mapped_column(Money)
    offered: Mapped[bool]
    entered_by: Mapped[UUID | None] = reference_account()
    entered_at: Mapped[datetime]

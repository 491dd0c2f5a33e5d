"""What is shown to the public before it is paid 公示: frozen as it was, and masked (S17, X7)."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.claims.claim import ClaimKind, ClaimLine
from models.kernel.base import (
    Base,
    Changeable,
    Money,
    Owner,
    Placed,
    RegionCode,
    build_enum_type,
    build_placed_table_args,
    reference_account,
    reference_same_unit,
    relate_same_unit,
)


class PublicityOutcome(StrEnum):
    """What came of a line's publicity (S18). 公示结果"""

    PENDING = "PENDING"
    PASSED = "PASSED"
    FAILED = "FAILED"


class Publicity(Base):
    """Lines of one kind that a region shows to the public for some days (S17, X7). 公示

    Days are those of Asia/Shanghai, both ends included; until `shown_until` the result is shown.
    """

    __tablename__ = "publicity"
    __table_args__ = (
        CheckConstraint(
            "first_day <= last_day AND last_day <= shown_until", name="days_follow_each_other"
        ),
        Index(None, "region", "id"),
        Index(None, "shown_until", "id"),
        UniqueConstraint("id", "first_day", "last_day", "shown_until"),
    )
    owner = Owner.NOTICE
    append_only = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    claim_kind: Mapped[ClaimKind] = mapped_column(build_enum_type(ClaimKind))
    title: Mapped[str]
    first_day: Mapped[date]
    last_day: Mapped[date]
    shown_until: Mapped[date]
    published_by: Mapped[UUID] = reference_account()
    published_by_name: Mapped[str]
    published_at: Mapped[datetime]


class PublicityLine(Placed, Changeable):
    """A line as it was published, and what came of it (S17, S18). 公示明细

    It outlives the line, which is made anew where its claim is corrected. A trainee's tells the
    course and the class (S26).
    """

    __tablename__ = "publicity_line"
    __table_args__ = build_placed_table_args(
        ForeignKeyConstraint(
            ["publicity_id", "first_day", "last_day", "shown_until"],
            ["publicity.id", "publicity.first_day", "publicity.last_day", "publicity.shown_until"],
        ),
        ForeignKeyConstraint(
            ["unit_id", "line_id"],
            ["claim_line.unit_id", "claim_line.id"],
            ondelete="SET NULL (line_id)",
        ),
        reference_same_unit("claim_id", "claim"),
        UniqueConstraint("publicity_id", "number"),
        Index(None, "unit_id", "line_id"),
        Index(
            "uq_publicity_line_unit_id_line_id_pending",
            "unit_id",
            "line_id",
            unique=True,
            postgresql_where="outcome = 'PENDING'",
        ),
    )
    owner = Owner.NOTICE_LINE

    publicity_id: Mapped[UUID]
    first_day: Mapped[date]
    last_day: Mapped[date]
    shown_until: Mapped[date]
    number: Mapped[int]
    claim_id: Mapped[UUID]
    line_id: Mapped[UUID | None]
    name_masked: Mapped[str]
    id_number_masked: Mapped[str]
    unit_name: Mapped[str]
    course_name: Mapped[str | None]
    class_number: Mapped[str | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    outcome: Mapped[PublicityOutcome] = mapped_column(build_enum_type(PublicityOutcome))
    reason: Mapped[str | None]
    settled_by: Mapped[UUID | None] = reference_account()
    settled_at: Mapped[datetime | None]

    publicity: Mapped[Publicity] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(PublicityLine.publicity_id) == remote(Publicity.id)",
    )
    line: Mapped[ClaimLine | None] = relate_same_unit("PublicityLine", "line_id", "ClaimLine")


class Shown(Base):
    """What strangers read of a table: nothing but the columns that are meant for them (X7, X11)."""

    __abstract__ = True
    metadata = MetaData()


class PublicNotice(Shown):
    """A publicity as everybody sees it. 公示公告"""

    __table__ = Publicity.__table__
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own
        "include_properties": [
            *("id", "region", "claim_kind", "title", "first_day", "last_day", "shown_until"),
            "published_at",
        ]
    }
    owner = Owner.NOTICE
    if TYPE_CHECKING:
        id: UUID
        region: str
        claim_kind: ClaimKind
        title: str
        first_day: date
        last_day: date
        shown_until: date


class PublicLine(Shown):
    """A published line as everybody sees it. 公示名单"""

    __table__ = PublicityLine.__table__
    __mapper_args__ = {  # noqa: RUF012 - SQLAlchemy's own
        "include_properties": [
            *("unit_id", "id", "publicity_id", "number", "name_masked", "id_number_masked"),
            *("unit_name", "course_name", "class_number", "amount", "outcome"),
        ]
    }
    owner = Owner.NOTICE_LINE
    if TYPE_CHECKING:
        unit_id: UUID
        id: UUID
        number: int
        name_masked: str
        id_number_masked: str
        unit_name: str
        course_name: str | None
        class_number: str | None
        amount: Decimal
        outcome: PublicityOutcome

    notice: Mapped[PublicNotice] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(PublicLine.publicity_id) == remote(PublicNotice.id)",
    )

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Subquery,
    Text,
    cast,
    literal_column,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.kernel.base import (
    Changeable,
    Owner,
    RegionCode,
    build_enum_type,
    build_wide_indexes,
    reference_account,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as
from models.kernel.status import Status
from models.payment.publicity import Publicity, PublicityLine

OPEN_CONDITION = "status = 'SUBMITTED'"


class Objection(Changeable):
    """Somebody objects to a publicity or to one of its lines; an officer settles it (X7). 异议

    Whoever lodged it finds it by its number, of which only the hash is kept. APPROVED is one that
    was upheld 异议成立, REFUSED one that was dismissed 异议不成立. A line names its unit.
    `cleared_at` is when its words and whom to ask were given up for their age.
    """

    __tablename__ = "objection"
    read_by = (ReadBy(reading=Reading.OBJECTIONS),)
    has_history = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["unit_id", "publicity_line_id"], ["publicity_line.unit_id", "publicity_line.id"]
        ),
        Index(None, "region", "id"),
        Index(None, "publicity_id", "id"),
        Index(
            "ix_objection_region_reviewed_at_kept",
            *("region", "reviewed_at"),
            postgresql_where="cleared_at IS NULL",
        ),
        *build_wide_indexes("status"),
        Index(None, "unit_id", "publicity_line_id"),
        Index(
            "ix_objection_queue_by_age",
            *("submitted_at", "id", "region", "status"),
            postgresql_where=OPEN_CONDITION,
        ),
        Index(
            "ix_objection_queue_by_region",
            *("region", "status", "submitted_at", "id"),
            postgresql_include=["unit_id"],
            postgresql_where=OPEN_CONDITION,
        ),
    )
    owner = Owner.APPEAL

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    number_hash: Mapped[bytes] = mapped_column(unique=True)
    publicity_id: Mapped[UUID] = mapped_column(ForeignKey("publicity.id"))
    unit_id: Mapped[UUID | None]
    publicity_line_id: Mapped[UUID | None]
    text: Mapped[str]
    contact_name_sealed: Mapped[bytes] = sealed_as("name")
    contact_name_masked: Mapped[str]
    contact_mobile_sealed: Mapped[bytes] = sealed_as("mobile")
    contact_mobile_index: Mapped[bytes]
    contact_mobile_masked: Mapped[str]
    status: Mapped[Status] = mapped_column(build_enum_type(Status))
    submitted_by: Mapped[UUID | None] = reference_account()
    submitted_at: Mapped[datetime]
    published_by: Mapped[UUID] = reference_account()
    reviewed_by: Mapped[UUID | None] = reference_account()
    reviewed_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    cleared_at: Mapped[datetime | None]

    publicity: Mapped[Publicity] = relationship(lazy="raise")
    line: Mapped[PublicityLine | None] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(foreign(Objection.unit_id) == remote(PublicityLine.unit_id), "
        "foreign(Objection.publicity_line_id) == remote(PublicityLine.id))",
    )


def _select_queued() -> Subquery:
    """Select what waits for an officer, as the queue lists it."""
    c = Objection.__table__.c
    own = (c.unit_id, c.id.label("owner_id"), c.id, c.region)
    state = (c.status, c.version, c.submitted_at)
    kind = cast(literal_column("'OBJECTION'"), Text).label("kind")
    return select(*own, *state, kind).where(text(OPEN_CONDITION)).subquery("objection")


QUEUED_OBJECTIONS = _select_queued()

from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column

from models.internship.declaration import Declaration
from models.internship.intern import Intern
from models.internship.post import Post
from models.kernel.attached_to import AttachedTo
from models.kernel.base import build_enum_type, build_unit_table_args, relate_same_unit
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed
from models.kernel.sealed import sealed_within


class ChangeableKind(StrEnum):
    """What kind of record changes by request once it is approved (X16)."""

    UNIT = "UNIT"
    DECLARATION = "DECLARATION"
    POST = "POST"
    INTERN = "INTERN"


def _relate_record(table: str) -> Mapped[Any]:
    return relate_same_unit("ChangeRequest", "record_id", table, read_only=True)


class ChangeRequest(Reviewed):
    """A request to change an approved record; its old values stand until it is approved. 变更申请

    `base` is what the record said when the request was made, `values` what it is to say, as they
    were given, but for what is sealed (X11), and `changes` what differs: field, old value, new.
    """

    __tablename__ = "change_request"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.CHANGE_REQUEST
    __table_args__ = build_unit_table_args(
        Index(
            "uq_change_request_unit_id_record_id_pending",
            "unit_id",
            "record_id",
            unique=True,
            postgresql_where="status IN ('DRAFT', 'SUBMITTED', 'RETURNED')",
        ),
        Index(None, "unit_id", "record_id"),
    )

    record: Mapped[ChangeableKind] = mapped_column(build_enum_type(ChangeableKind))
    record_id: Mapped[UUID]
    base_version: Mapped[int]
    base: Mapped[dict[str, Any]] = mapped_column(JSONB)
    values: Mapped[dict[str, Any]] = sealed_within()
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB)
    motive: Mapped[str]
    takes_effect_on: Mapped[date | None]

    declaration: Mapped[Declaration] = _relate_record("Declaration")
    post: Mapped[Post] = _relate_record("Post")
    intern: Mapped[Intern] = _relate_record("Intern")

    @classmethod
    def relations(cls) -> dict[str, InstrumentedAttribute[Any]]:
        """Return what a request leads to, by the kind of the record."""
        return {kind.value: getattr(cls, kind.lower()) for kind in ChangeableKind}

from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.internship.post import Post
from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    build_enum_type,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.numbered import Numbered
from models.kernel.reading import ReadBy, Reading
from models.units.person import Person


class InternCategory(StrEnum):
    """Which of the three groups an intern belongs to (J17). 人员类型"""

    GRADUATE = "GRADUATE"
    SECONDARY_VOCATIONAL = "SECONDARY_VOCATIONAL"
    UNEMPLOYED_YOUTH = "UNEMPLOYED_YOUTH"


class EndReason(StrEnum):
    """Why an internship ended (J19). 减员原因"""

    EMPLOYED = "EMPLOYED"
    TERM_COMPLETED = "TERM_COMPLETED"
    COULD_NOT_COMPLETE = "COULD_NOT_COMPLETE"


class Destination(StrEnum):
    """Where somebody went who found employment (J20). 就业去向"""

    RETAINED = "RETAINED"
    EMPLOYED_ELSEWHERE = "EMPLOYED_ELSEWHERE"
    SELF_EMPLOYED = "SELF_EMPLOYED"
    FLEXIBLE = "FLEXIBLE"
    OTHER = "OTHER"


class Intern(Numbered):
    """A person who does an internship in a unit. 见习人员"""

    __tablename__ = "intern"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.INTERN
    ordered_by = ("starts_on", "ends_on")
    __table_args__ = build_unit_table_args(
        reference_same_unit("post_id", "post"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        Index(
            "uq_intern_unit_id_person_id_standing",
            "unit_id",
            "person_id",
            unique=True,
            postgresql_where="status IN ('SUBMITTED', 'RETURNED', 'APPROVED')",
        ),
        Index(None, "person_id"),
        Index(None, "name", "id", "region"),
        Index(None, "unit_id", "post_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[UUID]
    name: Mapped[str]
    id_number_masked: Mapped[str]
    category: Mapped[InternCategory] = mapped_column(build_enum_type(InternCategory))
    agreed_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    ended_on: Mapped[date | None]
    end_reason: Mapped[EndReason | None] = mapped_column(build_enum_type(EndReason))
    destination: Mapped[Destination | None] = mapped_column(build_enum_type(Destination))

    person: Mapped[Person] = relationship(lazy="raise")
    post: Mapped[Post] = relate_same_unit("Intern", "post_id", "Post")

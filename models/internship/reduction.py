from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.intern import Destination, EndReason, Intern
from models.kernel.base import (
    build_enum_type,
    build_unit_table_args,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed


class Reduction(Reviewed):
    """A unit's application to end an intern's internship; approved, it has ended. 减员申请"""

    __tablename__ = "reduction"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("intern_id", "intern"),
        CheckConstraint(
            "(end_reason = 'EMPLOYED') = (destination IS NOT NULL)", name="employed_goes_somewhere"
        ),
        CheckConstraint(
            "(end_reason = 'COULD_NOT_COMPLETE') = (cause IS NOT NULL)", name="failure_has_a_cause"
        ),
        CheckConstraint(
            "(end_reason <> 'EMPLOYED') = (note IS NOT NULL)", name="unemployed_have_a_note"
        ),
        Index(
            "uq_reduction_unit_id_intern_id_standing",
            "unit_id",
            "intern_id",
            unique=True,
            postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED')",
        ),
        Index(None, "unit_id", "intern_id"),
    )

    intern_id: Mapped[UUID]
    ended_on: Mapped[date]
    end_reason: Mapped[EndReason] = mapped_column(build_enum_type(EndReason))
    destination: Mapped[Destination | None] = mapped_column(build_enum_type(Destination))
    cause: Mapped[str | None]
    note: Mapped[str | None]

    intern: Mapped[Intern] = relate_same_unit("Reduction", "intern_id", "Intern")

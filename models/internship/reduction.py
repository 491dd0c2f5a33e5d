from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.intern import Destination, EndReason, Intern
from models.kernel.base import one_of, owned, same_unit, unit_owned
from models.kernel.reviewed import Reviewed


class Reduction(Reviewed):
    """A unit's application to end an intern's internship; approved, it has ended. 减员申请"""

    __tablename__ = "reduction"
    __table_args__ = unit_owned(
        owned("intern_id", "intern"),
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
    end_reason: Mapped[EndReason] = mapped_column(one_of(EndReason))
    destination: Mapped[Destination | None] = mapped_column(one_of(Destination))
    cause: Mapped[str | None]
    note: Mapped[str | None]

    intern: Mapped[Intern] = same_unit("Reduction", "intern_id", "Intern")

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.internship.intern import Intern
from models.internship.post import Post
from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    Money,
    build_unit_table_args,
    map_cents,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed


class MonthlyReport(Reviewed):
    """What one intern was paid in one month, and what is payable for it. 月报"""

    __tablename__ = "monthly_report"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    attached_to = AttachedTo.MONTHLY_REPORT
    ranged_by = ("submitted_at", "month")
    ordered_by = ("payable_subsidy_cents",)
    __table_args__ = build_unit_table_args(
        reference_same_unit("intern_id", "intern"),
        reference_same_unit("post_id", "post"),
        CheckConstraint("extract(day from month) = 1", name="month_is_its_first_day"),
        Index(
            "uq_monthly_report_unit_id_intern_id_month_standing",
            "unit_id",
            "intern_id",
            "month",
            unique=True,
            postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED')",
        ),
        Index(None, "unit_id", "intern_id", "month"),
        Index(None, "month", "id", "region"),
    )

    intern_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    post_id: Mapped[UUID]
    month: Mapped[date]
    days_attended: Mapped[int]
    wage_paid: Mapped[Decimal] = mapped_column(Money)
    insurance_paid: Mapped[Decimal] = mapped_column(Money)
    remarks: Mapped[str | None]
    payable_subsidy: Mapped[Decimal | None] = mapped_column(Money)
    payable_subsidy_cents: Mapped[int | None] = map_cents()
    assessment: Mapped[dict[str, Any]] = mapped_column(JSONB)
    held_by: Mapped[UUID | None]
    clawed_back: Mapped[bool] = mapped_column(default=False, server_default="false")

    intern: Mapped[Intern] = relate_same_unit("MonthlyReport", "intern_id", "Intern")
    post: Mapped[Post] = relate_same_unit("MonthlyReport", "post_id", "Post")

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.claims.claim import ClaimLine
from models.internship.reduction import Reduction
from models.kernel.base import (
    Money,
    Placed,
    build_placed_table_args,
    map_cents,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.reviewed import Reviewed
from models.kernel.status import Status


class Clawback(Reviewed, Placed):
    """A proposal to claw back what a line was paid; who proposed it submitted it (X1, X2). 追回

    Of a line one is pending at a time; all that are confirmed come to what was paid at most (X15).
    `recovered` is what came back of it, the last of it on `recovered_on` (X8).
    """

    __tablename__ = "clawback"
    ordered_by = ("amount_cents",)
    read_by = (
        ReadBy(reading=Reading.CLAIMS),
        ReadBy(reading=Reading.PAYMENTS, column="status", among=(Status.APPROVED,)),
    )
    __table_args__ = build_placed_table_args(
        reference_same_unit("line_id", "claim_line"),
        reference_same_unit("reduction_id", "reduction"),
        CheckConstraint("amount > 0", name="claws_something_back"),
        CheckConstraint("recovered BETWEEN 0 AND amount", name="recovers_at_most_all"),
        Index(
            "uq_clawback_unit_id_line_id_pending",
            "unit_id",
            "line_id",
            unique=True,
            postgresql_where="status = 'SUBMITTED'",
        ),
        Index(None, "unit_id", "line_id"),
    )

    line_id: Mapped[UUID]
    reduction_id: Mapped[UUID | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    amount_cents: Mapped[int | None] = map_cents()
    cause: Mapped[str]
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    recovered: Mapped[Decimal] = mapped_column(Money, default=Decimal(0), server_default=text("0"))
    recovered_on: Mapped[date | None]
    recovery_reference: Mapped[str | None]

    line: Mapped[ClaimLine] = relate_same_unit("Clawback", "line_id", "ClaimLine")
    reduction: Mapped[Reduction | None] = relate_same_unit("Clawback", "reduction_id", "Reduction")

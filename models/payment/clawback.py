from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.claims.claim import ClaimLine
from models.internship.reduction import Reduction
from models.kernel.base import Money, build_unit_table_args, reference_same_unit, relate_same_unit
from models.kernel.reviewed import Reviewed


class Clawback(Reviewed):
    """A proposal to claw back what a line was paid; who proposed it submitted it (X1, X2). 追回"""

    __tablename__ = "clawback"
    __table_args__ = build_unit_table_args(
        reference_same_unit("line_id", "claim_line"),
        reference_same_unit("reduction_id", "reduction"),
        CheckConstraint("amount > 0", name="claws_something_back"),
        Index(
            "uq_clawback_unit_id_line_id_standing",
            "unit_id",
            "line_id",
            unique=True,
            postgresql_where="status NOT IN ('WITHDRAWN', 'REFUSED', 'VOIDED')",
        ),
        Index(None, "unit_id", "line_id"),
    )

    line_id: Mapped[UUID]
    reduction_id: Mapped[UUID | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    cause: Mapped[str]
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)

    line: Mapped[ClaimLine] = relate_same_unit("Clawback", "line_id", "ClaimLine")
    reduction: Mapped[Reduction | None] = relate_same_unit("Clawback", "reduction_id", "Reduction")

from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.claims.claim import ClaimLine
from models.kernel.base import (
    Changeable,
    Money,
    Placed,
    build_enum_type,
    build_placed_table_args,
    build_wide_indexes,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.payment.clawback import Clawback
from models.policy.parameter import Parameter


class DifferenceState(StrEnum):
    """What became of a difference (X20). 差额处理状态"""

    OPEN = "OPEN"
    SETTLED = "SETTLED"
    LAPSED = "LAPSED"


class AmountDifference(Placed, Changeable):
    """What an approved line would come to by a back-dated parameter (X20). 差额

    `granted` is what the line and its supplements come to, `due` what they should; one is open for
    a line at most. It lapses where a later parameter makes it vanish.
    """

    __tablename__ = "amount_difference"
    read_by = (ReadBy(reading=Reading.CLAIMS),)
    has_history = True
    __table_args__ = build_placed_table_args(
        reference_same_unit("line_id", "claim_line"),
        reference_same_unit("supplement_id", "claim_line"),
        reference_same_unit("clawback_id", "clawback"),
        CheckConstraint("state <> 'OPEN' OR granted <> due", name="differs"),
        Index(
            "uq_amount_difference_unit_id_line_id_open",
            "unit_id",
            "line_id",
            unique=True,
            postgresql_where="state = 'OPEN'",
        ),
        Index(None, "unit_id", "line_id"),
        *build_wide_indexes("state"),
    )

    line_id: Mapped[UUID]
    parameter_id: Mapped[UUID] = mapped_column(ForeignKey("parameter.id"))
    granted: Mapped[Decimal] = mapped_column(Money)
    due: Mapped[Decimal] = mapped_column(Money)
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[DifferenceState] = mapped_column(
        build_enum_type(DifferenceState), default=DifferenceState.OPEN
    )
    supplement_id: Mapped[UUID | None]
    clawback_id: Mapped[UUID | None]

    line: Mapped[ClaimLine] = relate_same_unit("AmountDifference", "line_id", "ClaimLine")
    parameter: Mapped[Parameter] = relationship(lazy="raise")
    supplement: Mapped[ClaimLine | None] = relate_same_unit(
        "AmountDifference", "supplement_id", "ClaimLine"
    )
    clawback: Mapped[Clawback | None] = relate_same_unit(
        "AmountDifference", "clawback_id", "Clawback"
    )

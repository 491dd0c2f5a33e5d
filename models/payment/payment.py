from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.claims.claim import ClaimLine
from models.kernel.base import (
    Changeable,
    Money,
    Owner,
    Placed,
    build_enum_type,
    build_placed_table_args,
    build_sort_index,
    build_wide_indexes,
    map_cents,
    reference_account,
    reference_same_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as
from models.payment.disbursement import DisbursementBatch


class PaymentState(StrEnum):
    """What came of an attempt to pay a line. 支付状态"""

    IN_BATCH = "IN_BATCH"
    PAID = "PAID"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


class Payment(Placed, Changeable):
    """One attempt to pay a line, to whom and where as it stood then (X8). 支付记录

    Without a batch the line was paid outside the system (S19). A line has at most one payment that
    is under way or made; failed ones stay on file with the bank's reason.
    Payments that share a `transfer` are paid together, into one account (X8).
    """

    __tablename__ = "payment"
    read_by = (ReadBy(reading=Reading.PAYMENTS),)
    has_history = True
    __table_args__ = build_placed_table_args(
        reference_same_unit("line_id", "claim_line"),
        Index(None, "unit_id", "line_id"),
        Index(None, "batch_id", "number"),
        Index(None, "batch_id", "id"),
        Index("uq_payment_reference", "reference", unique=True),
        *build_wide_indexes("state"),
        Index("ix_payment_transfer", "transfer", postgresql_where="transfer IS NOT NULL"),
        Index(
            "uq_payment_unit_id_line_id_standing",
            "unit_id",
            "line_id",
            unique=True,
            postgresql_where="state IN ('IN_BATCH', 'PAID')",
        ),
        CheckConstraint("amount > 0", name="pays_something"),
        CheckConstraint("(state = 'PAID') = (paid_on IS NOT NULL)", name="paid_on_a_day"),
        CheckConstraint(
            "batch_id IS NOT NULL OR state = 'PAID'", name="outside_the_system_is_paid"
        ),
    )
    owner = Owner.PAYMENT

    line_id: Mapped[UUID]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    batch_id: Mapped[UUID | None] = mapped_column(ForeignKey("disbursement_batch.id"))
    number: Mapped[int]
    reference: Mapped[str]
    transfer: Mapped[str | None]
    payee_name: Mapped[str]
    payee_bank: Mapped[str]
    payee_number_sealed: Mapped[bytes] = sealed_as("bank_account")
    payee_number_masked: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(Money)
    amount_cents: Mapped[int | None] = map_cents()
    state: Mapped[PaymentState] = mapped_column(
        build_enum_type(PaymentState), default=PaymentState.IN_BATCH
    )
    reason: Mapped[str | None]
    bank_reference: Mapped[str | None]
    paid_on: Mapped[date | None]

    line: Mapped[ClaimLine] = relate_same_unit("Payment", "line_id", "ClaimLine")
    batch: Mapped[DisbursementBatch | None] = relationship(lazy="raise")


build_sort_index(Payment, "amount_cents")
build_sort_index(Payment, "paid_on")


class Receipt(Placed):
    """Whether somebody says that a payment arrived; their last word counts. 到账确认"""

    __tablename__ = "receipt"
    read_by = (ReadBy(reading=Reading.PAYMENTS),)
    __table_args__ = build_placed_table_args(
        reference_same_unit("payment_id", "payment"),
        *build_wide_indexes(),
        reference_same_unit("line_id", "claim_line"),
        Index(None, "unit_id", "line_id"),
    )
    owner = Owner.RECEIPT
    append_only = True

    payment_id: Mapped[UUID]
    line_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    arrived: Mapped[bool]
    note: Mapped[str | None]
    account_id: Mapped[UUID] = reference_account()
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    payment: Mapped[Payment] = relate_same_unit("Receipt", "payment_id", "Payment")
    line: Mapped[ClaimLine] = relate_same_unit("Receipt", "line_id", "ClaimLine")

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.claims.claim import ClaimKind
from models.kernel.base import (
    Base,
    Changeable,
    Money,
    Owner,
    RegionCode,
    build_enum_type,
    reference_account,
)
from models.kernel.reading import ReadBy, Reading


class BatchState(StrEnum):
    """Where a batch of payments stands. 批次状态"""

    OPEN = "OPEN"
    EXPORTED = "EXPORTED"
    SETTLED = "SETTLED"
    CANCELLED = "CANCELLED"


class BankFileFormat(StrEnum):
    """In which format a batch is written for the bank. 文件格式"""

    XLSX = "XLSX"
    CSV = "CSV"


class RegionOwned(Base):
    """A row of an office: whoever sees its region sees it, whoever acts there writes it (X10)."""

    __abstract__ = True

    owner = Owner.OFFICE
    read_by = (ReadBy(reading=Reading.PAYMENTS),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7, sort_order=-2)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"), sort_order=-1)


class DisbursementBatch(RegionOwned, Changeable):
    """Payments that go to the bank together; the figures are those of its payments (X8). 发放批次

    `claim_kind` is the only kind of claim in it, if it was made for one; `sent_back` counts the
    lines that risk controls sent back to their reviewer instead (X15), and `left_out` names those
    that could not be paid when all were meant, each with its reason (X4). The bank makes
    `transfer_count` transfers: as many as payments, unless several go into one account together.
    """

    __tablename__ = "disbursement_batch"
    has_history = True
    __table_args__ = (
        UniqueConstraint("region", "number"),
        Index(None, "region", "id"),
        CheckConstraint(
            "paid_count + failed_count <= payment_count AND paid_amount + failed_amount <= amount",
            name="figures_add_up",
        ),
    )

    number: Mapped[str]
    claim_kind: Mapped[ClaimKind | None] = mapped_column(build_enum_type(ClaimKind))
    state: Mapped[BatchState] = mapped_column(build_enum_type(BatchState), default=BatchState.OPEN)
    payment_count: Mapped[int]
    transfer_count: Mapped[int | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    paid_count: Mapped[int] = mapped_column(default=0)
    paid_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    failed_count: Mapped[int] = mapped_column(default=0)
    failed_amount: Mapped[Decimal] = mapped_column(Money, default=Decimal(0))
    sent_back: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    reason: Mapped[str | None]
    made_by: Mapped[UUID] = reference_account()
    made_by_name: Mapped[str]
    settled_at: Mapped[datetime | None]


class BatchExport(RegionOwned):
    """Somebody opened a batch's account numbers to write them for the bank (X8, X11). 批次导出"""

    __tablename__ = "batch_export"
    __table_args__ = (Index(None, "batch_id", "id"), Index(None, "region", "id"))
    append_only = True

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("disbursement_batch.id"))
    format: Mapped[BankFileFormat] = mapped_column(build_enum_type(BankFileFormat))
    name: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    payment_count: Mapped[int]
    amount: Mapped[Decimal] = mapped_column(Money)
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    batch: Mapped[DisbursementBatch] = relationship(lazy="raise")


class BatchImport(RegionOwned):
    """What the bank answered of a batch, and what came of each row (X8). 结果导入

    `outcomes` are kept row by row: its number, what came of it, and why if nothing did.
    """

    __tablename__ = "batch_import"
    __table_args__ = (Index(None, "batch_id", "id"), Index(None, "region", "id"))
    append_only = True

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("disbursement_batch.id"))
    sha256: Mapped[str] = mapped_column(String(64))
    row_count: Mapped[int]
    paid_count: Mapped[int]
    failed_count: Mapped[int]
    known_count: Mapped[int]
    fault_count: Mapped[int]
    outcomes: Mapped[list[Any]] = mapped_column(JSONB)
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    batch: Mapped[DisbursementBatch] = relationship(lazy="raise")

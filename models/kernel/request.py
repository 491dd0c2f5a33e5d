from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from models.kernel.base import Base, Owner


class Request(Base):
    """A mutation that was carried out under an idempotency key, and what it answered (X12)."""

    __tablename__ = "request"
    owner = Owner.ACCOUNT

    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    mutation: Mapped[str]
    input_hash: Mapped[bytes]
    answer: Mapped[Any] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)


class RateLimit(Base):
    """How often something was tried within a window."""

    __tablename__ = "rate_limit"
    owner = Owner.BUCKET

    bucket: Mapped[str] = mapped_column(primary_key=True)
    window_start: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Owner, RegionCode, build_enum_type
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as


class SmsKind(StrEnum):
    """Which text a message has: the gateway keeps one for each. 短信类型"""

    CODE = "CODE"
    RECOVERY_BEGUN = "RECOVERY_BEGUN"
    RECOVERY_ENDED = "RECOVERY_ENDED"


class SmsNotice(Base):
    """A message to the holder of an account that somebody wants to be given (X18). 账号恢复短信

    Written with what it tells, and sent by the worker: `due_at` is empty once it was sent or given
    up. `mobile_sealed` is where the holder was reached when it was proposed, whatever is on file
    later; it goes once the end was told.
    """

    __tablename__ = "sms_notice"
    owner = Owner.OFFICE
    read_by = (ReadBy(reading=Reading.ACCOUNTS),)
    __table_args__ = (
        UniqueConstraint("appeal_id", "kind"),
        Index(None, "region", "id"),
        Index(None, "due_at", postgresql_where="due_at IS NOT NULL"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("account_appeal.id"))
    kind: Mapped[SmsKind] = mapped_column(build_enum_type(SmsKind))
    mobile_sealed: Mapped[bytes | None] = sealed_as("mobile")
    values: Mapped[dict[str, Any]] = mapped_column(JSONB)
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]

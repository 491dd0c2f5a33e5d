from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Owner, RegionCode, build_enum_type, reference_account
from models.kernel.reading import ReadBy, Reading
from models.kernel.role import Role


class Unmasking(Base):
    """That an officer looked at personal data of a record, which and why (X11). 查看敏感信息记录

    `record` is the record's global id; what was seen is kept nowhere.
    """

    __tablename__ = "unmasking"
    read_by = (ReadBy(reading=Reading.OVERSIGHT),)
    __table_args__ = (Index(None, "region", "id"),)
    owner = Owner.OVERSIGHT
    append_only = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    record: Mapped[str]
    fields: Mapped[list[Any]] = mapped_column(JSONB)
    reason: Mapped[str]
    at: Mapped[datetime]
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    role: Mapped[Role] = mapped_column(build_enum_type(Role))

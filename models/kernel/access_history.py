"""Who came in, looked at numbers, took lists out and fetched files: chained as history is (X9)."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Owner, RegionCode, build_enum_type, reference_account
from models.kernel.reading import ReadBy, Reading
from models.kernel.role import Role


class AccessAction(StrEnum):
    """What somebody did to get at data. 访问类型"""

    SIGN_IN = "SIGN_IN"
    FAIL_TO_SIGN_IN = "FAIL_TO_SIGN_IN"
    UNMASK = "UNMASK"
    EXPORT = "EXPORT"
    FETCH = "FETCH"


class AccessHistory(Base):
    """That an account came in, or got at data that leaves no trace in a record (X9). 访问记录

    `chain` is whose chain it continues: one of several of its region, by the account, so that a
    province does not sign in one by one. `about` says by which way, which fields, which list or
    what kind of file; `record` is the global id of what was looked at or fetched.
    """

    __tablename__ = "access_history"
    read_by = (ReadBy(reading=Reading.OVERSIGHT),)
    __table_args__ = (
        Index(None, "region", "id"),
        Index(None, "account_id", "id"),
        UniqueConstraint("chain", "sequence"),
    )
    owner = Owner.ACCESS
    append_only = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    chain: Mapped[str]
    sequence: Mapped[int]
    hash: Mapped[bytes]
    key_id: Mapped[bytes | None]
    action: Mapped[AccessAction] = mapped_column(build_enum_type(AccessAction))
    about: Mapped[str]
    record: Mapped[str | None]
    reason: Mapped[str | None]
    at: Mapped[datetime]
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    role: Mapped[Role] = mapped_column(build_enum_type(Role))

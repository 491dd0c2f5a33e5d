from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import Base, Owner, RegionCode, build_enum_type


class RegistrationStanding(StrEnum):
    """How a unit stands in the register of units. 登记状态"""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    REVOKED = "REVOKED"
    DEREGISTERED = "DEREGISTERED"


class RegisteredUnit(Base):
    """What the register of units says of one: a mirrored row (X13, X18). 单位登记信息

    Of its representative's ID number there is the blind index alone: it is compared, never shown.
    """

    __tablename__ = "registered_unit"
    __table_args__ = (Index(None, "region", "id"),)
    owner = Owner.REGISTER

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    credit_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    representative: Mapped[str]
    representative_index: Mapped[bytes | None]
    standing: Mapped[RegistrationStanding] = mapped_column(build_enum_type(RegistrationStanding))
    source: Mapped[str]
    as_of: Mapped[date]
    void: Mapped[bool] = mapped_column(default=False, server_default="false")

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.kernel.base import Changeable, Owner, RegionCode, build_enum_type, build_wide_indexes
from models.kernel.reading import ReadBy, Reading
from models.kernel.region import Region
from models.kernel.sealed import sealed_as


class LegalPersonType(StrEnum):
    """What kind of legal person a unit is. 法人类型"""

    ENTERPRISE = "ENTERPRISE"
    PUBLIC_INSTITUTION = "PUBLIC_INSTITUTION"
    SOCIAL_ORGANISATION = "SOCIAL_ORGANISATION"
    INDIVIDUAL_BUSINESS = "INDIVIDUAL_BUSINESS"
    OTHER = "OTHER"


class Unit(Changeable):
    """An employer or agency that hosts interns, hires or trains, and claims for it. 单位

    `former_names` are those that it had, each with the day on which it got the next one (J7).
    `at_home` is always true: rows that lie where their unit does refer to it (`Placed`).
    `barred_officers` gave one of its accounts back: each with the day until which they don't review
    what it files (X2).
    `verified_at` is when an office saw that whoever registered the unit may speak for it (X18).
    """

    __tablename__ = "unit"
    __table_args__ = (
        UniqueConstraint("id", "region"),
        UniqueConstraint("id", "region", "at_home"),
        CheckConstraint("at_home", name="is_at_home"),
        Index(None, "region", "id"),
        *build_wide_indexes("name"),
        Index("ix_unit_unverified", "id", postgresql_where="verified_at IS NULL"),
    )
    read_by = (
        ReadBy(),
        ReadBy(reading=Reading.PUBLISHED, through="claim", pairs={"unit_id": "id"}),
    )
    owner = Owner.UNIT_ITSELF
    consulted_by = "id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    at_home: Mapped[bool] = mapped_column(default=True, server_default="true")
    credit_code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    former_names: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    legal_person_type: Mapped[LegalPersonType | None] = mapped_column(
        build_enum_type(LegalPersonType)
    )
    legal_representative: Mapped[str | None]
    representative_id_sealed: Mapped[bytes | None] = sealed_as("id_number")
    representative_id_index: Mapped[bytes | None]
    representative_id_masked: Mapped[str | None]
    representative_mobile_sealed: Mapped[bytes | None] = sealed_as("mobile")
    representative_mobile_index: Mapped[bytes | None]
    representative_mobile_masked: Mapped[str | None]
    industry: Mapped[str | None]
    address: Mapped[str | None]
    employees: Mapped[int | None]
    contact_name: Mapped[str | None]
    contact_mobile_sealed: Mapped[bytes | None] = sealed_as("mobile")
    contact_mobile_index: Mapped[bytes | None]
    contact_mobile_masked: Mapped[str | None]
    verified_at: Mapped[datetime | None]
    barred_officers: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")

    place: Mapped[Region] = relationship(lazy="raise")

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.kernel.base import Changeable, Owner, RegionCode, build_enum_type, build_wide_indexes
from models.kernel.reading import ReadBy, Reading
from models.kernel.region import Region
from models.kernel.sealed import sealed_as


class Education(StrEnum):
    """The highest schooling a person finished. 学历"""

    JUNIOR_MIDDLE = "JUNIOR_MIDDLE"
    SENIOR_MIDDLE = "SENIOR_MIDDLE"
    SECONDARY_VOCATIONAL = "SECONDARY_VOCATIONAL"
    TECHNICAL_SCHOOL = "TECHNICAL_SCHOOL"
    JUNIOR_COLLEGE = "JUNIOR_COLLEGE"
    BACHELOR = "BACHELOR"
    MASTER = "MASTER"
    DOCTOR = "DOCTOR"


class Person(Changeable):
    """A natural person on file: of their own accord, or from a mirrored file (X13). 人员

    `told_of` says of each column that a file filled: as of when, and on whose word. `official_…` is
    what offices told of their schooling, and stands beside their own word (J17). `filed_by` is the
    account that entered them without proof of who it is: it sees them until anybody else tells.
    `proved_mobile_sealed` is the mobile that came with a proof, and that codes are sent to (X18).
    """

    __tablename__ = "person"
    read_by = (
        ReadBy(reading=Reading.PERSONS),
        ReadBy(reading=Reading.PUBLISHED, through="claim_line", pairs={"person_id": "id"}),
    )
    __table_args__ = (
        UniqueConstraint("id", "region"),
        Index(None, "region", "id"),
        *build_wide_indexes("name"),
        Index(None, "filed_by"),
    )
    owner = Owner.PERSON_ITSELF
    consulted_by = "id"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    name: Mapped[str]
    birth_date: Mapped[date]
    id_number_sealed: Mapped[bytes] = sealed_as("id_number")
    id_number_index: Mapped[bytes] = mapped_column(unique=True)
    id_number_masked: Mapped[str]
    mobile_sealed: Mapped[bytes | None] = sealed_as("mobile")
    mobile_index: Mapped[bytes | None]
    mobile_masked: Mapped[str | None]
    proved_mobile_sealed: Mapped[bytes | None] = sealed_as("mobile")
    education: Mapped[Education | None] = mapped_column(build_enum_type(Education))
    school: Mapped[str | None]
    graduated_on: Mapped[date | None]
    completed_at: Mapped[datetime | None]
    source: Mapped[str | None]
    as_of: Mapped[date | None]
    told_of: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    official_education: Mapped[Education | None] = mapped_column(build_enum_type(Education))
    official_school: Mapped[str | None]
    official_graduated_on: Mapped[date | None]
    official_source: Mapped[str | None]
    official_as_of: Mapped[date | None]
    filed_by: Mapped[UUID | None]

    place: Mapped[Region] = relationship(lazy="raise")

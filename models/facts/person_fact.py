"""What the authorities' systems say of a person, mirrored with source and date (X13). 外部数据"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from uuid_utils.compat import uuid7

from models.kernel.base import (
    Base,
    Owner,
    PersonOwned,
    RegionCode,
    build_enum_type,
    build_person_table_args,
    reference_account,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as


class FactKind(StrEnum):
    """What a file of external facts tells of (X13). 外部数据类型"""

    PERSON = "PERSON"
    INSURANCE_CONTRIBUTION = "INSURANCE_CONTRIBUTION"
    UNEMPLOYMENT_REGISTRATION = "UNEMPLOYMENT_REGISTRATION"
    TRANSFER_EMPLOYMENT = "TRANSFER_EMPLOYMENT"
    LABOUR_CONTRACT = "LABOUR_CONTRACT"
    OFFICIAL_MOBILE = "OFFICIAL_MOBILE"
    REGISTERED_UNIT = "REGISTERED_UNIT"


class Fact(PersonOwned):
    """A mirrored row: on whose word, as of when, and whether its source has taken it back."""

    __abstract__ = True

    read_by = (ReadBy(reading=Reading.PERSONS),)

    source: Mapped[str]
    as_of: Mapped[date]
    void: Mapped[bool] = mapped_column(default=False, server_default="false")


class InsuranceContribution(Fact):
    """One month's social-insurance contribution for a person. 社保缴费

    The credit code is empty where the person pays alone 灵活就业人员. `place` is where it was
    posted 参保地, empty where the source does not tell (S10). The table is partitioned by month, a
    year to a partition (ADR 0030); so the month is a part of its key.
    """

    __tablename__ = "insurance_contribution"
    __table_args__ = (
        *build_person_table_args(UniqueConstraint("person_id", "month", "employer_credit_code")),
        {"postgresql_partition_by": "RANGE (month)"},
    )

    month: Mapped[date] = mapped_column(primary_key=True)
    employer_credit_code: Mapped[str]
    place: Mapped[str | None] = mapped_column(RegionCode)


class UnemploymentRegistration(Fact):
    """A spell during which a person was registered unemployed. 失业登记"""

    __tablename__ = "unemployment_registration"
    __table_args__ = build_person_table_args(UniqueConstraint("person_id", "registered_on"))

    registered_on: Mapped[date]
    ended_on: Mapped[date | None]


class TransferEmployment(Fact):
    """A rural worker's registered move to work elsewhere. 转移就业"""

    __tablename__ = "transfer_employment"
    __table_args__ = build_person_table_args(UniqueConstraint("person_id", "transferred_on"))

    transferred_on: Mapped[date]
    ended_on: Mapped[date | None]
    destination: Mapped[str | None]


class LabourContract(Fact):
    """A labour contract on file. 劳动合同

    Without a last day it is open-ended 无固定期限, or its term was not stated (S6).
    """

    __tablename__ = "labour_contract"
    __table_args__ = build_person_table_args(
        UniqueConstraint("person_id", "employer_credit_code", "starts_on"),
        CheckConstraint("starts_on <= ends_on", name="starts_before_it_ends"),
        CheckConstraint("NOT open_ended OR ends_on IS NULL", name="open_ended_has_no_end"),
    )

    employer_credit_code: Mapped[str]
    signed_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    open_ended: Mapped[bool]


class OfficialMobile(Fact):
    """A mobile that an office or an operator knows to be a person's (X18). 官方登记手机号码

    `loaded_at` is when it was told first: it takes codes only some days later.
    """

    __tablename__ = "official_mobile"
    __table_args__ = build_person_table_args(UniqueConstraint("person_id", "mobile_index"))

    mobile_index: Mapped[bytes]
    mobile_sealed: Mapped[bytes] = sealed_as("mobile", owner_follows=True)
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())


class FactLoad(Base):
    """That a file was loaded: what it covers, and until when; no fact on file means little else.

    `latest` is the last month or day that the file tells of; `account_id` is whose system sent it,
    none where it came by the command. `faults` are those of the rows of a call that were refused.
    """

    __tablename__ = "fact_load"
    __table_args__ = (
        UniqueConstraint("kind", "source", "as_of", "region", "digest"),
        Index(None, "kind", "region", "as_of"),
    )
    owner = Owner.REGISTER

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    kind: Mapped[FactKind] = mapped_column(build_enum_type(FactKind))
    source: Mapped[str]
    as_of: Mapped[date]
    latest: Mapped[date | None]
    digest: Mapped[bytes]
    loaded: Mapped[int]
    refused: Mapped[int]
    faults: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    loaded_at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[UUID | None] = reference_account()

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.claims.claim import ClaimLine
from models.internship.monthly_report import MonthlyReport
from models.kernel.base import (
    Changeable,
    Owner,
    Placed,
    build_enum_type,
    build_placed_table_args,
    build_wide_indexes,
    reference_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.units.bank_account import BankAccount
from models.units.person import Person


class AuditSign(StrEnum):
    """What auditors take for a warning (X14). 审计疑点类型"""

    INSURED_ONLY_AROUND_CLAIM = "INSURED_ONLY_AROUND_CLAIM"
    ACCOUNT_IN_SEVERAL_UNITS = "ACCOUNT_IN_SEVERAL_UNITS"
    TWO_PLACES_IN_A_MONTH = "TWO_PLACES_IN_A_MONTH"


class FindingState(StrEnum):
    """Whether somebody looked into a finding, and what came of it. 疑点处理状态"""

    OPEN = "OPEN"
    EXPLAINED = "EXPLAINED"
    CONFIRMED = "CONFIRMED"


def _relate_record(table: str) -> Mapped[Any]:
    return relate_same_unit("AuditFinding", "record_id", table, read_only=True)


class AuditFinding(Placed, Changeable):
    """A warning sign about a unit's record; it blocks nothing by itself (X14). 审计疑点

    It is told to those who oversee the unit's region, and never to the unit. What a sign found in
    several units is a finding in each: nobody learns of a region that is not theirs. `evidence` are
    figures and months, and no personal data.
    """

    __tablename__ = "audit_finding"
    read_by = (ReadBy(reading=Reading.OVERSIGHT),)
    has_history = True
    __table_args__ = build_placed_table_args(
        reference_unit(),
        UniqueConstraint("unit_id", "sign", "record_id"),
        Index(None, "region", "state", "id"),
        *build_wide_indexes("state"),
    )
    owner = Owner.OVERSIGHT

    sign: Mapped[AuditSign] = mapped_column(build_enum_type(AuditSign))
    record_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    evidence: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[FindingState] = mapped_column(
        build_enum_type(FindingState), default=FindingState.OPEN
    )
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    settled_by_name: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None]

    person: Mapped[Person | None] = relationship(lazy="raise")
    line: Mapped[ClaimLine] = _relate_record("ClaimLine")
    bank_account: Mapped[BankAccount] = _relate_record("BankAccount")
    monthly_report: Mapped[MonthlyReport] = _relate_record("MonthlyReport")

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.hiring.beneficiary import Beneficiary
from models.hiring.hire_group import HireGroup
from models.internship.intern import Intern
from models.internship.monthly_report import MonthlyReport
from models.kernel.attached_to import AttachedTo
from models.kernel.base import (
    Changeable,
    Money,
    Owner,
    Placed,
    RegionCode,
    UnitOwned,
    build_enum_type,
    build_placed_table_args,
    build_sort_index,
    build_unit_table_args,
    build_wide_indexes,
    map_cents,
    reference_account,
    reference_same_unit,
    reference_unit,
    relate_same_unit,
)
from models.kernel.numbered import Numbered
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as
from models.kernel.status import (
    APPROVED_STATUSES,
    OPEN_STATUSES,
    PUBLISHED_STATUSES,
    LineState,
    Status,
)
from models.units.bank_account import BankAccount
from models.units.person import Person

if TYPE_CHECKING:
    from models.rosters.roster import RosterRow
    from models.training.training import Trainee, TrainingClass


class ClaimKind(StrEnum):
    """What a claim is for. 补贴类型"""

    LIVING_ALLOWANCE = "LIVING_ALLOWANCE"
    MENTORING = "MENTORING"
    HIRING = "HIRING"
    SERVICE = "SERVICE"
    TRAINING = "TRAINING"


class Claim(Numbered, Placed):
    """An application for a subsidy, whatever its kind; its lines carry the amounts. 补贴申报

    `region` is the unit's until it is submitted, and from then on where it is decided: the `place`
    of hires and placements, for all else still the unit's (X21). `approved_amount` and
    `approved_by` are those of its last approval, whatever becomes of its lines (X2, X8). `place` is
    where the hired are insured 单位参保地 (S10), or the region of the enterprise that trains (X21);
    `beneficiary` is who an agency has paid (S14); `class_id` and `course_code` are what training is
    claimed for, once per enterprise and course (S33); `public_until` is the last day of its last
    publicity (S18). Review, publicity and payment have persons and times of their own (X9).
    `course_classes` are all of the unit's classes for its course.
    """

    __tablename__ = "claim"
    read_by = (
        ReadBy(reading=Reading.CLAIMS),
        ReadBy(reading=Reading.APPROVED, column="status", among=APPROVED_STATUSES),
        ReadBy(reading=Reading.PUBLISHED, column="status", among=PUBLISHED_STATUSES),
    )
    open_statuses = (
        *OPEN_STATUSES,
        Status.APPROVED,
        Status.IN_PUBLICITY,
        Status.PUBLICITY_PASSED,
        Status.PUBLICITY_FAILED,
    )
    attached_to = AttachedTo.CLAIM
    ranged_by = ("submitted_at",)
    ordered_by = ("disbursed_at", "amount_cents")
    __table_args__ = build_placed_table_args(
        reference_unit(),
        reference_same_unit("bank_account_id", "bank_account"),
        CheckConstraint(
            "kind <> 'LIVING_ALLOWANCE' OR month IS NOT NULL", name="living_allowance_has_a_month"
        ),
        CheckConstraint("kind <> 'MENTORING' OR year IS NOT NULL", name="mentoring_has_a_year"),
        CheckConstraint(
            "(kind = 'TRAINING') = (class_id IS NOT NULL AND course_code IS NOT NULL)",
            name="training_names_its_class",
        ),
        reference_same_unit("class_id", "training_class"),
        Index(None, "unit_id", "class_id"),
        ExcludeConstraint(
            ("unit_id", "="),
            ("course_code", "="),
            ("class_id", "<>"),
            name="ex_claim_unit_id_course_code_class_id",
            using="gist",
            where=text("class_id IS NOT NULL AND status NOT IN ('DRAFT', 'WITHDRAWN', 'REFUSED')"),
        ),
        UniqueConstraint("unit_id", "id", "kind", "status", "region"),
    )

    kind: Mapped[ClaimKind] = mapped_column(build_enum_type(ClaimKind))
    month: Mapped[date | None]
    year: Mapped[int | None]
    place: Mapped[str | None] = mapped_column(RegionCode, ForeignKey("region.code"))
    beneficiary: Mapped[Beneficiary | None] = mapped_column(build_enum_type(Beneficiary))
    class_id: Mapped[UUID | None]
    course_code: Mapped[str | None]
    bank_account_id: Mapped[UUID | None]
    amount: Mapped[Decimal] = mapped_column(Money)
    amount_cents: Mapped[int | None] = map_cents()
    approved_amount: Mapped[Decimal | None] = mapped_column(Money)
    approved_by: Mapped[UUID | None] = reference_account()
    parameters: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    public_until: Mapped[date | None]
    publicity_by: Mapped[UUID | None] = reference_account()
    publicity_at: Mapped[datetime | None]
    disbursed_by: Mapped[UUID | None] = reference_account()
    disbursed_at: Mapped[datetime | None]

    bank_account: Mapped[BankAccount | None] = relate_same_unit(
        "Claim", "bank_account_id", "BankAccount"
    )
    training_class: Mapped["TrainingClass | None"] = relate_same_unit(
        "Claim", "class_id", "TrainingClass"
    )
    course_classes: Mapped[list["TrainingClass"]] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="and_(remote(TrainingClass.unit_id) == Claim.unit_id, "
        "remote(TrainingClass.course_code) == foreign(Claim.course_code))",
    )


class ClaimLine(Placed, Changeable):
    """What a claim asks for one person; who is held is mentored by no other (J35). 补贴明细

    The person sees their line, but neither the claim nor the unit: so it tells by itself what it is
    part of. Kind, status and region are kept true by a foreign key; month, year and name are those
    of its making. `roster_row_id` and what follows it are those of a hire (S4, S13): with which
    employer, in which group, since when, on which contract, whose last day is empty where it is
    open-ended.
    `judgements` are what the risk controls found each time that they ran, oldest first (X3).
    `approved` lines were part of the amount that was approved (X8). A line that is paid to the
    person names their own account (S14); without a payee it is paid to the claim's. A
    supplementary line 补发 names the first, and stands on nothing (X20). A `barred` line keeps its
    person out of claims for the same thing, until an officer readmits them with a reason; the line
    that comes then `follows` it (X15). Before payment, or where it failed, the owner proposes
    another account; once an officer confirms it, it is `account_id`, or the payee (X8).
    `person_key` is the person's name at its making, as searches spell it: found by equality, under
    policies an index serves it (S27).
    """

    __tablename__ = "claim_line"
    read_by = (
        ReadBy(reading=Reading.CLAIMS),
        ReadBy(reading=Reading.APPROVED, column="claim_status", among=APPROVED_STATUSES),
        ReadBy(reading=Reading.PUBLISHED, column="claim_status", among=PUBLISHED_STATUSES),
        ReadBy(
            reading=Reading.PAYMENTS,
            through="payment",
            pairs={"unit_id": "unit_id", "line_id": "id"},
        ),
    )
    has_history = True
    __table_args__ = build_placed_table_args(
        ForeignKeyConstraint(
            ["unit_id", "claim_id", "claim_kind", "claim_status", "region"],
            ["claim.unit_id", "claim.id", "claim.kind", "claim.status", "claim.region"],
            onupdate="CASCADE",
        ),
        reference_same_unit("intern_id", "intern"),
        reference_same_unit("supplements_id", "claim_line"),
        Index(None, "unit_id", "intern_id"),
        Index(
            "ix_claim_line_unit_id_supplements_id",
            "unit_id",
            "supplements_id",
            postgresql_where="supplements_id IS NOT NULL",
        ),
        Index(None, "person_id"),
        Index(None, "person_key"),
        *build_wide_indexes("state"),
        Index(None, "unit_id", "claim_id", "id"),
        Index(None, "unit_id", "claim_id"),
        Index(
            "uq_claim_line_unit_id_claim_id_intern_id_live",
            "unit_id",
            "claim_id",
            "intern_id",
            unique=True,
            postgresql_where="state NOT IN ('STRUCK', 'PUBLICITY_FAILED')",
        ),
        reference_same_unit("follows_id", "claim_line"),
        reference_same_unit("account_id", "bank_account"),
        reference_same_unit("proposed_account_id", "bank_account"),
        Index(
            "ix_claim_line_unit_id_follows_id",
            "unit_id",
            "follows_id",
            postgresql_where="follows_id IS NOT NULL",
        ),
        Index(
            "uq_claim_line_person_id_mentored",
            "person_id",
            unique=True,
            postgresql_where="held AND claim_kind = 'MENTORING' AND supplements_id IS NULL",
        ),
        reference_same_unit("roster_row_id", "roster_row"),
        Index(None, "unit_id", "roster_row_id"),
        reference_same_unit("trainee_id", "trainee"),
        Index(None, "unit_id", "trainee_id"),
        Index(
            "uq_claim_line_unit_id_trainee_id_held",
            "unit_id",
            "trainee_id",
            unique=True,
            postgresql_where="held AND trainee_id IS NOT NULL AND supplements_id IS NULL",
        ),
        Index(
            "uq_claim_line_person_id_employer_code_hired",
            "person_id",
            "employer_code",
            "claim_kind",
            unique=True,
            postgresql_where="held AND employer_code IS NOT NULL AND supplements_id IS NULL",
        ),
    )

    owner = Owner.CLAIM_LINE

    claim_id: Mapped[UUID]
    claim_kind: Mapped[ClaimKind] = mapped_column(build_enum_type(ClaimKind))
    claim_status: Mapped[Status] = mapped_column(build_enum_type(Status))
    claim_month: Mapped[date | None]
    claim_year: Mapped[int | None]
    unit_name: Mapped[str]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    person_key: Mapped[str | None]
    intern_id: Mapped[UUID | None]
    state: Mapped[LineState] = mapped_column(build_enum_type(LineState), default=LineState.OPEN)
    amount: Mapped[Decimal] = mapped_column(Money)
    amount_cents: Mapped[int | None] = map_cents()
    explanation: Mapped[dict[str, Any]] = mapped_column(JSONB)
    reason: Mapped[str | None]
    held: Mapped[bool] = mapped_column(default=False, server_default="false")
    approved: Mapped[bool] = mapped_column(default=False, server_default="false")
    payee_name: Mapped[str | None]
    payee_bank: Mapped[str | None]
    payee_number_sealed: Mapped[bytes | None] = sealed_as("bank_account")
    payee_number_masked: Mapped[str | None]
    supplements_id: Mapped[UUID | None]
    roster_row_id: Mapped[UUID | None]
    trainee_id: Mapped[UUID | None]
    employer_code: Mapped[str | None]
    employer_name: Mapped[str | None]
    hire_group: Mapped[HireGroup | None] = mapped_column(build_enum_type(HireGroup))
    hired_on: Mapped[date | None]
    contract_starts_on: Mapped[date | None]
    contract_ends_on: Mapped[date | None]
    judgements: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")
    barred: Mapped[bool] = mapped_column(default=False, server_default="false")
    readmission_reason: Mapped[str | None]
    follows_id: Mapped[UUID | None]
    account_id: Mapped[UUID | None]
    proposed_account_id: Mapped[UUID | None]
    proposed_payee_bank: Mapped[str | None]
    proposed_payee_number_sealed: Mapped[bytes | None] = sealed_as("bank_account")
    proposed_payee_number_masked: Mapped[str | None]
    account_proposed_by: Mapped[UUID | None] = reference_account()
    account_confirmed_by: Mapped[UUID | None] = reference_account()

    claim: Mapped[Claim] = relate_same_unit("ClaimLine", "claim_id", "Claim")
    person: Mapped[Person] = relationship(lazy="raise")
    intern: Mapped[Intern | None] = relate_same_unit("ClaimLine", "intern_id", "Intern")
    supplements: Mapped["ClaimLine | None"] = relate_same_unit(
        "ClaimLine", "supplements_id", "ClaimLine"
    )
    account: Mapped[BankAccount | None] = relate_same_unit("ClaimLine", "account_id", "BankAccount")
    proposed_account: Mapped[BankAccount | None] = relate_same_unit(
        "ClaimLine", "proposed_account_id", "BankAccount"
    )
    follows: Mapped["ClaimLine | None"] = relate_same_unit("ClaimLine", "follows_id", "ClaimLine")
    roster_row: Mapped["RosterRow | None"] = relate_same_unit(
        "ClaimLine", "roster_row_id", "RosterRow"
    )
    trainee: Mapped["Trainee | None"] = relate_same_unit("ClaimLine", "trainee_id", "Trainee")


build_sort_index(ClaimLine, "amount_cents")


class ClaimedReport(UnitOwned):
    """A monthly report that a line stands on; while it is held no other line may have it (J30)."""

    __tablename__ = "claimed_report"
    read_by = (ReadBy(reading=Reading.INTERNSHIPS),)
    __table_args__ = build_unit_table_args(
        reference_same_unit("line_id", "claim_line"),
        reference_same_unit("report_id", "monthly_report"),
        Index(
            "uq_claimed_report_unit_id_report_id_held",
            "unit_id",
            "report_id",
            unique=True,
            postgresql_where="held",
        ),
        Index(None, "unit_id", "line_id"),
    )

    line_id: Mapped[UUID]
    report_id: Mapped[UUID]
    amount: Mapped[Decimal] = mapped_column(Money)
    held: Mapped[bool] = mapped_column(default=False)

    line: Mapped[ClaimLine] = relate_same_unit("ClaimedReport", "line_id", "ClaimLine")
    report: Mapped[MonthlyReport] = relate_same_unit("ClaimedReport", "report_id", "MonthlyReport")

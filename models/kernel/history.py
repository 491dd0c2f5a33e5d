from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.accounts.account import Account, Role
from models.claims.claim import Claim, ClaimLine
from models.internship.change_request import ChangeRequest
from models.internship.declaration import Declaration
from models.internship.intern import Intern
from models.internship.monthly_report import MonthlyReport
from models.internship.post import Post
from models.internship.reduction import Reduction
from models.kernel.base import (
    Owner,
    UnitOwned,
    build_enum_type,
    build_unit_table_args,
    reference_account,
    relate_same_unit,
)
from models.payment.clawback import Clawback
from models.payment.payment import Payment
from models.policy.amount_difference import AmountDifference
from models.rosters.roster import Roster
from models.training.training import Completion, Trainee, TrainingClass
from models.units.bank_account import BankAccount
from models.units.person import Person
from models.units.qualification import Qualification


def _relate_record(table: str) -> Mapped[Any]:
    return relate_same_unit("History", "record_id", table, read_only=True)


class History(UnitOwned):
    """Who did what to a unit's record, when, from which state to which, and why (X9). 操作记录

    Where the record is about one person, they may see that it happened.
    """

    __tablename__ = "history"
    __table_args__ = build_unit_table_args(
        Index(None, "unit_id", "record_id", "id"),
        Index(None, "unit_id", "at", "id"),
        UniqueConstraint("unit_id", "sequence"),
        Index(None, "account_id", "at", "id"),
        Index(None, "person_id", "at", "id", postgresql_where="person_id IS NOT NULL"),
    )
    owner = Owner.HISTORY
    append_only = True

    sequence: Mapped[int]
    hash: Mapped[bytes]
    record: Mapped[str]
    record_id: Mapped[UUID]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    title: Mapped[str | None]
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[UUID] = reference_account()
    account_name: Mapped[str]
    role: Mapped[Role] = mapped_column(build_enum_type(Role))

    account: Mapped[Account] = _relate_record("Account")
    person: Mapped[Person | None] = relationship(lazy="raise")
    declaration: Mapped[Declaration] = _relate_record("Declaration")
    post: Mapped[Post] = _relate_record("Post")
    intern: Mapped[Intern] = _relate_record("Intern")
    monthly_report: Mapped[MonthlyReport] = _relate_record("MonthlyReport")
    claim: Mapped[Claim] = _relate_record("Claim")
    claim_line: Mapped[ClaimLine] = _relate_record("ClaimLine")
    bank_account: Mapped[BankAccount] = _relate_record("BankAccount")
    reduction: Mapped[Reduction] = _relate_record("Reduction")
    clawback: Mapped[Clawback] = _relate_record("Clawback")
    payment: Mapped[Payment] = _relate_record("Payment")
    change_request: Mapped[ChangeRequest] = _relate_record("ChangeRequest")
    amount_difference: Mapped[AmountDifference] = _relate_record("AmountDifference")
    qualification: Mapped[Qualification] = _relate_record("Qualification")
    training_class: Mapped[TrainingClass] = _relate_record("TrainingClass")
    trainee: Mapped[Trainee] = _relate_record("Trainee")
    completion: Mapped[Completion] = _relate_record("Completion")
    roster: Mapped[Roster] = _relate_record("Roster")

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import InstrumentedAttribute, Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.kernel.base import (
    Base,
    Owner,
    Placed,
    RegionCode,
    UnitOwned,
    build_enum_type,
    build_placed_table_args,
    for_each_table,
    reference_account,
    reference_unit,
    relate_same_unit,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.role import Role

if TYPE_CHECKING:
    from models.units.person import Person


class Told(Base):
    """A history: whose changes it tells of, and how its entries lead to them."""

    __abstract__ = True

    append_only = True
    tables: ClassVar[list[type[Base]]]
    """Whose changes are told of; a unit's own stand beside."""

    @classmethod
    def relations(cls) -> dict[str, InstrumentedAttribute[Any]]:
        """Return the relations to what entries are about, by what entries call it."""
        return {table.__name__: cls.relation_to(table) for table in cls.tables}

    @classmethod
    def relation_to(cls, table: type[Base]) -> InstrumentedAttribute[Any]:
        """Return the relation to a table's records."""
        relation: InstrumentedAttribute[Any] = getattr(cls, table.__tablename__)
        return relation


class History(Placed, Told):
    """Who did what to a unit's record, when, from which state to which, and why (X9). 操作记录

    Where the record is about one person, they may see that it happened. An entry lies where its
    record did at that time.
    """

    __tablename__ = "history"
    read_by = (
        ReadBy(
            reading=Reading.CLAIMS,
            column="record",
            among=("Claim", "ClaimLine", "Clawback", "AmountDifference", "Roster", "BankAccount"),
        ),
        ReadBy(
            reading=Reading.INTERNSHIPS,
            column="record",
            among=(
                *("Declaration", "DeclarationStaff", "Post", "Intern", "MonthlyReport"),
                *("Reduction", "ChangeRequest"),
            ),
        ),
        ReadBy(
            reading=Reading.TRAINING,
            column="record",
            among=("TrainingClass", "Trainee", "Completion", "Roster"),
        ),
        ReadBy(reading=Reading.PAYMENTS, column="record", among=("Payment", "Clawback")),
        ReadBy(reading=Reading.QUALIFICATIONS, column="record", among=("Qualification",)),
        ReadBy(reading=Reading.ACCOUNTS, column="record", among=("Account",)),
        ReadBy(column="record", among=("Unit",)),
        ReadBy(
            reading=Reading.PUBLISHED,
            column="record",
            among=("Claim",),
            through="claim",
            pairs={"unit_id": "unit_id", "id": "record_id"},
        ),
        ReadBy(
            reading=Reading.PUBLISHED,
            column="record",
            among=("ClaimLine",),
            through="claim_line",
            pairs={"unit_id": "unit_id", "id": "record_id"},
        ),
    )
    __table_args__ = build_placed_table_args(
        reference_unit(),
        Index(None, "unit_id", "record_id", "id"),
        Index(None, "unit_id", "at", "id"),
        UniqueConstraint("unit_id", "sequence"),
        Index(None, "account_id", "at", "id"),
        Index(None, "person_id", "at", "id", postgresql_where="person_id IS NOT NULL"),
    )
    owner = Owner.HISTORY
    consulted_by = "record_id"
    consulted_where = "record IN ('Claim', 'ClaimLine', 'Payment', 'Clawback')"
    tables: ClassVar[list[type[Base]]] = []

    sequence: Mapped[int]
    hash: Mapped[bytes]
    key_id: Mapped[bytes | None]
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

    person: Mapped["Person | None"] = relationship("Person", lazy="raise")


class OfficeHistory(Told):
    """Who did what to a record that no unit owns, when, from which state to which, why (X9).

    Objections, appeals, parameters, calendars, grants, batches, what auditors find, and accounts
    that act for no unit: they belong to an office, and so does what happened to them. Who does what
    anybody may do has no account.
    `holder_id` is the account that a grant, or a change of an account, is about. 机构操作记录
    """

    __tablename__ = "office_history"
    read_by = (
        ReadBy(reading=Reading.OBJECTIONS, column="record", among=("Objection",)),
        ReadBy(reading=Reading.PAYMENTS, column="record", among=("DisbursementBatch",)),
        ReadBy(
            reading=Reading.ACCOUNTS,
            column="record",
            among=("AccountAppeal", "FunctionGrant", "Account"),
        ),
        ReadBy(reading=Reading.OVERSIGHT, column="record", among=("AuditFinding",)),
        ReadBy(reading=Reading.PROPOSALS, column="record", among=("Parameter",)),
        ReadBy(column="record", among=("CalendarYear",)),
    )
    __table_args__ = (
        Index(None, "record_id", "id"),
        Index(None, "region", "id"),
        Index(None, "account_id", "at", "id"),
        Index(None, "holder_id", "id", postgresql_where="holder_id IS NOT NULL"),
        UniqueConstraint("region", "sequence"),
    )
    owner = Owner.OFFICE_HISTORY
    tables: ClassVar[list[type[Base]]] = []

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    sequence: Mapped[int]
    hash: Mapped[bytes]
    key_id: Mapped[bytes | None]
    record: Mapped[str]
    record_id: Mapped[UUID]
    holder_id: Mapped[UUID | None] = reference_account()
    title: Mapped[str | None]
    action: Mapped[str]
    from_status: Mapped[str | None]
    to_status: Mapped[str | None]
    reason: Mapped[str | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    account_id: Mapped[UUID | None] = reference_account()
    account_name: Mapped[str]
    role: Mapped[Role | None] = mapped_column(build_enum_type(Role))


def _relate(table: type[Base]) -> None:
    """Relate entries to the records of a table that they are about.

    A unit's accounts are told of with the unit, all others with their office; and so is what is
    written about a unit and not for it.
    """
    if not table.has_history:
        return
    name = table.__name__
    of_unit = issubclass(table, UnitOwned) and table.owner is not Owner.OVERSIGHT
    if of_unit or table.owner is Owner.ACCOUNT_ITSELF:
        relation = relate_same_unit("History", "record_id", name, read_only=True)
        setattr(History, table.__tablename__, relation)
        History.tables.append(table)
    if not of_unit:
        relation = relationship(
            name,
            lazy="raise",
            viewonly=True,
            primaryjoin=f"foreign(OfficeHistory.record_id) == remote({name}.id)",
        )
        setattr(OfficeHistory, table.__tablename__, relation)
        OfficeHistory.tables.append(table)


for_each_table(Base, _relate)

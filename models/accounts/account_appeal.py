from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.accounts.account import Account
from models.kernel.base import Changeable, DatabaseRole, Owner, RegionCode, build_enum_type
from models.kernel.reading import ReadBy, Reading
from models.kernel.sealed import sealed_as
from models.units.unit import Unit


class AppealKind(StrEnum):
    """What is wrong with an account. 申诉类型"""

    PASSWORD_LOST = "PASSWORD_LOST"  # noqa: S105 - not a password
    ACCOUNT_LOST = "ACCOUNT_LOST"
    ACCOUNT_CLOSED = "ACCOUNT_CLOSED"
    REGISTERED_BY_OTHERS = "REGISTERED_BY_OTHERS"
    HOLDER_CHANGED = "HOLDER_CHANGED"
    OTHER = "OTHER"


class AppealStatus(StrEnum):
    """Where an appeal stands. 申诉状态"""

    LODGED = "LODGED"
    PROPOSED = "PROPOSED"
    STOPPED = "STOPPED"
    RESTORED = "RESTORED"
    CORRECTED = "CORRECTED"
    REFUSED = "REFUSED"


class AccountAppeal(Changeable):
    """Somebody has trouble with a unit's or their own account; an officer settles it (J2). 账号申诉

    Whoever lodged it finds it by its number, of which only the hash is kept; `unit_id` is empty
    where no unit of that code is registered. One about a person's own account says who they are in
    `id_number_…` and the contact's name; `person_id` is empty where nobody of that name and number
    is on file. It lies where their account is, and `stated_region` is all that they are told.

    One officer proposes to give `account_id` back: `proposed_as` names the way, `proposed_hash` is
    the keyed hash of account and holder. Another one does so from `opens_on` on. Until then the
    holder may stop it.

    `cleared_at` is when its words, whom to ask, whose number it named and its evidence were given
    up for their age (`resolvers/kernel/clearing.py`).
    """

    __tablename__ = "account_appeal"
    read_by = (ReadBy(reading=Reading.ACCOUNTS),)
    has_history = True
    __table_args__ = (
        Index(None, "region", "id"),
        Index(
            "ix_account_appeal_region_settled_at_kept",
            *("region", "settled_at"),
            postgresql_where="cleared_at IS NULL",
        ),
        UniqueConstraint("id", "number_hash", "region"),
        CheckConstraint(
            "(credit_code IS NULL) <> (id_number_index IS NULL) OR cleared_at IS NOT NULL",
            name="of_a_unit_or_of_a_person",
        ),
    )
    owner = Owner.APPEAL
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    number_hash: Mapped[bytes] = mapped_column(unique=True)
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    credit_code: Mapped[str | None]
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    id_number_sealed: Mapped[bytes | None] = sealed_as("id_number")
    id_number_index: Mapped[bytes | None]
    id_number_masked: Mapped[str | None]
    stated_region: Mapped[str | None] = mapped_column(RegionCode, ForeignKey("region.code"))
    trouble: Mapped[AppealKind] = mapped_column(build_enum_type(AppealKind))
    text: Mapped[str]
    contact_name_sealed: Mapped[bytes] = sealed_as("name")
    contact_name_masked: Mapped[str]
    contact_mobile_sealed: Mapped[bytes] = sealed_as("mobile")
    contact_mobile_index: Mapped[bytes]
    contact_mobile_masked: Mapped[str]
    status: Mapped[AppealStatus] = mapped_column(build_enum_type(AppealStatus))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    lodged_by: Mapped[UUID | None]
    proposed_by: Mapped[UUID | None]
    proposed_by_name: Mapped[str | None]
    proposed_at: Mapped[datetime | None]
    proposed_as: Mapped[str | None]
    proposed_hash: Mapped[bytes | None]
    opens_on: Mapped[date | None]
    settled_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    settled_by_name: Mapped[str | None]
    settled_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    recovered_at: Mapped[datetime | None]
    cleared_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    account: Mapped[Account | None] = relationship(lazy="raise", foreign_keys=[account_id])
    person_account: Mapped[Account | None] = relationship(
        lazy="raise",
        viewonly=True,
        primaryjoin="foreign(AccountAppeal.person_id) == remote(Account.person_id)",
    )

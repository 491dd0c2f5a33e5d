from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, Uuid
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.kernel.base import (
    READ_BY_WRITERS,
    Base,
    Changeable,
    DatabaseRole,
    Owner,
    RegionCode,
    build_enum_type,
    build_wide_indexes,
)
from models.kernel.reading import ReadBy, Reading
from models.kernel.role import Role
from models.kernel.sealed import sealed_as
from models.units.person import Person
from models.units.unit import Unit

SYSTEM_ACCOUNT = UUID("6a697579-6500-7000-8000-000000000001")
"""The account in whose name background work is done; nobody can sign in as it."""


class SignInWay(StrEnum):
    """How somebody signed in, or tried to. 登录方式"""

    PASSWORD = "PASSWORD"  # noqa: S105 - not a password
    QR_CODE = "QR_CODE"
    REGISTRATION = "REGISTRATION"
    RECOVERY = "RECOVERY"
    PROVIDER = "PROVIDER"
    PROOF = "PROOF"
    PASSKEY = "PASSKEY"
    CLIENT = "CLIENT"


class AccountChange(StrEnum):
    """What administrators do to an account (X28). 账号变更"""

    OPEN = "OPEN"
    CLOSE = "CLOSE"
    REOPEN = "REOPEN"
    END_SESSIONS = "END_SESSIONS"
    REMOVE_FACTOR = "REMOVE_FACTOR"
    RESET_PASSWORD = "RESET_PASSWORD"  # noqa: S105 - not a password


class Account(Changeable):
    """Somebody who may sign in: a person once, a unit as one legal person 法人账号. 账号

    `claimed_index` is the blind index of the number that a person typed who opened it: a claim.
    `person_id` is whose account it is, once that was proved (X18). `holder_…` is the number of whom
    an office opened it for; `same_holder` are the other accounts of that number, open or closed:
    together they are one pair of eyes (X2). `confirmation_…` is what one officer read
    on the holder's card, as a keyed hash, where two have to (X18). `pending_…` is what an
    administrator proposed to do to it, until another one has confirmed or refused it (X28).
    `password_given_at` is when an administrator gave it its password, until its holder has one of
    their own; `password_given_by` is who did, and alone is told it.
    """

    __tablename__ = "account"
    read_by = (ReadBy(reading=Reading.ACCOUNTS),)
    has_history = True
    __table_args__ = (
        Index(None, "region", "id"),
        *build_wide_indexes("name"),
        Index(None, "unit_id"),
        Index(None, "claimed_index"),
        Index(None, "holder_index"),
        UniqueConstraint("person_id"),
        UniqueConstraint("id", "region", "role"),
        Index(
            "uq_account_unit_id_legal_person",
            "unit_id",
            unique=True,
            postgresql_where="role = 'LEGAL_PERSON'",
        ),
    )
    owner = Owner.ACCOUNT_ITSELF
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    username: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str] = mapped_column(
        deferred=True, deferred_raiseload=True, info={READ_BY_WRITERS: True}
    )
    role: Mapped[Role] = mapped_column(build_enum_type(Role))
    name: Mapped[str]
    region: Mapped[str] = mapped_column(RegionCode, ForeignKey("region.code"))
    unit_id: Mapped[UUID | None] = mapped_column(ForeignKey("unit.id"))
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    claimed_sealed: Mapped[bytes | None] = sealed_as("id_number")
    claimed_index: Mapped[bytes | None]
    holder_sealed: Mapped[bytes | None] = sealed_as("id_number")
    holder_index: Mapped[bytes | None]
    same_holder: Mapped[list[UUID]] = mapped_column(
        ARRAY(Uuid()), default=list, server_default="{}"
    )
    confirmation_by: Mapped[UUID | None]
    confirmation_on: Mapped[date | None]
    confirmation_hash: Mapped[bytes | None]
    active: Mapped[bool] = mapped_column(default=True, server_default="true")
    agreement: Mapped[str | None]
    agreed_at: Mapped[datetime | None]
    favourites: Mapped[list[str]] = mapped_column(JSONB, default=list, server_default="[]")
    pending_change: Mapped[AccountChange | None] = mapped_column(build_enum_type(AccountChange))
    pending_by: Mapped[UUID | None] = mapped_column(Uuid())
    pending_by_name: Mapped[str | None]
    pending_at: Mapped[datetime | None]
    pending_reason: Mapped[str | None]
    password_given_at: Mapped[datetime | None]
    password_given_by: Mapped[UUID | None] = mapped_column(Uuid())

    unit: Mapped[Unit | None] = relationship(lazy="raise")
    person: Mapped[Person | None] = relationship(lazy="raise")


class SignInSession(Base):
    """A sign-in that lives on through rotating refresh tokens; only their hashes are kept.

    `proved_at` is when its holder proved last who they are, if the sign-in itself was a proof.
    `replaced` tells that it ended for a newer one, since the account had too many.
    """

    __tablename__ = "sign_in_session"
    __table_args__ = (Index(None, "ended_at", postgresql_where="ended_at IS NOT NULL"),)
    owner = Owner.SESSION
    written_by = DatabaseRole.SIGN_IN

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[bytes]
    spent_hash: Mapped[bytes | None]
    moved_at: Mapped[datetime | None]
    resent: Mapped[str] = mapped_column(default="NO", server_default="NO")
    way: Mapped[SignInWay] = mapped_column(build_enum_type(SignInWay), default=SignInWay.PASSWORD)
    user_agent: Mapped[str | None]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]
    proved_at: Mapped[datetime | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    replaced: Mapped[bool] = mapped_column(default=False, server_default="false")


class SignIn(Base):
    """Somebody tried to sign in to an account. 登录记录"""

    __tablename__ = "sign_in"
    __table_args__ = (Index(None, "account_id", "id"), Index(None, "at"))
    owner = Owner.ACCOUNT
    written_by = DatabaseRole.SIGN_IN
    append_only = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("account.id"))
    at: Mapped[datetime]
    way: Mapped[SignInWay] = mapped_column(build_enum_type(SignInWay))
    succeeded: Mapped[bool]
    user_agent: Mapped[str | None]

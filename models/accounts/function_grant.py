from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    column,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship
from uuid_utils.compat import uuid7

from models.accounts.account import Account
from models.kernel.base import Changeable, DatabaseRole, Owner, RegionCode, build_enum_type
from models.kernel.reading import ReadBy, Reading
from models.kernel.role import Role


class FunctionGrant(Changeable):
    """A function that was granted to an account, from a day on and maybe up to one (S1). 功能授权

    Of a function an account has one grant at a time. Nothing of a grant is ever changed but that it
    is revoked, and none is deleted (ADR 0035).
    """

    __tablename__ = "function_grant"
    read_by = (ReadBy(reading=Reading.ACCOUNTS),)
    has_history = True
    __table_args__ = (
        ForeignKeyConstraint(
            ["account_id", "region", "role"],
            ["account.id", "account.region", "account.role"],
            onupdate="CASCADE",
        ),
        ExcludeConstraint(
            ("account_id", "="),
            ("function", "="),
            (func.daterange(column("valid_from"), column("valid_to"), text("'[]'")), "&&"),
            where=text("NOT revoked"),
            name="ex_function_grant_account_id_function_term",
            using="gist",
        ),
        CheckConstraint("granted_by <> account_id", name="by_another"),
        CheckConstraint("valid_from <= valid_to", name="in_order"),
        CheckConstraint("revoked = (revoked_at IS NOT NULL)", name="revoked"),
        Index(None, "region", "id"),
        Index(None, "region", "valid_to", postgresql_where="NOT revoked"),
    )
    owner = Owner.GRANT
    written_by = DatabaseRole.ADMINISTRATION

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    account_id: Mapped[UUID] = mapped_column(index=True)
    region: Mapped[str] = mapped_column(RegionCode)
    role: Mapped[Role] = mapped_column(build_enum_type(Role))
    function: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    reason: Mapped[str | None]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    granted_by_name: Mapped[str]
    granted_at: Mapped[datetime]
    revoked: Mapped[bool] = mapped_column(default=False, server_default="false")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("account.id"))
    revoked_by_name: Mapped[str | None]
    revoked_because: Mapped[str | None]

    account: Mapped[Account] = relationship(
        lazy="raise",
        primaryjoin="foreign(FunctionGrant.account_id) == remote(Account.id)",
    )

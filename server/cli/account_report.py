"""What is told of accounts: to people in words, to machines as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, FunctionGrant, Role, Unit
from rules.kernel.function import HOLDER_ROLES
from rules.kernel.region import compute_code_range, get_region_name

PRIVATE_ROLES = (Role.PERSON, Role.SYSTEM)
"""Whose accounts are no business of who keeps the server."""

SELF_OPENED_ROLES = (Role.LEGAL_PERSON, Role.UNIT_OPERATOR)
"""Units' own accounts; they are listed where they are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountReport:
    """An account as it is told; a password only where it was just made up."""

    account: str
    role: Role
    holder: str
    region: str | None
    unit: str | None
    """The unit's name; None where it acts for none."""
    credit_code: str | None
    active: bool
    grants: Sequence[str] = ()
    password: str | None = None
    changed: bool = True

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {
            "account": self.account,
            "role": self.role,
            "holder": self.holder,
            "region": self.region,
            "unit": self.unit,
            "creditCode": self.credit_code,
            "open": self.active,
            "grants": [*self.grants],
            "password": self.password,
            "changed": self.changed,
        }

    def describe_place(self) -> str:
        """Say where it is, and for which unit it acts."""
        if self.unit is not None:
            return self.unit
        return get_region_name(self.region) if self.region else ""

    def describe_state(self) -> str:
        """Say whether it may sign in."""
        return "open" if self.active else "closed"

    def list_words(self) -> Sequence[str]:
        """List what tells one account from another."""
        return (
            self.account,
            self.role,
            self.describe_state(),
            self.holder,
            self.describe_place(),
        )

    def describe_password(self) -> list[str]:
        """Say a password that was made up, this once."""
        if self.password is None:
            return []
        return [f"Password, shown this once 密码仅显示一次: {self.password}"]

    def describe_grants(self) -> list[str]:
        """Say what is granted to it."""
        return [f"Granted 已授权: {', '.join(self.grants)}"] if self.grants else []


async def load_reports(
    session: AsyncSession,
    *,
    name: str | None,
    role: Role | None,
    region: str | None,
    without_holder: bool = False,
) -> list[AccountReport]:
    """Load accounts by name, else by role and region, with what is granted to them."""
    wanted = select(Account, Unit).join(Unit, Unit.id == Account.unit_id, isouter=True)
    wanted = wanted.where(Account.role.not_in(PRIVATE_ROLES))
    if name is not None:
        wanted = wanted.where(Account.username == name)
    elif role is not None:
        wanted = wanted.where(Account.role == role)
    else:
        wanted = wanted.where(Account.role.not_in(SELF_OPENED_ROLES))
    if without_holder:
        nameless = Account.holder_index.is_(None), Account.role.in_(HOLDER_ROLES), Account.active
        wanted = wanted.where(*nameless)
    if region is not None:
        wanted = wanted.where(Account.region.between(*compute_code_range(region)))
    rows = (await session.execute(wanted.order_by(Account.region, Account.username))).all()
    granted = await load_granted(session, [row.Account for row in rows])
    return [
        AccountReport(
            account=row.Account.username,
            role=row.Account.role,
            holder=row.Account.name,
            region=row.Account.region,
            unit=row.Unit.name if row.Unit else None,
            credit_code=row.Unit.credit_code if row.Unit else None,
            active=row.Account.active,
            grants=granted.get(row.Account.username, ()),
        )
        for row in rows
    ]


async def load_granted(
    session: AsyncSession, accounts: Sequence[Account]
) -> Mapping[str, Sequence[str]]:
    """Load what stands granted to accounts, by their names."""
    names = {account.id: account.username for account in accounts}
    standing = select(FunctionGrant.account_id, FunctionGrant.function).where(
        FunctionGrant.account_id.in_(names), FunctionGrant.revoked_at.is_(None)
    )
    found: dict[str, list[str]] = {}
    for account_id, function in await session.execute(standing.order_by(FunctionGrant.function)):
        found.setdefault(names[account_id], []).append(function)
    return found

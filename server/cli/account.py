"""Accounts that nobody opens for themselves: officers and administrators, by the command line."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from secrets import token_urlsafe

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import EVERYWHERE, Actor, state
from models import Account, FunctionGrant, Role, SignInSession, Unit
from resolvers.accounts.grant import package
from resolvers.kernel.constraint import violated
from resolvers.kernel.door import speaking
from resolvers.kernel.service import Service
from rules.accounts.account import read_account_name
from rules.accounts.grant import in_order
from rules.accounts.password import faults
from rules.kernel.function import GRANTABLE, Function
from rules.kernel.identity import read_credit_code
from rules.kernel.refusal import Fault, Reason, Unreadable, fault
from rules.kernel.region import name_of, read_region
from rules.kernel.viewer import Language
from rules.kernel.wording import message
from rules.kernel.workflow import NOTHING
from server.database.pools import running
from server.settings.settings import Settings

NATIONAL = Actor(see=EVERYWHERE, act=EVERYWHERE)
NO_GRANTS = "none"
OF_UNIT = (Role.LEGAL_PERSON, Role.UNIT_OPERATOR, Role.AGENCY_OPERATOR)
TAKEN = {
    "uq_account_username": "The account name is taken. 账号名已被使用。",
    "uq_account_unit_id_legal_person": "The unit has a legal person already. 该单位已有法人账号。",
}


class AccountError(RuntimeError):
    """Say why an account was neither made nor changed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The account to make; a unit's is named by the unit's credit code, any other by a region.

    `functions` are granted to it; None is all that its role may hold.
    """

    account: str
    role: Role
    name: str
    region: str | None = None
    credit_code: str | None = None
    functions: Sequence[Function] | None = None


async def create(settings: Settings, wanted: Wanted, *, from_stdin: bool) -> str:
    """Make an account, and say what was made; a password that was made up is said this once."""
    username = _read(read_account_name(wanted.account))
    _demand_grantable(wanted)
    async with _service(settings) as service, speaking(service, NATIONAL) as session:
        region, unit = await _place(session, wanted)
        password, told = _password(service, username, from_stdin=from_stdin)
        row = Account(
            id=uuid7(),
            username=username,
            password_hash=await service.passwords.hashed(password),
            role=wanted.role,
            name=wanted.name,
            region=region,
            unit_id=unit.id if unit else None,
            active=True,
        )
        session.add(row)
        try:
            await session.flush()
        except IntegrityError as error:
            raise AccountError(TAKEN.get(violated(error), violated(error))) from None
        granted = package(row, service.now(), wanted.functions)
        session.add_all(granted)
    where = f"{unit.name if unit else name_of(region)}{_granted(granted)}"
    return f"{username}: {wanted.role}, {where}{told}"


async def change(
    settings: Settings, username: str, *, active: bool | None, reset: bool, from_stdin: bool
) -> str:
    """Close or open an account, or give it another password; its sessions end."""
    async with _service(settings) as service, speaking(service, NATIONAL) as session:
        found = select(Account).where(Account.username == username).with_for_update()
        row = (await session.scalars(found)).first()
        if row is None:
            raise AccountError("There is no such account. 没有此账号。")
        told = ""
        if reset:
            password, told = _password(service, username, from_stdin=from_stdin)
            row.password_hash = await service.passwords.hashed(password)
        row.active = row.active if active is None else active
        row.version, row.updated_at = row.version + 1, service.now()
        await session.flush()
        await state(session, Actor(account=row.id))
        alive = (SignInSession.account_id == row.id, SignInSession.ended_at.is_(None))
        await session.execute(update(SignInSession).where(*alive).values(ended_at=service.now()))
    return f"{username}: {'open' if row.active else 'closed'}{told}"


def _service(settings: Settings) -> AbstractAsyncContextManager[Service]:
    return running(settings.model_copy(update={"compiled_reads": False}))


def functions_of(text: str) -> list[Function]:
    """Read the functions that are to be granted, divided by commas, or none."""
    names = [] if text == NO_GRANTS else [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in Function.__members__]
    if unknown:
        raise AccountError(f"There is no function {', '.join(unknown)}. 没有此功能。")
    return [*map(Function, dict.fromkeys(names))]


def _demand_grantable(wanted: Wanted) -> None:
    """Demand that the role may hold what is granted, and takes a grant for it (S1)."""
    possible = GRANTABLE[wanted.role]
    if set(wanted.functions or ()) - possible:
        named = ", ".join(in_order(possible)) or NOTHING
        why = fault(Reason.FUNCTION_NOT_GRANTABLE, role=wanted.role, possible=named)
        raise AccountError(_words(why))


def _granted(grants: Sequence[FunctionGrant]) -> str:
    names = ", ".join(grant.function for grant in grants)
    return f"\nGranted 已授权: {names}" if names else ""


async def _place(session: AsyncSession, wanted: Wanted) -> tuple[str, Unit | None]:
    """Tell where an account is, and for which unit it acts."""
    if wanted.role is Role.PERSON:
        raise AccountError("Persons open their accounts themselves. 个人账号由本人注册。")
    if wanted.role not in OF_UNIT:
        return _read(read_region(wanted.region)), None
    code = _read(read_credit_code(wanted.credit_code))
    unit = (await session.scalars(select(Unit).where(Unit.credit_code == code))).first()
    if unit is None:
        raise AccountError("No unit of this credit code is registered. 该单位尚未注册。")
    return unit.region, unit


def _password(service: Service, username: str, *, from_stdin: bool) -> tuple[str, str]:
    """Read a password, or make one up; give it, and what is said of it."""
    must = service.passwords_must
    if from_stdin:
        typed = sys.stdin.readline().rstrip("\n")
        _demand_none(faults(typed, username, must))
        return typed, ""
    while True:
        made = token_urlsafe(max(15, must.least))
        if not any(faults(made, username, must)):
            return made, f"\nPassword, shown this once 密码仅显示一次: {made}"


def _read(value: str | Unreadable) -> str:
    if isinstance(value, Unreadable):
        raise AccountError(_words(fault(value.reason)))
    return value


def _demand_none(found: Iterable[Fault]) -> None:
    words = [_words(each) for each in found]
    if words:
        raise AccountError("\n".join(words))


def _words(said: Fault) -> str:
    words = message(said, Language.EN)
    return f"{words.text} {words.cure} ({said.reason})"

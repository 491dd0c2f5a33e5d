"""Accounts that nobody opens for themselves: officers and administrators, by the command line."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from getpass import getpass
from pathlib import Path
from secrets import token_urlsafe

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import Actor, set_rls_context
from models import Account, DatabaseRole, Role, Unit
from resolvers.accounts.account_holder import (
    NATIONWIDE_ACTOR,
    end_sessions_of_account,
    link_accounts_of_holder,
    link_opened_account,
)
from resolvers.accounts.administration import clear_pending_change
from resolvers.accounts.grant import GRANTED, build_account_grants
from resolvers.accounts.sign_in_challenge import remove_all_factors
from resolvers.kernel.constraint import get_violated_constraint
from resolvers.kernel.history import (
    Act,
    build_audit_entry,
    build_change_entry,
    build_creation_entry,
)
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.service import Service
from rules.accounts.account import (
    find_holder_fault,
    find_role_region_faults,
    parse_account_name,
)
from rules.accounts.administration import ADMINISTRATION_ROLES
from rules.accounts.grant import sort_functions
from rules.accounts.password import find_password_faults
from rules.kernel.function import GRANTABLE_FUNCTIONS, Function
from rules.kernel.identity import parse_credit_code, parse_id_number
from rules.kernel.point_budget import TOOL_ROLES
from rules.kernel.refusal import Fault, InvalidInput, Reason, Unreadable, fault
from rules.kernel.region import parse_region
from rules.kernel.term import NO_ACTIONS_TEXT
from rules.kernel.text import parse_text, read_text
from rules.kernel.viewer import COMMAND_VIEWER, Language
from rules.kernel.wording import format_fault
from server.cli.account_report import PRIVATE_ROLES, AccountReport, load_reports
from server.database.pools import build_password_policy, open_service
from server.settings.settings import Settings

NO_GRANTS = "none"
UNIT_ROLES = (Role.LEGAL_PERSON, Role.UNIT_OPERATOR, Role.AGENCY_OPERATOR)
MAX_HOLDER_LENGTH = 100
NOTHING_ASKED_MESSAGE = (
    "Nothing is to change. Give --open or --close, --password or --password-stdin, --open with "
    "a password, --without-factor, or --holder-number-file. 未指定要修改的内容。"
)
HOLDER_REQUIRED_MESSAGE = (
    "Give the holder's ID number by --holder-number-file: ACCOUNT_HOLDER_REQUIRED is on, or the "
    "role is one of the three administrators. "
    "请用 --holder-number-file 提供持有人公民身份号码。"
)
CONFLICT_MESSAGES = {
    "uq_account_username": "The account name is taken. 账号名已被使用。",
    "uq_account_unit_id_legal_person": "The unit has a legal person already. 该单位已有法人账号。",
}


class AccountError(RuntimeError):
    """Say why an account was neither made nor changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRequest:
    """The account to make; a unit's is named by the unit's credit code, any other by a region.

    `functions` are granted to it; None is all that its role may hold. `holder_number` is the ID
    number of whose it is.
    """

    account: str
    role: Role
    name: str
    region: str | None = None
    credit_code: str | None = None
    functions: Sequence[Function] | None = None
    holder_number: str | None = None


async def create_account(
    settings: Settings, wanted: AccountRequest, *, from_stdin: bool
) -> AccountReport:
    """Make an account, and tell what was made; a password that was made up is told this once.

    Raises AccountError where it can't be made so.
    """
    username = _require_readable(parse_account_name(wanted.account))
    holder = _require_readable(parse_text(wanted.name, MAX_HOLDER_LENGTH))
    _require_grantable(wanted)
    must_tell = settings.account_holder_required or wanted.role in ADMINISTRATION_ROLES
    if wanted.holder_number is None and must_tell:
        raise AccountError(HOLDER_REQUIRED_MESSAGE)
    # Whoever types takes their time: nothing is held in the database meanwhile.
    password, made_up = _read_or_generate_password(settings, username, from_stdin=from_stdin)
    async with (
        _open_service(settings) as service,
        transaction_as(service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION) as session,
    ):
        region, unit = await _find_region_and_unit(session, wanted)
        row = Account(
            id=uuid7(),
            username=username,
            password_hash=await service.passwords.hash_password(password),
            role=wanted.role,
            name=holder,
            region=region,
            unit_id=unit.id if unit else None,
            active=True,
            same_holder=[],
            password_given_at=_get_giving_time(service, wanted.role, made_up=made_up),
        )
        if wanted.holder_number is not None:
            number = _require_readable(parse_id_number(wanted.holder_number, service.today()))
            with _exit_on_faults():
                await link_accounts_of_holder(service, session, row, number)
        session.add(row)
        try:
            await session.flush()
        except IntegrityError as error:
            raise AccountError(
                CONFLICT_MESSAGES.get(
                    get_violated_constraint(error), get_violated_constraint(error)
                )
            ) from None
        act = Act(COMMAND_VIEWER, service.now())
        granted = build_account_grants(row, act.now, wanted.functions)
        session.add_all([*granted, build_creation_entry(act, row, None)])
        session.add_all(build_creation_entry(act, grant, GRANTED) for grant in granted)
    return _report_account(
        row,
        unit=unit,
        grants=[grant.function for grant in granted],
        password=password if made_up else None,
    )


async def _remove_factor(session: AsyncSession, row: Account) -> bool:
    await session.flush()
    await set_rls_context(session, Actor(account=row.id))
    removed = await remove_all_factors(session, row.id)
    await set_rls_context(session, NATIONWIDE_ACTOR)
    return removed


async def change_account(
    settings: Settings,
    name: str,
    *,
    active: bool | None,
    reset: bool,
    from_stdin: bool,
    unbind: bool = False,
    holder_number: str | None = None,
) -> AccountReport:
    """Close or open an account, or give it another password; its sessions end.

    `unbind` removes its second factor, for a holder who lost authenticator and recovery codes.
    `holder_number` says whose an account is that was opened without it.

    An account that is as it is wished already stays as it is, and its sessions go on.
    Raises AccountError where there is no such account, or nothing of it is to change.
    """
    username = read_text(name)
    if active is None and not reset and not unbind and holder_number is None:
        raise AccountError(NOTHING_ASKED_MESSAGE)
    password, made_up = "", False
    if reset:
        password, made_up = _read_or_generate_password(settings, username, from_stdin=from_stdin)
    async with (
        _open_service(settings) as service,
        transaction_as(service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION) as session,
    ):
        found = select(Account).where(Account.username == username).with_for_update()
        row = (await session.scalars(found)).first()
        if row is None:
            raise AccountError("There is no such account. 没有此账号。")
        if row.role is Role.SYSTEM:
            raise AccountError("The worker acts as it; nobody may sign in. 系统账号不可修改。")
        if reset:
            row.password_hash = await service.passwords.hash_password(password)
        elif active in {None, row.active} and not unbind and holder_number is None:
            return replace(await _load_report(session, row), changed=False)
        before = {"active": row.active, **({"password_hash": ""} if reset else {})}
        if active and not row.active:
            with _exit_on_faults():
                await link_opened_account(service, session, row)
        row.active = row.active if active is None else active
        if reset or not row.active:
            clear_pending_change(row)
        if reset:
            row.password_given_at = _get_giving_time(service, row.role, made_up=made_up)
            row.password_given_by = None
        row.version, row.updated_at = row.version + 1, service.now()
        act = Act(COMMAND_VIEWER, service.now())
        session.add(build_change_entry(act, row, "CHANGE", before))
        if holder_number is not None:
            await _register_holder(service, session, row, holder_number)
            session.add(build_audit_entry(act, row, "REGISTER_HOLDER", {}))
        if unbind and await _remove_factor(session, row):
            session.add(build_audit_entry(act, row, "REMOVE_FACTOR", {}))
        await session.flush()
        done = await _load_report(session, row)
        await end_sessions_of_account(service, session, row)
    return replace(done, password=password if made_up else None)


async def _register_holder(
    service: Service, session: AsyncSession, row: Account, told: str
) -> None:
    """Say whose an account is that was opened without it; a number that is there stays."""
    barred = find_holder_fault(row.role, row.holder_index)
    if barred:
        raise AccountError(_describe_fault(barred))
    number = _require_readable(parse_id_number(told, service.today()))
    with _exit_on_faults():
        await link_accounts_of_holder(service, session, row, number)


async def _load_report(session: AsyncSession, row: Account) -> AccountReport:
    """Load what is told of an account; of a person's, what its row says."""
    found = await load_reports(session, name=row.username, role=None, region=None)
    return found[0] if found else _report_account(row)


@contextmanager
def _exit_on_faults() -> Iterator[None]:
    try:
        yield
    except InvalidInput as no:
        raise AccountError("\n".join(map(_describe_fault, no.faults))) from None


async def list_accounts(
    settings: Settings,
    *,
    name: str | None,
    role: Role | None,
    region: str | None,
    without_holder: bool = False,
) -> list[AccountReport]:
    """List accounts by name, or by role and region; only those that don't say whose they are.

    Raises AccountError where the one that is named is not there, or the region is none.
    """
    within = None if region is None else _require_readable(parse_region(region))
    if role in PRIVATE_ROLES:
        raise AccountError("Persons' accounts are their own. 个人账号不在此列出。")
    async with (
        _open_service(settings) as service,
        transaction_as(service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION) as session,
    ):
        wanted = None if name is None else read_text(name)
        found = await load_reports(
            session, name=wanted, role=role, region=within, without_holder=without_holder
        )
    if name is not None and not found:
        raise AccountError("There is no such account. 没有此账号。")
    return found


def _report_account(
    row: Account,
    *,
    unit: Unit | None = None,
    grants: Sequence[str] = (),
    password: str | None = None,
) -> AccountReport:
    return AccountReport(
        account=row.username,
        role=row.role,
        holder=row.name,
        region=row.region,
        unit=unit.name if unit else None,
        credit_code=unit.credit_code if unit else None,
        active=row.active,
        grants=grants,
        password=password,
    )


def read_number_file(path: Path | None) -> str | None:
    """Read an ID number from a file, so that no list of processes and no shell shows it.

    Raises AccountError where it can't be read.
    """
    try:
        return None if path is None else path.read_text("utf-8").strip()
    except (OSError, ValueError):
        raise AccountError("The file can't be read. 无法读取文件。") from None


def _open_service(settings: Settings) -> AbstractAsyncContextManager[Service]:
    return open_service(settings.model_copy(update={"compiled_reads": False}))


def parse_functions(text: str) -> list[Function]:
    """Read the functions that are to be granted, divided by commas, or none.

    Raises AccountError for what is no function.
    """
    names = [] if text == NO_GRANTS else [name.strip() for name in text.split(",")]
    unknown = [name for name in names if name not in Function.__members__]
    if unknown:
        raise AccountError(f"There is no function {', '.join(unknown)}. 没有此功能。")
    return [*map(Function, dict.fromkeys(names))]


def _require_grantable(wanted: AccountRequest) -> None:
    """Demand that the role may hold what is granted, and takes a grant for it (S1)."""
    possible = GRANTABLE_FUNCTIONS[wanted.role]
    if set(wanted.functions or ()) - possible:
        named = ", ".join(sort_functions(possible)) or NO_ACTIONS_TEXT
        why = fault(Reason.FUNCTION_NOT_GRANTABLE, role=wanted.role, possible=named)
        raise AccountError(_describe_fault(why))


async def _find_region_and_unit(
    session: AsyncSession, wanted: AccountRequest
) -> tuple[str, Unit | None]:
    """Return where an account is, and for which unit it acts."""
    if wanted.role is Role.PERSON:
        raise AccountError("Persons open their accounts themselves. 个人账号由本人注册。")
    if wanted.role is Role.SYSTEM:
        raise AccountError("The worker has its account already. 系统账号不可新增。")
    if wanted.role in UNIT_ROLES:
        _require_left_out("--region", wanted.region, "its unit's region counts")
        code = _require_readable(parse_credit_code(wanted.credit_code))
        unit = (await session.scalars(select(Unit).where(Unit.credit_code == code))).first()
        if unit is None:
            raise AccountError("No unit of this credit code is registered. 该单位尚未注册。")
        return unit.region, unit
    _require_left_out("--credit-code", wanted.credit_code, "it acts for no unit")
    region = _require_readable(parse_region(wanted.region))
    _require_no_faults(find_role_region_faults(wanted.role, region, ("region",)))
    return region, None


def _require_left_out(option: str, value: str | None, why: str) -> None:
    if value is not None:
        raise AccountError(f"Leave out {option}: {why}. 请勿填写 {option}。")


def _read_or_generate_password(
    settings: Settings, username: str, *, from_stdin: bool
) -> tuple[str, bool]:
    """Read a password, or make one up; tell whether it was made up."""
    must = build_password_policy(settings)
    if from_stdin:
        typed = _read_password()
        _require_no_faults(find_password_faults(typed, username, must))
        return typed, False
    while True:
        made = token_urlsafe(max(15, must.least))
        if not any(find_password_faults(made, username, must)):
            return made, True


def _get_giving_time(service: Service, role: Role, *, made_up: bool) -> datetime | None:
    """Return when a password was given, which its holder is to change; a program has no holder."""
    return service.now() if made_up or role not in TOOL_ROLES else None


def _read_password() -> str:
    """Read the password's line; ask for it, unseen, where somebody types it."""
    if sys.stdin.isatty():
        return getpass("Password 密码: ")
    return sys.stdin.readline().rstrip("\r\n")


def _require_readable(value: str | Unreadable) -> str:
    if isinstance(value, Unreadable):
        raise AccountError(_describe_fault(fault(value.reason)))
    return value


def _require_no_faults(found: Iterable[Fault]) -> None:
    words = [_describe_fault(each) for each in found]
    if words:
        raise AccountError("\n".join(words))


def _describe_fault(said: Fault) -> str:
    words = format_fault(said, Language.EN)
    return f"{words.text} {words.cure} ({said.reason})"

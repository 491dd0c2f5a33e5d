"""What commands for programs share: whose they are, what they may, and what is recorded of them."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import SYSTEM_ACCOUNT, Account, DatabaseRole, SignInSession, SignInWay
from resolvers.accounts.account_holder import NATIONWIDE_ACTOR
from resolvers.accounts.client_credentials import FUNCTIONS_WITHOUT_CLIENTS, ROLES_WITHOUT_CLIENTS
from resolvers.kernel.history import Act, build_audit_entry
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.service import Service
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.text import read_text
from rules.kernel.viewer import COMMAND_VIEWER
from server.cli.account import AccountError
from server.database.pools import open_service
from server.settings.settings import Settings

SYSTEM_ACTOR = Actor(account=SYSTEM_ACCOUNT, see=ALL_REGIONS)
"""Who lists what accounts prove themselves with; of secrets there are hashes alone."""


@asynccontextmanager
async def change_programs(
    settings: Settings, account: str
) -> AsyncIterator[tuple[Service, AsyncSession, Account]]:
    """Open a transaction that changes what acts for an account, which is held.

    Raises AccountError where it is not there.
    """
    async with (
        open_service(settings.model_copy(update={"compiled_reads": False})) as service,
        transaction_as(service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION) as session,
    ):
        row = await _find_account(session, account)
        yield service, session, row
        await session.flush()
        await set_rls_context(session, NATIONWIDE_ACTOR)


@asynccontextmanager
async def read_programs(
    settings: Settings, account: str | None
) -> AsyncIterator[tuple[Service, AsyncSession, Account | None]]:
    """Open a transaction that lists what acts for accounts, for one of them or for all.

    Raises AccountError where the one that is named is not there.
    """
    async with (
        open_service(settings.model_copy(update={"compiled_reads": False})) as service,
        transaction_as(service, NATIONWIDE_ACTOR, DatabaseRole.ADMINISTRATION) as session,
    ):
        row = None if account is None else await _find_account(session, account)
        await set_rls_context(session, SYSTEM_ACTOR)
        yield service, session, row


async def _find_account(session: AsyncSession, name: str) -> Account:
    found = select(Account).where(Account.username == read_text(name)).with_for_update()
    row = (await session.scalars(found)).first()
    if row is None:
        raise AccountError("There is no such account. 没有此账号。")
    return row


async def load_owners(session: AsyncSession, ids: Collection[UUID]) -> Mapping[UUID, Account]:
    """Load the accounts for which programs act."""
    rows = await session.scalars(select(Account).where(Account.id.in_({*ids})))
    return {row.id: row for row in rows}


def require_program_functions(row: Account, functions: Sequence[Function]) -> None:
    """Demand functions that a program may hold, and that the account's role may (J3)."""
    if {*functions} & FUNCTIONS_WITHOUT_CLIENTS:
        raise AccountError("No program may hold that. 应用客户端不能持有这些功能。")
    beyond = {*functions} - ROLE_FUNCTIONS[row.role]
    if row.role in ROLES_WITHOUT_CLIENTS or beyond or not functions:
        raise AccountError("Its role may not hold that. 该账号的角色不能持有这些功能。")


async def record_step(
    session: AsyncSession,
    row: Account,
    now: datetime,
    action: str,
    told: Mapping[str, Sequence[str]],
) -> None:
    """Write what is done to the history of an account, and speak for the account from then on."""
    told_lists = {name: [*values] for name, values in told.items()}
    session.add(build_audit_entry(Act(COMMAND_VIEWER, now), row, action, told_lists))
    await session.flush()
    await set_rls_context(session, Actor(account=row.id))


async def end_program_sessions(session: AsyncSession, row: Account, now: datetime) -> None:
    """End what programs of an account have begun; the transaction speaks for the account."""
    await _end_sessions(session, row, now, programs=True)


async def end_holder_sessions(session: AsyncSession, row: Account, now: datetime) -> None:
    """End what the holder of an account has begun; the transaction speaks for the account."""
    await _end_sessions(session, row, now, programs=False)


async def _end_sessions(
    session: AsyncSession, row: Account, now: datetime, *, programs: bool
) -> None:
    way = SignInSession.way == SignInWay.CLIENT
    own = (
        SignInSession.account_id == row.id,
        SignInSession.ended_at.is_(None),
        way if programs else ~way,
    )
    await session.flush()
    await session.execute(update(SignInSession).where(*own).values(ended_at=now))


def is_lapsed(valid_to: date | None, today: date) -> bool:
    """Return whether a last day is over."""
    return valid_to is not None and valid_to < today


def format_instant(when: date | datetime | None) -> str | None:
    """Write a day or an instant as machines read it."""
    return when.isoformat() if when else None

"""Programs that sign in by themselves: added with a secret that is told once, and revoked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import Actor, set_rls_context
from models import Account, ApiClient, DatabaseRole, SignInSession, SignInWay
from resolvers.accounts.account_holder import NATIONWIDE_ACTOR
from resolvers.accounts.client_credentials import (
    FUNCTIONS_WITHOUT_CLIENTS,
    ROLES_WITHOUT_CLIENTS,
    hash_secret,
    make_secret,
)
from resolvers.kernel.history import Act, build_audit_entry
from resolvers.kernel.public_access import transaction_as
from rules.kernel.function import ROLE_FUNCTIONS, Function
from rules.kernel.text import read_text
from rules.kernel.viewer import COMMAND_VIEWER
from server.cli.account import AccountError
from server.database.pools import open_service
from server.settings.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReport:
    """A program as it is told; its secret only where it was just made up."""

    id: str
    account: str
    name: str
    functions: Sequence[str]
    valid_to: date | None
    revoked: bool = False
    secret: str | None = None


async def add_client(
    settings: Settings, account: str, name: str, functions: Sequence[Function], until: date | None
) -> ClientReport:
    """Add a program that acts for an account within some functions.

    Raises AccountError where the account is not there, or its role holds less.
    """
    async with open_service(settings.model_copy(update={"compiled_reads": False})) as service:
        role = DatabaseRole.ADMINISTRATION
        async with transaction_as(service, NATIONWIDE_ACTOR, role) as session:
            row = await _find_account(session, account)
            beyond = {*functions} - ROLE_FUNCTIONS[row.role]
            if {*functions} & FUNCTIONS_WITHOUT_CLIENTS:
                raise AccountError("No program may hold that. 应用客户端不能持有这些功能。")
            if row.role in ROLES_WITHOUT_CLIENTS or beyond or not functions:
                raise AccountError("Its role may not hold that. 该账号的角色不能持有这些功能。")
            secret, now = make_secret(), service.now()
            client = ApiClient(
                id=uuid7(),
                account_id=row.id,
                secret_hash=hash_secret(secret),
                name=read_text(name),
                functions=[*functions],
                added_at=now,
                valid_to=until,
            )
            told = {"functions": ["", ", ".join(functions)], "client": ["", str(client.id)]}
            session.add(build_audit_entry(Act(COMMAND_VIEWER, now), row, "ADD_CLIENT", told))
            await session.flush()
            await set_rls_context(session, Actor(account=row.id))
            session.add(client)
            await session.flush()
            await set_rls_context(session, NATIONWIDE_ACTOR)
            return ClientReport(
                id=str(client.id),
                account=row.username,
                name=client.name,
                functions=client.functions,
                valid_to=until,
                secret=secret,
            )


async def revoke_client(settings: Settings, account: str, client_id: str) -> ClientReport:
    """Revoke a program of an account; its tokens end within seconds.

    Raises AccountError where there is none.
    """
    async with open_service(settings.model_copy(update={"compiled_reads": False})) as service:
        role = DatabaseRole.ADMINISTRATION
        async with transaction_as(service, NATIONWIDE_ACTOR, role) as session:
            row, now = await _find_account(session, account), service.now()
            told = {"client": [client_id, ""]}
            session.add(build_audit_entry(Act(COMMAND_VIEWER, now), row, "REVOKE_CLIENT", told))
            await session.flush()
            await set_rls_context(session, Actor(account=row.id))
            client = await _find_client(session, row, client_id)
            client.revoked_at = client.revoked_at or now
            own = (
                SignInSession.account_id == row.id,
                SignInSession.way == SignInWay.CLIENT,
                SignInSession.ended_at.is_(None),
            )
            await session.flush()
            await session.execute(update(SignInSession).where(*own).values(ended_at=now))
            await set_rls_context(session, NATIONWIDE_ACTOR)
            return ClientReport(
                id=str(client.id),
                account=row.username,
                name=client.name,
                functions=client.functions,
                valid_to=client.valid_to,
                revoked=True,
            )


async def _find_account(session: AsyncSession, name: str) -> Account:
    found = select(Account).where(Account.username == read_text(name)).with_for_update()
    row = (await session.scalars(found)).first()
    if row is None:
        raise AccountError("There is no such account. 没有此账号。")
    return row


async def _find_client(session: AsyncSession, account: Account, client_id: str) -> ApiClient:
    try:
        named = UUID(client_id)
    except ValueError:
        raise AccountError("There is no such program. 没有此客户端。") from None
    own = (ApiClient.id == named, ApiClient.account_id == account.id)
    row = (await session.scalars(select(ApiClient).where(*own).with_for_update())).first()
    if row is None:
        raise AccountError("There is no such program. 没有此客户端。")
    return row

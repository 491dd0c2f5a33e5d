"""Programs that sign in by themselves: added with a secret that is told once, and revoked."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from models import Account, ApiClient
from resolvers.accounts.client_credentials import hash_secret, make_secret
from rules.kernel.function import Function
from rules.kernel.text import read_text
from server.cli.account import AccountError
from server.cli.program import (
    change_programs,
    end_program_sessions,
    format_instant,
    is_lapsed,
    load_owners,
    read_programs,
    record_step,
    require_program_functions,
)
from server.settings.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientReport:
    """A program as it is told; its secret only where it was just made up."""

    id: str
    account: str
    name: str
    functions: Sequence[str]
    valid_to: date | None
    lapsed: bool
    revoked: bool = False
    used_at: datetime | None = None
    secret: str | None = None

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {
            **asdict(self),
            "valid_to": format_instant(self.valid_to),
            "used_at": format_instant(self.used_at),
        }

    def list_words(self) -> Sequence[str]:
        """List what tells one program from another."""
        if self.revoked:
            state = "revoked"
        elif self.lapsed:
            state = f"lapsed on {self.valid_to}"
        else:
            state = f"until {self.valid_to or 'revoked'}"
        return (self.id, self.account, self.name, ",".join(self.functions), state)


async def add_client(
    settings: Settings, account: str, name: str, functions: Sequence[Function], until: date | None
) -> ClientReport:
    """Add a program that acts for an account within some functions.

    Raises AccountError where the account is not there, or its role holds less.
    """
    async with change_programs(settings, account) as (service, session, row):
        require_program_functions(row, functions)
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
        await record_step(session, row, now, "ADD_CLIENT", told)
        session.add(client)
        await session.flush()
        return replace(_report_client(row, client, service.today()), secret=secret)


async def revoke_client(settings: Settings, account: str, client_id: str) -> ClientReport:
    """Revoke a program of an account; its tokens end within seconds.

    Raises AccountError where there is none.
    """
    async with change_programs(settings, account) as (service, session, row):
        now = service.now()
        await record_step(session, row, now, "REVOKE_CLIENT", {"client": [client_id, ""]})
        client = await _find_client(session, row, client_id)
        client.revoked_at = client.revoked_at or now
        await end_program_sessions(session, row, now)
        return _report_client(row, client, service.today())


async def list_clients(settings: Settings, account: str | None) -> list[ClientReport]:
    """List programs, of one account or of all, those that were revoked too.

    Raises AccountError where there is no such account.
    """
    async with read_programs(settings, account) as (service, session, row):
        found = select(ApiClient).order_by(ApiClient.added_at)
        clients = (
            await session.scalars(
                found if row is None else found.where(ApiClient.account_id == row.id)
            )
        ).all()
        owners = await load_owners(session, [each.account_id for each in clients])
        today = service.today()
        return [_report_client(owners[each.account_id], each, today) for each in clients]


def _report_client(account: Account, client: ApiClient, today: date) -> ClientReport:
    return ClientReport(
        id=str(client.id),
        account=account.username,
        name=client.name,
        functions=client.functions,
        valid_to=client.valid_to,
        lapsed=is_lapsed(client.valid_to, today),
        revoked=client.revoked_at is not None,
        used_at=client.used_at,
    )


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

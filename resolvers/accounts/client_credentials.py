"""Programs that sign in by themselves: client credentials 应用客户端 (J3, RFC 6749 4.4)."""

from collections.abc import Sequence
from enum import StrEnum
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.client_certificate import PresentedCertificate
from gateways.heavy_work import HeavyWork
from loaders.actor import Actor, set_rls_context
from models import (
    Account,
    ApiClient,
    ClientCertificate,
    DatabaseRole,
    Role,
    SignInSession,
    SignInWay,
)
from resolvers.accounts.session import IssuedAccess, issue_access, record_sign_in
from resolvers.kernel.context import Context
from resolvers.kernel.public_access import transaction_as
from resolvers.kernel.rate_limit import CLIENT_LIMIT, count_in_turn
from resolvers.kernel.viewer import shorten_user_agent
from rules.accounts.administration import ADMINISTRATION_ROLES
from rules.kernel.fresh_proof import PROVED_FUNCTIONS
from rules.kernel.function import Function, Functions, parse_functions

SECRET_BYTES = 32
ROLES_WITHOUT_CLIENTS = frozenset({Role.PERSON, Role.SYSTEM, *ADMINISTRATION_ROLES})
"""For whom no program acts: persons and administrators 三员 come themselves."""
FUNCTIONS_WITHOUT_CLIENTS: Functions = PROVED_FUNCTIONS | {
    Function.KEEP_ACCOUNT,
    Function.SETTLE_APPEALS,
    Function.COUNTER_FILING,
}
"""What no program holds: it proves nothing, and the sessions that it would make outlive it. Nor
does it look at anybody's papers, to give their account back or to file for them (X18, X17)."""


class ClientError(StrEnum):
    """Why a program gets no token, by the names of RFC 6749 5.2."""

    INVALID_CLIENT = "invalid_client"
    INVALID_SCOPE = "invalid_scope"


class ClientRefused(Exception):
    """A program gets no token."""

    def __init__(self, error: ClientError) -> None:
        super().__init__(error)
        self.error = error


class ClientToken(NamedTuple):
    """A token of a program, and what it may do with it."""

    access: IssuedAccess
    scopes: Sequence[Function]


class AskedToken(NamedTuple):
    """What a program says: its id and secret, both of which a certificate may stand in for."""

    client_id: str
    secret: str
    scope: str | None


def make_secret() -> str:
    """Make a secret up; it is told once."""
    return token_urlsafe(SECRET_BYTES)


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a secret, which has too many bits to be tried."""
    return sha256(b"jiuye client " + secret.encode(errors="surrogatepass")).digest()


async def issue_client_token(context: Context, asked: AskedToken) -> ClientToken:
    """Issue a token to a program that knows its secret, for some of its functions or all (J3).

    One that came with its certificate needs no secret, and its token is bound to it (RFC 8705).

    Raises ClientRefused, and Crowded where too many ask. Failures alone are limited, by address and
    by program: nobody keeps a program out who does not know its secret. Each token is recorded.
    """
    async with context.service.places[HeavyWork.TOKENS].hold_place(context.address):
        try:
            return await _issue_token(context, asked)
        except ClientRefused as refused:
            if refused.error is ClientError.INVALID_CLIENT:
                whose = (f"address {context.address}", f"program {asked.client_id}")
                limits = [(CLIENT_LIMIT, each) for each in whose]
                await count_in_turn(context.service, limits, asker=context.address)
            raise


async def _issue_token(context: Context, asked: AskedToken) -> ClientToken:
    service = context.service
    shown = None if asked.secret else context.certificate
    knows = shown.secret if shown else hash_secret(asked.secret).hex()
    async with transaction_as(service, Actor(knows=knows), DatabaseRole.SIGN_IN) as session:
        client = await _find_program(session, asked, shown)
        if client is None:
            raise ClientRefused(ClientError.INVALID_CLIENT)
        await set_rls_context(session, Actor(account=client.account_id))
        account = await _lock_account(session, client.account_id)
        # Whoever revokes it held the account: what was read before may be over by now.
        await session.refresh(client, with_for_update=True)
        ended = client.valid_to is not None and client.valid_to < service.today()
        if account is None or _is_over(client) or ended:
            raise ClientRefused(ClientError.INVALID_CLIENT)
        scopes = _choose_scopes(client.functions or (), asked.scope)
        client.used_at = service.now()
        bound = client.fingerprint if isinstance(client, ClientCertificate) else None
        return ClientToken(await _open(session, context, account, scopes, bound), scopes)


async def _find_program(
    session: AsyncSession, asked: AskedToken, shown: PresentedCertificate | None
) -> ApiClient | ClientCertificate | None:
    """Find a program by its secret, or by its certificate; an id that it names must be its own."""
    found: ApiClient | ClientCertificate | None
    if shown is None:
        secret = ApiClient.secret_hash == hash_secret(asked.secret)
        found = (await session.scalars(select(ApiClient).where(secret))).first()
    else:
        program = (
            ClientCertificate.fingerprint.in_(shown.fingerprints),
            ClientCertificate.functions.is_not(None),
            ClientCertificate.ended_at.is_(None),  # what was ended may have been added again
        )
        found = (await session.scalars(select(ClientCertificate).where(*program))).first()
        if not asked.client_id:
            return found
    named = found is not None and compare_digest(str(found.id).encode(), asked.client_id.encode())
    return found if named else None


def _is_over(client: ApiClient | ClientCertificate) -> bool:
    over = client.revoked_at if isinstance(client, ApiClient) else client.ended_at
    return over is not None


async def _lock_account(session: AsyncSession, account_id: UUID) -> Account | None:
    # Whoever closes it ends its sessions in the same transaction: none slips in between.
    open_ = select(Account).where(Account.id == account_id, Account.active)
    return (await session.scalars(open_.with_for_update(read=True))).first()


def _choose_scopes(functions: Sequence[str], scope: str | None) -> list[Function]:
    """Choose the functions of a token: those that are asked for, or all of the program's."""
    held = parse_functions(functions) - FUNCTIONS_WITHOUT_CLIENTS
    asked = held if not scope else parse_functions(scope.split())
    if not asked <= held or (scope and len(asked) != len(set(scope.split()))):
        raise ClientRefused(ClientError.INVALID_SCOPE)
    return [function for function in Function if function in asked]


async def _open(
    session: AsyncSession,
    context: Context,
    account: Account,
    scopes: Sequence[Function],
    bound: bytes | None,
) -> IssuedAccess:
    """Open a session that lasts as long as its one token: there is none to refresh it."""
    service, now = context.service, context.service.now()
    first = service.tokens.build_refresh_token(uuid7())
    session.add(
        SignInSession(
            id=first.session,
            account_id=account.id,
            token_hash=first.hash,
            way=SignInWay.CLIENT,
            user_agent=shorten_user_agent(context.user_agent),
            started_at=now,
            proved_at=None,  # a secret in a file is no proof of a person
            expires_at=now + service.tokens.access,
        )
    )
    record_sign_in(session, context, account, SignInWay.CLIENT, succeeded=True)
    await session.flush()
    return await issue_access(session, service, account, first.session, None, scopes, bound=bound)

"""Signing in, staying signed in, signing out (J3)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.token import Claims, RefreshToken
from loaders.actor import Actor, state
from models import Account, SignInSession
from resolvers.context import Context
from resolvers.rate_limit import SIGN_IN, count_try, forget_tries
from resolvers.service import Service
from rules.refusal import Reason, refused


@dataclass(kw_only=True)
class Credentials:
    """An account's name and password."""

    account: str
    password: str


@dataclass(kw_only=True)
class Refresh:
    """The refresh token of a session."""

    refresh_token: str


@dataclass(frozen=True, slots=True)
class Session:
    """What a client keeps of a sign-in."""

    access_token: str
    expires_at: datetime
    refresh_token: str


async def sign_in(context: Context, input: Credentials) -> Session:
    """Sign in with account and password; tries are limited (J3). 登录."""
    service = context.service
    await count_try(service, SIGN_IN, input.account)
    account = await _named(service, input.account)
    hashed = account.password_hash if account is not None and account.active else None
    if not await service.passwords.match(hashed, input.password) or account is None:
        raise refused(Reason.SIGN_IN_FAILED, "input")
    await forget_tries(service, SIGN_IN, input.account)
    now = service.now()
    first = service.tokens.first(uuid7())
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, Actor(account=account.id))
        session.add(
            SignInSession(
                id=first.session,
                account_id=account.id,
                token_hash=first.hash,
                started_at=now,
                expires_at=now + service.refresh_life,
            )
        )
    return _session(service, account, first, now)


async def refresh_session(context: Context, input: Refresh) -> Session:
    """Exchange a refresh token; the same token sent again gets the same answer. 续期.

    A token whose successor was used already is stolen or lost: the session ends.
    """
    service, now = context.service, context.service.now()
    token = service.tokens.parse(input.refresh_token)
    account_id = await _rotated(service, token, now) if token else None
    if token is None or account_id is None:
        raise refused(Reason.SESSION_ENDED, "input", "refreshToken")
    account = await _account(service, Actor(account=account_id), Account.id == account_id)
    if account is None or not account.active:
        raise refused(Reason.SESSION_ENDED, "input", "refreshToken")
    return _session(service, account, service.tokens.next(token), now)


async def sign_out(context: Context) -> bool:
    """End the session; its refresh token is worth nothing from now on. 退出登录."""
    service = context.service
    if context.session is None:
        return False
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, context.actor)
        row = await session.get(SignInSession, context.session, with_for_update=True)
        if row is None or row.ended_at is not None:
            return False
        row.ended_at = service.now()
    return True


async def _rotated(service: Service, token: RefreshToken, now: datetime) -> UUID | None:
    """Move a session on from a token to its successor; None where the token is worth nothing."""
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, Actor(knows=str(token.session)))
        row = await session.get(SignInSession, token.session, with_for_update=True)
        if row is None or row.ended_at is not None or row.expires_at <= now:
            return None
        if row.token_hash == token.hash:
            row.spent_hash, row.token_hash = token.hash, service.tokens.next(token).hash
        elif row.spent_hash != token.hash:
            row.ended_at = now
            return None
        return row.account_id


async def _named(service: Service, name: str) -> Account | None:
    """Find an account by its name; PostgreSQL takes no NUL, so nobody has one in theirs."""
    if "\0" in name:
        return None
    return await _account(service, Actor(knows=name), Account.username == name)


async def _account(service: Service, actor: Actor, found_by: ColumnElement[bool]) -> Account | None:
    async with AsyncSession(service.reads, expire_on_commit=False) as session:
        await state(session, actor)
        return (await session.scalars(select(Account).where(found_by))).first()


def _session(service: Service, account: Account, token: RefreshToken, now: datetime) -> Session:
    claims = Claims(
        account=account.id,
        session=token.session,
        name=account.name,
        role=account.role,
        region=account.region,
        unit=account.unit_id,
        person=account.person_id,
    )
    access = service.tokens.issue(claims, now)
    return Session(access, now + service.tokens.access, token.text)

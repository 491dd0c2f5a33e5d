"""Signing in, staying signed in, signing out (J3); sessions that are listed and ended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import set_committed_value
from uuid_utils.compat import uuid7

from gateways.access_token import RefreshToken, TokenClaims
from loaders.actor import Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import (
    AccessAction,
    Account,
    DatabaseRole,
    SignIn,
    SignInSession,
    SignInWay,
    Unit,
)
from resolvers.accounts.client_certificate import find_bound_certificate, require_certificate
from resolvers.accounts.password_hash import WITH_PASSWORD_HASH
from resolvers.accounts.sign_in_challenge import SignInChallenge, find_challenge, has_second_factor
from resolvers.accounts.sign_in_try import (
    count_sign_in_try,
    forgive_sign_in_tries,
    issue_device_token,
)
from resolvers.kernel.access_history import build_account_entry
from resolvers.kernel.context import Context
from resolvers.kernel.database_role import run_as
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.public_access import load_hotline, transaction_as
from resolvers.kernel.rate_limit import UNKNOWN_ACCOUNT_LIMIT, record_try
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.viewer import shorten_user_agent
from rules.accounts.session import (
    RefreshState,
    RefreshStep,
    Resent,
    compute_session_end,
    follow_resent,
    judge_refresh,
)
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.text import read_text
from rules.kernel.value import RegionCode, RowId


@dataclass(kw_only=True)
class Credentials:
    """An account's name and password; the region only says whose hotline a refusal names.

    `device_token` is what the last sign-in on this device gave: by it others' tries don't count.
    """

    account: str
    password: str
    region: RegionCode | None = None
    device_token: str | None = None


@dataclass(kw_only=True)
class Refresh:
    """The refresh token of a session."""

    refresh_token: str


@dataclass(kw_only=True)
class SessionEnd:
    """Which session is ended."""

    id: RowId


@dataclass(frozen=True, slots=True)
class Session:
    """What a client keeps of a sign-in."""

    access_token: str
    expires_at: datetime
    refresh_token: str
    device_token: str | None = None


class IssuedAccess(NamedTuple):
    """An access token, and when it ends."""

    token: str
    expires_at: datetime


class _MovedSession(NamedTuple):
    """Whose session moved on, to which refresh token, and when they proved last who they are.

    `bound` is the certificate without which its tokens are worth nothing.
    """

    account_id: UUID
    token: RefreshToken
    proved_at: datetime | None
    bound: bytes | None


async def sign_in(context: Context, input: Credentials) -> Session | SignInChallenge:
    """Sign in with account and password; tries are limited (J3). 登录.

    Where the account has a second factor, a challenge is the answer: `completeSignIn` takes it.

    A refusal names the hotline of the region that the client states, and never that of the
    account: that would tell that there is one (J2).
    """
    service, name = context.service, read_text(input.account)
    # In line before anything is counted or read: a flood is turned away for next to nothing, and
    # takes no connections to wait with.
    async with service.passwords.hold_turn(context.address):
        tried = await count_sign_in_try(context, name, input.device_token)
        account = await find_account(service, name)
        known = account is not None and account.active and not _is_password_lapsed(service, account)
        hashed = account.password_hash if account is not None and known else None
        matches = await service.passwords.is_match(hashed, input.password)
        if matches and account is not None and service.passwords.is_outdated(account.password_hash):
            await _hash_anew(service, account, input.password)
    if matches and account is not None:
        await forgive_sign_in_tries(service, tried)
        opened = await open_or_challenge(
            context, account, SignInWay.PASSWORD, input.device_token or ""
        )
        if isinstance(opened, Session):
            device_token = await issue_device_token(service, name, tried.device)
            return replace(opened, device_token=device_token)
        if opened is not None:
            return opened
    elif account is not None:
        async with transaction_as(
            service, Actor(account=account.id), DatabaseRole.SIGN_IN
        ) as session:
            record_sign_in(session, context, account, SignInWay.PASSWORD, succeeded=False)
    else:  # writes as well: both answers take as long
        await record_try(service, UNKNOWN_ACCOUNT_LIMIT, name)
    call = await load_hotline(service, input.region)
    raise build_refusal(Reason.SIGN_IN_FAILED, "input", hotline=call)


async def _hash_anew(service: Service, account: Account, password: str) -> None:
    """Hash a password by the figures of today, unless it was changed meanwhile."""
    before, hashed = account.password_hash, await service.passwords.hash_password(password)
    own = Account.id == account.id
    unchanged = own, Account.password_hash == before
    renewed = update(Account).where(*unchanged).values(password_hash=hashed)
    async with transaction_as(service, Actor(account=account.id), DatabaseRole.SIGN_IN) as session:
        first = (await session.scalars(renewed.returning(Account.id))).first() is not None
        present = (
            hashed if first else await session.scalar(select(Account.password_hash).where(own))
        )
    # Another sign-in may have hashed the same password anew in between.
    if first or await service.passwords.is_match(present, password):
        set_committed_value(account, "password_hash", present)


def _is_password_lapsed(service: Service, account: Account) -> bool:
    """Return whether an account still has a password that it was given, and too long ago (X28)."""
    given_at = account.password_given_at
    return given_at is not None and given_at + service.reset_life <= service.now()


async def open_or_challenge(
    context: Context,
    account: Account,
    way: SignInWay,
    device_token: str = "",
    known_at: datetime | None = None,
) -> Session | SignInChallenge | None:
    """Open a session of an account, or ask for its second factor; None where it was closed.

    `known_at` is when somebody else proved last who they are, where it was not just now.
    """
    service, own = context.service, Actor(account=account.id)
    async with transaction_as(service, own, DatabaseRole.SIGN_IN) as session:
        if not await lock_if_unchanged(session, account):
            return None
        try:
            await require_certificate(session, service, account, context.certificate)
            challenge = await find_challenge(session, service, account, way, device_token)
            return challenge or await open_session(session, context, account, way, known_at)
        except Refusal as refusal:  # so that the try is written, and not undone
            record_sign_in(session, context, account, way, succeeded=False)
            refused = refusal
    raise refused


async def lock_if_unchanged(session: AsyncSession, account: Account) -> bool:
    """Hold an account, and tell whether it is open and its password still what it was.

    Whoever changes either ends the sessions in the same transaction: none slips in between.
    """
    found = select(Account.active, Account.password_hash).where(Account.id == account.id)
    # Shared: sign-ins don't wait for each other, only for who changes the account.
    row = (await session.execute(found.with_for_update(read=True))).first()
    return row is not None and row.active and row.password_hash == account.password_hash


async def open_session(
    session: AsyncSession,
    context: Context,
    account: Account,
    way: SignInWay,
    known_at: datetime | None = None,
) -> Session:
    """Open a session of an account, in a transaction that speaks for it.

    Its holder proved just now who they are, or `known_at` to whom they signed in with.
    """
    service, now = context.service, context.service.now()
    await _end_oldest_sessions(session, service, account.id)
    # After the sessions, as who moves one on: neither waits for what the other holds.
    bound = await find_bound_certificate(session, service, account, context.certificate)
    first = service.tokens.build_refresh_token(uuid7())
    row = SignInSession(
        id=first.session,
        account_id=account.id,
        token_hash=first.hash,
        way=way,
        user_agent=shorten_user_agent(context.user_agent),
        started_at=now,
        # Who scans a code shows that they are signed in on another device, and no more.
        proved_at=None if way is SignInWay.QR_CODE else known_at or now,
        expires_at=compute_session_end(now, now, service.refresh_life, service.idle_life),
    )
    session.add(row)
    record_sign_in(session, context, account, way, succeeded=True)
    await session.flush()
    access = await issue_access(session, service, account, row.id, row.proved_at, bound=bound)
    return Session(access.token, access.expires_at, first.text)


async def _end_oldest_sessions(session: AsyncSession, service: Service, account_id: UUID) -> None:
    """End those sessions of an account that would be too many with another one, the oldest first.

    Of two who sign in at once the second waits, and counts the first one's session too.
    """
    now, most = service.now(), service.sessions_per_account
    await AdvisoryLock.SESSIONS.lock(session, account_id)
    alive = (
        SignInSession.account_id == account_id,
        SignInSession.ended_at.is_(None),
        SignInSession.expires_at > now,
        SignInSession.way != SignInWay.CLIENT,
    )
    used_at = func.coalesce(SignInSession.seen_at, SignInSession.started_at)
    newest_first = select(SignInSession.id).where(*alive).order_by(used_at.desc())
    too_many = (await session.scalars(newest_first.offset(most - 1))).all()
    if too_many:
        replaced = {"ended_at": now, "replaced": True}
        those = SignInSession.id.in_(too_many)
        await session.execute(update(SignInSession).where(those).values(**replaced))


async def refresh_session(context: Context, input: Refresh) -> Session:
    """Exchange a refresh token; the same token sent again gets the same answer. 续期.

    A token whose successor was used already is stolen or lost: the session ends. So it does where
    tokens are sent again late, or two in a row: a thief and the holder take turns.
    """
    service, now = context.service, context.service.now()
    token = service.tokens.parse_refresh_token(input.refresh_token)
    moved = await _rotate_token(context, token, now) if token else Reason.SESSION_ENDED
    if not isinstance(moved, _MovedSession):
        raise build_refusal(moved, "input", "refreshToken")
    own = Account.id == moved.account_id
    account = await load_account(service, Actor(account=moved.account_id), own)
    if account is None:
        raise build_refusal(Reason.SESSION_ENDED, "input", "refreshToken")
    if not account.active:
        call = await load_hotline(service, account.region)
        raise build_refusal(Reason.ACCOUNT_CLOSED, "input", "refreshToken", hotline=call)
    following = moved.token
    async with AsyncSession(service.reads) as session:
        whose = following.session, moved.proved_at
        access = await issue_access(session, service, account, *whose, bound=moved.bound)
    return Session(access.token, access.expires_at, following.text)


async def sign_out(context: Context) -> bool:
    """End the session; its refresh token is worth nothing from now on. 退出登录."""
    service, own = context.service, context.viewer.session_id
    if own is None:
        return False
    async with transaction_as(service, context.actor, DatabaseRole.SIGN_IN) as session:
        row = await session.get(SignInSession, own, with_for_update=True)
        if row is None or row.ended_at is not None:
            return False
        row.ended_at = service.now()
    return True


@demand_fresh_proof
@run_as(DatabaseRole.SIGN_IN)
async def end_session(tx: Transaction, input: SessionEnd) -> SignInSession:
    """End one of one's own sessions: a lost telephone, a computer of somebody else's. 结束会话."""
    row = await tx.get_locked(SignInSession, input.id)
    row.ended_at = row.ended_at or tx.now
    await tx.session.flush()
    return row


@demand_fresh_proof
@run_as(DatabaseRole.SIGN_IN)
async def end_other_sessions(tx: Transaction) -> Account:
    """End all of one's sessions but this one, within seconds everywhere (J3). 结束其他会话."""
    own = tx.viewer.account_id
    if own is None or tx.viewer.session_id is None:
        raise build_refusal(Reason.SESSION_ENDED)
    await end_sessions(tx, own, keep=tx.viewer.session_id)
    return await tx.session.get_one(Account, own)


async def end_sessions(tx: Transaction, account_id: UUID, keep: UUID | None = None) -> None:
    """End an account's sessions, but for one; the database lets nobody but the account itself."""
    await tx.session.flush()
    await set_rls_context(tx.session, Actor(account=account_id))
    own = (SignInSession.account_id == account_id, SignInSession.ended_at.is_(None))
    others = (*own, SignInSession.id != keep) if keep else own
    await tx.session.execute(update(SignInSession).where(*others).values(ended_at=tx.now))
    await set_rls_context(tx.session, tx.actor)


async def find_account(service: Service, name: str) -> Account | None:
    """Find an account by its name; PostgreSQL takes no NUL, so nobody has one in theirs."""
    if "\0" in name:
        return None
    return await load_account_to_prove(service, Actor(knows=name), Account.username == name)


async def _rotate_token(
    context: Context, token: RefreshToken, now: datetime
) -> _MovedSession | Reason:
    """Move a session on from a token to its successor, or return why the token does not."""
    service = context.service
    async with transaction_as(
        service, Actor(knows=str(token.session)), DatabaseRole.SIGN_IN
    ) as session:
        # Of two requests with one token the second waits, and finds it spent.
        row = await session.get(SignInSession, token.session, with_for_update=True)
        if row is None or row.ended_at is not None or row.expires_at <= now:
            replaced = row is not None and row.replaced
            return Reason.SESSION_REPLACED if replaced else Reason.SESSION_ENDED
        bound = await _find_bound_certificate_of(session, context, row)
        resent = Resent(row.resent)
        state = RefreshState(row.token_hash, row.spent_hash, row.moved_at, resent)
        following = service.tokens.derive_next_token(token, row.token_hash)
        match judge_refresh(state, token.hash, now):
            case RefreshStep.MOVE_ON:
                row.spent_hash, row.token_hash = token.hash, following.hash
                row.moved_at, row.resent = now, follow_resent(resent)
            case RefreshStep.ANSWER_AGAIN:
                row.resent = Resent.NOW
            case RefreshStep.END:
                row.ended_at = now
                return Reason.SESSION_ENDED
        row.seen_at = now
        life = service.refresh_life, service.idle_life
        row.expires_at = compute_session_end(row.started_at, now, *life)
        return _MovedSession(row.account_id, following, row.proved_at, bound)


async def _find_bound_certificate_of(
    session: AsyncSession, context: Context, row: SignInSession
) -> bytes | None:
    """Find to which certificate a session's tokens are bound; without it none of them moves on."""
    service = context.service
    if not service.certificate_roles:
        return None
    knows = Actor(account=row.account_id, knows=str(row.id))
    await set_rls_context(session, knows)
    account = await session.get_one(Account, row.account_id)
    return await find_bound_certificate(session, service, account, context.certificate)


async def load_account(
    service: Service, actor: Actor, found_by: ColumnElement[bool]
) -> Account | None:
    """Load the account that an actor finds by a condition; None where there is none."""
    async with AsyncSession(service.reads, expire_on_commit=False) as session:
        await set_rls_context(session, actor)
        return (await session.scalars(select(Account).where(found_by))).first()


async def load_account_to_prove(
    service: Service, actor: Actor, found_by: ColumnElement[bool]
) -> Account | None:
    """Load an account with the hash of its password, for whoever proves that it is theirs."""
    async with transaction_as(service, actor, DatabaseRole.SIGN_IN) as session:
        found = select(Account).where(found_by).options(WITH_PASSWORD_HASH)
        return (await session.scalars(found)).first()


def record_sign_in(
    session: AsyncSession, context: Context, account: Account, way: SignInWay, *, succeeded: bool
) -> None:
    """Remember a sign-in or a try: for its holder to read, and chained for who audits (X9)."""
    now = context.service.now()
    session.add(
        SignIn(
            id=uuid7(),
            account_id=account.id,
            at=now,
            way=way,
            succeeded=succeeded,
            user_agent=shorten_user_agent(context.user_agent),
        )
    )
    action = AccessAction.SIGN_IN if succeeded else AccessAction.FAIL_TO_SIGN_IN
    session.add(build_account_entry(account, action, now, about=way))


async def _is_verified(session: AsyncSession, account: Account) -> bool:
    """Return whether an account's unit is verified, in a transaction that speaks for it."""
    if account.unit_id is None:
        return False
    own = select(Unit.verified_at).where(Unit.id == account.unit_id)
    return await session.scalar(own) is not None


async def issue_access(
    session: AsyncSession,
    service: Service,
    account: Account,
    session_id: UUID,
    proved_at: datetime | None,
    scopes: Sequence[str] | None = None,
    *,
    bound: bytes | None = None,
) -> IssuedAccess:
    """Issue an access token of a session; the transaction speaks for the account from now on.

    Without the certificate to which it is `bound` it is worth nothing; that is a second factor.
    """
    await set_rls_context(session, Actor(account=account.id, unit=account.unit_id))
    now = service.now()
    claims = TokenClaims(
        account=account.id,
        session=session_id,
        name=account.name,
        role=account.role,
        region=account.region,
        unit=account.unit_id,
        person=account.person_id,
        verified=await _is_verified(session, account),
        factor=bound is not None or await has_second_factor(session, account.id),
        holder=account.holder_index is not None,
        given=account.password_given_at is not None and scopes is None,
        same_holder=account.same_holder,
        proved_at=proved_at,
        scopes=scopes,
        certificate=bound,
    )
    token = service.tokens.issue_access_token(claims, now)
    return IssuedAccess(token, now + service.tokens.access)

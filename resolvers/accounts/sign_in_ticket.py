"""Signing in by QR code 扫码登录: asked for by a browser, approved by a mobile app (J4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import randbelow, token_urlsafe
from typing import Annotated

import strawberry
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.notification_listener import NOTIFY_CHANNEL
from loaders.actor import Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Account, DatabaseRole, SignInSession, SignInTicket, SignInWay
from resolvers.accounts.password_hash import WITH_PASSWORD_HASH
from resolvers.accounts.session import Session, lock_if_unchanged, open_session
from resolvers.kernel.context import Context, Info
from resolvers.kernel.database_role import run_as
from resolvers.kernel.person_budget import compute_address_index
from resolvers.kernel.public_access import count_try_of_address, load_hotline, transaction_as
from resolvers.kernel.rate_limit import TICKET_APPROVAL_LIMIT, TICKET_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.viewer import shorten_user_agent
from rules.accounts import sign_in_ticket as rules
from rules.kernel.function import Entrance
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal


@dataclass(kw_only=True)
class TicketApproval:
    """The text of a QR code, as the mobile app has read it, and the number beside it."""

    ticket: str
    number: str


@dataclass(kw_only=True)
class TicketSecret:
    """What the browser was given beside the ticket, and shows to nobody."""

    secret: str


@dataclass(frozen=True, slots=True)
class RequestedTicket:
    """A ticket and a number to be shown, and the secret for which its session is given out."""

    ticket: str
    number: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInRequest:
    """What asks to be signed in, as far as it is known; `address` has no last part."""

    requested_at: datetime
    expires_at: datetime
    address: str
    same_address: bool
    entrance: Entrance
    user_agent: str | None


@dataclass(frozen=True, slots=True)
class TicketResult:
    """A session, once a ticket was approved; until then none."""

    session: Session | None
    expires_at: datetime


MIN_WAIT_SECONDS = 0.2


async def request_sign_in_ticket(context: Context) -> RequestedTicket:
    """Ask for a one-time ticket to show as a QR code; it soon expires (J4). 申请扫码登录."""
    service = context.service
    await count_try_of_address(context, TICKET_LIMIT)
    ticket, secret = f"{rules.TICKET_PREFIX}{token_urlsafe(16)}", token_urlsafe(32)
    expires_at = service.now() + service.ticket_life
    number = str(10 + randbelow(90))
    async with transaction_as(
        service, Actor(knows=_hash_secret(secret).hex()), DatabaseRole.SIGN_IN
    ) as session:
        session.add(
            SignInTicket(
                id=uuid7(),
                ticket_hash=_hash_secret(ticket),
                secret_hash=_hash_secret(secret),
                requested_at=service.now(),
                expires_at=expires_at,
                number=number,
                asked_from=rules.shorten_address(context.address),
                asked_index=compute_address_index(service, context.address),
                entrance=service.entrance,
                user_agent=shorten_user_agent(context.user_agent),
            )
        )
    return RequestedTicket(ticket, number, secret, expires_at)


async def load_sign_in_request(
    info: Info,
    ticket: Annotated[str, strawberry.argument(description="The text of the QR code. 二维码内容")],
) -> SignInRequest | None:
    """Find what asks to be signed in: show it before it is approved (J4). 扫码登录请求.

    None for a code that can't be approved; the approval says why.
    """
    context, hashed = info.context, _hash_secret(ticket)
    found = select(SignInTicket).where(SignInTicket.ticket_hash == hashed)
    rows = await context.loaders.snapshot.load_by_secret(hashed.hex(), found)
    row = rows[0][0] if rows else None
    if row is None or rules.find_approving_fault(_build_ticket_state(row), context.service.now()):
        return None
    here = compute_address_index(context.service, context.address)
    return SignInRequest(
        requested_at=row.requested_at,
        expires_at=row.expires_at,
        address=row.asked_from,
        same_address=here is not None and here == row.asked_index,
        entrance=Entrance(row.entrance),
        user_agent=row.user_agent,
    )


@run_as(DatabaseRole.SIGN_IN)
@limit_tries(TICKET_APPROVAL_LIMIT)
async def approve_sign_in_ticket(tx: Transaction, input: TicketApproval) -> Account:
    """Let the browser that shows the ticket sign in as oneself, once (J4). 确认扫码登录.

    It takes the number that the browser shows; another one ends the ticket.
    """
    account, session = await _require_live_session(tx)
    foreign = rules.find_code_fault(input.ticket)
    if foreign:
        raise Refusal(foreign)
    ticket = _hash_secret(input.ticket)
    await tx.set_lookup_secret(ticket.hex())
    found = select(SignInTicket).where(SignInTicket.ticket_hash == ticket).with_for_update()
    row = await tx.first(found)
    barred = rules.find_approving_fault(_build_ticket_state(row), tx.now)
    if row is None or barred:
        raise Refusal(barred or Fault(Reason.TICKET_UNKNOWN))
    if rules.is_number_right(row.number, input.number):
        row.approved_by, row.approved_in, row.approved_at = account.id, session.id, tx.now
    else:
        row.ended_at = tx.now
        wrong = build_refusal(Reason.TICKET_NUMBER_WRONG, "input", "number")
        tx.refuse_after_commit(wrong)
    await tx.session.flush()
    await tx.session.execute(select(func.pg_notify(NOTIFY_CHANNEL, row.secret_hash.hex())))
    return account


async def _require_live_session(tx: Transaction) -> tuple[Account, SignInSession]:
    """Demand that the session that asks is alive: what has ended begets no other."""
    account = await tx.session.get(Account, tx.viewer.account_id)
    session = await tx.session.get(SignInSession, tx.viewer.session_id)
    if account is None or session is None or session.ended_at or session.expires_at <= tx.now:
        raise build_refusal(Reason.SESSION_ENDED)
    if not account.active:
        call = await load_hotline(tx.service, account.region)
        raise build_refusal(Reason.ACCOUNT_CLOSED, hotline=call)
    return account, session


async def redeem_sign_in_ticket(context: Context, input: TicketSecret) -> TicketResult:
    """Exchange the secret for a session, if the ticket was approved by now; once (J4). 领取登录."""
    service, now = context.service, context.service.now()
    secret = _hash_secret(input.secret)
    async with transaction_as(service, Actor(knows=secret.hex()), DatabaseRole.SIGN_IN) as session:
        found = select(SignInTicket).where(SignInTicket.secret_hash == secret)
        # Of two who redeem a ticket the second waits, and finds it redeemed.
        row = (await session.scalars(found.with_for_update())).first()
        barred = rules.find_redeeming_fault(_build_ticket_state(row), now)
        if row is None or barred:
            raise Refusal((barred or Fault(Reason.TICKET_UNKNOWN)).at("input"))
        if row.approved_by is None:
            return TicketResult(None, row.expires_at)
        await set_rls_context(session, Actor(account=row.approved_by, knows=secret.hex()))
        account = await _lock_approver(session, row)
        row.redeemed_at = now
        started = await open_session(session, context, account, SignInWay.QR_CODE)
        return TicketResult(started, row.expires_at)


async def _lock_approver(session: AsyncSession, ticket: SignInTicket) -> Account:
    """Find who approved, and hold them; what their session has lost meanwhile is lost here too."""
    whose = ticket.approved_by
    account = await session.get_one(Account, whose, options=[WITH_PASSWORD_HASH])
    alive = await lock_if_unchanged(session, account)
    # Before their session, as who signs in: that one may be the oldest, which is ended.
    await AdvisoryLock.SESSIONS.lock(session, account.id)
    own = await session.get(SignInSession, ticket.approved_in, with_for_update={"read": True})
    if not alive or own is None or own.ended_at is not None:
        raise build_refusal(Reason.SESSION_ENDED, "input", "secret")
    return account


async def watch_sign_in_ticket(
    context: Context, input: TicketSecret
) -> AsyncIterator[TicketResult]:
    """Wait for a ticket's approval: first how it stands, then the session (J4). 等待扫码登录.

    Nobody asks the database meanwhile; it rings when the ticket is approved.
    """
    service = context.service
    with service.notifications.subscribe(_hash_secret(input.secret).hex()) as rung:
        found = await redeem_sign_in_ticket(context, input)
        yield found
        while found.session is None:
            left = (found.expires_at - service.now()).total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), max(MIN_WAIT_SECONDS, left))
            rung.clear()
            found = await redeem_sign_in_ticket(context, input)
            if found.session is not None:
                yield found


def _hash_secret(text: str) -> bytes:
    # JSON can spell half of a character, which UTF-8 can't.
    return sha256(text.encode(errors="surrogatepass")).digest()


def _build_ticket_state(row: SignInTicket | None) -> rules.TicketState | None:
    if row is None:
        return None
    return rules.TicketState(row.expires_at, row.approved_at, row.redeemed_at, row.ended_at)

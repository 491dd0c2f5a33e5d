"""Signing in by QR code 扫码登录: asked for by a browser, approved by a mobile app (J4)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.doorbell import CHANNEL
from loaders.actor import Actor, state
from models import Account, SignInSession, SignInTicket, SignInWay
from resolvers.accounts.session import Session, held, start
from resolvers.kernel.context import Context
from resolvers.kernel.door import by_address, hotline, speaking
from resolvers.kernel.rate_limit import APPROVE_TICKET, TICKET, limited
from resolvers.kernel.transaction import Transaction
from rules.accounts import sign_in_ticket as rules
from rules.kernel.refusal import Fault, Reason, Refusal, refused


@dataclass(kw_only=True)
class TicketApproval:
    """The text of a QR code, as the mobile app has read it."""

    ticket: str


@dataclass(kw_only=True)
class TicketSecret:
    """What the browser was given beside the ticket, and shows to nobody."""

    secret: str


@dataclass(frozen=True, slots=True)
class RequestedTicket:
    """A ticket to be shown, and the secret for which its session is given out."""

    ticket: str
    secret: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Awaited:
    """A session, once a ticket was approved; until then none."""

    session: Session | None
    expires_at: datetime


SHORTEST_WAIT = 0.2


async def request_sign_in_ticket(context: Context) -> RequestedTicket:
    """Ask for a one-time ticket to show as a QR code; it soon expires (J4). 申请扫码登录."""
    service = context.service
    await by_address(context, TICKET)
    ticket, secret = f"{rules.PREFIX}{token_urlsafe(16)}", token_urlsafe(32)
    expires_at = service.now() + service.ticket_life
    async with speaking(service, Actor(knows=_hash(secret).hex())) as session:
        session.add(
            SignInTicket(
                id=uuid7(),
                ticket_hash=_hash(ticket),
                secret_hash=_hash(secret),
                requested_at=service.now(),
                expires_at=expires_at,
            )
        )
    return RequestedTicket(ticket, secret, expires_at)


@limited(APPROVE_TICKET)
async def approve_sign_in_ticket(tx: Transaction, input: TicketApproval) -> Account:
    """Let the browser that shows the ticket sign in as oneself, once (J4). 确认扫码登录."""
    account, session = await _signed_in(tx)
    foreign = rules.unreadable(input.ticket)
    if foreign:
        raise Refusal(foreign)
    ticket = _hash(input.ticket)
    await tx.knowing(ticket.hex())
    found = select(SignInTicket).where(SignInTicket.ticket_hash == ticket).with_for_update()
    row = await tx.first(found)
    barred = rules.unapprovable(_as_rules_know_it(row), tx.now)
    if row is None or barred:
        raise Refusal(barred or Fault(Reason.TICKET_UNKNOWN))
    row.approved_by, row.approved_in, row.approved_at = account.id, session.id, tx.now
    await tx.session.flush()
    await tx.session.execute(select(func.pg_notify(CHANNEL, row.secret_hash.hex())))
    return account


async def _signed_in(tx: Transaction) -> tuple[Account, SignInSession]:
    """Demand that the session that asks is alive: what has ended begets no other."""
    account = await tx.session.get(Account, tx.viewer.account_id)
    session = await tx.session.get(SignInSession, tx.viewer.session_id)
    if account is None or session is None or session.ended_at or session.expires_at <= tx.now:
        raise refused(Reason.SESSION_ENDED)
    if not account.active:
        call = await hotline(tx.service, account.region)
        raise refused(Reason.ACCOUNT_CLOSED, hotline=call)
    return account, session


async def redeem_sign_in_ticket(context: Context, input: TicketSecret) -> Awaited:
    """Exchange the secret for a session, if the ticket was approved by now; once (J4). 领取登录."""
    service, now = context.service, context.service.now()
    secret = _hash(input.secret)
    async with speaking(service, Actor(knows=secret.hex())) as session:
        found = select(SignInTicket).where(SignInTicket.secret_hash == secret)
        row = (await session.scalars(found.with_for_update())).first()
        barred = rules.unredeemable(_as_rules_know_it(row), now)
        if row is None or barred:
            raise Refusal(_within_input(barred or Fault(Reason.TICKET_UNKNOWN)))
        if row.approved_by is None:
            return Awaited(None, row.expires_at)
        await state(session, Actor(account=row.approved_by, knows=secret.hex()))
        account = await _approver(session, row)
        row.redeemed_at = now
        started = await start(session, context, account, SignInWay.QR_CODE)
        return Awaited(started, row.expires_at)


async def _approver(session: AsyncSession, ticket: SignInTicket) -> Account:
    """Find who approved, and hold them; what their session has lost meanwhile is lost here too."""
    account = await session.get_one(Account, ticket.approved_by)
    alive = await held(session, account)
    own = await session.get(SignInSession, ticket.approved_in, with_for_update={"read": True})
    if not alive or own is None or own.ended_at is not None:
        raise refused(Reason.SESSION_ENDED, "input", "secret")
    return account


async def sign_in_ticket(context: Context, input: TicketSecret) -> AsyncIterator[Awaited]:
    """Wait for a ticket's approval: first how it stands, then the session (J4). 等待扫码登录.

    Nobody asks the database meanwhile; it rings when the ticket is approved.
    """
    service = context.service
    with service.bell.waiting(_hash(input.secret).hex()) as rung:
        found = await redeem_sign_in_ticket(context, input)
        yield found
        while found.session is None:
            left = (found.expires_at - service.now()).total_seconds()
            with suppress(TimeoutError):
                await asyncio.wait_for(rung.wait(), max(SHORTEST_WAIT, left))
            rung.clear()
            found = await redeem_sign_in_ticket(context, input)
            if found.session is not None:
                yield found


def _hash(text: str) -> bytes:
    return sha256(text.encode(errors="surrogatepass")).digest()


def _within_input(fault: Fault) -> Fault:
    return Fault(fault.reason, ("input", *fault.path), fault.figures)


def _as_rules_know_it(row: SignInTicket | None) -> rules.Ticket | None:
    return rules.Ticket(row.expires_at, row.approved_at, row.redeemed_at) if row else None

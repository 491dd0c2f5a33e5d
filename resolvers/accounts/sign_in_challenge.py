"""What an account with a second factor is asked before a session is opened (J3, ADR 0076)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, Passkey, SecondFactor, SignInWay
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, build_refusal

CHALLENGE_PURPOSE = "second factor"
_PARTS = len(("account", "way", "mark", "device token", "asked at"))
CHALLENGE_LIFE = timedelta(minutes=5)
"""For so long somebody may take to find their telephone."""


@dataclass(frozen=True, slots=True)
class SignInChallenge:
    """What says that the first step of a sign-in was done, and until when the second may be."""

    challenge: str
    expires_at: datetime
    passkey_options: str | None = None


class ReadChallenge(NamedTuple):
    """What a challenge says: whose sign-in, how it began, and on which device."""

    account_id: UUID
    way: SignInWay
    mark: str
    device_token: str
    asked_at: datetime


async def find_factor(
    session: AsyncSession, account_id: UUID, *, lock: bool = False
) -> SecondFactor | None:
    """Find an account's second factor, confirmed or not, in a transaction that speaks for it."""
    own = select(SecondFactor).where(SecondFactor.account_id == account_id)
    return (await session.scalars(own.with_for_update() if lock else own)).first()


async def find_challenge(
    session: AsyncSession, service: Service, account: Account, way: SignInWay, device_token: str
) -> SignInChallenge | None:
    """Return what an account is asked that has a second factor; None where it has none.

    The account is held: whoever adds a factor ends the sessions that were opened without it.

    Nothing is kept for whoever does not come back: the challenge is a signed text. It is worth
    nothing once the password was changed.
    """
    factor = await find_factor(session, account.id)
    known = await list_passkey_ids(session, account.id)
    if (factor is None or factor.confirmed_at is None) and not known:
        return None
    until = service.now() + CHALLENGE_LIFE
    asked_at = service.now().isoformat()
    said = (str(account.id), way.value, _compute_mark(service, account), device_token, asked_at)
    text = service.files.links.sign_link(CHALLENGE_PURPOSE, said, until)
    options = None
    if known and service.passkeys is not None:
        options = service.passkeys.build_request_options(derive_passkey_challenge(text), known)
    return SignInChallenge(text, until, options)


def derive_passkey_challenge(text: str) -> bytes:
    """Return what a passkey signs for a signed text: whoever has the one can't change the other."""
    return sha256(text.encode(errors="surrogatepass")).digest()


async def list_passkey_ids(session: AsyncSession, account_id: UUID) -> Sequence[bytes]:
    """List the passkeys of an account, in a transaction that speaks for it."""
    own = select(Passkey.credential_id).where(Passkey.account_id == account_id)
    return (await session.scalars(own.order_by(Passkey.id))).all()


async def has_second_factor(session: AsyncSession, account_id: UUID) -> bool:
    """Return whether an account has codes or a passkey, in a transaction that speaks for it."""
    factor = await find_factor(session, account_id)
    confirmed = factor is not None and factor.confirmed_at is not None
    return confirmed or bool(await list_passkey_ids(session, account_id))


def read_challenge(service: Service, text: str) -> ReadChallenge:
    """Read a challenge; refused where it was changed or has lapsed."""
    signed = service.files.links.read_link(CHALLENGE_PURPOSE, text, service.now())
    if signed is None or not signed.holds or len(signed.parts) != _PARTS:
        raise build_refusal(Reason.CHALLENGE_LAPSED, "input", "challenge")
    account_id, way, mark, device_token, asked_at = signed.parts
    when = datetime.fromisoformat(asked_at)
    return ReadChallenge(UUID(account_id), SignInWay(way), mark, device_token, when)


def is_for(service: Service, challenge: ReadChallenge, account: Account) -> bool:
    """Return whether an account is still what it was when a challenge was given out."""
    return compare_digest(challenge.mark, _compute_mark(service, account))


async def remove_factor(session: AsyncSession, account_id: UUID) -> bool:
    """Remove an account's second factor, in a transaction that speaks for the account.

    Returns whether there was one.
    """
    own = delete(SecondFactor).where(SecondFactor.account_id == account_id)
    return bool((await session.scalars(own.returning(SecondFactor.id))).all())


async def remove_all_factors(session: AsyncSession, account_id: UUID) -> bool:
    """Remove codes and passkeys of an account, in a transaction that speaks for it.

    Returns whether there was any.
    """
    own = delete(Passkey).where(Passkey.account_id == account_id).returning(Passkey.id)
    passkeys = (await session.scalars(own)).all()
    return await remove_factor(session, account_id) or bool(passkeys)


def _compute_mark(service: Service, account: Account) -> str:
    return service.seal.compute_mark("challenge", account.password_hash).hex()

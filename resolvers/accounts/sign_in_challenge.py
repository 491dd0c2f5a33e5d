"""What an account with a second factor is asked before a session is opened (J3, ADR 0076)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from models import Account, SecondFactor, SignInWay
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, build_refusal

CHALLENGE_PURPOSE = "second factor"
CHALLENGE_LIFE = timedelta(minutes=5)
"""For so long somebody may take to find their telephone."""


@dataclass(frozen=True, slots=True)
class SignInChallenge:
    """What says that the first step of a sign-in was done, and until when the second may be."""

    challenge: str
    expires_at: datetime


class ReadChallenge(NamedTuple):
    """What a challenge says: whose sign-in, how it began, and on which device."""

    account_id: UUID
    way: SignInWay
    mark: str
    device_token: str


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
    if factor is None or factor.confirmed_at is None:
        return None
    until = service.now() + CHALLENGE_LIFE
    said = (str(account.id), way.value, _compute_mark(service, account), device_token)
    return SignInChallenge(service.files.links.sign_link(CHALLENGE_PURPOSE, said, until), until)


def read_challenge(service: Service, text: str) -> ReadChallenge:
    """Read a challenge; refused where it was changed or has lapsed."""
    signed = service.files.links.read_link(CHALLENGE_PURPOSE, text, service.now())
    if signed is None or not signed.holds:
        raise build_refusal(Reason.CHALLENGE_LAPSED, "input", "challenge")
    account_id, way, mark, device_token = signed.parts
    return ReadChallenge(UUID(account_id), SignInWay(way), mark, device_token)


def is_for(service: Service, challenge: ReadChallenge, account: Account) -> bool:
    """Return whether an account is still what it was when a challenge was given out."""
    return compare_digest(challenge.mark, _compute_mark(service, account))


async def remove_factor(session: AsyncSession, account_id: UUID) -> bool:
    """Remove an account's second factor, in a transaction that speaks for the account.

    Returns whether there was one.
    """
    own = delete(SecondFactor).where(SecondFactor.account_id == account_id)
    return bool((await session.scalars(own.returning(SecondFactor.id))).all())


def _compute_mark(service: Service, account: Account) -> str:
    return service.seal.compute_mark("challenge", account.password_hash).hex()

"""Whether what a passkey answered holds: asked here, of this account, and answered once (J3)."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.passkey import PasskeyRefused
from models import Passkey
from resolvers.kernel.service import Service


class AskedPasskey(NamedTuple):
    """What a passkey was asked to sign, and when."""

    challenge: bytes
    asked_at: datetime


async def take_assertion(
    session: AsyncSession, service: Service, account_id: UUID, credential: str, asked: AskedPasskey
) -> bool:
    """Take what a passkey of an account answered, if it holds; it counts once.

    The transaction speaks for the account. Of two who come with one answer the second waits.
    """
    if service.passkeys is None:
        return False
    try:
        named = service.passkeys.read_assertion(credential).credential_id
        own = (Passkey.account_id == account_id, Passkey.credential_id == named)
        row = (await session.scalars(select(Passkey).where(*own).with_for_update())).first()
        if row is None or asked.asked_at <= row.asked_at:
            return False
        row.sign_count = service.passkeys.verify_assertion(
            credential, asked.challenge, row.public_key, row.sign_count
        )
    except PasskeyRefused:
        return False
    row.asked_at, row.used_at = asked.asked_at, service.now()
    await session.flush()
    return True

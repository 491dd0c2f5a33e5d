"""The hash of an account's password, which the service's ordinary role can't read (ADR 0095)."""

from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from models import Account

WITH_PASSWORD_HASH = undefer(Account.password_hash)
"""Loads the hash with an account, as a role of the database that may."""


async def load_password_hash(session: AsyncSession, account: Account) -> str:
    """Load the hash of an account that was loaded without; the transaction's role may read it."""
    await session.refresh(account, ["password_hash"])
    return account.password_hash

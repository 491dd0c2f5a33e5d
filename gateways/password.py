"""Passwords: argon2id, in threads, a few at a time."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_AT_ONCE = 2


class Passwords:
    """Hashes and checks passwords off the event loop; each takes 64 MiB, so few run at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def hashed(self, password: str) -> str:
        """Hash a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def match(self, hashed: str | None, password: str) -> bool:
        """Compare a password; an account that is not there takes as long as a wrong password."""
        async with self._turns:
            return await asyncio.to_thread(self._match, hashed, password)

    def _match(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or _decoy(self._hasher), password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


@lru_cache(maxsize=4)
def _decoy(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")

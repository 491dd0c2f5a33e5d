"""Passwords: argon2id, in threads, a few at a time."""

import asyncio
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_MAX_CONCURRENT_HASHES = 2


class PasswordHashing:
    """Hashes and checks passwords off the event loop; each takes 64 MiB, so few run at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(_MAX_CONCURRENT_HASHES)

    async def hash_password(self, password: str) -> str:
        """Hash a password."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def is_match(self, hashed: str | None, password: str) -> bool:
        """Compare a password; an account that is not there takes as long as a wrong password."""
        async with self._turns:
            return await asyncio.to_thread(self._verify_hash, hashed, password)

    def _verify_hash(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or _build_decoy_hash(self._hasher), password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


@lru_cache(maxsize=4)
def _build_decoy_hash(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")

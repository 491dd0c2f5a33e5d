"""Passwords: argon2id, in threads of their own, a few at a time, in turn by who asks."""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateways.fair_line import FairLine, Stand

MAX_CONCURRENT_HASHES = max(1, min(2, (os.cpu_count() or 2) // 2))
"""Each takes 64 MiB and a processor: some must be left for all that is no sign-in."""
LONGEST_LINE = 24
"""At 90 ms each the last of them waits for some two seconds."""

Result = TypeVar("Result")


class PasswordHashing:
    """Hashes and checks passwords off the event loop; raises Crowded where too many wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_HASHES, "password")
        self.line = FairLine(MAX_CONCURRENT_HASHES, LONGEST_LINE)

    async def hash_password(self, password: str, who: str = "") -> str:
        """Hash a password for somebody, an address or an account."""
        with self.line.stand(who) as stand:
            return await self._run(stand, lambda: self._hasher.hash(password))

    async def is_match(self, hashed: str | None, password: str, stand: Stand | None = None) -> bool:
        """Compare a password; an account that is not there takes as long as a wrong password."""
        if stand is None:
            with self.line.stand("") as own:
                return await self.is_match(hashed, password, own)
        return await self._run(stand, lambda: self._verify_hash(hashed, password))

    async def _run(self, stand: Stand, work: Callable[[], Result]) -> Result:
        await stand.take_turn()
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _verify_hash(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or _build_decoy_hash(self._hasher), password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None


@lru_cache(maxsize=4)
def _build_decoy_hash(hasher: PasswordHasher) -> str:
    return hasher.hash("nobody's password")

"""Passwords: argon2id, in threads of their own, a few at a time, in turn by who asks."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from gateways.fair_line import FairLine

MAX_CONCURRENT_HASHES = max(1, min(2, (os.cpu_count() or 2) // 2))
"""Each takes 64 MiB and a processor: some must be left for all that is no sign-in."""
LONGEST_LINE = 24
"""At 90 ms each the last of them waits for some two seconds."""

Result = TypeVar("Result")
_holds_turn: ContextVar[bool] = ContextVar("_holds_turn", default=False)


class PasswordHashing:
    """Hashes and checks passwords off the event loop; raises Crowded where too many wait."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._threads = ThreadPoolExecutor(MAX_CONCURRENT_HASHES, "password")
        self.line = FairLine(MAX_CONCURRENT_HASHES, LONGEST_LINE)

    @asynccontextmanager
    async def hold_turn(self, who: str) -> AsyncIterator[None]:
        """Take a turn before anything is counted, read or locked for a password.

        Whoever waits holds no connection then. What is hashed meanwhile is hashed in this turn.
        """
        async with self.line.hold_place(who):
            outer = _holds_turn.set(True)
            try:
                yield
            finally:
                _holds_turn.reset(outer)

    async def hash_password(self, password: str, who: str = "") -> str:
        """Hash a password for somebody, an address or an account."""
        return await self._run(who, lambda: self._hasher.hash(password))

    async def is_match(self, hashed: str | None, password: str, who: str = "") -> bool:
        """Compare a password; an account that is not there takes as long as a wrong password."""
        return await self._run(who, lambda: self._verify_hash(hashed, password))

    def is_outdated(self, hashed: str) -> bool:
        """Return whether a hash was made by other figures than passwords are hashed by now."""
        try:
            return self._hasher.check_needs_rehash(hashed)
        except InvalidHashError:
            return False

    async def _run(self, who: str, work: Callable[[], Result]) -> Result:
        if not _holds_turn.get():
            async with self.hold_turn(who):
                return await self._run(who, work)
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

"""Who waits for a lock: tests that want one order of two go on as soon as somebody does."""

import asyncio
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_WAITS_FOR_ME = text(
    "SELECT EXISTS (SELECT FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
)


async def wait_until_waited_for(session: AsyncSession, other: asyncio.Task[Any]) -> None:
    """Go on once another task waits for what this transaction holds; fails where it is done."""
    while not await session.scalar(_WAITS_FOR_ME):
        assert not other.done()

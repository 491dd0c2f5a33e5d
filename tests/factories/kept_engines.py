"""The service's pools on a kept database: what SQLAlchemy compiled for one test serves the next."""

from collections.abc import Callable
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.pool import QueuePool

MOST_CONNECTIONS = 6
"""What a crowd of writers opened is closed again."""


class KeptEngines:
    """Pools by name, and the connections that they hold."""

    def __init__(self) -> None:
        self._engines: dict[str, AsyncEngine] = {}
        self._connections: list[asyncpg.Connection] = []

    def get_engine(self, name: str, build: Callable[[], AsyncEngine]) -> AsyncEngine:
        """Give the pool of that name, built by the first who asks."""
        if name not in self._engines:
            self._engines[name] = engine = build()
            event.listen(engine.sync_engine, "connect", self._remember)
        return self._engines[name]

    def _remember(self, connection: Any, record: object) -> None:
        self._connections.append(connection.driver_connection)

    async def tidy_up(self) -> list[int]:
        """Make every connection as new, or close it; give the process ids of those that stay."""
        open_ = [each for each in self._connections if not each.is_closed()]
        if self._is_any_lent() or len(open_) > MOST_CONNECTIONS or not await _reset_all(open_):
            await self.close()
            open_ = []
        self._connections = open_
        return [each.get_server_pid() for each in open_]

    def _is_any_lent(self) -> bool:
        pools = (engine.pool for engine in self._engines.values())
        return any(pool.checkedout() for pool in pools if isinstance(pool, QueuePool))

    async def close(self) -> None:
        """Close all that is not lent; what was compiled stays."""
        for engine in self._engines.values():
            await engine.dispose()
        self._connections = []


async def _reset_all(connections: list[asyncpg.Connection]) -> bool:
    """Undo what a session can keep: settings, listeners, locks, temporary tables."""
    try:
        for each in connections:
            await each.reset()
            await each.execute("DISCARD TEMP")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
        return False
    return True

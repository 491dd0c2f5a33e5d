"""A doorbell: whoever waits for a name is woken when the database says that it was rung."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import asyncpg
import structlog

from gateways.revocation_list import REVOCATION_CHANNEL, RevocationList

NOTIFY_CHANNEL = "jiuye_bell"
APPLICATION_NAME = "jiuye doorbell"
"""What the database calls its connections."""
CONNECT_TIMEOUT_SECONDS = 2
RECONNECT_DELAY_SECONDS = 0.5
HEARTBEAT_SECONDS = 1
"""So often the database is asked whether it is there, and for so long its answer is waited for."""

CONNECTION_ERRORS = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError)

log = structlog.stdlib.get_logger("jiuye.doorbell")


class NotificationListener:
    """Listens on one connection for the whole process, however many wait; first when somebody does.

    A ring may be missed while the connection is down: on every new connection all are woken, so
    whoever waits must look for themselves what has happened. What was revoked is heard on the same
    connection, and read anew on every new one (ADR 0053).
    """

    def __init__(self, dsn: str | None = None, revocations: RevocationList | None = None) -> None:
        self._dsn = dsn
        self._revocations = revocations or RevocationList()
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None

    @contextmanager
    def subscribe(self, name: str) -> Iterator[asyncio.Event]:
        """Yield an event that is set whenever the name is rung."""
        self.start()
        rung = asyncio.Event()
        self._waiting[name].add(rung)
        try:
            yield rung
        finally:
            self._waiting[name].discard(rung)
            if not self._waiting[name]:
                del self._waiting[name]

    def start(self) -> None:
        """Listen from now on, if there is a database to listen to."""
        if self._listening is None and self._dsn is not None:
            self._listening = asyncio.create_task(self._listen(self._dsn))

    def notify(self, name: str) -> None:
        """Wake those who wait for a name."""
        for rung in self._waiting.get(name, ()):
            rung.set()

    async def close(self) -> None:
        """Listen no longer."""
        task, self._listening = self._listening, None
        if task is not None:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self, dsn: str) -> None:
        while True:
            try:
                named = {"application_name": APPLICATION_NAME}
                connection = await asyncpg.connect(
                    dsn, timeout=CONNECT_TIMEOUT_SECONDS, server_settings=named
                )
                await self._listen_until_lost(connection)
            except CONNECTION_ERRORS as fault:
                log.warning("not listening", error=type(fault).__name__)
            self._revocations.mark_lost()
            await asyncio.sleep(RECONNECT_DELAY_SECONDS)

    async def _listen_until_lost(self, connection: asyncpg.Connection) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_SECONDS):
                await connection.add_listener(NOTIFY_CHANNEL, self._on_notification)
                await connection.add_listener(REVOCATION_CHANNEL, self._on_revocation)
                begun = self._revocations.read_clock()
                await self._revocations.catch_up(connection)
            self._revocations.mark_heard(begun)
            for name in list(self._waiting):
                self.notify(name)
            while not lost.is_set():
                with suppress(TimeoutError):
                    await asyncio.wait_for(lost.wait(), HEARTBEAT_SECONDS)
                    return
                begun = self._revocations.read_clock()
                await connection.execute("SELECT 1", timeout=HEARTBEAT_SECONDS)
                self._revocations.mark_heard(begun)
        finally:
            connection.terminate()

    def _on_notification(self, connection: object, pid: int, channel: str, name: str) -> None:
        self.notify(name)

    def _on_revocation(self, connection: object, pid: int, channel: str, text: str) -> None:
        self._revocations.hear(text)

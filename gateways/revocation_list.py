"""What was revoked, as a process has heard of it: sessions that ended, accounts that were closed.

The database tells it in the transaction that revokes (ADR 0053). A process that can't hear knows
nothing: whoever asks must then ask the database.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from uuid import UUID

import asyncpg

REVOCATION_CHANNEL = "jiuye_access"
MAX_SILENCE_SECONDS = 3.0
"""For so long the list is believed after the database was heard last."""

MARGIN = timedelta(minutes=1)
"""By so much the clocks of a process and of the database may differ."""

_ENDED_SINCE_SQL = """SELECT set_config('app.ended_since', $1, true),
    set_config('app.see_low', '000000', true), set_config('app.see_high', '999999', true)"""
_REVOKED_SQL = """SELECT id FROM sign_in_session WHERE ended_at >= $1
    UNION ALL SELECT id FROM account WHERE NOT active AND updated_at >= $1"""


class RevocationList:
    """Sessions and accounts whose access tokens are worth nothing, for as long as one may live.

    It goes by a clock that nobody sets back.
    """

    def __init__(
        self,
        life: timedelta = timedelta(minutes=10),
        timer: Callable[[], float] = monotonic,
        on_grant: Callable[[UUID], object] = lambda _: None,
    ) -> None:
        self._life = life + MARGIN
        self._timer = timer
        self._on_grant = on_grant
        self._heard_at = float("-inf")
        self._until: dict[UUID, float] = {}
        self._watching: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)

    @property
    def is_current(self) -> bool:
        """Return whether the database was heard a moment ago, so that the list is whole."""
        return self._timer() - self._heard_at < MAX_SILENCE_SECONDS

    def is_revoked(self, *ids: UUID | None) -> bool:
        """Return whether any of some sessions and accounts is on the list."""
        return any(id in self._until for id in ids)

    def revoke(self, id: UUID) -> None:
        """Put a session or an account on the list, and wake who watches it."""
        now = self._timer()
        for old, until in list(self._until.items()):
            if until > now:
                break  # they lie in the order in which they drop out
            del self._until[old]
        self._until.pop(id, None)
        self._until[id] = now + self._life.total_seconds()
        self._wake(id)

    def restore(self, id: UUID) -> None:
        """Take an account that was opened again off the list."""
        self._until.pop(id, None)

    def mark_heard(self, at: float) -> None:
        """Note that the database was heard, at an instant of the list's own clock."""
        self._heard_at = max(self._heard_at, at)

    def mark_lost(self) -> None:
        """Note that nothing is heard any more; who watches must look for themselves."""
        self._heard_at = float("-inf")
        for id in list(self._watching):
            self._wake(id)

    def read_clock(self) -> float:
        """Read the clock by which the list goes."""
        return self._timer()

    @contextmanager
    def watch(self, *ids: UUID | None) -> Iterator[asyncio.Event]:
        """Yield an event that is set when any of some ids may have been revoked."""
        rung = asyncio.Event()
        watched = [id for id in ids if id is not None]
        for id in watched:
            self._watching[id].add(rung)
        try:
            yield rung
        finally:
            for id in watched:
                self._watching[id].discard(rung)
                if not self._watching[id]:
                    del self._watching[id]

    def hear(self, text: str) -> None:
        """Take in what the database tells: what happened, and to which session or account."""
        verb, _, name = text.partition(" ")
        id = UUID(name)
        match verb:
            case "revoked":
                self.revoke(id)
            case "opened":
                self.restore(id)
            case "granted":
                self._on_grant(id)
                self._wake(id)
            case _:  # of a later version: whatever it is, it is no leave
                self.mark_lost()

    async def catch_up(self, connection: asyncpg.Connection) -> None:
        """Read anew what was revoked while nobody listened, as far back as a token may live."""
        async with connection.transaction(readonly=True):
            since = await connection.fetchval("SELECT now() - $1::interval", self._life + MARGIN)
            await connection.execute(_ENDED_SINCE_SQL, since.isoformat())
            for row in await connection.fetch(_REVOKED_SQL, since):
                self.revoke(row["id"])

    def _wake(self, id: UUID) -> None:
        for rung in self._watching.get(id, ()):
            rung.set()

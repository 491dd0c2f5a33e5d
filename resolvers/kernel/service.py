"""What one running service holds, whoever asks: pools, keys, a clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from gateways.access_token import TokenIssuer
from gateways.files import Files
from gateways.notification_listener import NotificationListener
from gateways.password import PasswordHashing
from gateways.seal import Seal
from resolvers.kernel.ttl_cache import TTLCache
from rules.accounts.password import PasswordPolicy
from rules.kernel.function import Entrance
from rules.kernel.month import to_local_day
from rules.kernel.parameter import Policy


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class CachedPolicy:
    """The approved parameters as they were last read, and the mark by which they are known."""

    fingerprint: object = None
    policy: Policy = field(default_factory=lambda: Policy(()))


@dataclass(frozen=True, slots=True)
class Service:
    """What resolvers may reach of the running service."""

    writes: AsyncEngine
    reads: AsyncEngine
    seal: Seal
    tokens: TokenIssuer
    passwords: PasswordHashing
    files: Files
    compiled: object = None
    refresh_life: timedelta = timedelta(days=14)
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    ticket_life: timedelta = timedelta(minutes=2)
    reset_life: timedelta = timedelta(days=7)
    notifications: NotificationListener = field(default_factory=NotificationListener)
    granted_functions: TTLCache[UUID] = field(default_factory=TTLCache)
    entrance: Entrance = Entrance.BOTH
    functions_elsewhere: TTLCache[str] = field(default_factory=TTLCache)
    policy: CachedPolicy = field(default_factory=CachedPolicy)
    now: Callable[[], datetime] = field(default=_utc_now)

    def today(self) -> date:
        """Tell the day in Asia/Shanghai."""
        return to_local_day(self.now())

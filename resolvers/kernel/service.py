"""What one running service holds, whoever asks: pools, keys, a clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncEngine

from gateways.doorbell import Doorbell
from gateways.files import Files
from gateways.password import Passwords
from gateways.seal import Seal
from gateways.token import Tokens
from resolvers.kernel.remembered import Remembered
from rules.accounts.password import PasswordPolicy
from rules.kernel.function import Entrance
from rules.kernel.month import day_of
from rules.kernel.parameter import Policy


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class KnownPolicy:
    """The approved parameters as they were last read, and the mark by which they are known."""

    mark: object = None
    policy: Policy = field(default_factory=lambda: Policy(()))


@dataclass(frozen=True, slots=True)
class Service:
    """What resolvers may reach of the running service."""

    writes: AsyncEngine
    reads: AsyncEngine
    seal: Seal
    tokens: Tokens
    passwords: Passwords
    files: Files
    compiled: object = None
    refresh_life: timedelta = timedelta(days=14)
    passwords_must: PasswordPolicy = field(default_factory=PasswordPolicy)
    ticket_life: timedelta = timedelta(minutes=2)
    reset_life: timedelta = timedelta(days=7)
    bell: Doorbell = field(default_factory=Doorbell)
    granted: Remembered[UUID] = field(default_factory=Remembered)
    entrance: Entrance = Entrance.BOTH
    elsewhere: Remembered[str] = field(default_factory=Remembered)
    policy: KnownPolicy = field(default_factory=KnownPolicy)
    now: Callable[[], datetime] = field(default=_utc_now)

    def today(self) -> date:
        """Tell the day in Asia/Shanghai."""
        return day_of(self.now())

"""What one running service holds, whoever asks: pools, keys, a clock."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import TypeVar
from uuid import UUID

from cachetools import TTLCache
from sqlalchemy import QueuePool
from sqlalchemy.ext.asyncio import AsyncEngine

from gateways.access_token import TokenIssuer
from gateways.fair_line import FairLine
from gateways.files import Files
from gateways.heavy_work import Places, build_places
from gateways.identity_provider import IdentityProvider
from gateways.notification_listener import NotificationListener
from gateways.passkey import Passkeys
from gateways.password import PasswordHashing
from gateways.point_ledger import PointLedger
from gateways.revocation_list import RevocationList
from gateways.seal import Seal
from gateways.sms import SmsSender
from gateways.usage_book import UsageBook
from models import DatabaseRole, Role
from resolvers.kernel.shared_question import SharedQuestions
from rules.accounts.password import PasswordPolicy
from rules.accounts.sign_in import SignInLimits
from rules.kernel.function import Entrance, Functions
from rules.kernel.month import to_local_day
from rules.kernel.parameter import Policy
from rules.kernel.point_budget import PointBudgets

MAX_REMEMBERED = 10_000
"""So many accounts, or regions, are remembered at once."""
LONGEST_WRITE_LINE = 1_000
"""So many mutations run or wait for a connection: as many as requests are answered at once."""


def _utc_now() -> datetime:
    return datetime.now(UTC)


Who = TypeVar("Who")


def build_functions_cache(
    life: timedelta = timedelta(seconds=5), timer: Callable[[], float] = monotonic
) -> TTLCache[Who, Functions]:
    """Build what a process remembers of the functions of accounts or regions (S1, ADR 0035).

    It goes by a clock that nobody sets back, so that nothing is remembered longer than `life`.
    """
    return TTLCache(MAX_REMEMBERED, life.total_seconds(), timer)


@dataclass(slots=True)
class CachedPolicy:
    """The approved parameters as they were last read, and the mark by which they are known."""

    fingerprint: str | None = None
    policy: Policy = field(default_factory=lambda: Policy(()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What resolvers may reach of the running service."""

    writes: AsyncEngine
    reads: AsyncEngine
    seal: Seal
    tokens: TokenIssuer
    passwords: PasswordHashing
    files: Files
    sms: SmsSender = field(default_factory=SmsSender)
    sms_code_life: timedelta = timedelta(minutes=5)
    sms_code_tries: int = 5
    beside: Mapping[DatabaseRole, AsyncEngine] = field(default_factory=dict)
    compiled: object = None
    places: Places = field(default_factory=build_places)
    refresh_life: timedelta = timedelta(days=14)
    idle_life: timedelta | None = timedelta(hours=12)
    sessions_per_account: int = 20
    proof_life: timedelta | None = timedelta(minutes=30)
    password_policy: PasswordPolicy = field(default_factory=PasswordPolicy)
    sign_in_limits: SignInLimits = field(default_factory=SignInLimits)
    account_holder_required: bool = False
    second_factor_roles: frozenset[Role] = frozenset()
    certificate_roles: frozenset[Role] = frozenset()
    passkeys: Passkeys | None = None
    ticket_life: timedelta = timedelta(minutes=2)
    reset_life: timedelta = timedelta(days=7)
    intern_rows_per_hour: int = 300
    unknown_persons_per_day: int = 60
    unknown_persons_per_address_per_day: int = 300
    budgets: PointBudgets = field(default_factory=PointBudgets)
    ledger: PointLedger = field(default_factory=PointLedger)
    usage: UsageBook = field(default_factory=UsageBook)
    notifications: NotificationListener = field(default_factory=NotificationListener)
    revocations: RevocationList = field(default_factory=RevocationList)
    access_questions: SharedQuestions[bool] = field(default_factory=SharedQuestions)
    granted_functions: TTLCache[UUID, Functions] = field(default_factory=build_functions_cache)
    entrance: Entrance = Entrance.BOTH
    providers: Mapping[str, IdentityProvider] = field(default_factory=dict)
    functions_of_holders: TTLCache[str, Functions] = field(default_factory=build_functions_cache)
    functions_elsewhere: TTLCache[str, Functions] = field(default_factory=build_functions_cache)
    policy: CachedPolicy = field(default_factory=CachedPolicy)
    now: Callable[[], datetime] = field(default=_utc_now)
    _write_lines: dict[AsyncEngine, FairLine] = field(default_factory=dict)

    def choose_writes(self, role: DatabaseRole) -> AsyncEngine:
        """Return the pool of a role; where one role does everything, that of mutations."""
        return self.beside.get(role, self.writes)

    def get_write_line(self, role: DatabaseRole) -> FairLine:
        """Return the line before a role's pool: it has a place for each connection."""
        engine = self.choose_writes(role)
        line = self._write_lines.get(engine)
        if line is None:
            pool = engine.pool
            places = pool.size() if isinstance(pool, QueuePool) else 1
            line = self._write_lines[engine] = FairLine(places, LONGEST_WRITE_LINE)
        return line

    def today(self) -> date:
        """Return the day in Asia/Shanghai."""
        return to_local_day(self.now())

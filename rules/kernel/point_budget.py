"""What an account, a client program and an address may spend in a window, in points (ADR 0066)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zlib import crc32

from models import Role
from rules.kernel.viewer import Viewer

TOOL_ROLES = frozenset({Role.DATA_SUPPLIER, Role.REPORTING})
"""Roles of programs that move or count rows in bulk; nobody works at a screen as one of them."""

UNTOLD_PARTS = 20
"""A process tells the others what it let somebody spend after a twentieth of the budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointBudgets:
    """How many points there are in a window for each account, tool and address."""

    account: int = 12_000
    unverified: int = 3_000
    tool: int = 120_000
    address: int = 120_000
    stranger: int = 12_000
    client_percent: int = 75
    window: timedelta = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Budget:
    """So many points of a window for one spender; `name` is which budget clients are told of."""

    name: str
    whose: str
    points: int
    window: timedelta

    @property
    def max_untold(self) -> int:
        """How many points a process may let go before it tells the others."""
        return self.points // UNTOLD_PARTS

    def compute_start(self, now: datetime) -> datetime:
        """Compute when the running window began: not everybody's begins at the same moment."""
        seconds = int(self.window.total_seconds())
        shift = crc32(self.whose.encode()) % seconds
        begun = int(now.timestamp() - shift) // seconds * seconds + shift
        return datetime.fromtimestamp(begun, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """What is left of one budget."""

    name: str
    limit: int
    remaining: int
    reset_at: datetime
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """What a request cost, and what is left; several budgets may have paid for it."""

    cost: int
    balances: tuple[Balance, ...]

    @property
    def tightest(self) -> Balance:
        """The budget that will be used up first."""
        return min(self.balances, key=lambda balance: balance.remaining)

    @property
    def limit(self) -> int:
        """How many points the tightest budget has in a window."""
        return self.tightest.limit

    @property
    def remaining(self) -> int:
        """How many points it has left."""
        return self.tightest.remaining

    @property
    def reset_at(self) -> datetime:
        """When it is full again."""
        return self.tightest.reset_at


def list_budgets(
    budgets: PointBudgets, viewer: Viewer, client: str | None, address: str
) -> Sequence[Budget]:
    """List who pays for a request: a stranger's address, or account, client program and address.

    A client program that names itself gets a share of its account's points and none besides, so
    that another name is never a way around.
    """
    window = budgets.window
    if viewer.account_id is None:
        return [Budget("address", f"stranger:{address}", budgets.stranger, window)]
    points = budgets.tool if viewer.role in TOOL_ROLES else budgets.account
    if viewer.unverified:  # as its token says: somebody registered it, and nobody has looked (X18)
        points = min(points, budgets.unverified)
    paying = [Budget("account", f"account:{viewer.account_id}", points, window)]
    if client:
        share = max(1, points * budgets.client_percent // 100)
        paying.append(Budget("client", f"client:{viewer.account_id}:{client}", share, window))
    if address:
        paying.append(Budget("address", f"address:{address}", budgets.address, window))
    return paying

"""What a process knows of points that were spent; what it let go itself, it tells in parts."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from cachetools import LRUCache

from rules.kernel.point_budget import Balance, Budget

MAX_SPENDERS = 50_000
ALONE_SECONDS = 5


@dataclass(slots=True, eq=False)
class Tally:
    """What one spender spent in a window: in all processes, as heard last, and here since then."""

    budget: Budget
    start: datetime
    told: int = 0
    untold: int = 0

    @property
    def end(self) -> datetime:
        """Return when the window is over."""
        return self.start + self.budget.window

    def is_running(self, budget: Budget, now: datetime) -> bool:
        """Return whether it is that of a budget, and its window is not over."""
        same = self.budget is budget or self.budget == budget
        return same and self.start <= now < self.end

    @property
    def is_due(self) -> bool:
        """Return whether so much was spent here that the other processes must hear of it."""
        return self.untold > self.budget.max_untold

    def can_pay(self, points: int) -> bool:
        """Return whether the window has so many points left."""
        return self.told + self.untold + points <= self.budget.points

    def build_balance(self) -> Balance:
        """Build what clients are told."""
        return Balance(
            name=self.budget.name,
            limit=self.budget.points,
            remaining=max(0, self.budget.points - self.told - self.untold),
            reset_at=self.end,
            window=self.budget.window,
        )


class PointLedger:
    """The tallies of those who spent last; who is forgotten has a part of a window for nothing."""

    def __init__(self) -> None:
        self.telling = asyncio.Lock()
        self.alone_until = 0.0
        """Until when nothing is told, by the event loop's clock: the database did not answer."""
        self._tallies: LRUCache[str, Tally] = LRUCache(MAX_SPENDERS)

    def count_alone(self) -> None:
        """Count without the other processes for a while, so that nobody waits for them in line."""
        self.alone_until = asyncio.get_running_loop().time() + ALONE_SECONDS

    @property
    def is_alone(self) -> bool:
        """Return whether the others can't be told now."""
        return asyncio.get_running_loop().time() < self.alone_until

    def open_tally(self, budget: Budget, now: datetime) -> Tally:
        """Return the running window's tally of a spender."""
        tally = self._tallies.get(budget.whose)
        if tally is None or not tally.is_running(budget, now):
            tally = self._tallies[budget.whose] = Tally(budget, budget.compute_start(now))
        return tally

"""Functions of accounts or regions, remembered by a process for some seconds (S1, ADR 0035)."""

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from rules.kernel.function import Functions

Who = TypeVar("Who")


class TTLCache(Generic[Who]):
    """The functions of those who asked last; what is older than `life` is read anew."""

    def __init__(self, life: timedelta = timedelta(seconds=5), most: int = 10_000) -> None:
        self._life, self._most = life, most
        self._known: OrderedDict[Who, tuple[datetime, Functions]] = OrderedDict()

    def get(self, who: Who, now: datetime) -> Functions | None:
        """Give what was kept of somebody, if it was read a short while ago."""
        found = self._known.get(who)
        if found is None or not timedelta() <= now - found[0] < self._life:
            return None
        return found[1]

    def put(self, who: Who, now: datetime, granted: Functions) -> None:
        """Remember some functions; whoever was read longest ago is forgotten."""
        self._known[who] = now, granted
        self._known.move_to_end(who)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def remove(self, who: Who) -> None:
        """Forget an account, whose grants have just changed."""
        self._known.pop(who, None)

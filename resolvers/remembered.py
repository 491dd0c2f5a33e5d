"""What was granted to accounts, remembered by a process for some seconds (S1, ADR 0035)."""

from collections import OrderedDict
from datetime import datetime, timedelta
from uuid import UUID

from rules.function import Functions


class Remembered:
    """The functions of the accounts that asked last; what is older than `life` is read anew."""

    def __init__(self, life: timedelta = timedelta(seconds=5), most: int = 10_000) -> None:
        self._life, self._most = life, most
        self._known: OrderedDict[UUID, tuple[datetime, Functions]] = OrderedDict()

    def recall(self, account_id: UUID, now: datetime) -> Functions | None:
        """Give what was granted to an account, if it was read a short while ago."""
        found = self._known.get(account_id)
        if found is None or not timedelta() <= now - found[0] < self._life:
            return None
        return found[1]

    def keep(self, account_id: UUID, now: datetime, granted: Functions) -> None:
        """Remember what was granted; whoever was read longest ago is forgotten."""
        self._known[account_id] = now, granted
        self._known.move_to_end(account_id)
        while len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, account_id: UUID) -> None:
        """Forget an account, whose grants have just changed."""
        self._known.pop(account_id, None)

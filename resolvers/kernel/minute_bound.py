"""So many of a kind in a minute: whoever asks without end fills no disk with lines about it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

ENTRIES_PER_MINUTE = 60
"""So many entries of a kind a process writes."""

_MINUTE = 60.0


@dataclass(slots=True)
class MinuteBound:
    """How many entries of each kind were written in this minute, and how many left out."""

    clock: Callable[[], float] = time.monotonic
    _began: float = 0.0
    _written: dict[str, int] = field(default_factory=dict)
    _left_out: dict[str, int] = field(default_factory=dict)

    def count_left_out(self, kind: str) -> int | None:
        """Count an entry; return how many were left out before it, None where it is one of them."""
        now = self.clock()
        if now - self._began >= _MINUTE:
            self._began = now
            self._written.clear()
        if self._written.get(kind, 0) >= ENTRIES_PER_MINUTE:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return None
        self._written[kind] = self._written.get(kind, 0) + 1
        return self._left_out.pop(kind, 0)

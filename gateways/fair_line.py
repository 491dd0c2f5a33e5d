"""A line for a few places: whoever asks most waits longest, and who is one too many is told."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

PATIENCE_SECONDS = 8.0
"""Who waited for so long is told to come again: an operation would soon be over its time."""


class Crowded(Exception):
    """Too many stand in line; say after how many seconds to come again."""

    seconds = 2


@dataclass(eq=False)
class Stand:
    """Somebody's stand in the line."""

    line: "FairLine"
    who: str
    turn: asyncio.Future[None] | None = None
    has_place: bool = False
    crowded_out: bool = False

    async def take_turn(self) -> None:
        """Wait for a place; it is kept until the stand is left.

        Raises Crowded where others, who ask less, needed the room, or where it takes too long.
        """
        if self.crowded_out:
            raise Crowded
        if not self.has_place:
            self.turn = asyncio.get_running_loop().create_future()
            self.line.give_places()
            try:
                async with asyncio.timeout(self.line.patience_seconds):
                    await self.turn
            except TimeoutError:
                raise Crowded from None


class FairLine:
    """Gives places in turn to those who wait: by address or account, not by request."""

    def __init__(
        self, places: int, longest: int, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._free, self._longest = places, longest
        self.patience_seconds = patience_seconds
        self._stands: dict[str, list[Stand]] = {}
        self._length = 0
        self._served: Counter[str] = Counter()

    def __len__(self) -> int:
        return self._length

    @contextmanager
    def stand(self, who: str) -> Iterator[Stand]:
        """Stand in line, before anything is read for it.

        Raises Crowded where the line is full, and nobody stands in it more often.
        """
        if len(self) >= self._longest:
            self._make_room(who)
        stand = Stand(self, who)
        self._stands.setdefault(who, []).append(stand)
        self._length += 1
        try:
            yield stand
        finally:
            self._leave(stand)

    @asynccontextmanager
    async def hold_place(self, who: str) -> AsyncIterator[None]:
        """Stand in line for a place and keep it; raise Crowded as `stand` does."""
        with self.stand(who) as stand:
            await stand.take_turn()
            yield

    def give_places(self) -> None:
        """Give free places to those who wait, a turn to each of them."""
        while self._free:
            firsts = (next(filter(_is_waiting, each), None) for each in self._stands.values())
            waiting = (stand for stand in firsts if stand is not None)
            chosen = min(waiting, key=lambda stand: self._served[stand.who], default=None)
            if chosen is None or chosen.turn is None:
                return
            self._free -= 1
            self._served[chosen.who] += 1
            chosen.has_place = True
            chosen.turn.set_result(None)

    def _make_room(self, who: str) -> None:
        """Send away the last of whoever stands in line most often."""
        most = max(self._stands.values(), key=len, default=())
        last = next((stand for stand in reversed(most) if not stand.has_place), None)
        if last is None or len(most) <= len(self._stands.get(who, ())) + 1:
            raise Crowded
        last.crowded_out = True
        self._remove(last)
        if last.turn is not None and not last.turn.done():
            last.turn.set_exception(Crowded())

    def _leave(self, stand: Stand) -> None:
        self._remove(stand)
        if stand.has_place:
            stand.has_place = False
            self._free += 1
            self.give_places()

    def _remove(self, stand: Stand) -> None:
        stands = self._stands.get(stand.who, [])
        if stand in stands:
            stands.remove(stand)
            self._length -= 1
            if not stands:
                del self._stands[stand.who], self._served[stand.who]


def _is_waiting(stand: Stand) -> bool:
    return not stand.has_place and stand.turn is not None and not stand.turn.done()

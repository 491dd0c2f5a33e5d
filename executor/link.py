"""The way from a level's rows to those of the next: one statement for all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select

from executor.chunk import Below, Chunk
from executor.finder import Find, Finder, Reached
from executor.level import Gaps, Level, Row, Run
from executor.statement import text_of
from loaders.filter import Order
from loaders.page import Window
from loaders.statement import key_values

Key = tuple[Any, ...]
Selecting = Callable[[Window], Select[Any]]


class Slot(NamedTuple):
    """Where a link's rows go: into which gap, for which kind of rows, how."""

    gap: int
    kind: str | None
    finder: Finder


class Way(NamedTuple):
    """How one selection of a link's rows is written: by a view, or within the row above."""

    finder: Finder
    view: int | None = None
    below: Below | None = None


@dataclass(slots=True)
class Link:
    """A relation, or a whole table, with its arguments; `on` pairs the columns of both ends."""

    child: Level
    on: tuple[tuple[str, str], ...]
    statement: Selecting
    count: Selecting | None = None
    window: Callable[[Run], Window] | None = None
    order: Order | None = None
    counted: bool = False
    looks_ahead: bool = False
    by_rows: bool = False
    lists: list[Chunk] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    planned: dict[Any, Way] = field(default_factory=dict)
    local: tuple[int, ...] = ()

    def hang(self, level: Level, slot: Slot) -> None:
        """Read the rows below a level by a statement of their own."""
        if not self.slots:
            self.local = tuple(level.column(key) for _, key in self.on)
            level.steps.append(self)
        self.slots.append(slot)

    def fold(self, level: Level, below: Below) -> None:
        """Write the rows below a level with its own."""
        level.lists |= self.child.lists
        if self.window is not None:
            level.lists[below.number] = self.window

    async def follow(self, level: Level, rows: Sequence[Row], gaps: Gaps, run: Run) -> None:
        """Read the rows that the link leads to, and fill the gaps left for them."""
        within = {slot.kind: _places(level, slot.kind, rows) for slot in self.slots}
        asked = rows if None in within else _any_of(rows, within.values())
        known = dict.fromkeys(key for key in keys_of(asked, self.local) if None not in key)
        if not asked:
            return
        finds = await self._finds(list(known), run)
        numbers = {key: n for n, key in enumerate(known)}
        places = [numbers.get(key, -1) for key in keys_of(rows, self.local)]
        for slot in self.slots:
            own, find = within[slot.kind], finds[slot.finder]
            if len(own) == len(rows):
                gaps[slot.gap] = list(map(find, places))
            elif own:
                found = dict(enumerate(gaps[slot.gap])) | {n: find(places[n]) for n in own}
                gaps[slot.gap] = list(found.values())

    async def _finds(self, keys: Sequence[Key], run: Run) -> Mapping[Finder, Find]:
        """Read, and give what finds the texts of each way to write them."""
        window = self.window(run) if self.window else Window()
        reached = await self._read(keys, window, run)
        return {finder: finder(reached) for finder in {slot.finder for slot in self.slots}}

    async def _read(self, keys: Sequence[Key], window: Window, run: Run) -> Reached:
        """Read rows, and what hangs below them."""
        child = self.child
        if not keys:
            views = await child.filled((), run)
            return Reached(0, (), (), views, window, set(), {}, run.viewer)
        arrays = key_values(keys) if child.keyed else {}
        limit = {"limit": window.first + self.looks_ahead}
        values, size = window.values | limit | arrays, len(keys)
        if self.count is not None and not self.by_rows:
            lists = await self._lists(window, values, run) if self.lists else {}
            counts = await self._counted(window, arrays, run)
            return Reached(size, (), (), {}, window, set(), counts, run.viewer, lists)
        rows = await child.found(self.statement(window), values, run)
        places = [row[0] - 1 for row in rows] if child.keyed else [0] * len(rows)
        longer = set[int]()
        if self.count is not None:
            rows, places, longer = _cut(rows, places, window.first, size)
        views = await child.filled(rows, run)
        counts = await self._counted(window, arrays, run)
        return Reached(size, places, rows, views, window, longer, counts, run.viewer)

    async def _lists(
        self, window: Window, values: Mapping[str, Any], run: Run
    ) -> Mapping[int, Sequence[str]]:
        """Read the edges of all pages as the database writes them."""
        child, lists = self.child, tuple(self.lists)
        rows = await child.found(self.statement(window), values, run, lists, window.order)
        return {row[0] - 1: row[1:] for row in rows} if child.keyed else dict(enumerate(rows))

    async def _counted(
        self, window: Window, arrays: Mapping[str, Any], run: Run
    ) -> Mapping[int, int]:
        if self.count is None or not self.counted:
            return {}
        values = {**window.filter_values, **arrays}
        counted = await run.read(text_of(self.count(window)), values, self.child.depth)
        return {row[0] - 1 if self.child.keyed else 0: row[-1] for row in counted}


def _cut(
    rows: Sequence[Row], places: Sequence[int], first: int, size: int
) -> tuple[list[Row], list[int], set[int]]:
    """Leave out the rows read one past a page, and tell whose pages go on."""
    sizes = [0] * size
    kept_rows, kept_places, longer = [], [], set()
    for row, place in zip(rows, places, strict=True):
        sizes[place] += 1
        if sizes[place] > first:
            longer.add(place)
        else:
            kept_rows.append(row)
            kept_places.append(place)
    return kept_rows, kept_places, longer


def keys_of(rows: Sequence[Row], columns: Sequence[int]) -> Sequence[Key]:
    """Read each row's key."""
    match columns:
        case []:
            return [()] * len(rows)
        case [column]:
            return [(row[column],) for row in rows]
        case _:
            return list(map(itemgetter(*columns), rows))


def _any_of(rows: Sequence[Row], within: Iterable[Sequence[int]]) -> Sequence[Row]:
    return [rows[n] for n in sorted({n for places in within for n in places})]


def _places(level: Level, kind: str | None, rows: Sequence[Row]) -> Sequence[int]:
    """Tell which rows are of a kind; all are where there are no kinds."""
    if kind is None or level.kind is None:
        return range(len(rows))
    place = level.kind
    return [n for n, row in enumerate(rows) if row[place] == kind]

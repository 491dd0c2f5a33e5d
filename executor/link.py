"""The way from a level's rows to those of the next: one statement for all of them."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select

from executor.aside import StepAside
from executor.connection import Cut, Shape
from executor.level import Dicts, Find, Level, Row, Run
from executor.statement import text_of
from loaders.page import Window
from loaders.statement import key_values

Key = tuple[Any, ...]
Selecting = Callable[[Window], Select[Any]]


class Reached(NamedTuple):
    """Where a link led: the key of each row's parent, and the rows as each view writes them."""

    keys: Sequence[Key]
    rows: Sequence[Row]
    views: list[Dicts]
    window: Window
    longer: set[Key]
    counts: Mapping[Key, int]


class Slot(NamedTuple):
    """Where a link's rows go: into which view's dicts, of which kind, under which name."""

    view: int
    kind: str | None
    name: str
    finder: Callable[[Reached], Find]


@dataclass(slots=True)
class Link:
    """A relation, or a whole table, with its arguments."""

    child: Level
    local: tuple[int, ...]
    statement: Selecting
    count: Selecting | None = None
    window: Callable[[Run], Window] | None = None
    counted: bool = False
    slots: list[Slot] = field(default_factory=list)

    async def follow(self, level: Level, rows: Sequence[Row], views: list[Dicts], run: Run) -> None:
        """Read the rows that the link leads to, and put them where they were asked for."""
        places = {slot.kind: _places(level, slot.kind, rows) for slot in self.slots}
        keys = keys_of(rows, self.local)
        wanted = {keys[n]: None for within in places.values() for n in within}
        if not wanted:
            return
        reached = await self._read([key for key in wanted if None not in key], run)
        for slot in self.slots:
            find, dicts, name = slot.finder(reached), views[slot.view], slot.name
            for n in places[slot.kind]:
                dicts[n][name] = find(keys[n])

    async def _read(self, keys: Sequence[Key], run: Run) -> Reached:
        window = self.window(run) if self.window else Window()
        if not keys:
            return Reached((), (), await self.child.filled((), run), window, set(), {})
        arrays = key_values(keys)
        child, depth = self.child, self.child.depth
        text = text_of(self.statement(window), child.keys, tuple(child.columns))
        rows = await run.read(text, {**window.values, **arrays}, depth)
        found, longer = keys_of(rows, range(child.keys)), set[Key]()
        if self.count is not None:
            rows, found, longer = _cut(rows, found, window.first)
        views = await child.filled(rows, run)
        counts: Mapping[Key, int] = {}
        if self.counted and self.count is not None:
            values = {**window.filter_values, **arrays}
            counted = await run.read(text_of(self.count(window)), values, depth)
            counts = {tuple(row)[:-1]: row[-1] for row in counted}
        return Reached(found, rows, views, window, longer, counts)


def _cut(
    rows: Sequence[Row], keys: Sequence[Key], first: int
) -> tuple[list[Row], list[Key], set[Key]]:
    """Leave out the rows read one past a page, and tell whose pages go on."""
    sizes: defaultdict[Key, int] = defaultdict(int)
    kept_rows, kept_keys, longer = [], [], set()
    for row, key in zip(rows, keys, strict=True):
        sizes[key] += 1
        if sizes[key] > first:
            longer.add(key)
        else:
            kept_rows.append(row)
            kept_keys.append(key)
    return kept_rows, kept_keys, longer


def keys_of(rows: Sequence[Row], places: Sequence[int]) -> Sequence[Key]:
    """Read each row's key."""
    match places:
        case []:
            return [()] * len(rows)
        case [place]:
            return [(row[place],) for row in rows]
        case _:
            return list(map(itemgetter(*places), rows))


def _places(level: Level, kind: str | None, rows: Sequence[Row]) -> Sequence[int]:
    """Tell which rows are of a kind; all are where there are no kinds."""
    if kind is None or level.kind is None:
        return range(len(rows))
    place = level.kind
    return [n for n, row in enumerate(rows) if row[place] == kind]


def single(view: int, *, optional: bool) -> Callable[[Reached], Find]:
    """Give each parent the one row that it points at."""

    def finder(reached: Reached) -> Find:
        known = dict(zip(reached.keys, reached.views[view], strict=True))

        def found(key: Key) -> Any:
            if key not in known:
                raise StepAside("null")
            return known[key]

        return known.get if optional else found

    return finder


def listed(view: int) -> Callable[[Reached], Find]:
    """Give each parent the rows that point at it."""

    def finder(reached: Reached) -> Find:
        groups: defaultdict[Key, list[Any]] = defaultdict(list)
        for key, item in zip(reached.keys, reached.views[view], strict=True):
            groups[key].append(item)
        return lambda key: groups.get(key, [])

    return finder


def paged(shape: Shape) -> Callable[[Reached], Find]:
    """Give each parent its page."""

    def finder(reached: Reached) -> Find:
        keys, rows, views, window, longer, counts = reached
        places: defaultdict[Key, list[int]] = defaultdict(list)
        for n, key in enumerate(keys):
            places[key].append(n)
        return lambda key: shape.write(
            Cut(places.get(key, []), rows, views, window, key in longer, counts.get(key, 0))
        )

    return finder

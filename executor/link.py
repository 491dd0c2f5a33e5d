"""The way from a level's rows to those of the next: one statement for all of them."""

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
from rules.viewer import Viewer

Key = tuple[Any, ...]
Selecting = Callable[[Window], Select[Any]]


class Reached(NamedTuple):
    """Where a link led: each row's key by its place, and the rows as each view writes them."""

    size: int
    places: Sequence[int]
    rows: Sequence[Row]
    views: list[Dicts]
    window: Window
    longer: set[int]
    counts: Mapping[int, int]
    viewer: Viewer


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
        within = {slot.kind: _places(level, slot.kind, rows) for slot in self.slots}
        keys = keys_of(rows, self.local)
        known: dict[Key, int] = {}
        for n in (n for places in within.values() for n in places):
            if None not in keys[n]:
                known.setdefault(keys[n], len(known))
        if not any(within.values()):
            return
        reached = await self._read(list(known), run)
        for slot in self.slots:
            find, dicts, name = slot.finder(reached), views[slot.view], slot.name
            for n in within[slot.kind]:
                dicts[n][name] = find(known.get(keys[n], -1))

    async def _read(self, keys: Sequence[Key], run: Run) -> Reached:
        window = self.window(run) if self.window else Window()
        if not keys:
            views = await self.child.filled((), run)
            return Reached(0, (), (), views, window, set(), {}, run.viewer)
        child = self.child
        arrays = key_values(keys) if child.keyed else {}
        text = text_of(self.statement(window), tuple(child.columns), keyed=child.keyed)
        rows = await run.read(text, {**window.values, **arrays}, child.depth)
        places = [row[0] - 1 for row in rows] if child.keyed else [0] * len(rows)
        longer = set[int]()
        if self.count is not None:
            rows, places, longer = _cut(rows, places, window.first, len(keys))
        views = await child.filled(rows, run)
        counts = await self._counted(window, arrays, run) if self.counted else {}
        return Reached(len(keys), places, rows, views, window, longer, counts, run.viewer)

    async def _counted(
        self, window: Window, arrays: Mapping[str, Any], run: Run
    ) -> Mapping[int, int]:
        if self.count is None:
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


def _places(level: Level, kind: str | None, rows: Sequence[Row]) -> Sequence[int]:
    """Tell which rows are of a kind; all are where there are no kinds."""
    if kind is None or level.kind is None:
        return range(len(rows))
    place = level.kind
    return [n for n, row in enumerate(rows) if row[place] == kind]


def single(view: int, *, optional: bool) -> Callable[[Reached], Find]:
    """Give each parent the one row that it points at."""

    def finder(reached: Reached) -> Find:
        known: list[Any] = [None] * (reached.size + 1)  # the last stands for no key
        for place, item in zip(reached.places, reached.views[view], strict=True):
            known[place] = item
        if not optional and None in known[:-1]:
            raise StepAside("null")
        return known.__getitem__

    return finder


def listed(view: int) -> Callable[[Reached], Find]:
    """Give each parent the rows that point at it."""

    def finder(reached: Reached) -> Find:
        groups: list[list[Any]] = [[] for _ in range(reached.size)]
        for place, item in zip(reached.places, reached.views[view], strict=True):
            groups[place].append(item)
        return groups.__getitem__

    return finder


def made_by(
    view: int, rule: Callable[..., object], write: Callable[[Any], Any]
) -> Callable[[Reached], Find]:
    """Give each parent what a rule makes of the rows that point at it."""

    def finder(reached: Reached) -> Find:
        groups = listed(view)(reached)
        return lambda place: write(rule(groups(place), viewer=reached.viewer))

    return finder


def paged(shape: Shape) -> Callable[[Reached], Find]:
    """Give each parent its page."""

    def finder(reached: Reached) -> Find:
        size, places, rows, views, window, longer, counts, _ = reached
        own: list[list[int]] = [[] for _ in range(size)]
        for n, place in enumerate(places):
            own[place].append(n)
        return lambda place: shape.write(
            Cut(own[place], rows, views, window, place in longer, counts.get(place, 0))
        )

    return finder

"""The way from a level's rows to those of the next: one statement for all of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Select

from executor.compiled_statement import compile_statement
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row
from executor.row_lookup import LookupBuilder, RelationRows, RowLookup
from executor.sql_json import NestedRows, SqlJsonFragment
from loaders.filter import Order
from loaders.page import Window
from loaders.statement import to_key_arrays

Key = tuple[Any, ...]
StatementBuilder = Callable[[Window], Select[Any]]


class OutputTarget(NamedTuple):
    """Where a link's rows go: into which gap, for which kind of rows, how."""

    gap: int
    kind: str | None
    finder: LookupBuilder


class RelationPlan(NamedTuple):
    """How one selection of a link's rows is written: by a view, or within the row above."""

    finder: LookupBuilder
    view: int | None = None
    below: NestedRows | None = None


@dataclass(slots=True, kw_only=True)
class RelationStep:
    """A relation, or a whole table, with its arguments; `on` pairs the columns of both ends."""

    child: PlanNode
    on: tuple[tuple[str, str], ...]
    statement: StatementBuilder
    count: StatementBuilder | None = None
    window: Callable[[PlanRun], Window] | None = None
    order: Order | None = None
    needs_count: bool = False
    looks_ahead: bool = False
    needs_rows: bool = False
    list_fragments: list[SqlJsonFragment] = field(default_factory=list)
    targets: list[OutputTarget] = field(default_factory=list)
    relation_plans: dict[Any, RelationPlan] = field(default_factory=dict)
    key_places: tuple[int, ...] = ()

    def attach_to(self, level: PlanNode, slot: OutputTarget) -> None:
        """Read the rows below a level by a statement of their own."""
        if not self.targets:
            self.key_places = tuple(level.add_column(key) for _, key in self.on)
            level.steps.append(self)
        self.targets.append(slot)

    def inline_into(self, level: PlanNode, below: NestedRows) -> None:
        """Write the rows below a level with its own."""
        level.list_windows |= self.child.list_windows
        if self.window is not None:
            level.list_windows[below.number] = self.window

    async def execute(
        self, level: PlanNode, rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Read the rows that the link leads to, and fill the gaps left for them."""
        within = {slot.kind: _find_places(level, slot.kind, rows) for slot in self.targets}
        asked = rows if None in within else _select_rows(rows, within.values())
        known = dict.fromkeys(key for key in read_keys(asked, self.key_places) if None not in key)
        if not asked:
            return
        finds = await self._build_lookups(list(known), run)
        numbers = {key: n for n, key in enumerate(known)}
        places = [numbers.get(key, -1) for key in read_keys(rows, self.key_places)]
        for slot in self.targets:
            own, find = within[slot.kind], finds[slot.finder]
            if len(own) == len(rows):
                gaps[slot.gap] = list(map(find, places))
            elif own:
                found = dict(enumerate(gaps[slot.gap])) | {n: find(places[n]) for n in own}
                gaps[slot.gap] = list(found.values())

    async def _build_lookups(
        self, keys: Sequence[Key], run: PlanRun
    ) -> Mapping[LookupBuilder, RowLookup]:
        """Read, and give what finds the texts of each way to write them."""
        window = self.window(run) if self.window else Window()
        reached = await self._load_rows(keys, window, run)
        return {finder: finder(reached) for finder in {slot.finder for slot in self.targets}}

    async def _load_rows(self, keys: Sequence[Key], window: Window, run: PlanRun) -> RelationRows:
        """Read rows, and what hangs below them."""
        child = self.child
        if not keys:
            views = await child.write_rows((), run)
            return RelationRows(
                size=0,
                places=(),
                rows=(),
                views=views,
                window=window,
                longer=set(),
                counts={},
                viewer=run.viewer,
            )
        arrays = to_key_arrays(keys) if child.keyed else {}
        limit = {"limit": window.size + self.looks_ahead}
        values, size = window.values | limit | arrays, len(keys)
        if self.count is not None and not self.needs_rows:
            lists = await self._load_lists(window, values, run) if self.list_fragments else {}
            counts = await self._load_counts(window, arrays, run)
            return RelationRows(
                size=size,
                places=(),
                rows=(),
                views={},
                window=window,
                longer=set(),
                counts=counts,
                viewer=run.viewer,
                lists=lists,
            )
        rows = await child.load_rows(self.statement(window), values, run)
        places = [row[0] - 1 for row in rows] if child.keyed else [0] * len(rows)
        longer = set[int]()
        if self.count is not None:
            rows, places, longer = _cut_to_page_size(rows, places, window, size)
        views = await child.write_rows(rows, run)
        counts = await self._load_counts(window, arrays, run)
        return RelationRows(
            size=size,
            places=places,
            rows=rows,
            views=views,
            window=window,
            longer=longer,
            counts=counts,
            viewer=run.viewer,
        )

    async def _load_lists(
        self, window: Window, values: Mapping[str, Any], run: PlanRun
    ) -> Mapping[int, Sequence[str]]:
        """Read the edges of all pages as the database writes them."""
        child, lists = self.child, tuple(self.list_fragments)
        rows = await child.load_rows(self.statement(window), values, run, lists, window.order)
        return {row[0] - 1: row[1:] for row in rows} if child.keyed else dict(enumerate(rows))

    async def _load_counts(
        self, window: Window, arrays: Mapping[str, Any], run: PlanRun
    ) -> Mapping[int, int]:
        if self.count is None or not self.needs_count:
            return {}
        values = {**window.filter_values, **arrays}
        counted = await run.read(compile_statement(self.count(window)), values, self.child.depth)
        return {row[0] - 1 if self.child.keyed else 0: row[-1] for row in counted}


def _cut_to_page_size(
    rows: Sequence[Row], places: Sequence[int], window: Window, size: int
) -> tuple[list[Row], list[int], set[int]]:
    """Leave out the rows read one past a page, tell whose pages go on, and turn backward ones."""
    sizes = [0] * size
    kept_rows, kept_places, longer = [], [], set()
    for row, place in zip(rows, places, strict=True):
        sizes[place] += 1
        if sizes[place] > window.size:
            longer.add(place)
        else:
            kept_rows.append(row)
            kept_places.append(place)
    if window.backward:
        return kept_rows[::-1], kept_places[::-1], longer
    return kept_rows, kept_places, longer


def read_keys(rows: Sequence[Row], columns: Sequence[int]) -> Sequence[Key]:
    """Read each row's key."""
    match columns:
        case []:
            return [()] * len(rows)
        case [column]:
            return [(row[column],) for row in rows]
        case _:
            return list(map(itemgetter(*columns), rows))


def _select_rows(rows: Sequence[Row], within: Iterable[Sequence[int]]) -> Sequence[Row]:
    return [rows[n] for n in sorted({n for places in within for n in places})]


def _find_places(level: PlanNode, kind: str | None, rows: Sequence[Row]) -> Sequence[int]:
    """Return which rows are of a kind; all are where there are no kinds."""
    if kind is None or level.kind_place is None:
        return range(len(rows))
    place = level.kind_place
    return [n for n, row in enumerate(rows) if row[place] == kind]

"""Rows of one table, the texts that they become, and the run that writes them level by level."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from time import perf_counter
from typing import Any, Protocol

from graphql.execution.values import VariableValues
from sqlalchemy import Select

from executor.aside import StepAside
from executor.chunk import Chunk, Wanted
from executor.statement import text_of
from loaders.direct import Text
from loaders.filter import Filter, Order
from loaders.page import Window
from resolvers.kernel.context import Statement
from resolvers.kernel.service import Service
from rules.kernel.viewer import Viewer

Row = Any
Texts = list[str]
Gaps = list[Sequence[str]]
"""What fills each gap of a level, row by row."""


class Reader(Protocol):
    """A connection with an open snapshot."""

    def fetch(self, query: str, *args: Any) -> Awaitable[Sequence[Row]]:
        """Read all rows of a statement."""


@dataclass(slots=True)
class Run:
    """What one run of a plan knows: who asks, with which variables, and what was derived."""

    viewer: Viewer
    service: Service
    variables: VariableValues
    reader: Reader
    statements: list[Statement] | None = None
    memory: dict[Any, Any] = field(default_factory=dict)

    async def read(self, text: Text, values: Mapping[str, Any], depth: int) -> Sequence[Row]:
        """Read all rows of a statement, and note it for those who asked for the plan."""
        started = perf_counter()
        rows = await self.reader.fetch(text.sql, *text.values(values))
        if self.statements is not None:
            ms = round((perf_counter() - started) * 1000, 2)
            self.statements.append(Statement(depth, text.sql, len(rows), ms))
        return rows


class Build(Protocol):
    """Generated code that writes rows as one selection asks."""

    def __call__(self, rows: Iterable[tuple[int, Row]], gaps: Gaps, run: Run, /) -> Texts:
        """Write rows, each with its number."""


Written = Chunk | Build
"""How a view writes rows: in the database alone, or by code."""


class Step(Protocol):
    """What hangs below a level: it reads further rows, and fills the gaps left for them."""

    async def follow(self, level: "Level", rows: Sequence[Row], gaps: Gaps, run: Run) -> None:
        """Read, write, and fill gaps of the level above."""


@dataclass(slots=True)
class Level:
    """Rows of one table, read by one statement: the place of its key first, if it has one.

    A view that the database writes alone may be written into the rows above instead: then nothing
    is read here, and `lists` has gone there, with what narrows the lists within rows.
    """

    table: Any
    keyed: bool
    depth: int = 0
    columns: dict[Wanted, int] = field(default_factory=dict)
    views: list[Written | None] = field(default_factory=list)
    read: dict[int, Build] = field(default_factory=dict)
    lists: dict[int, Callable[[Run], Window]] = field(default_factory=dict)
    links: dict[Any, Any] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    gaps: int = 0
    kind: int | None = None

    def column(self, wanted: Wanted) -> int:
        """Tell at which place something is read, adding it where it is not yet."""
        place = self.columns.setdefault(wanted, len(self.columns))
        return self.keyed + place

    def know_kind(self, name: str) -> int:
        """Tell at which place stands the column by which rows are of one kind or another."""
        place = self.column(name)
        if self.kind not in {None, place}:
            raise StepAside("two kinds")
        self.kind = place
        return place

    @property
    def width(self) -> int:
        """Tell how much is asked of a row."""
        return self.keyed + len(self.columns)

    def gap(self) -> int:
        """Count one more gap."""
        self.gaps += 1
        return self.gaps - 1

    def view(self) -> int:
        """Make a place for a view that is written once its selection is known."""
        self.views.append(None)
        return len(self.views) - 1

    def reads(self, view: int) -> int:
        """Read what a view writes."""
        written = self.views[view]
        if written is not None:
            self.read[view] = self.build(written)
        return view

    def build(self, written: Written) -> Build:
        """Give the code that writes rows; of what the database writes it only takes the text."""
        if not isinstance(written, Chunk):
            return written
        place = self.column(written)
        return lambda rows, gaps, run: [row[place] for _, row in rows]

    async def found(
        self,
        statement: Select[Any],
        values: Mapping[str, Any],
        run: Run,
        lists: tuple[Chunk, ...] = (),
        whole: Order | None = None,
    ) -> Sequence[Row]:
        """Read rows by a statement, or with an order whole lists of them."""
        narrowed = []
        known = dict(values)
        for number, window in self.lists.items():
            given = [(numbered(f, number), value) for f, value in window(run).narrowed]
            narrowed.append((number, tuple(f for f, _ in given)))
            for narrowing, value in given:
                known |= narrowing.values(value)
        wanted: tuple[Wanted, ...] = lists or tuple(self.columns)
        text = text_of(statement, wanted, tuple(narrowed), keyed=self.keyed, whole=whole)
        return await run.read(text, known, self.depth)

    async def filled(self, rows: Sequence[Row], run: Run) -> Mapping[int, Texts]:
        """Write all that hangs below the rows, then the rows, once for each view that is read."""
        gaps: Gaps = [[""] * len(rows)] * self.gaps
        if rows:
            for step in self.steps:
                await step.follow(self, rows, gaps, run)
        return {view: build(enumerate(rows), gaps, run) for view, build in self.read.items()}


@lru_cache(maxsize=1_000)
def numbered(narrowing: Filter, number: int) -> Filter:
    """Give a filter of one list among several in a statement parameters of its own."""
    return replace(narrowing, name=f"{narrowing.name}_{number}")

"""Rows of one table, the texts that they become, and the run that writes them level by level."""

from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, NamedTuple, Protocol

from graphql.execution.values import VariableValues

from executor.aside import StepAside
from executor.chunk import Chunk, Wanted
from loaders.direct import Text
from resolvers.context import Statement
from resolvers.service import Service
from rules.viewer import Viewer

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


class Written(NamedTuple):
    """How a view writes rows; a leaf is written by the database alone."""

    build: Build
    leaf: Chunk | None


class Step(Protocol):
    """What hangs below a level: it reads further rows, and fills the gaps left for them."""

    async def follow(self, level: "Level", rows: Sequence[Row], gaps: Gaps, run: Run) -> None:
        """Read, write, and fill gaps of the level above."""


@dataclass(slots=True)
class Level:
    """Rows of one table, read by one statement: the place of its key first, if it has one."""

    table: Any
    keyed: bool
    depth: int = 0
    columns: dict[Wanted, int] = field(default_factory=dict)
    views: list[Written] = field(default_factory=list)
    steps: dict[Any, Step] = field(default_factory=dict)
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
        self.views.append(Written(_unwritten, None))
        return len(self.views) - 1

    @property
    def leaves(self) -> Sequence[Chunk]:
        """Give what the database writes of a row for each view, if that is all there is to it."""
        chunks = [view.leaf for view in self.views if view.leaf is not None]
        return chunks if len(chunks) == len(self.views) and not self.steps else ()

    async def filled(self, rows: Sequence[Row], run: Run) -> list[Texts]:
        """Write all that hangs below the rows, then the rows, once for each view."""
        gaps: Gaps = [[""] * len(rows)] * self.gaps
        if rows:
            for step in self.steps.values():
                await step.follow(self, rows, gaps, run)
        return [view.build(enumerate(rows), gaps, run) for view in self.views]


def _unwritten(rows: Iterable[tuple[int, Row]], gaps: Gaps, run: Run, /) -> Texts:
    raise NotImplementedError

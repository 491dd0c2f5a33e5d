"""Rows of one table, the dicts that they become, and the run that fills them level by level."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Any, Protocol

from graphql.execution.values import VariableValues

from executor.aside import StepAside
from executor.form import Form
from executor.statement import Text
from resolvers.context import Statement
from rules.viewer import Viewer

Row = Any
Json = Any
Dicts = list[dict[str, Json]]


class Reader(Protocol):
    """A connection with an open snapshot."""

    def fetch(self, query: str, *args: Any) -> Awaitable[Sequence[Row]]:
        """Read all rows of a statement."""


@dataclass(slots=True)
class Run:
    """What one run of a plan knows: who asks, when, with which variables, and what was derived."""

    viewer: Viewer
    variables: VariableValues
    reader: Reader
    today: date
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

    def __call__(self, rows: Sequence[Row], run: Run) -> Dicts:
        """Write all rows."""


class Step(Protocol):
    """What hangs below a level: it reads further rows, and fills the gaps left for them."""

    async def follow(
        self, level: "Level", rows: Sequence[Row], views: list[Dicts], run: Run
    ) -> None:
        """Read, write, and put into the places of the level above."""


@dataclass(slots=True)
class Level:
    """Rows of one table, read by one statement: the place of its key first, if it has one."""

    table: Any
    keyed: bool
    depth: int = 0
    columns: dict[tuple[str, Form], int] = field(default_factory=dict)
    views: list[Build] = field(default_factory=list)
    steps: dict[Any, Step] = field(default_factory=dict)
    kind: int | None = None

    def column(self, name: str, form: Form = Form.RAW) -> int:
        """Tell at which place a column is read, adding it where it is not yet."""
        place = self.columns.setdefault((name, form), len(self.columns))
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
        """Tell how many columns are asked of a row."""
        return self.keyed + len(self.columns)

    def open(self) -> int:
        """Make a place for a view that is built once its selection is known."""
        self.views.append(_unbuilt)
        return len(self.views) - 1

    async def filled(self, rows: Sequence[Row], run: Run) -> list[Dicts]:
        """Write the rows, once for each view, and all that hangs below them."""
        views = [build(rows, run) for build in self.views]
        if rows:
            for step in self.steps.values():
                await step.follow(self, rows, views, run)
        return views


def _unbuilt(rows: Sequence[Row], run: Run) -> Dicts:
    raise NotImplementedError


Find = Callable[[int], Json]
"""Gives what belongs to the key at a place in the list of keys; -1 is no key."""

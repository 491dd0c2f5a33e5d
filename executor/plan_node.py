"""Rows of one table, the texts that they become, and the run that writes them level by level."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from time import perf_counter
from typing import Any, Protocol

from graphql.execution.values import VariableValues
from sqlalchemy import Select

from executor.compiled_statement import compile_statement
from executor.not_plannable import NotPlannable
from executor.sql_json import ReadExpression, SqlJsonFragment
from loaders.driver_statement import CompiledStatement
from loaders.filter import Filter, Order
from loaders.page import Window
from resolvers.kernel.context import StatementTrace
from resolvers.kernel.service import Service
from rules.kernel.parameter import Policy
from rules.kernel.viewer import Viewer

Row = Any
Texts = list[str]
Placeholders = list[Sequence[str]]
"""What fills each gap of a level, row by row."""


class Reader(Protocol):
    """A connection with an open snapshot."""

    def fetch(self, query: str, *args: Any) -> Awaitable[Sequence[Row]]:
        """Read all rows of a statement."""


class _NoReader:
    """Stands where a plan reads nothing."""

    async def fetch(self, query: str, *args: Any) -> Sequence[Row]:
        """Refuse to read."""
        raise NotPlannable("nothing to read from")


NO_READER = _NoReader()
MOST_COMPILED = 20
"""A level reads by few statements: one for each set of filters and orders."""


@dataclass(slots=True, kw_only=True)
class PlanRun:
    """What one run of a plan knows: who asks, with which variables, and what was derived."""

    viewer: Viewer
    service: Service
    variables: VariableValues
    reader: Reader
    statements: list[StatementTrace] | None = None
    policy: Policy | None = None
    memory: dict[Any, Any] = field(default_factory=dict)

    async def read(
        self, text: CompiledStatement, values: Mapping[str, Any], depth: int
    ) -> Sequence[Row]:
        """Read all rows of a statement, and note it for those who asked for the plan."""
        started = perf_counter()
        rows = await self.reader.fetch(text.sql, *text.order_values(values))
        if self.statements is not None:
            ms = round((perf_counter() - started) * 1000, 2)
            self.statements.append(StatementTrace(level=depth, sql=text.sql, rows=len(rows), ms=ms))
        return rows


class RowWriter(Protocol):
    """Generated code that writes rows as one selection asks."""

    def __call__(
        self, rows: Iterable[tuple[int, Row]], gaps: Placeholders, run: PlanRun, /
    ) -> Texts:
        """Write rows, each with its number."""


WriterSource = SqlJsonFragment | RowWriter
"""How a view writes rows: in the database alone, or by code."""


class PlanStep(Protocol):
    """What hangs below a level: it reads further rows, and fills the gaps left for them."""

    async def execute(
        self, level: "PlanNode", rows: Sequence[Row], gaps: Placeholders, run: PlanRun
    ) -> None:
        """Read, write, and fill gaps of the level above."""


@dataclass(slots=True, kw_only=True)
class PlanNode:
    """Rows of one table, read by one statement: the place of its key first, if it has one.

    A view that the database writes alone may be written into the rows above instead: then nothing
    is read here, and `lists` has gone there, with what narrows the lists within rows.
    """

    table: Any
    keyed: bool
    depth: int = 0
    columns: dict[ReadExpression, int] = field(default_factory=dict)
    writer_sources: list[WriterSource | None] = field(default_factory=list)
    active_writers: dict[int, RowWriter] = field(default_factory=dict)
    list_windows: dict[int, Callable[[PlanRun], Window]] = field(default_factory=dict)
    relation_steps: dict[Any, Any] = field(default_factory=dict)
    steps: list[PlanStep] = field(default_factory=list)
    placeholder_count: int = 0
    kind_place: int | None = None
    compiled: dict[Select[Any], tuple[int, CompiledStatement]] = field(default_factory=dict)
    """Statements without lists, by how many columns they were compiled for."""

    def add_column(self, wanted: ReadExpression) -> int:
        """Return at which place something is read, adding it where it is not yet."""
        place = self.columns.setdefault(wanted, len(self.columns))
        return self.keyed + place

    def set_kind_column(self, name: str) -> int:
        """Return at which place stands the column by which rows are of one kind or another."""
        place = self.add_column(name)
        if self.kind_place not in {None, place}:
            raise NotPlannable("two kinds")
        self.kind_place = place
        return place

    @property
    def width(self) -> int:
        """Return how much is asked of a row."""
        return self.keyed + len(self.columns)

    def add_placeholder(self) -> int:
        """Count one more gap."""
        self.placeholder_count += 1
        return self.placeholder_count - 1

    def reserve_writer(self) -> int:
        """Make a place for a view that is written once its selection is known."""
        self.writer_sources.append(None)
        return len(self.writer_sources) - 1

    def activate_writer(self, view: int) -> int:
        """Read what a view writes."""
        written = self.writer_sources[view]
        if written is not None:
            self.active_writers[view] = self.build_writer(written)
        return view

    def build_writer(self, written: WriterSource) -> RowWriter:
        """Return the code that writes rows; of what the database writes it only takes the text."""
        if not isinstance(written, SqlJsonFragment):
            return written
        place = self.add_column(written)
        return lambda rows, gaps, run: [row[place] for _, row in rows]

    async def load_rows(
        self,
        statement: Select[Any],
        values: Mapping[str, Any],
        run: PlanRun,
        lists: tuple[SqlJsonFragment, ...] = (),
        whole: Order | None = None,
    ) -> Sequence[Row]:
        """Read rows by a statement, or with an order whole lists of them."""
        if not (self.list_windows or lists or whole):
            return await run.read(self._compile_plain(statement), values, self.depth)
        narrowed = []
        known = dict(values)
        for number, window in self.list_windows.items():
            given = [(number_filter(f, number), value) for f, value in window(run).narrowed]
            narrowed.append((number, tuple(f for f, _ in given)))
            for narrowing, value in given:
                known |= narrowing.to_parameters(value)
        wanted: tuple[ReadExpression, ...] = lists or tuple(self.columns)
        text = compile_statement(statement, wanted, tuple(narrowed), keyed=self.keyed, whole=whole)
        return await run.read(text, known, self.depth)

    def _compile_plain(self, statement: Select[Any]) -> CompiledStatement:
        """Compile a statement once for the level: to compare what it reads takes longer."""
        known = self.compiled.get(statement)
        if known is not None and known[0] == len(self.columns):
            return known[1]
        text = compile_statement(statement, tuple(self.columns), keyed=self.keyed)
        if len(self.compiled) < MOST_COMPILED:
            self.compiled[statement] = len(self.columns), text
        return text

    async def write_rows(self, rows: Sequence[Row], run: PlanRun) -> Mapping[int, Texts]:
        """Write all that hangs below the rows, then the rows, once for each view that is read."""
        gaps: Placeholders = [[""] * len(rows)] * self.placeholder_count
        if rows:
            for step in self.steps:
                await step.execute(self, rows, gaps, run)
        return {
            view: build(enumerate(rows), gaps, run) for view, build in self.active_writers.items()
        }


@lru_cache(maxsize=1_000)
def number_filter(narrowing: Filter, number: int) -> Filter:
    """Return a filter of one list among several in a statement, with parameters of its own."""
    return replace(narrowing, name=f"{narrowing.name}_{number}")

"""Generated code that writes rows of a level as one selection asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from graphql import GraphQLNonNull, GraphQLObjectType, is_leaf_type
from sqlalchemy import ARRAY, JSON
from sqlalchemy import Column as TableColumn

from executor.field_collector import FieldCollector, SelectedField
from executor.json_form import build_value_reader, choose_form
from executor.not_plannable import NotPlannable
from executor.plan_node import Placeholders, PlanNode, PlanRun, Row, RowWriter, Texts, WriterSource
from executor.sql_json import (
    NULL_MARKER,
    ColumnPart,
    IdentityPart,
    NestedRows,
    NullPolicy,
    Part,
    SqlJsonFragment,
    merge_fragments,
)
from executor.value_writer import ValueWriter
from loaders.key import format_prefix
from loaders.related_value import RelatedValue
from schema.kernel.binding import Column, Derived

NumberedRows = Iterable[tuple[int, Row]]


class PythonCode(str):
    """What Python writes: an expression over a row's columns and the gaps."""

    __slots__ = ()


class SelectionWriter:
    """Gathers what one selection of one type writes; what is read later leaves a gap.

    PostgreSQL writes what it can, in as few pieces as the gaps allow.
    """

    def __init__(self, level: PlanNode, type_: GraphQLObjectType, kind: str | None = None) -> None:
        self.kind = kind
        self._level, self._type = level, type_
        self._parts: list[Part | PythonCode] = []
        self._names: dict[str, Any] = {"ABSENT": NULL_MARKER}

    def add_placeholder(self, name: str) -> int:
        """Leave a place for what is read later, and tell its number."""
        number = self._level.add_placeholder()
        self._add_part(name, PythonCode(f"gaps[{number}][n]"))
        return number

    def add_optional_placeholder(self, name: str, *, required: bool) -> int:
        """Leave a place for a row of one of several types; where there is none it is null."""
        number = self._level.add_placeholder()
        nothing = "ABSENT" if required else '"null"'
        self._add_part(name, PythonCode(f"gaps[{number}][n] or {nothing}"))
        return number

    def add_nested_rows(self, name: str, rows: NestedRows) -> None:
        """Write what hangs below the row."""
        self._add_part(name, rows)

    def add_typename(self, name: str) -> None:
        """Write the type's name."""
        self._add_part(name, f'"{self._type.name}"')

    def add_identity(self, name: str) -> None:
        """Write the row's global id."""
        keys = tuple(column.key for column in self._level.table.__table__.primary_key)
        self._add_part(name, IdentityPart(format_prefix(self._type.name), keys))

    def add_column(self, name: str, field: Any, bound: Any, binding: Column) -> None:
        """Write a column's value."""
        column = self._get_column(binding.name or bound.python_name)
        required = isinstance(field.type, GraphQLNonNull)
        leaf = field.type.of_type if required else field.type
        if not is_leaf_type(leaf):
            raise NotPlannable("list column")
        form = choose_form(leaf, column)
        missing = NullPolicy.FORBIDDEN if required else NullPolicy.WRITTEN
        self._add_part(
            name, ColumnPart(column.key, form, missing if column.nullable else NullPolicy.NEVER)
        )

    def add_derived(
        self, selected: SelectedField, field: Any, binding: Derived, collector: FieldCollector
    ) -> None:
        """Write what a rule makes of some columns, what other rows say, and the viewer."""
        reads = [
            self._get_column(each) if isinstance(each, str) else each for each in binding.reads
        ]
        make = _build_deriver(
            binding, reads, ValueWriter(collector).build_writer(field.type, selected)
        )
        wanted = [each if isinstance(each, RelatedValue) else each.key for each in reads]
        values = "".join(f"r{self._level.add_column(each)}, " for each in wanted)
        known = f"c{len(self._names)}"
        self._names[known] = make
        self._add_part(selected.name, PythonCode(f"{known}(run, ({values}))"))

    def build_source(self) -> WriterSource:
        """Close the view: the database writes its rows, unless there is code among the parts."""
        if any(isinstance(part, PythonCode) for part in self._parts):
            return self.build_row_writer()
        return SqlJsonFragment(self._closed_parts)

    def build_row_writer(self) -> RowWriter:
        """Close the view: say what is read for it, and how rows are written."""
        return self._defer_row_writer(
            "".join(map(self._format_part, self._group_parts(self._closed_parts)))
        )

    @property
    def _closed_parts(self) -> tuple[Any, ...]:
        return (*(self._parts or ["{"]), "}")

    def _add_part(self, name: str, part: Part | PythonCode) -> None:
        self._parts += [f'{"," if self._parts else "{"}"{name}":', part]

    def _group_parts(
        self, parts: Sequence[Part | PythonCode]
    ) -> Sequence[Part | PythonCode | SqlJsonFragment]:
        """Gather what lies between two pieces of code."""
        found: list[Any] = []
        run: list[Part] = []
        for part in [*parts, PythonCode()]:
            if not isinstance(part, PythonCode):
                run.append(part)
                continue
            constant = all(isinstance(part, str) for part in run)
            found += run if constant else [SqlJsonFragment(tuple(run), self.kind)]
            found.append(part)
            run = []
        return found[:-1]

    def _format_part(self, part: Part | PythonCode | SqlJsonFragment) -> str:
        """Write a piece as it stands in an f-string."""
        match part:
            case PythonCode():
                return f"{{{part}}}"
            case SqlJsonFragment():
                return f"{{r{self._level.add_column(part)}}}"
            case str():
                return part.replace("{", "{{").replace("}", "}}")
        raise TypeError(part)

    def _defer_row_writer(self, source: str) -> RowWriter:
        """Make the function that writes rows, once it is known how many columns they have."""
        made: RowWriter | None = None

        def build(rows: NumberedRows, gaps: Placeholders, run: PlanRun) -> Texts:
            nonlocal made
            if made is None:
                made = self._compile_row_writer(source)
            return made(rows, gaps, run)

        return build

    def _compile_row_writer(self, source: str) -> Any:
        # Names of fields are GraphQL names, values stand in `_names`: nothing else gets in.
        row = "".join(f"r{n}, " for n in range(self._level.width))
        target = f"({row})" if row else "_"
        code = f"lambda rows, gaps, run: [f'{source}' for n, {target} in rows]"
        return eval(compile(code, f"<view of {self._type.name}>", "eval"), self._names)  # noqa: S307

    def _get_column(self, name: str) -> TableColumn[Any]:
        column: TableColumn[Any] = self._level.table.__table__.c[name]
        return column


def build_source_by_kind(level: PlanNode, views: Mapping[str, WriterSource]) -> WriterSource:
    """Write rows of several types, each by its kind."""
    chunks = {kind: view for kind, view in views.items() if isinstance(view, SqlJsonFragment)}
    if len(chunks) == len(views):
        return merge_fragments(chunks)
    place = level.set_kind_column("kind")
    own_kind = {kind: chunk._replace(kind=kind) for kind, chunk in chunks.items()}
    builds = {kind: level.build_writer(own_kind.get(kind, view)) for kind, view in views.items()}

    def build(rows: NumberedRows, gaps: Placeholders, run: PlanRun) -> Texts:
        known = list(rows)
        texts: dict[int, str] = {}
        for kind, write in builds.items():
            own = [(n, row) for n, row in known if row[place] == kind]
            texts |= zip((n for n, _ in own), write(own, gaps, run), strict=True)
        return [texts[n] for n, _ in known]

    return build


def build_row_reader(level: PlanNode, names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """Make the function that gives a row as a tuple of some columns, as rules know them."""
    columns = [level.table.__table__.c[name] for name in names]
    places = [level.add_column(column.key) for column in columns]
    readers = [build_value_reader(column) for column in columns]

    def read(row: Row) -> tuple[Any, ...]:
        return tuple(
            row[place] if reader is None or row[place] is None else reader(row[place])
            for place, reader in zip(places, readers, strict=True)
        )

    return read


def _build_deriver(
    binding: Derived, reads: Sequence[TableColumn[Any] | RelatedValue], write: Callable[[Any], Any]
) -> Callable[[PlanRun, tuple[Any, ...]], str]:
    """Make the function that asks a rule, once for equal values."""
    columns = [each for each in reads if not isinstance(each, RelatedValue)]
    readers = [
        each.parse if isinstance(each, RelatedValue) else build_value_reader(each) for each in reads
    ]
    plain = not any(readers)

    def ask(run: PlanRun, values: tuple[Any, ...]) -> str:
        if not plain:
            values = tuple(
                value if reader is None or value is None else reader(value)
                for reader, value in zip(readers, values, strict=True)
            )
        found = binding.compute(values, run.viewer, run.service, run.policy)
        return orjson.dumps(write(found)).decode()

    def remember(run: PlanRun, values: tuple[Any, ...]) -> str:
        known = run.memory.setdefault(remember, {})
        if values not in known:
            known[values] = ask(run, values)
        text: str = known[values]
        return text

    unhashable = any(isinstance(column.type, JSON | ARRAY) for column in columns)
    return ask if unhashable else remember

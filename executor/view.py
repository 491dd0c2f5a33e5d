"""Generated code that writes rows of a level as one selection asks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson
from graphql import GraphQLNonNull, GraphQLObjectType, is_leaf_type
from sqlalchemy import ARRAY, JSON
from sqlalchemy import Column as TableColumn

from executor.aside import StepAside
from executor.chunk import ABSENT, Below, Chunk, Identity, Null, Part, Value, merged
from executor.collect import Collector, Selected
from executor.form import form_of, python_value
from executor.level import Build, Gaps, Level, Row, Run, Texts, Written
from executor.plain import Plain
from loaders.key import prefix
from schema.kernel.binding import Column, Derived

Numbered = Iterable[tuple[int, Row]]


class Code(str):
    """What Python writes: an expression over a row's columns and the gaps."""

    __slots__ = ()


class View:
    """Gathers what one selection of one type writes; what is read later leaves a gap.

    PostgreSQL writes what it can, in as few pieces as the gaps allow.
    """

    def __init__(self, level: Level, type_: GraphQLObjectType, kind: str | None = None) -> None:
        self.kind = kind
        self._level, self._type = level, type_
        self._parts: list[Part | Code] = []
        self._names: dict[str, Any] = {"ABSENT": ABSENT}

    def gap(self, name: str) -> int:
        """Leave a place for what is read later, and tell its number."""
        number = self._level.gap()
        self._add(name, Code(f"gaps[{number}][n]"))
        return number

    def choice(self, name: str, *, required: bool) -> int:
        """Leave a place for a row of one of several types; where there is none it is null."""
        number = self._level.gap()
        nothing = "ABSENT" if required else '"null"'
        self._add(name, Code(f"gaps[{number}][n] or {nothing}"))
        return number

    def below(self, name: str, rows: Below) -> None:
        """Write what hangs below the row."""
        self._add(name, rows)

    def typename(self, name: str) -> None:
        """Write the type's name."""
        self._add(name, f'"{self._type.name}"')

    def identity(self, name: str) -> None:
        """Write the row's global id."""
        keys = tuple(column.key for column in self._level.table.__table__.primary_key)
        self._add(name, Identity(prefix(self._type.name), keys))

    def column(self, name: str, field: Any, bound: Any, binding: Column) -> None:
        """Write a column's value."""
        column = self._column(binding.name or bound.python_name)
        required = isinstance(field.type, GraphQLNonNull)
        leaf = field.type.of_type if required else field.type
        if not is_leaf_type(leaf):
            raise StepAside("list column")
        form = form_of(leaf, column)
        missing = Null.FORBIDDEN if required else Null.WRITTEN
        self._add(name, Value(column.key, form, missing if column.nullable else Null.NEVER))

    def derived(
        self, selected: Selected, field: Any, binding: Derived, collector: Collector
    ) -> None:
        """Write what a rule makes of some columns and the viewer."""
        columns = [self._column(name) for name in binding.reads]
        make = _deriver(binding, columns, Plain(collector).writer(field.type, selected))
        values = "".join(f"r{self._level.column(column.key)}, " for column in columns)
        known = f"c{len(self._names)}"
        self._names[known] = make
        self._add(selected.name, Code(f"{known}(run, ({values}))"))

    def written(self) -> Written:
        """Close the view: the database writes its rows, unless there is code among the parts."""
        if any(isinstance(part, Code) for part in self._parts):
            return self.code()
        return Chunk(self._closed)

    def code(self) -> Build:
        """Close the view: say what is read for it, and how rows are written."""
        return self._build("".join(map(self._spelled, self._runs(self._closed))))

    @property
    def _closed(self) -> tuple[Any, ...]:
        return (*(self._parts or ["{"]), "}")

    def _add(self, name: str, part: Part | Code) -> None:
        self._parts += [f'{"," if self._parts else "{"}"{name}":', part]

    def _runs(self, parts: Sequence[Part | Code]) -> Sequence[Part | Code | Chunk]:
        """Gather what lies between two pieces of code."""
        found: list[Any] = []
        run: list[Part] = []
        for part in [*parts, Code()]:
            if not isinstance(part, Code):
                run.append(part)
                continue
            constant = all(isinstance(part, str) for part in run)
            found += run if constant else [Chunk(tuple(run), self.kind)]
            found.append(part)
            run = []
        return found[:-1]

    def _spelled(self, part: Part | Code | Chunk) -> str:
        """Write a piece as it stands in an f-string."""
        match part:
            case Code():
                return f"{{{part}}}"
            case Chunk():
                return f"{{r{self._level.column(part)}}}"
            case str():
                return part.replace("{", "{{").replace("}", "}}")
        raise TypeError(part)

    def _build(self, source: str) -> Build:
        """Make the function that writes rows, once it is known how many columns they have."""
        made: Build | None = None

        def build(rows: Numbered, gaps: Gaps, run: Run) -> Texts:
            nonlocal made
            if made is None:
                made = self._made(source)
            return made(rows, gaps, run)

        return build

    def _made(self, source: str) -> Any:
        # Names of fields are GraphQL names, values stand in `_names`: nothing else gets in.
        row = "".join(f"r{n}, " for n in range(self._level.width))
        target = f"({row})" if row else "_"
        code = f"lambda rows, gaps, run: [f'{source}' for n, {target} in rows]"
        return eval(compile(code, f"<view of {self._type.name}>", "eval"), self._names)  # noqa: S307

    def _column(self, name: str) -> TableColumn[Any]:
        column: TableColumn[Any] = self._level.table.__table__.c[name]
        return column


def by_kind(level: Level, views: Mapping[str, Written]) -> Written:
    """Write rows of several types, each by its kind."""
    chunks = {kind: view for kind, view in views.items() if isinstance(view, Chunk)}
    if len(chunks) == len(views):
        return merged(chunks)
    place = level.know_kind("kind")
    own_kind = {kind: chunk._replace(kind=kind) for kind, chunk in chunks.items()}
    builds = {kind: level.build(own_kind.get(kind, view)) for kind, view in views.items()}

    def build(rows: Numbered, gaps: Gaps, run: Run) -> Texts:
        known = list(rows)
        texts: dict[int, str] = {}
        for kind, write in builds.items():
            own = [(n, row) for n, row in known if row[place] == kind]
            texts |= zip((n for n, _ in own), write(own, gaps, run), strict=True)
        return [texts[n] for n, _ in known]

    return build


def reader_of(level: Level, names: Sequence[str]) -> Callable[[Row], tuple[Any, ...]]:
    """Make the function that gives a row as a tuple of some columns, as rules know them."""
    columns = [level.table.__table__.c[name] for name in names]
    places = [level.column(column.key) for column in columns]
    readers = [python_value(column) for column in columns]

    def read(row: Row) -> tuple[Any, ...]:
        return tuple(
            row[place] if reader is None or row[place] is None else reader(row[place])
            for place, reader in zip(places, readers, strict=True)
        )

    return read


def _deriver(
    binding: Derived, columns: list[TableColumn[Any]], write: Callable[[Any], Any]
) -> Callable[[Run, tuple[Any, ...]], str]:
    """Make the function that asks a rule, once for equal values."""
    readers = [python_value(column) for column in columns]
    plain = not any(readers)

    def ask(run: Run, values: tuple[Any, ...]) -> str:
        if not plain:
            values = tuple(
                value if reader is None or value is None else reader(value)
                for reader, value in zip(readers, values, strict=True)
            )
        return orjson.dumps(write(binding.made(values, run.viewer, run.service))).decode()

    def remember(run: Run, values: tuple[Any, ...]) -> str:
        known = run.memory.setdefault(remember, {})
        if values not in known:
            known[values] = ask(run, values)
        text: str = known[values]
        return text

    unhashable = any(isinstance(column.type, JSON | ARRAY) for column in columns)
    return ask if unhashable else remember

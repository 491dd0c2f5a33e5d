"""Generated code that turns rows of a level into the dicts of one selection."""

from binascii import b2a_base64
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from graphql import GraphQLNonNull, GraphQLObjectType, is_leaf_type
from sqlalchemy import ARRAY, JSON
from sqlalchemy import Column as TableColumn

from executor.aside import StepAside
from executor.collect import Collector, Selected
from executor.form import python_value, written
from executor.level import Build, Dicts, Level, Row, Run
from executor.plain import Plain, absent
from schema.binding import Column, Derived

_URL_SAFE = bytes.maketrans(b"+/", b"-_")


class View:
    """Gathers the code that writes one selection of one type; what is read later leaves a gap."""

    def __init__(self, level: Level, type_: GraphQLObjectType) -> None:
        self._level, self._type = level, type_
        self._parts: list[str] = []
        self._names: dict[str, Any] = {"encode": encoded, "present": present}

    def gap(self, name: str) -> None:
        """Leave a place for what is read later."""
        self._parts.append(f"{name!r}: None")

    def typename(self, name: str) -> None:
        """Write the type's name."""
        self._parts.append(f"{name!r}: {self._type.name!r}")

    def identity(self, name: str) -> None:
        """Write the row's global id."""
        keys = [self._level.column(c.key) for c in self._level.table.__table__.primary_key]
        raw = " + ".join(f"r{n}.bytes" for n in keys)
        prefix = self._name(f"{self._type.name}:".encode())
        self._parts.append(f"{name!r}: encode({prefix} + {raw})")

    def column(self, name: str, field: Any, bound: Any, binding: Column) -> None:
        """Write a column's value."""
        column = self._column(binding.name or bound.python_name)
        required = isinstance(field.type, GraphQLNonNull)
        leaf = field.type.of_type if required else field.type
        if not is_leaf_type(leaf):
            raise StepAside("list column")
        form, code = written(leaf, column)
        value = f"r{self._level.column(column.key, form)}"
        text = code.format(value)
        if column.nullable and required:
            text = code.format(f"present({value})")
        elif column.nullable and text != value:
            text = f"None if {value} is None else {text}"
        self._parts.append(f"{name!r}: {text}")

    def derived(
        self, selected: Selected, field: Any, binding: Derived, collector: Collector
    ) -> None:
        """Write what a rule makes of some columns and the viewer."""
        columns = [self._column(name) for name in binding.reads]
        write = Plain(collector).writer(field.type, selected)
        make = _deriver(binding, columns, write)
        values = "".join(f"r{self._level.column(column.key)}, " for column in columns)
        self._parts.append(f"{selected.name!r}: {self._name(make)}(run, ({values}))")

    def built(self) -> Build:
        """Make the function that writes all rows, once it is known which columns they have."""
        made: Build | None = None

        def build(rows: Sequence[Row], run: Run) -> Dicts:
            nonlocal made
            if made is None:
                row = "".join(f"r{n}, " for n in range(self._level.width)) or "_ "
                made = self._made(
                    f"lambda rows, run: [{{{', '.join(self._parts)}}} for {row}in rows]"
                )
            return made(rows, run)

        return build

    def _made(self, source: str) -> Any:
        # Names of fields are GraphQL names, values stand in `_names`: nothing else gets in.
        return eval(compile(source, f"<view of {self._type.name}>", "eval"), self._names)  # noqa: S307

    def _column(self, name: str) -> TableColumn[Any]:
        column: TableColumn[Any] = self._level.table.__table__.c[name]
        return column

    def _name(self, value: object) -> str:
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name


def by_kind(views: Mapping[str, View], place: int) -> Build:
    """Make the function that writes rows of several types, each by its kind."""
    writers = {kind: view.built() for kind, view in views.items()}

    def build(rows: Sequence[Row], run: Run) -> Dicts:
        return [writers[row[place]]((row,), run)[0] for row in rows]

    return build


def read_as(level: Level, names: Sequence[str]) -> Build:
    """Make the function that gives rows as tuples of some columns, as rules know them."""
    columns = [level.table.__table__.c[name] for name in names]
    places = [level.column(column.key) for column in columns]
    readers = [python_value(column) for column in columns]

    def build(rows: Sequence[Row], run: Run) -> list[Any]:
        return [
            tuple(
                row[place] if reader is None or row[place] is None else reader(row[place])
                for place, reader in zip(places, readers, strict=True)
            )
            for row in rows
        ]

    return build


def encoded(raw: bytes) -> str:
    """Write a global id, as `Key.encode` does."""
    return b2a_base64(raw, newline=False).translate(_URL_SAFE).rstrip(b"=").decode()


def present(value: Any) -> Any:
    """Let a value pass that must be there."""
    return absent() if value is None else value


def _deriver(
    binding: Derived, columns: list[TableColumn[Any]], write: Callable[[Any], Any]
) -> Callable[[Run, tuple[Any, ...]], Any]:
    """Make the function that asks a rule, once for equal values."""
    readers = [python_value(column) for column in columns]
    plain = not any(readers)
    rule = binding.rule

    def ask(run: Run, values: tuple[Any, ...]) -> Any:
        if not plain:
            values = tuple(
                value if reader is None or value is None else reader(value)
                for reader, value in zip(readers, values, strict=True)
            )
        return write(rule(*values, viewer=run.viewer))

    def remember(run: Run, values: tuple[Any, ...]) -> Any:
        known = run.memory.setdefault(remember, {})
        if values not in known:
            known[values] = ask(run, values)
        return known[values]

    unhashable = any(isinstance(column.type, JSON | ARRAY) for column in columns)
    return ask if unhashable else remember

"""Statements as text, with only the columns that a level needs; SQLAlchemy wrote them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal_column, make_url

from executor.aside import StepAside
from executor.form import Form, formed

DIALECT = make_url("postgresql+asyncpg://").get_dialect()()


class Text(NamedTuple):
    """A statement's text, the names of its parameters in their order, and constants among them."""

    sql: str
    names: tuple[str, ...]
    constants: Mapping[str, Any]

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        """Put given values and constants into the order of the parameters."""
        known = {**self.constants, **given}
        return [known[name] for name in self.names]


@lru_cache(maxsize=2_000)
def text_of(
    statement: Select[Any], keys: int = 0, columns: tuple[tuple[str, Form], ...] | None = None
) -> Text:
    """Compile a statement, once; where columns are named, it reads its keys and just those."""
    if columns is not None:
        known = statement.selected_columns
        chosen = [known[f"k{n}"] for n in range(keys)]
        chosen += [formed(known[name], form) for name, form in columns]
        nothing: ColumnElement[int] = literal_column("1")
        statement = statement.with_only_columns(*chosen or [nothing], maintain_column_froms=True)
    compiled = statement.compile(dialect=DIALECT)
    if "POSTCOMPILE" in compiled.string:
        raise StepAside("statement")
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Text(compiled.string, tuple(compiled.positiontup or ()), constants)

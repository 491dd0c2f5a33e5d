"""Statements as text, with only the columns that a level needs; SQLAlchemy wrote them."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, literal_column, make_url

from executor.aside import StepAside
from executor.form import Form, formed
from loaders.statement import PLACE

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
    statement: Select[Any],
    columns: tuple[tuple[str, Form], ...] | None = None,
    *,
    keyed: bool = False,
) -> Text:
    """Compile a statement, once; where columns are named, it reads just those.

    A keyed one also reads first at which place a row's key stands in the list of keys.
    """
    if columns is not None:
        known = statement.selected_columns
        chosen = [known[PLACE]] if keyed else []
        chosen += [formed(known[name], form) for name, form in columns]
        nothing: ColumnElement[int] = literal_column("1")
        statement = statement.with_only_columns(*chosen or [nothing], maintain_column_froms=True)
    compiled = statement.compile(dialect=DIALECT)
    if "POSTCOMPILE" in compiled.string:
        raise StepAside("statement")
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    return Text(compiled.string, tuple(compiled.positiontup or ()), constants)

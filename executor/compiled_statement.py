"""Statements as text, with only the columns that a level needs; SQLAlchemy wrote them."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column

from executor.not_plannable import NotPlannable
from executor.sql_json import ListFilters, ReadExpression, aggregate_list, build_expression
from loaders import driver_statement
from loaders.driver_statement import CompiledStatement
from loaders.filter import Order
from loaders.statement import PLACE_COLUMN


@lru_cache(maxsize=1_000)
def compile_statement(
    statement: Select[Any],
    wanted: tuple[ReadExpression, ...] | None = None,
    narrowed: ListFilters = (),
    *,
    keyed: bool = False,
    whole: Order | None = None,
) -> CompiledStatement:
    """Compile a statement, once; where something is wanted of a row, it reads just that.

    A keyed one also reads first at which place a row's key stands in the list of keys. With an
    order, what is wanted comes as whole lists of all rows of a key.
    """
    if wanted is not None:
        known: Any = statement.selected_columns
        chosen = [known[PLACE_COLUMN]] if keyed else []
        parts = [build_expression(known, part, narrowed) for part in wanted]
        if whole is not None:
            parts = [aggregate_list(part, whole.build_order_by(known)) for part in parts]
            statement = statement.order_by(None).group_by(*chosen)
        chosen += parts
        nothing: ColumnElement[int] = literal_column("1")
        statement = statement.with_only_columns(*chosen or [nothing], maintain_column_froms=True)
    return _compile_or_refuse(statement)


def _compile_or_refuse(statement: Select[Any]) -> CompiledStatement:
    try:
        return driver_statement.compile_statement(statement)
    except ValueError:
        raise NotPlannable("statement") from None

"""Statements as text, with only the columns that a level needs; SQLAlchemy wrote them."""

from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column

from executor.aside import StepAside
from executor.chunk import Narrowed, Wanted, expression, listed
from loaders import direct
from loaders.direct import Text
from loaders.filter import Order
from loaders.statement import PLACE


@lru_cache(maxsize=1_000)
def text_of(
    statement: Select[Any],
    wanted: tuple[Wanted, ...] | None = None,
    narrowed: Narrowed = (),
    *,
    keyed: bool = False,
    whole: Order | None = None,
) -> Text:
    """Compile a statement, once; where something is wanted of a row, it reads just that.

    A keyed one also reads first at which place a row's key stands in the list of keys. With an
    order, what is wanted comes as whole lists of all rows of a key.
    """
    if wanted is not None:
        known: Any = statement.selected_columns
        chosen = [known[PLACE]] if keyed else []
        parts = [expression(known, part, narrowed) for part in wanted]
        if whole is not None:
            parts = [listed(part, whole.by(known)) for part in parts]
            statement = statement.order_by(None).group_by(*chosen)
        chosen += parts
        nothing: ColumnElement[int] = literal_column("1")
        statement = statement.with_only_columns(*chosen or [nothing], maintain_column_froms=True)
    return _compiled(statement)


def _compiled(statement: Select[Any]) -> Text:
    try:
        return direct.text_of(statement)
    except ValueError:
        raise StepAside("statement") from None

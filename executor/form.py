"""In which form a column gets into the answer, and what PostgreSQL writes of it."""

from collections.abc import Callable
from enum import StrEnum
from typing import Any

from graphql import GraphQLEnumType, GraphQLLeafType
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Enum,
    Integer,
    Numeric,
    String,
    Text,
    cast,
    func,
    literal_column,
)

from executor.aside import StepAside


class Form(StrEnum):
    """How a value that is not null is written as JSON."""

    BARE = "BARE"
    QUOTED = "QUOTED"
    ESCAPED = "ESCAPED"
    MONTH = "MONTH"
    INSTANT = "INSTANT"


TEXTS = ("String", "RegionCode", "Text", "Paragraph")


def form_of(type_: GraphQLLeafType, column: Column[Any]) -> Form:
    """Choose how a column's values are written for a type; what is not sure to agree steps aside.

    The database writes texts, amounts, days, months and instants exactly as the scalars would.
    """
    kept = column.type
    match type_.name:
        case name if _is_safe(type_, kept):
            return Form.QUOTED
        case name if _is_bare(name, kept):
            return Form.BARE
        case name if name in TEXTS and isinstance(kept, String):
            return Form.ESCAPED
        case "YearMonth" if isinstance(kept, Date):
            return Form.MONTH
        case "DateTime" if isinstance(kept, DateTime) and kept.timezone:
            return Form.INSTANT
    raise StepAside("leaf")


def _is_safe(type_: GraphQLLeafType, kept: object) -> bool:
    """Tell whether a value's text is its answer, with nothing in it to escape."""
    if isinstance(type_, GraphQLEnumType):
        return isinstance(kept, Enum)
    if type_.name == "RegionCode":
        return isinstance(kept, String)
    if type_.name in {"Money", "Score"}:
        return isinstance(kept, Numeric) and kept.scale == 2
    return type_.name == "Date" and isinstance(kept, Date)


def _is_bare(name: str, kept: object) -> bool:
    if name == "Int":
        return isinstance(kept, Integer) and not isinstance(kept, BigInteger)
    return name == "Boolean" and isinstance(kept, Boolean)


def text(value: str) -> ColumnElement[str]:
    """Write a constant; what plans are made of holds no colon-bound names and no backslash."""
    return literal_column("'{}'".format(value.replace("'", "''")), Text())


def written(column: ColumnElement[Any], form: Form) -> ColumnElement[str]:
    """Write a column as JSON; null stays null."""
    match form:
        case Form.BARE:
            return cast(column, Text)
        case Form.QUOTED:
            return _quoted(cast(column, Text))
        case Form.ESCAPED:
            return cast(func.to_json(column), Text)
        case Form.MONTH:
            return _quoted(func.left(cast(column, Text), literal_column("7")))
        case Form.INSTANT:
            pattern = text('YYYY-MM-DD"T"HH24:MI:SS.US')
            moment = func.to_char(func.timezone(text("UTC"), column), pattern)
            return _quoted(func.replace(moment, text(".000000"), text("")).op("||")(text("+00:00")))


def _quoted(value: ColumnElement[str]) -> ColumnElement[str]:
    return text('"').op("||")(value).op("||")(text('"'))


def python_value(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Tell how a raw value becomes what the reference path's rows hold; None if it is that."""
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        members: dict[str, Any] = {m.name: m for m in column.type.enum_class}
        return members.__getitem__
    return None

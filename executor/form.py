"""In which form a column is read, and how generated code writes it into the answer."""

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
    """What the database makes of a column before it sends it."""

    RAW = "RAW"
    TEXT = "TEXT"
    MONTH = "MONTH"


def formed(column: ColumnElement[Any], form: Form) -> ColumnElement[Any]:
    """Write a column in a form."""
    match form:
        case Form.RAW:
            return column
        case Form.TEXT:
            return cast(column, Text)
        case Form.MONTH:
            return func.left(cast(column, Text), literal_column("7"))


TEXTS = ("String", "RegionCode", "Text", "Paragraph")


def written(type_: GraphQLLeafType, column: Column[Any]) -> tuple[Form, str]:
    """Choose the form in which a column is read for a type, and the code around its value `{}`.

    The database writes amounts, days and months as the scalars would: it is faster at it.
    """
    kept = column.type
    match type_.name:
        case name if _as_it_is(type_, name, kept):
            return Form.RAW, "{}"
        case "Money" if isinstance(kept, Numeric) and kept.scale == 2:
            return Form.TEXT, "{}"
        case "Date" if isinstance(kept, Date):
            return Form.TEXT, "{}"
        case "YearMonth" if isinstance(kept, Date):
            return Form.MONTH, "{}"
        case "DateTime" if isinstance(kept, DateTime):
            return Form.RAW, "{}.isoformat()"
    raise StepAside("leaf")


def _as_it_is(type_: GraphQLLeafType, name: str, kept: object) -> bool:
    """Tell whether a raw value is the answer; an enum's is, as its names are its values."""
    if isinstance(type_, GraphQLEnumType):
        return isinstance(kept, Enum)
    if name == "Int":
        return isinstance(kept, Integer) and not isinstance(kept, BigInteger)
    return (name in TEXTS and isinstance(kept, String)) or (
        name == "Boolean" and isinstance(kept, Boolean)
    )


def python_value(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Tell how a raw value becomes what the reference path's rows hold; None if it is that."""
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        members: dict[str, Any] = {m.name: m for m in column.type.enum_class}
        return members.__getitem__
    return None

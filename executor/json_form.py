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

from executor.not_plannable import NotPlannable


class JsonForm(StrEnum):
    """How a value that is not null is written as JSON."""

    BARE = "BARE"
    QUOTED = "QUOTED"
    ESCAPED = "ESCAPED"
    MONTH = "MONTH"
    INSTANT = "INSTANT"


TEXT_SCALARS = ("String", "RegionCode", "Text", "Paragraph")


def choose_form(type_: GraphQLLeafType, column: Column[Any]) -> JsonForm:
    """Choose how a column's values are written for a type; what is not sure to agree steps aside.

    The database writes texts, amounts, days, months and instants exactly as the scalars would.
    """
    kept = column.type
    match type_.name:
        case name if _is_plain_text(type_, kept):
            return JsonForm.QUOTED
        case name if _is_bare(name, kept):
            return JsonForm.BARE
        case name if name in TEXT_SCALARS and isinstance(kept, String):
            return JsonForm.ESCAPED
        case "YearMonth" if isinstance(kept, Date):
            return JsonForm.MONTH
        case "DateTime" if isinstance(kept, DateTime) and kept.timezone:
            return JsonForm.INSTANT
    raise NotPlannable("leaf")


def _is_plain_text(type_: GraphQLLeafType, kept: object) -> bool:
    """Return whether a value's text is its answer, with nothing in it to escape."""
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


def quote_literal(value: str) -> ColumnElement[str]:
    """Write a constant; what plans are made of holds no colon-bound names and no backslash."""
    return literal_column("'{}'".format(value.replace("'", "''")), Text())


def write_json(column: ColumnElement[Any], form: JsonForm) -> ColumnElement[str]:
    """Write a column as JSON; null stays null."""
    match form:
        case JsonForm.BARE:
            return cast(column, Text)
        case JsonForm.QUOTED:
            return _wrap_in_quotes(cast(column, Text))
        case JsonForm.ESCAPED:
            return cast(func.to_json(column), Text)
        case JsonForm.MONTH:
            return _wrap_in_quotes(func.left(cast(column, Text), literal_column("7")))
        case JsonForm.INSTANT:
            pattern = quote_literal('YYYY-MM-DD"T"HH24:MI:SS.US')
            moment = func.to_char(func.timezone(quote_literal("UTC"), column), pattern)
            return _wrap_in_quotes(
                func.replace(moment, quote_literal(".000000"), quote_literal("")).op("||")(
                    quote_literal("+00:00")
                )
            )


def _wrap_in_quotes(value: ColumnElement[str]) -> ColumnElement[str]:
    return quote_literal('"').op("||")(value).op("||")(quote_literal('"'))


def build_value_reader(column: Column[Any]) -> Callable[[Any], Any] | None:
    """Return how a raw value becomes what the reference path's rows hold; None if it is that."""
    if isinstance(column.type, Enum) and column.type.enum_class is not None:
        members: dict[str, Any] = {m.name: m for m in column.type.enum_class}
        return members.__getitem__
    return None

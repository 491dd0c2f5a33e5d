"""What a rule gives, written as the selection asks: values, and plain objects of values."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType
from graphql.type import GraphQLEnumType, GraphQLScalarType

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from schema.binding import BINDING, Column

Write = Callable[[Any], Any]


def writer(type_: GraphQLOutputType, selected: Selected, collector: Collector) -> Write:
    """Make the function that writes a rule's value for a field of a type."""
    if isinstance(type_, GraphQLNonNull):
        inner = _nullable(type_.of_type, selected, collector)
        return lambda value: inner(_present(value))
    optional = _nullable(type_, selected, collector)
    return lambda value: None if value is None else optional(value)


def _present(value: Any) -> Any:
    if value is None:
        raise StepAside("null")
    return value


def _nullable(type_: Any, selected: Selected, collector: Collector) -> Write:
    match type_:
        case GraphQLList():
            item = writer(type_.of_type, selected, collector)
            return lambda values: [item(value) for value in values]
        case GraphQLScalarType() | GraphQLEnumType():
            return type_.coerce_output_value
        case GraphQLObjectType():
            return _object(type_, selected, collector)
    raise StepAside("abstract value")


def _object(type_: GraphQLObjectType, selected: Selected, collector: Collector) -> Write:
    parts: list[tuple[str, Write]] = []
    for part in collector.within(type_, selected):
        if part.field == TYPENAME:
            parts.append((part.name, lambda _: type_.name))
            continue
        field, bound = collector.bound(type_, part)
        binding = bound.metadata.get(BINDING)
        if not isinstance(binding, Column):
            raise StepAside("object field")
        write = writer(field.type, part, collector)
        parts.append((part.name, _reading(binding.name or bound.python_name, write)))
    return lambda value: {name: write(value) for name, write in parts}


def _reading(attribute: str, write: Write) -> Write:
    return lambda value: write(getattr(value, attribute))

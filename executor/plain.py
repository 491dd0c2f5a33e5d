"""Generated code that writes what a rule gives: values, and plain objects of values."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType
from graphql.type import GraphQLEnumType, GraphQLScalarType

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from executor.form import TEXTS
from schema.kernel.binding import BINDING, Column

AS_THEY_ARE = {"Boolean": "bool"} | dict.fromkeys(TEXTS, "str")
"""Scalars that leave a value of exactly this type as it is."""


class Plain:
    """Gathers the code that writes the values of one field."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._names: dict[str, Any] = {"absent": absent}

    def writer(self, type_: GraphQLOutputType, selected: Selected) -> Callable[[Any], Any]:
        """Make the function that writes a value of a type."""
        source = f"lambda value: {self._value(type_, selected, 'value', 0)}"
        made: Callable[[Any], Any] = eval(compile(source, "<plain>", "eval"), self._names)  # noqa: S307
        return made

    def _value(self, type_: Any, selected: Selected, given: str, depth: int) -> str:
        """Write the code for a value, which is worked out once and may be missing."""
        required, name = isinstance(type_, GraphQLNonNull), f"v{depth}"
        code = self._present(type_.of_type if required else type_, selected, name, depth)
        return (
            f"({code} if ({name} := {given}) is not None else {'absent()' if required else None})"
        )

    def _present(self, type_: Any, selected: Selected, name: str, depth: int) -> str:
        match type_:
            case GraphQLList():
                item = f"i{depth}"
                code = self._value(type_.of_type, selected, item, depth + 1)
                return f"[{code} for {item} in {name}]"
            case GraphQLScalarType() | GraphQLEnumType():
                write = f"c{len(self._names)}"
                self._names[write] = type_.coerce_output_value
                exact = AS_THEY_ARE.get(type_.name)
                plain = f"{name} if type({name}) is {exact} else " if exact else ""
                return f"({plain}{write}({name}))"
            case GraphQLObjectType():
                parts = self._collector.within(type_, selected)
                return f"{{{', '.join(self._part(type_, p, name, depth) for p in parts)}}}"
        raise StepAside("abstract value")

    def _part(self, type_: GraphQLObjectType, part: Selected, name: str, depth: int) -> str:
        if part.field == TYPENAME:
            return f"{part.name!r}: {type_.name!r}"
        field, bound = self._collector.bound(type_, part)
        binding = bound.metadata.get(BINDING)
        if not isinstance(binding, Column):
            raise StepAside("object field")
        given = f"{name}.{binding.name or bound.python_name}"
        return f"{part.name!r}: {self._value(field.type, part, given, depth + 1)}"


def absent() -> Any:
    """Step aside for a null where none may be."""
    raise StepAside("null")

"""Generated code that writes what a rule gives: values, and plain objects of values."""

from collections.abc import Callable
from typing import Any

from graphql import GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLOutputType
from graphql.type import GraphQLEnumType, GraphQLScalarType

from executor.field_collector import TYPENAME, FieldCollector, SelectedField
from executor.json_form import TEXT_SCALARS
from executor.not_plannable import NotPlannable
from schema.kernel.binding import BINDING, Column

UNCHANGED_SCALARS = {"Boolean": "bool"} | dict.fromkeys(TEXT_SCALARS, "str")
"""Scalars that leave a value of exactly this type as it is."""


class ValueWriter:
    """Gathers the code that writes the values of one field."""

    def __init__(self, collector: FieldCollector) -> None:
        self._collector = collector
        self._names: dict[str, Any] = {"absent": refuse_null}

    def build_writer(
        self, type_: GraphQLOutputType, selected: SelectedField
    ) -> Callable[[Any], Any]:
        """Make the function that writes a value of a type."""
        source = f"lambda value: {self._build_value_code(type_, selected, 'value', 0)}"
        made: Callable[[Any], Any] = eval(compile(source, "<plain>", "eval"), self._names)  # noqa: S307
        return made

    def _build_value_code(self, type_: Any, selected: SelectedField, given: str, depth: int) -> str:
        """Write the code for a value, which is worked out once and may be missing."""
        required, name = isinstance(type_, GraphQLNonNull), f"v{depth}"
        code = self._build_present_code(type_.of_type if required else type_, selected, name, depth)
        return (
            f"({code} if ({name} := {given}) is not None else {'absent()' if required else None})"
        )

    def _build_present_code(
        self, type_: Any, selected: SelectedField, name: str, depth: int
    ) -> str:
        match type_:
            case GraphQLList():
                item = f"i{depth}"
                code = self._build_value_code(type_.of_type, selected, item, depth + 1)
                return f"[{code} for {item} in {name}]"
            case GraphQLScalarType() | GraphQLEnumType():
                write = f"c{len(self._names)}"
                self._names[write] = type_.coerce_output_value
                exact = UNCHANGED_SCALARS.get(type_.name)
                plain = f"{name} if type({name}) is {exact} else " if exact else ""
                return f"({plain}{write}({name}))"
            case GraphQLObjectType():
                parts = self._collector.collect_subfields(type_, selected)
                return (
                    f"{{{', '.join(self._build_field_code(type_, p, name, depth) for p in parts)}}}"
                )
        raise NotPlannable("abstract value")

    def _build_field_code(
        self, type_: GraphQLObjectType, part: SelectedField, name: str, depth: int
    ) -> str:
        if part.field_name == TYPENAME:
            return f"{part.name!r}: {type_.name!r}"
        field, bound = self._collector.resolve_field(type_, part)
        binding = bound.metadata.get(BINDING)
        if not isinstance(binding, Column):
            raise NotPlannable("object field")
        given = f"{name}.{binding.name or bound.python_name}"
        return f"{part.name!r}: {self._build_value_code(field.type, part, given, depth + 1)}"


def refuse_null() -> Any:
    """Step aside for a null where none may be."""
    raise NotPlannable("null")

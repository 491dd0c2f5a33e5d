"""Generated code that writes what a mutation answers: its payload, and rows as they are held.

A row that was written is at hand: its columns need neither a statement nor graphql-core's walk,
value by value. What asks for more, such as a relation, is walked as before.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cachetools import LRUCache
from graphql import GraphQLObjectType, GraphQLSchema, OperationDefinitionNode
from graphql.execution.collect_fields import FieldDetails, FragmentDetails
from graphql.execution.values import VariableValues

from executor.field_collector import TYPENAME, FieldCollector, SelectedField, list_switch_variables
from executor.not_plannable import NotPlannable
from executor.value_writer import ValueWriter
from loaders.key import Key
from loaders.related_value import RelatedValue
from resolvers.kernel.context import Context
from rules.kernel.function import Function
from schema.kernel.binding import BINDING, Column, Derived, Identity

Write = Callable[[Any, Context], dict[str, Any]]
MAX_OPERATIONS = 500


class PayloadValueWriter(ValueWriter):
    """Gathers the code that writes an object of a payload, rows among it."""

    def build_object_writer(self, type_: GraphQLObjectType, selected: SelectedField) -> Write:
        """Make the function that writes an object of a type for a viewer."""
        source = f"lambda v0, context: {self._build_present_code(type_, selected, 'v0', 0)}"
        made: Write = eval(compile(source, "<payload>", "eval"), self._names)  # noqa: S307
        return made

    def _build_present_code(
        self, type_: Any, selected: SelectedField, name: str, depth: int
    ) -> str:
        if isinstance(type_, GraphQLObjectType):
            origin = type_.extensions["strawberry-definition"].origin
            self._collector.functions |= getattr(origin, "may", frozenset())
        return super()._build_present_code(type_, selected, name, depth)

    def _build_field_code(
        self, type_: GraphQLObjectType, part: SelectedField, name: str, depth: int
    ) -> str:
        if part.field_name == TYPENAME:
            return super()._build_field_code(type_, part, name, depth)
        field, bound = self._collector.resolve_field(type_, part)
        match bound.metadata.get(BINDING):
            case Column():
                return super()._build_field_code(type_, part, name, depth)
            case Identity():
                given = f"{self._name_value(_build_identifier(type_.name))}({name})"
            case Derived() as binding:
                given = f"{self._name_value(_build_deriver(binding))}({name}, context)"
            case None if bound.base_resolver is None:
                given = f"{name}.{bound.python_name}"
            case _:
                raise NotPlannable("further rows")
        return f"{part.name!r}: {self._build_value_code(field.type, part, given, depth + 1)}"

    def _name_value(self, value: object) -> str:
        name = f"c{len(self._names)}"
        self._names[name] = value
        return name


def _build_identifier(type_name: str) -> Callable[[Any], str]:
    def identify(row: Any) -> str:
        parts = row.__mapper__.primary_key_from_instance(row)
        return Key(type_name, tuple(parts)).format_global_id()

    return identify


def _build_deriver(binding: Derived) -> Callable[[Any, Context], Any]:
    if binding.policed or any(isinstance(each, RelatedValue) for each in binding.reads):
        raise NotPlannable("further rows")
    names = [each for each in binding.reads if isinstance(each, str)]

    def derive(row: Any, context: Context) -> Any:
        values = (getattr(row, name) for name in names)
        return binding.compute(values, context.viewer, context.service)

    return derive


@dataclass(frozen=True, slots=True)
class PayloadWriter:
    """The code that writes an object, and the functions that a viewer needs for it."""

    write: Write
    functions: frozenset[Function]


@dataclass(slots=True)
class _KnownOperation:
    """An operation (held, so that its identity stays its own) and its writers."""

    operation: OperationDefinitionNode
    names: tuple[str, ...]
    writers: dict[tuple[Any, ...], PayloadWriter | None] = field(default_factory=dict)


class PayloadWriters:
    """Keeps the writers of the mutations that were sent last."""

    def __init__(self) -> None:
        self._known: LRUCache[int, _KnownOperation] = LRUCache(MAX_OPERATIONS)

    def find_writer(
        self,
        schema: GraphQLSchema,
        operation: OperationDefinitionNode,
        fragments: Mapping[str, FragmentDetails],
        variables: VariableValues,
        type_: GraphQLObjectType,
        details: Sequence[FieldDetails],
    ) -> PayloadWriter | None:
        """Return the writer of a field's objects of a type; none where it must be walked."""
        known = self._known.get(id(operation))
        try:
            if known is None:
                names = list_switch_variables(operation, fragments)
                known = self._known[id(operation)] = _KnownOperation(operation, names)
            given = {n: v for n, v in variables.coerced.items() if n in known.names}
            places = tuple(id(each.node) for each in details)
            key = (type_.name, places, *(given.get(name) for name in known.names))
            if key not in known.writers:
                sources = {n: v for n, v in variables.sources.items() if n in given}
                switches = VariableValues(sources, given)
                collector = FieldCollector(schema, fragments, operation, switches)
                known.writers[key] = _build_writer(collector, type_, details)
        except NotPlannable:
            return None
        return known.writers[key]


def _build_writer(
    collector: FieldCollector, type_: GraphQLObjectType, details: Sequence[FieldDetails]
) -> PayloadWriter | None:
    selected = SelectedField("", list(details))
    try:
        write = PayloadValueWriter(collector).build_object_writer(type_, selected)
    except NotPlannable:
        return None
    return PayloadWriter(write, frozenset(collector.functions))

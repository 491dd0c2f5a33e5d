"""Which fields a selection asks of a type, and whom they are for; graphql-core's own rules."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.execution.collect_fields import (
    CollectedFields,
    FieldDetails,
    FragmentDetails,
    collect_fields,
    collect_subfields,
)
from graphql.execution.values import VariableValues
from graphql.language import DirectiveNode, VariableNode, Visitor, visit
from strawberry.types.field import StrawberryField

from executor.not_plannable import NotPlannable
from models import Base
from rules.kernel.function import Function
from schema.kernel.permission import PermissionExtension

CONDITIONS = ("skip", "include")
TYPENAME = "__typename"


class SelectedField(NamedTuple):
    """Under which name a field is answered, and all the places that ask for it."""

    name: str
    details: list[FieldDetails]

    @property
    def node(self) -> FieldNode:
        """Return the first place; all have equal arguments."""
        return self.details[0].node

    @property
    def node_ids(self) -> tuple[int, ...]:
        """Name the places; the operation holds them, so that their identity stays their own."""
        return tuple(id(detail.node) for detail in self.details)

    @property
    def field_name(self) -> str:
        """Return which field it is."""
        return self.node.name.value


class FieldCollector:
    """Collects the fields of one operation, and the functions that a viewer needs for them."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDetails],
        operation: OperationDefinitionNode,
        switches: VariableValues,
    ) -> None:
        self.schema, self.operation = schema, operation
        self._fragments, self._switches = dict(fragments), switches
        self._parts: list[FieldCollector] = []
        self._own_size = 0
        self.functions: set[Function] = set()

    @property
    def size(self) -> int:
        """Return how many fields were collected: what a plan weighs."""
        return self._own_size + sum(part.size for part in self._parts)

    def fork(self) -> "FieldCollector":
        """Return a collector for a part of the operation that is planned later, if ever."""
        made = FieldCollector(self.schema, self._fragments, self.operation, self._switches)
        self._parts.append(made)
        return made

    def collect_root_fields(self, type_: GraphQLObjectType) -> Iterable[SelectedField]:
        """List the operation's own fields, in the order of the answer."""
        return self._to_selected_fields(
            collect_fields(self.schema, self._fragments, self._switches, type_, self.operation)
        )

    def collect_subfields(
        self, type_: GraphQLObjectType, selected: SelectedField
    ) -> Iterable[SelectedField]:
        """List the fields asked below a field that gives a type, merged, in their order."""
        found = selected.details
        return self._to_selected_fields(
            collect_subfields(
                self.schema, self._fragments, self._switches, self.operation, type_, found
            )
        )

    def _to_selected_fields(self, collected: CollectedFields) -> Iterable[SelectedField]:
        found = [SelectedField(*item) for item in collected.grouped_field_set.items()]
        self._own_size += len(found)
        return found

    def find_type(self, table: type[Base]) -> GraphQLNamedType:
        """Return the type of a table's rows, an interface where they are of several kinds."""
        for type_ in self.schema.type_map.values():
            origin = getattr(type_.extensions.get("strawberry-definition"), "origin", None)
            if getattr(origin, "table", None) is table and getattr(origin, "kind", 0) is None:
                return type_
        raise NotPlannable("table without a type")

    def resolve_field(
        self, type_: GraphQLObjectType, selected: SelectedField
    ) -> tuple[Any, StrawberryField]:
        """Return a field and its definition, and note whom it is for."""
        field = type_.fields.get(selected.field_name)
        if field is None:
            raise NotPlannable("introspection")
        bound = field.extensions["strawberry-definition"]
        for extension in bound.extensions:
            if type(extension) is not PermissionExtension:
                raise NotPlannable("extension")
            self.functions |= extension.may
        return field, bound


class _SwitchVisitor(Visitor):
    """Finds the variables that @skip and @include stand on."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: object) -> None:
        """Note the variable of a condition."""
        if node.name.value not in CONDITIONS:
            raise NotPlannable("directive")
        for argument in node.arguments or ():
            if isinstance(argument.value, VariableNode):
                self.names.add(argument.value.name.value)


def list_switch_variables(
    operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDetails]
) -> tuple[str, ...]:
    """Name the boolean variables that decide which plan a document needs."""
    finder = _SwitchVisitor()
    for node in (operation, *(fragment.definition for fragment in fragments.values())):
        visit(node, finder)
    return tuple(sorted(finder.names))

"""Walk a document and add up what it asks for; each fragment is measured once."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NoReturn

from graphql import (
    ArgumentNode,
    DirectiveNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLArgument,
    GraphQLCompositeType,
    GraphQLField,
    GraphQLNamedType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    NullValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_input_type,
    is_list_type,
    type_from_ast,
)

from server.http.document_cost import AssumedSizes, Cost

PAGE_ARGUMENTS = frozenset({"first", "last"})


class CostMeter:
    """Measure operations and fragments of one document.

    `sizes` tells of each variable how many rows it asks for, None where it asks for no number; it
    is left out where the variables are not known yet.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        page: AssumedSizes,
        max_levels: int,
        too_deep: Callable[[int], NoReturn],
        sizes: Mapping[str, int | None] | None = None,
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.page = page
        self.max_levels = max_levels
        self.too_deep = too_deep
        self.sizes = sizes
        self.known: dict[tuple[str, bool], Cost] = {}

    def measure_operation(self, operation: OperationDefinitionNode) -> Cost:
        """Measure one operation."""
        root = self.schema.get_root_type(operation.operation)
        cost = self._measure_selections(operation.selection_set, root, paged=False, level=0)
        self._measure_directives(cost, operation.directives)
        for variable in operation.variable_definitions or ():
            self._measure_directives(cost, variable.directives)
            if variable.default_value is not None:
                wanted = type_from_ast(self.schema, variable.type)
                cost.add_values(
                    [(variable.default_value, wanted if is_input_type(wanted) else None)]
                )
        return cost

    def measure_fragment(self, name: str, *, paged: bool, level: int) -> Cost:
        """Measure one fragment, once; a cycle or an unknown name adds nothing here."""
        key = (name, paged)
        if key not in self.known:
            self.known[key] = Cost()
            definition = self.fragments.get(name)
            if definition is not None:
                parent = self._find_composite_type(definition.type_condition.name.value)
                cost = self._measure_selections(
                    definition.selection_set, parent, paged=paged, level=level
                )
                self._measure_directives(cost, definition.directives)
                self.known[key] = cost
        return self.known[key]

    def _find_composite_type(self, name: str) -> GraphQLCompositeType | None:
        named = self.schema.get_type(name)
        return named if is_composite_type(named) else None

    def _measure_selections(
        self,
        selections: SelectionSetNode,
        parent: GraphQLNamedType | None,
        *,
        paged: bool,
        level: int,
    ) -> Cost:
        if level > self.max_levels:
            self.too_deep(self.max_levels)
        cost = Cost(repeats=_count_repeats(selections))
        for selection in selections.selections:
            self._measure_selection(cost, selection, parent, paged=paged, level=level + 1)
        return cost

    def _measure_selection(
        self,
        cost: Cost,
        selection: SelectionNode,
        parent: GraphQLNamedType | None,
        *,
        paged: bool,
        level: int,
    ) -> None:
        self._measure_directives(cost, selection.directives)
        if isinstance(selection, FieldNode):
            self._measure_field(cost, selection, parent, paged=paged, level=level)
        elif isinstance(selection, FragmentSpreadNode):
            cost.spreads += 1
            part = self.measure_fragment(selection.name.value, paged=paged, level=level)
            cost.add(part, under_field=False)
        elif isinstance(selection, InlineFragmentNode):
            cost.inline_fragments += 1
            condition = selection.type_condition
            inner = self._find_composite_type(condition.name.value) if condition else parent
            part = self._measure_selections(
                selection.selection_set, inner, paged=paged, level=level
            )
            cost.add(part, under_field=False)

    def _measure_directives(self, cost: Cost, directives: Iterable[DirectiveNode] | None) -> None:
        for directive in directives or ():
            cost.directives += 1
            known = self.schema.get_directive(directive.name.value)
            _measure_arguments(cost, directive.arguments or (), known.args if known else {})

    def _measure_field(
        self,
        cost: Cost,
        node: FieldNode,
        parent: GraphQLNamedType | None,
        *,
        paged: bool,
        level: int,
    ) -> None:
        cost.aliases += node.alias is not None
        field = (
            self.schema.get_field(parent, node.name.value) if is_composite_type(parent) else None
        )
        if node.arguments:
            _measure_arguments(cost, node.arguments, field.args if field else {})
        if node.selection_set is None:
            cost.add(Cost(), under_field=True)
            return
        below = get_named_type(field.type) if field else None
        connection = field is not None and _is_connection(field)
        part = self._measure_selections(node.selection_set, below, paged=connection, level=level)
        part.nodes += not (connection or (paged and node.name.value == "edges"))
        times = self._estimate_rows(node, field, paged=paged) if field else 1
        cost.add(part, under_field=True, times=times)

    def _estimate_rows(self, node: FieldNode, field: GraphQLField, *, paged: bool) -> int:
        given = {argument.name.value: argument for argument in node.arguments or ()}
        if not PAGE_ARGUMENTS.isdisjoint(field.args):
            asked = [
                self._estimate_page_size(given.get(name), field, name) for name in PAGE_ARGUMENTS
            ]
            sizes = [size for size in asked if size is not None]
            return max(sizes, default=self.page.absent)
        if paged or not is_list_type(get_nullable_type(field.type)):
            return 1
        lengths = [self._estimate_list_length(argument.value) for argument in given.values()]
        return max(self.page.plain_list, *lengths, 0)

    def _estimate_page_size(
        self, argument: ArgumentNode | None, field: GraphQLField, name: str
    ) -> int | None:
        if name not in field.args:
            return None
        value = argument.value if argument else None
        if isinstance(value, IntValueNode):
            return min(int(value.value[:18]), 10**9) if value.value[0] != "-" else 0
        if isinstance(value, VariableNode):
            if self.sizes is None:
                return self.page.variable
            size = self.sizes.get(value.name.value)
            if size is not None:
                return min(max(size, 0), self.page.variable)
            value = None
        if value is None or isinstance(value, NullValueNode):
            default = field.args[name].default_value
            return default if isinstance(default, int) else None
        return self.page.variable

    def _estimate_list_length(self, value: ValueNode) -> int:
        if isinstance(value, ListValueNode):
            return len(value.values)
        if not isinstance(value, VariableNode):
            return 0
        if self.sizes is None:
            return self.page.plain_list
        return self.sizes.get(value.name.value) or 0


def _measure_arguments(
    cost: Cost, given: Sequence[ArgumentNode], known: Mapping[str, GraphQLArgument]
) -> None:
    """Take in how many arguments there are, and what they hold."""
    cost.arguments = max(cost.arguments, len(given))
    wanted = ((a.value, known.get(a.name.value)) for a in given)
    cost.add_values((value, place.type if place else None) for value, place in wanted)


def _is_connection(field: GraphQLField) -> bool:
    """Return whether the rows of a paged field are one level further down."""
    paged = not PAGE_ARGUMENTS.isdisjoint(field.args)
    return paged and not is_list_type(get_nullable_type(field.type))


def _count_repeats(selections: SelectionSetNode) -> int:
    """Count the commonest answer name; comparing repeated fields costs the square of it."""
    names = Counter(
        (node.alias or node.name).value
        for node in selections.selections
        if isinstance(node, FieldNode)
    )
    return max(names.values(), default=0)

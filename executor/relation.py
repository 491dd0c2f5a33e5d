"""The links that relations and whole tables stand for, and the arguments that lists take."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from graphql import (
    FieldNode,
    GraphQLError,
    GraphQLField,
    ValueNode,
    VariableNode,
    Visitor,
    visit,
)
from graphql.execution.values import VariableValues, get_argument_values

from executor.field_collector import SelectedField
from executor.plan_node import PlanNode, PlanRun
from executor.relation_step import RelationStep, StatementBuilder
from loaders import statement
from loaders.page import Window
from loaders.scope import build_scope_filters
from loaders.statement import get_source_table, get_target_table, list_column_pairs
from schema.kernel import binding as b

Relation = b.One | b.Many | b.ChildConnection | b.RootConnection


def build_relation_step(
    level: PlanNode, field: Any, part: SelectedField, binding: Relation
) -> RelationStep:
    """Make the link of a relation, or of a whole table, which hangs below no row."""
    select, count = _build_statements(binding)
    depth, window = level.depth + 1, _build_window_reader(field, part, binding)
    if isinstance(binding, b.RootConnection):
        return RelationStep(
            child=PlanNode(table=binding.table, keyed=False, depth=depth),
            on=(),
            statement=select,
            count=count,
            window=window,
        )
    one, joined = isinstance(binding, b.One), list_column_pairs(binding.relation)
    names = [(local.key, remote.key) for local, remote in joined]
    on = tuple((remote, local) for local, remote in names) if one else tuple(names)
    table = get_target_table(binding.relation) if one else get_source_table(binding.relation)
    order = binding.order if isinstance(binding, b.Many) else None
    return RelationStep(
        child=PlanNode(table=table, keyed=True, depth=depth),
        on=on,
        statement=select,
        count=count,
        window=window,
        order=order,
    )


def is_found_by_index(link: RelationStep) -> bool:
    """Return whether an index finds the rows below a row, so that each may be looked up alone."""
    table, own = link.child.table.__table__, {own for own, _ in link.on}
    keys = [list(table.primary_key)]
    if link.order is not None:  # there may be many
        whole = [i for i in table.indexes if i.dialect_options["postgresql"]["where"] is None]
        keys += [list(index.expressions) for index in whole]
    elif len(own) < len(keys[0]):
        return False
    return any({getattr(c, "key", None) for c in key[: len(own)]} == own for key in keys)


def _build_statements(binding: Relation) -> tuple[StatementBuilder, StatementBuilder | None]:
    """Return what writes a link's statement, and the one that counts."""
    match binding:
        case b.One(relation):
            return lambda _: statement.select_parents(relation), None
        case b.Many(relation):
            return lambda w: statement.select_children(relation, w.order, _list_filters(w)), None
        case b.ChildConnection(relation):
            return (
                lambda w: statement.select_child_pages(
                    relation, w.order, _list_filters(w), w.bounds
                ),
                lambda w: statement.select_child_counts(relation, _list_filters(w)),
            )
        case b.RootConnection(table):
            return (
                lambda w: statement.select_table_page(table, w.order, _list_filters(w), w.bounds),
                lambda w: statement.select_table_count(table, _list_filters(w)),
            )


def _list_filters(window: Window) -> statement.Filters:
    return tuple(narrowing for narrowing, _ in window.narrowed)


def _build_window_reader(
    field: Any, part: SelectedField, binding: Relation
) -> Callable[[PlanRun], Window] | None:
    """Return what reads a list's arguments; a whole table is narrowed to what the viewer sees."""
    if isinstance(binding, b.One):
        return None
    given, filters = build_argument_reader(field, part), binding.filters
    orders = (binding.order,) if isinstance(binding, b.Many) else binding.orders
    if not isinstance(binding, b.RootConnection):
        return lambda run: b.parse_window(dict(given(run)), orders, filters)
    table, mine = binding.table, binding.mine

    def scoped(run: PlanRun) -> Window:
        window = b.parse_window(dict(given(run)), orders, filters)
        reach = build_scope_filters(table, run.viewer, run.service.today(), mine=mine)
        return replace(window, narrowed=(*window.narrowed, *reach))

    return scoped


def build_argument_reader(
    field: Any, part: SelectedField
) -> Callable[[PlanRun], Mapping[str, Any]]:
    """Return what reads a field's arguments, by the names that resolvers know."""
    known = {
        argument: definition.extensions["strawberry-definition"].python_name
        for argument, definition in field.args.items()
    }

    prepared = _prepare_arguments(field, part.node)

    def given(run: PlanRun) -> dict[str, Any]:
        values = prepared.read_arguments(run.variables) if prepared else None
        if values is None:
            values = get_argument_values(field, part.node, run.variables)
        return {known[name]: value for name, value in values.items()}

    return given


class _PreparedArguments(NamedTuple):
    """Arguments that hang on no variable, coerced once, and those that are one variable each."""

    constants: Mapping[str, Any]
    variables: Sequence[tuple[str, str]]

    def read_arguments(self, variables: VariableValues) -> dict[str, Any] | None:
        """Return the arguments; None where a variable has no value, which takes a closer look."""
        values = dict(self.constants)
        for name, variable in self.variables:
            value = variables.coerced.get(variable)
            if value is None:
                return None
            values[name] = value
        return values


def _prepare_arguments(field: Any, node: FieldNode) -> _PreparedArguments | None:
    """Prepare a field's arguments; None where graphql-core must read them each time."""
    given = {argument.name.value: argument.value for argument in node.arguments or ()}
    variables = {
        name: value.name.value for name, value in given.items() if isinstance(value, VariableNode)
    }
    if any(_has_variable(given[name]) for name in given.keys() - variables.keys()):
        return None
    alone = {name: each for name, each in field.args.items() if name not in variables}
    arguments = tuple(each for each in node.arguments or () if each.name.value in alone)
    try:
        constants = get_argument_values(
            GraphQLField(field.type, alone), FieldNode(name=node.name, arguments=arguments)
        )
    except GraphQLError:
        return None
    return _PreparedArguments(constants, tuple(variables.items()))


def _has_variable(value: ValueNode) -> bool:
    finder = _VariableFinder()
    visit(value, finder)
    return finder.found


class _VariableFinder(Visitor):
    """Tells whether there is a variable in a literal."""

    found = False

    def enter_variable(self, *_: object) -> None:
        """Note one."""
        self.found = True

"""Plans a document: walks its selection once, from the bindings alone."""

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    print_ast,
)

from executor.aggregate_step import AggregateStep
from executor.connection_writer import ConnectionWriter
from executor.field_collector import TYPENAME, FieldCollector, SelectedField
from executor.node_step import NodeStep
from executor.not_plannable import NotPlannable
from executor.plan_node import PlanNode, PlanRun, WriterSource
from executor.policy_step import PolicyStep
from executor.relation import (
    Relation,
    build_argument_reader,
    build_relation_step,
    is_found_by_index,
)
from executor.relation_step import OutputTarget, RelationPlan, RelationStep
from executor.row_lookup import (
    build_computed_lookup,
    build_list_lookup,
    build_page_lookup,
    build_single_lookup,
)
from executor.selection_writer import SelectionWriter, build_row_reader, build_source_by_kind
from executor.sql_json import MOST_PARTS, NestedRows, NullPolicy, SqlJsonFragment
from executor.value_writer import ValueWriter
from executor.viewer_step import KnownValue, OwnRowRead, ViewerStep
from loaders.filter import OLDEST
from loaders.statement import get_target_table
from schema.kernel import binding as b
from schema.kernel.node import node, nodes

PlaceholderTarget = tuple[int, str | None]
"""Which gap of a level, and for rows of which kind."""


class Planner:
    """Plans the levels of one operation, or of a part of it."""

    def __init__(self, collector: FieldCollector) -> None:
        self.collector = collector
        self._numbers = count(1)

    def plan_query(self, type_: GraphQLObjectType) -> PlanNode:
        """Plan the operation's own fields: one row without columns, and what hangs below it."""
        level = PlanNode(table=None, keyed=False)
        view = SelectionWriter(level, type_)
        for part in self.collector.collect_root_fields(type_):
            self._plan_field(level, view, type_, part)
        level.active_writers[0] = view.build_row_writer()
        return level

    def _plan_row(self, type_name: str, part: SelectedField) -> PlanNode:
        """Plan the rows of one type, found by key."""
        type_ = self.collector.schema.get_type(type_name)
        if not isinstance(type_, GraphQLObjectType):
            raise NotPlannable("node type")
        origin = type_.extensions["strawberry-definition"].origin
        level = PlanNode(table=origin.table, keyed=True, depth=1)
        if origin.kind is not None:
            level.set_kind_column("kind")
        level.activate_writer(self._plan_selection(level, type_, part))
        return level

    def _plan_selection(self, level: PlanNode, type_: Any, selected: SelectedField) -> int:
        """Plan one selection of a level's rows; an interface's rows are written by their kind."""
        place = level.reserve_writer()
        if isinstance(type_, GraphQLObjectType):
            level.writer_sources[place] = self._plan_typed_selection(level, type_, selected)
            return place
        if not isinstance(type_, GraphQLInterfaceType):
            raise NotPlannable("union")
        views: dict[str, WriterSource] = {}
        for possible in self.collector.schema.get_possible_types(type_):
            kind = possible.extensions["strawberry-definition"].origin.kind
            if kind is None:
                raise NotPlannable("interface without kinds")
            views[kind] = self._plan_typed_selection(level, possible, selected, kind)
        level.writer_sources[place] = build_source_by_kind(level, views)
        return place

    def _plan_typed_selection(
        self,
        level: PlanNode,
        type_: GraphQLObjectType,
        selected: SelectedField,
        kind: str | None = None,
    ) -> WriterSource:
        self.collector.functions |= type_.extensions["strawberry-definition"].origin.may
        view = SelectionWriter(level, type_, kind)
        for part in self.collector.collect_subfields(type_, selected):
            self._plan_field(level, view, type_, part)
        return view.build_source()

    def _plan_field(
        self, level: PlanNode, view: SelectionWriter, type_: GraphQLObjectType, part: SelectedField
    ) -> None:
        """Plan one field of a view, by its binding."""
        if part.field_name == TYPENAME:
            return view.add_typename(part.name)
        field, bound = self.collector.resolve_field(type_, part)
        match bound.metadata.get(b.BINDING):
            case b.Identity():
                view.add_identity(part.name)
            case b.Column() as binding:
                view.add_column(part.name, field, bound, binding)
            case b.Derived() as binding:
                view.add_derived(part, field, binding, self.collector)
                if binding.policed:
                    _plan_policy(level, binding)
            case b.One() | b.Many() | b.ChildConnection() | b.RootConnection() as binding:
                self._plan_relation(level, view, field, part, binding)
            case b.PolymorphicOne() as binding:
                required = isinstance(field.type, GraphQLNonNull)
                self._plan_polymorphic_one(
                    level,
                    field,
                    part,
                    binding,
                    view.add_optional_placeholder(part.name, required=required),
                )
            case binding:
                gap = view.add_placeholder(part.name), view.kind
                if not self._plan_computed_field(level, field, part, binding, gap):
                    raise NotPlannable(f"{type_.name}.{part.field_name}")
        return None

    def _plan_computed_field(
        self, level: PlanNode, field: Any, part: SelectedField, binding: Any, gap: PlaceholderTarget
    ) -> bool:
        """Plan what code makes of further rows; tell whether the binding is such a one."""
        match binding:
            case b.ComputedFromChildren():
                self._plan_computed_from_children(level, field, part, binding, gap)
            case b.Aggregate():
                write = ValueWriter(self.collector).build_writer(field.type, part)
                level.steps.append(
                    AggregateStep(
                        gap=gap[0],
                        binding=binding,
                        given=build_argument_reader(field, part),
                        write=write,
                    )
                )
            case b.ViewerItself():
                level.steps.append(self._plan_viewer(field, part, gap[0]))
            case b.ResolvedBy(resolver) if resolver in {node, nodes}:
                level.steps.append(self._plan_nodes(field, part, gap[0]))
            case _:
                return False
        return True

    def _plan_viewer(self, field: Any, part: SelectedField, gap: int) -> ViewerStep:
        """Plan what is told of who asks; what must be looked up elsewhere has no plan."""
        type_ = get_named_type(field.type)
        fields: list[KnownValue | OwnRowRead] = []
        for each in self.collector.collect_subfields(type_, part):
            if each.field_name == TYPENAME:
                fields.append(KnownValue(each.name, lambda run: type_.name, str))
            else:
                fields.append(self._plan_viewer_field(type_, each))
        return ViewerStep(gap, fields)

    def _plan_viewer_field(self, type_: Any, part: SelectedField) -> KnownValue | OwnRowRead:
        field, bound = self.collector.resolve_field(type_, part)
        match bound.metadata.get(b.BINDING):
            case b.Column(name):
                read = _build_viewer_reader(name or bound.python_name)
            case b.Derived(reads=(), policed=False) as binding:
                read = _build_rule_reader(binding)
            case b.OwnRow(find_key=find_key):
                level = self._plan_row(get_named_type(field.type).name, part)
                return OwnRowRead(part.name, find_key, level)
            case _:
                raise NotPlannable(f"{type_.name}.{part.field_name}")
        return KnownValue(
            part.name, read, ValueWriter(self.collector).build_writer(field.type, part)
        )

    def _plan_nodes(self, field: Any, part: SelectedField, gap: int) -> NodeStep:
        def planned(type_name: str) -> tuple[PlanNode, set[Any]]:
            planner = Planner(self.collector.fork())
            return planner._plan_row(type_name, part), planner.collector.functions

        return NodeStep(gap, build_argument_reader(field, part), planned)

    def _plan_relation(
        self,
        level: PlanNode,
        view: SelectionWriter,
        field: Any,
        part: SelectedField,
        binding: Relation,
    ) -> None:
        """Plan a relation's rows: written with the row above where the database can."""
        link, way = self._plan_shared_relation(
            level, field, part, binding, get_named_type(field.type)
        )
        if way.below is None:
            self._attach_step(level, link, way, (view.add_placeholder(part.name), view.kind))
        else:
            link.inline_into(level, way.below)
            view.add_nested_rows(part.name, way.below)

    def _attach_step(
        self, level: PlanNode, link: RelationStep, way: RelationPlan, gap: PlaceholderTarget
    ) -> None:
        if way.view is not None:
            link.child.activate_writer(way.view)
        link.attach_to(level, OutputTarget(*gap, way.finder))

    def _plan_shared_relation(
        self, level: PlanNode, field: Any, part: SelectedField, binding: Relation, type_: Any
    ) -> tuple[RelationStep, RelationPlan]:
        """Plan how a relation's rows are written; equal ones with equal arguments share a link."""
        arguments = ", ".join(sorted(print_ast(a) for a in part.node.arguments or ()))
        link = level.relation_steps.get((binding, arguments))
        if link is None:
            link = level.relation_steps[binding, arguments] = build_relation_step(
                level, field, part, binding
            )
        same = str(field.type), part.node_ids
        if same not in link.relation_plans:  # the kinds of an interface ask for the same
            link.relation_plans[same] = self._plan_lookup(link, field, part, binding, type_)
        return link, link.relation_plans[same]

    def _plan_lookup(
        self, link: RelationStep, field: Any, part: SelectedField, binding: Relation, type_: Any
    ) -> RelationPlan:
        """Plan the view of a link's rows, and give what finds its texts."""
        child = link.child
        if isinstance(binding, b.ChildConnection | b.RootConnection):
            view_of = partial(self._plan_selection, child)
            shape = ConnectionWriter(
                child,
                binding.orders,
                self.collector,
                view_of,
                link.list_fragments,
                turns=any(a.name.value == "last" for a in part.node.arguments or ()),
            )
            finder = build_page_lookup(shape.plan_selection(type_, part))
            link.needs_count |= shape.needs_count
            link.looks_ahead |= shape.looks_ahead
            link.needs_rows |= shape.needs_rows
            return RelationPlan(finder)
        view = self._plan_selection(child, type_, part)
        if isinstance(binding, b.Many):
            return RelationPlan(
                build_list_lookup(view), view, self._plan_nested_rows(link, view, NullPolicy.NEVER)
            )
        optional = not isinstance(field.type, GraphQLNonNull)
        null = NullPolicy.WRITTEN if optional else NullPolicy.FORBIDDEN
        return RelationPlan(
            build_single_lookup(view, optional=optional),
            view,
            self._plan_nested_rows(link, view, null),
        )

    def _plan_nested_rows(
        self, link: RelationStep, view: int, null: NullPolicy
    ) -> NestedRows | None:
        """Return what is written with the row above, if the database can and may."""
        row, table = link.child.writer_sources[view], link.child.table
        if (
            not isinstance(row, SqlJsonFragment)
            or row.size > MOST_PARTS
            or not is_found_by_index(link)
        ):
            return None
        return NestedRows(
            number=next(self._numbers),
            table=table,
            on=link.on,
            row=row,
            order=link.order,
            null=null,
        )

    def _plan_polymorphic_one(
        self, level: PlanNode, field: Any, part: SelectedField, binding: b.PolymorphicOne, gap: int
    ) -> None:
        """Add where each relation's rows go: to the rows whose column names it."""
        level.set_kind_column(binding.column)
        for value, relation in binding.relations:
            type_ = self.collector.find_type(get_target_table(relation))
            link, way = self._plan_shared_relation(level, field, part, b.One(relation), type_)
            self._attach_step(level, link, way, (gap, value))

    def _plan_computed_from_children(
        self,
        level: PlanNode,
        field: Any,
        part: SelectedField,
        binding: b.ComputedFromChildren,
        gap: PlaceholderTarget,
    ) -> None:
        """Add what a rule makes of the rows that point here."""
        link = level.relation_steps.get(binding)
        if link is None:
            rows = b.Many(binding.relation, OLDEST, ())
            link = level.relation_steps[binding] = build_relation_step(level, field, part, rows)
        write = ValueWriter(self.collector).build_writer(field.type, part)
        finder = build_computed_lookup(
            build_row_reader(link.child, binding.reads), binding.rule, write
        )
        link.attach_to(level, OutputTarget(*gap, finder))


def _build_viewer_reader(name: str) -> Callable[[PlanRun], Any]:
    return lambda run: getattr(run.viewer, name)


def _build_rule_reader(binding: b.Derived) -> Callable[[PlanRun], Any]:
    return lambda run: binding.compute((), run.viewer, run.service)


def _plan_policy(level: PlanNode, binding: b.Derived) -> None:
    """Read the approved parameters before a rule that asks them, where a row has it ask (X6)."""
    step = next((each for each in level.steps if isinstance(each, PolicyStep)), None)
    if step is None:
        step = PolicyStep()
        level.steps.append(step)
    step.add_rule({level.add_column(each): each for each in binding.policed_reads})

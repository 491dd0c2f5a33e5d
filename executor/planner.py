"""Plans a document: walks its selection once, from the bindings alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    print_ast,
)
from graphql.execution.values import get_argument_values

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from executor.connection import Shape
from executor.level import Level, Run, Written
from executor.link import Finder, Link, Selecting, Slot, listed, paged, single
from executor.nodes import Nodes
from executor.view import View, by_kind
from loaders import statement
from loaders.page import Window
from loaders.scope import scope
from loaders.statement import pairs, source, target
from schema import binding as b
from schema.node import node, nodes

Relation = b.One | b.Many | b.Pages | b.Top


class Planner:
    """Plans the levels of one operation, or of a part of it."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def query(self, type_: GraphQLObjectType) -> Level:
        """Plan the operation's own fields: one row without columns, and what hangs below it."""
        level = Level(None, keyed=False)
        view = View(level, type_)
        for part in self.collector.roots(type_):
            self._field(level, view, type_, part)
        level.views.append(view.written())
        return level

    def _row(self, type_name: str, part: Selected) -> Level:
        """Plan the rows of one type, found by key."""
        type_ = self.collector.schema.get_type(type_name)
        if not isinstance(type_, GraphQLObjectType):
            raise StepAside("node type")
        origin = type_.extensions["strawberry-definition"].origin
        level = Level(origin.table, keyed=True, depth=1)
        self._view(level, type_, part)
        if origin.kind is not None:
            level.kind = level.column("kind")
        return level

    def _view(self, level: Level, type_: Any, selected: Selected) -> int:
        """Plan one selection of a level's rows; an interface's rows are written by their kind."""
        place = level.view()
        if isinstance(type_, GraphQLObjectType):
            level.views[place] = self._typed(level, type_, selected)
            return place
        if not isinstance(type_, GraphQLInterfaceType):
            raise StepAside("union")
        level.kind = level.column("kind")
        views: dict[str, Written] = {}
        for possible in self.collector.schema.get_possible_types(type_):
            kind = possible.extensions["strawberry-definition"].origin.kind
            if kind is None:
                raise StepAside("interface without kinds")
            views[kind] = self._typed(level, possible, selected, kind)
        level.views[place] = by_kind(views, level.kind)
        return place

    def _typed(
        self, level: Level, type_: GraphQLObjectType, selected: Selected, kind: str | None = None
    ) -> Written:
        self.collector.functions |= type_.extensions["strawberry-definition"].origin.may
        view = View(level, type_, kind)
        for part in self.collector.within(type_, selected):
            self._field(level, view, type_, part)
        return view.written()

    def _field(self, level: Level, view: View, type_: GraphQLObjectType, part: Selected) -> None:
        """Plan one field of a view, by its binding."""
        if part.field == TYPENAME:
            return view.typename(part.name)
        field, bound = self.collector.bound(type_, part)
        match bound.metadata.get(b.BINDING):
            case b.Identity():
                view.identity(part.name)
            case b.Column() as binding:
                view.column(part.name, field, bound, binding)
            case b.Derived() as binding:
                view.derived(part, field, binding, self.collector)
            case (b.One() | b.Many() | b.Pages() | b.Top()) as binding:
                self._link(level, field, part, binding, (view.gap(part.name), view.kind))
            case b.Resolved(resolver) if resolver in {node, nodes}:
                level.steps[part.name] = self._nodes(field, part, view.gap(part.name))
            case _:
                raise StepAside(f"{type_.name}.{part.field}")
        return None

    def _nodes(self, field: Any, part: Selected, gap: int) -> Nodes:
        def planned(type_name: str) -> tuple[Level, set[Any]]:
            planner = Planner(self.collector.part())
            return planner._row(type_name, part), planner.collector.functions

        return Nodes(gap, _given(field, part), planned)

    def _link(
        self,
        level: Level,
        field: Any,
        part: Selected,
        binding: Relation,
        gap: tuple[int, str | None],
    ) -> None:
        """Add where a relation's rows go; equal ones with equal arguments share a statement."""
        arguments = ", ".join(sorted(print_ast(a) for a in part.node.arguments or ()))
        link = level.steps.get((binding, arguments))
        if not isinstance(link, Link):
            link = level.steps[binding, arguments] = _made(level, field, part, binding)
        same = str(field.type), part.places
        if same not in link.planned:  # the kinds of an interface ask for the same
            link.planned[same] = self._found(link, field, part, binding)
        link.slots.append(Slot(*gap, *link.planned[same]))

    def _found(
        self, link: Link, field: Any, part: Selected, binding: Relation
    ) -> tuple[int, Finder]:
        """Plan the view of a link's rows, and give what finds its texts."""
        child, type_ = link.child, get_named_type(field.type)
        if isinstance(binding, b.Pages | b.Top):
            shape = Shape(child, binding.orders, self.collector, lambda *to: self._view(child, *to))
            finder = paged(shape.read(type_, part))
            link.counted |= shape.counted
            return 0, finder
        place = self._view(child, type_, part)
        if isinstance(binding, b.Many):
            return place, listed(place)
        return place, single(place, optional=not isinstance(field.type, GraphQLNonNull))


def _made(level: Level, field: Any, part: Selected, binding: Relation) -> Link:
    """Make the link of a relation, or of a whole table, which hangs below no row."""
    select, count = _statements(binding)
    depth, window = level.depth + 1, _window(field, part, binding)
    if isinstance(binding, b.Top):
        return Link(Level(binding.table, keyed=False, depth=depth), (), select, count, window)
    one, joined = isinstance(binding, b.One), pairs(binding.relation)
    own = [local if one else remote for local, remote in joined]
    table = target(binding.relation) if one else source(binding.relation)
    local = tuple(level.column(column.key) for column in own)
    order = binding.order if isinstance(binding, b.Many) else None
    return Link(Level(table, keyed=True, depth=depth), local, select, count, window, order)


def _statements(binding: Relation) -> tuple[Selecting, Selecting | None]:
    """Give what writes a link's statement, and the one that counts."""
    match binding:
        case b.One(relation):
            return lambda _: statement.parents(relation), None
        case b.Many(relation):
            return lambda w: statement.children(relation, w.order, _filters(w)), None
        case b.Pages(relation):
            return (
                lambda w: statement.pages(relation, w.order, _filters(w), w.place is not None),
                lambda w: statement.counts(relation, _filters(w)),
            )
        case b.Top(table):
            return (
                lambda w: statement.page(table, w.order, _filters(w), w.place is not None),
                lambda w: statement.count(table, _filters(w)),
            )


def _filters(window: Window) -> statement.Filters:
    return tuple(narrowing for narrowing, _ in window.narrowed)


def _window(field: Any, part: Selected, binding: Relation) -> Callable[[Run], Window] | None:
    """Give what reads a list's arguments; a whole table is narrowed to what the viewer sees."""
    if isinstance(binding, b.One):
        return None
    given, filters = _given(field, part), binding.filters
    orders = (binding.order,) if isinstance(binding, b.Many) else binding.orders
    if not isinstance(binding, b.Top):
        return lambda run: b.window_of(dict(given(run)), orders, filters)
    table = binding.table

    def scoped(run: Run) -> Window:
        window = b.window_of(dict(given(run)), orders, filters)
        return replace(window, narrowed=(*window.narrowed, *scope(table, run.viewer)))

    return scoped


def _given(field: Any, part: Selected) -> Callable[[Run], Mapping[str, Any]]:
    """Give what reads a field's arguments, by the names that resolvers know."""
    known = {
        argument: definition.extensions["strawberry-definition"].python_name
        for argument, definition in field.args.items()
    }

    def given(run: Run) -> dict[str, Any]:
        values = get_argument_values(field, part.node, run.variables)
        return {known[name]: value for name, value in values.items()}

    return given

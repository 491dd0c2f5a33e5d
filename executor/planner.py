"""Plans a document: walks its selection once, from the bindings alone."""

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

from executor.aside import StepAside
from executor.chunk import MOST_PARTS, Below, Chunk, Null
from executor.collect import TYPENAME, Collector, Selected
from executor.connection import Shape
from executor.figures import Figures
from executor.finder import listed, made_by, paged, single
from executor.level import Level, Written
from executor.link import Link, Slot, Way
from executor.nodes import Nodes
from executor.plain import Plain
from executor.relation import Relation, found_by_index, given_to, link_of
from executor.view import View, by_kind, reader_of
from loaders.filter import OLDEST
from loaders.statement import target
from schema.kernel import binding as b
from schema.kernel.node import node, nodes

Place = tuple[int, str | None]
"""Which gap of a level, and for rows of which kind."""


class Planner:
    """Plans the levels of one operation, or of a part of it."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector
        self._numbers = count(1)

    def query(self, type_: GraphQLObjectType) -> Level:
        """Plan the operation's own fields: one row without columns, and what hangs below it."""
        level = Level(None, keyed=False)
        view = View(level, type_)
        for part in self.collector.roots(type_):
            self._field(level, view, type_, part)
        level.read[0] = view.code()
        return level

    def _row(self, type_name: str, part: Selected) -> Level:
        """Plan the rows of one type, found by key."""
        type_ = self.collector.schema.get_type(type_name)
        if not isinstance(type_, GraphQLObjectType):
            raise StepAside("node type")
        origin = type_.extensions["strawberry-definition"].origin
        level = Level(origin.table, keyed=True, depth=1)
        if origin.kind is not None:
            level.know_kind("kind")
        level.reads(self._view(level, type_, part))
        return level

    def _view(self, level: Level, type_: Any, selected: Selected) -> int:
        """Plan one selection of a level's rows; an interface's rows are written by their kind."""
        place = level.view()
        if isinstance(type_, GraphQLObjectType):
            level.views[place] = self._typed(level, type_, selected)
            return place
        if not isinstance(type_, GraphQLInterfaceType):
            raise StepAside("union")
        views: dict[str, Written] = {}
        for possible in self.collector.schema.get_possible_types(type_):
            kind = possible.extensions["strawberry-definition"].origin.kind
            if kind is None:
                raise StepAside("interface without kinds")
            views[kind] = self._typed(level, possible, selected, kind)
        level.views[place] = by_kind(level, views)
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
            case b.One() | b.Many() | b.Pages() | b.Top() as binding:
                self._linked(level, view, field, part, binding)
            case b.Either() as binding:
                required = isinstance(field.type, GraphQLNonNull)
                self._either(level, field, part, binding, view.choice(part.name, required=required))
            case binding:
                gap = view.gap(part.name), view.kind
                if not self._beside(level, field, part, binding, gap):
                    raise StepAside(f"{type_.name}.{part.field}")
        return None

    def _beside(self, level: Level, field: Any, part: Selected, binding: Any, gap: Place) -> bool:
        """Plan what code makes of further rows; tell whether the binding is such a one."""
        match binding:
            case b.Distilled():
                self._distilled(level, field, part, binding, gap)
            case b.Counted():
                write = Plain(self.collector).writer(field.type, part)
                level.steps.append(Figures(gap[0], binding, given_to(field, part), write))
            case b.Resolved(resolver) if resolver in {node, nodes}:
                level.steps.append(self._nodes(field, part, gap[0]))
            case _:
                return False
        return True

    def _nodes(self, field: Any, part: Selected, gap: int) -> Nodes:
        def planned(type_name: str) -> tuple[Level, set[Any]]:
            planner = Planner(self.collector.part())
            return planner._row(type_name, part), planner.collector.functions

        return Nodes(gap, given_to(field, part), planned)

    def _linked(
        self, level: Level, view: View, field: Any, part: Selected, binding: Relation
    ) -> None:
        """Plan a relation's rows: written with the row above where the database can."""
        link, way = self._way(level, field, part, binding, get_named_type(field.type))
        if way.below is None:
            self._hang(level, link, way, (view.gap(part.name), view.kind))
        else:
            link.fold(level, way.below)
            view.below(part.name, way.below)

    def _hang(self, level: Level, link: Link, way: Way, gap: Place) -> None:
        if way.view is not None:
            link.child.reads(way.view)
        link.hang(level, Slot(*gap, way.finder))

    def _way(
        self, level: Level, field: Any, part: Selected, binding: Relation, type_: Any
    ) -> tuple[Link, Way]:
        """Plan how a relation's rows are written; equal ones with equal arguments share a link."""
        arguments = ", ".join(sorted(print_ast(a) for a in part.node.arguments or ()))
        link = level.links.get((binding, arguments))
        if link is None:
            link = level.links[binding, arguments] = link_of(level, field, part, binding)
        same = str(field.type), part.places
        if same not in link.planned:  # the kinds of an interface ask for the same
            link.planned[same] = self._found(link, field, part, binding, type_)
        return link, link.planned[same]

    def _found(self, link: Link, field: Any, part: Selected, binding: Relation, type_: Any) -> Way:
        """Plan the view of a link's rows, and give what finds its texts."""
        child = link.child
        if isinstance(binding, b.Pages | b.Top):
            view_of = partial(self._view, child)
            shape = Shape(child, binding.orders, self.collector, view_of, link.lists)
            finder = paged(shape.read(type_, part))
            link.counted |= shape.counted
            link.looks_ahead |= shape.looks_ahead
            link.by_rows |= shape.by_rows
            return Way(finder)
        view = self._view(child, type_, part)
        if isinstance(binding, b.Many):
            return Way(listed(view), view, self._below(link, view, Null.NEVER))
        optional = not isinstance(field.type, GraphQLNonNull)
        null = Null.WRITTEN if optional else Null.FORBIDDEN
        return Way(single(view, optional=optional), view, self._below(link, view, null))

    def _below(self, link: Link, view: int, null: Null) -> Below | None:
        """Give what is written with the row above, if the database can and may."""
        row, table = link.child.views[view], link.child.table
        if not isinstance(row, Chunk) or row.size > MOST_PARTS or not found_by_index(link):
            return None
        return Below(next(self._numbers), table, link.on, row, link.order, null)

    def _either(
        self, level: Level, field: Any, part: Selected, binding: b.Either, gap: int
    ) -> None:
        """Add where each relation's rows go: to the rows whose column names it."""
        level.know_kind(binding.column)
        for value, relation in binding.relations:
            type_ = self.collector.type_of(target(relation))
            link, way = self._way(level, field, part, b.One(relation), type_)
            self._hang(level, link, way, (gap, value))

    def _distilled(
        self, level: Level, field: Any, part: Selected, binding: b.Distilled, gap: Place
    ) -> None:
        """Add what a rule makes of the rows that point here."""
        link = level.links.get(binding)
        if link is None:
            rows = b.Many(binding.relation, OLDEST, ())
            link = level.links[binding] = link_of(level, field, part, rows)
        write = Plain(self.collector).writer(field.type, part)
        finder = made_by(reader_of(link.child, binding.reads), binding.rule, write)
        link.hang(level, Slot(*gap, finder))

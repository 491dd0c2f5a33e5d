"""Plans a document: walks its selection once, from the bindings alone."""

from typing import Any

from graphql import (
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    print_ast,
)

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from executor.connection import Shape
from executor.figures import Figures
from executor.level import Level
from executor.link import Link, Slot, listed, made_by, paged, single
from executor.nodes import Nodes
from executor.plain import Plain
from executor.relation import Relation, given_to, link_of
from executor.view import View, by_kind, read_as
from loaders.filter import OLDEST
from loaders.statement import target
from schema import binding as b
from schema.node import node, nodes

Within = tuple[int, str | None]
"""Which view of a level, and rows of which kind in it."""


class Planner:
    """Plans the levels of one operation, or of a part of it."""

    def __init__(self, collector: Collector) -> None:
        self.collector = collector

    def query(self, type_: GraphQLObjectType) -> Level:
        """Plan the operation's own fields: one row without columns, and what hangs below it."""
        level = Level(None, keyed=False)
        view = View(level, type_)
        place = level.open()
        for part in self.collector.roots(type_):
            self._field(level, view, type_, part, (place, None))
        level.views[place] = view.built()
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
        self._view(level, type_, part)
        return level

    def _view(self, level: Level, type_: Any, selected: Selected) -> int:
        """Plan one selection of a level's rows; an interface's rows are written by their kind."""
        place = level.open()
        if isinstance(type_, GraphQLObjectType):
            level.views[place] = self._typed(level, type_, selected, (place, None)).built()
            return place
        if not isinstance(type_, GraphQLInterfaceType):
            raise StepAside("union")
        views: dict[str, View] = {}
        for possible in self.collector.schema.get_possible_types(type_):
            kind = possible.extensions["strawberry-definition"].origin.kind
            if kind is None:
                raise StepAside("interface without kinds")
            views[kind] = self._typed(level, possible, selected, (place, kind))
        level.views[place] = by_kind(views, level.know_kind("kind"))
        return place

    def _typed(
        self,
        level: Level,
        type_: GraphQLObjectType,
        selected: Selected,
        within: Within,
    ) -> View:
        self.collector.functions |= type_.extensions["strawberry-definition"].origin.may
        view = View(level, type_)
        for part in self.collector.within(type_, selected):
            self._field(level, view, type_, part, within)
        return view

    def _field(
        self,
        level: Level,
        view: View,
        type_: GraphQLObjectType,
        part: Selected,
        within: Within,
    ) -> None:
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
            case binding:
                view.gap(part.name)
                if not self._below(level, field, part, binding, within):
                    raise StepAside(f"{type_.name}.{part.field}")
        return None

    def _below(
        self, level: Level, field: Any, part: Selected, binding: Any, within: Within
    ) -> bool:
        """Plan what is read after the rows themselves; tell whether the binding is such a one."""
        match binding:
            case b.One() | b.Many() | b.Pages() | b.Top():
                self._link(level, field, part, binding, within)
            case b.Either():
                self._either(level, field, part, binding, within)
            case b.Distilled():
                self._distilled(level, field, part, binding, within)
            case b.Counted():
                write = Plain(self.collector).writer(field.type, part)
                level.steps[part.name] = Figures(part.name, binding, given_to(field, part), write)
            case b.Resolved(resolver) if resolver in {node, nodes}:
                level.steps[part.name] = self._nodes(field, part)
            case _:
                return False
        return True

    def _nodes(self, field: Any, part: Selected) -> Nodes:
        def planned(type_name: str) -> tuple[Level, set[Any]]:
            planner = Planner(self.collector.part())
            return planner._row(type_name, part), planner.collector.functions

        return Nodes(part.name, given_to(field, part), planned)

    def _link(
        self,
        level: Level,
        field: Any,
        part: Selected,
        binding: Relation,
        within: Within,
        type_: Any = None,
    ) -> None:
        """Add where a relation's rows go; equal ones with equal arguments share a statement."""
        arguments = ", ".join(sorted(print_ast(a) for a in part.node.arguments or ()))
        link = level.steps.get((binding, arguments))
        if not isinstance(link, Link):
            link = level.steps[binding, arguments] = link_of(level, field, part, binding)
        child, type_ = link.child, type_ or get_named_type(field.type)
        if isinstance(binding, b.Pages | b.Top):
            shape = Shape(child, binding.orders, self.collector, lambda *to: self._view(child, *to))
            finder = paged(shape.read(type_, part))
            link.counted |= shape.counted
        else:
            place = self._view(child, type_, part)
            optional = not isinstance(field.type, GraphQLNonNull)
            one = isinstance(binding, b.One)
            finder = single(place, optional=optional) if one else listed(place)
        link.slots.append(Slot(*within, part.name, finder))

    def _either(
        self, level: Level, field: Any, part: Selected, binding: b.Either, within: Within
    ) -> None:
        """Add where each relation's rows go: to the rows whose column names it."""
        level.know_kind(binding.column)
        for value, relation in binding.relations:
            type_ = self.collector.type_of(target(relation))
            self._link(level, field, part, b.One(relation), (within[0], value), type_)

    def _distilled(
        self, level: Level, field: Any, part: Selected, binding: b.Distilled, within: Within
    ) -> None:
        """Add what a rule makes of the rows that point here."""
        link = level.steps.get(binding)
        if not isinstance(link, Link):
            rows = b.Many(binding.relation, OLDEST, ())
            link = level.steps[binding] = link_of(level, field, part, rows)
            link.child.views.append(read_as(link.child, binding.reads))
        write = Plain(self.collector).writer(field.type, part)
        link.slots.append(Slot(*within, part.name, made_by(0, binding.rule, write)))

"""Connections: edges, cursors, page information and counts, as the selection asks."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from executor.level import Dicts, Level
from loaders.filter import Order
from loaders.page import Window


class Cut(NamedTuple):
    """One parent's page: which of a level's rows are in it, and what is known of the rest."""

    places: Sequence[int]
    rows: Sequence[Any]
    views: list[Dicts]
    window: Window
    more: bool
    total: int


Write = Callable[[Cut], Any]
FACTS: dict[str, Write] = {
    "hasNextPage": lambda cut: cut.more,
    "hasPreviousPage": lambda cut: cut.window.place is not None,
}
ENDS = {"startCursor": 0, "endCursor": -1}


class Shape:
    """What a selection asks of a connection; `view_of` plans the view of an edge's node."""

    def __init__(
        self,
        level: Level,
        orders: Sequence[Order],
        collector: Collector,
        view_of: Callable[[Any, Selected], int],
    ) -> None:
        self.counted = False
        self._level, self._orders = level, orders
        self._collector, self._view_of = collector, view_of
        self._cursors: dict[str, int] = {}
        self._parts: list[tuple[str, Write]] = []

    def read(self, type_: Any, selected: Selected) -> "Shape":
        """Read the selection."""
        self._parts = self._each(type_, selected, self._part)
        return self

    def write(self, cut: Cut) -> dict[str, Any]:
        """Write a page."""
        return {name: make(cut) for name, make in self._parts}

    def _each(self, type_: GraphQLObjectType, selected: Selected, of: Any) -> list[Any]:
        found = []
        for part in self._collector.within(type_, selected):
            if part.field == TYPENAME:
                found.append((part.name, lambda *_: type_.name))
                continue
            field, _ = self._collector.bound(type_, part)
            found.append((part.name, of(get_named_type(field.type), part)))
        return found

    def _part(self, type_: Any, part: Selected) -> Write:
        match part.field:
            case "edges":
                parts = self._each(type_, part, self._of_edge)
                return lambda cut: [
                    {name: make(cut, n) for name, make in parts} for n in cut.places
                ]
            case "pageInfo":
                facts = self._each(type_, part, self._fact)
                return lambda cut: {name: make(cut) for name, make in facts}
            case "totalCount":
                self.counted = True
                return lambda cut: cut.total
        raise StepAside("connection field")

    def _of_edge(self, type_: Any, part: Selected) -> Callable[[Cut, int], Any]:
        match part.field:
            case "node":
                view = self._view_of(type_, part)
                return lambda cut, n: cut.views[view][n]
            case "cursor":
                return self._cursor()
        raise StepAside("edge field")

    def _fact(self, _: Any, part: Selected) -> Write:
        if part.field in ENDS:
            end, cursor = ENDS[part.field], self._cursor()
            return lambda cut: cursor(cut, cut.places[end]) if cut.places else None
        if part.field in FACTS:
            return FACTS[part.field]
        raise StepAside("page information")

    def _cursor(self) -> Callable[[Cut, int], str]:
        """Read what cursors are made of, and give what makes them."""
        places = self._cursors
        places |= {name: self._level.column(name) for o in self._orders for name in o.names}

        def spelled(cut: Cut, n: int) -> str:
            row, order = cut.rows[n], cut.window.order
            return order.spelled([row[places[name]] for name in order.names])

        return spelled

"""Connections: edges, cursors, page information and counts, as the selection asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type

from executor.aside import StepAside
from executor.collect import TYPENAME, Collector, Selected
from executor.level import Level, Texts
from loaders.filter import Order
from loaders.page import Window


class Cut(NamedTuple):
    """One parent's page: which of a level's rows are in it, and what is known of the rest."""

    places: Sequence[int]
    rows: Sequence[Any]
    views: Mapping[int, Texts]
    window: Window
    more: bool
    total: int


Write = Callable[..., str]
"""Writes a part of a page, or of the edge at a place in it."""

FACTS: dict[str, Write] = {
    "hasNextPage": lambda cut: "true" if cut.more else "false",
    "hasPreviousPage": lambda cut: "true" if cut.window.place is not None else "false",
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
        self.counted = self.looks_ahead = False
        self._level, self._orders = level, orders
        self._collector, self._view_of = collector, view_of
        self._cursors: dict[str, int] = {}
        self.write: Write = _nothing

    def read(self, type_: Any, selected: Selected) -> "Shape":
        """Read the selection."""
        self.write = self._object(type_, selected, self._part)
        return self

    def _object(self, type_: GraphQLObjectType, selected: Selected, of: Any) -> Write:
        """Make what writes an object of some parts."""
        parts: list[tuple[str, Write]] = []
        for part in self._collector.within(type_, selected):
            name = f'{"," if parts else ""}"{part.name}":'
            if part.field == TYPENAME:
                parts.append((name, lambda *_: f'"{type_.name}"'))
                continue
            field, _ = self._collector.bound(type_, part)
            parts.append((name, of(get_named_type(field.type), part)))
        return lambda *at: f"{{{''.join([name + make(*at) for name, make in parts])}}}"

    def _part(self, type_: Any, part: Selected) -> Write:
        match part.field:
            case "edges":
                edge = self._object(type_, part, self._of_edge)
                return lambda cut: f"[{','.join([edge(cut, n) for n in cut.places])}]"
            case "pageInfo":
                return self._object(type_, part, self._fact)
            case "totalCount":
                self.counted = True
                return lambda cut: str(cut.total)
        raise StepAside("connection field")

    def _of_edge(self, type_: Any, part: Selected) -> Write:
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
            return lambda cut: cursor(cut, cut.places[end]) if cut.places else "null"
        if part.field in FACTS:
            self.looks_ahead |= part.field == "hasNextPage"
            return FACTS[part.field]
        raise StepAside("page information")

    def _cursor(self) -> Write:
        """Read what cursors are made of, and give what makes them; nothing in one is escaped."""
        places = self._cursors
        places |= {name: self._level.column(name) for o in self._orders for name in o.names}

        def spelled(cut: Cut, n: int) -> str:
            row, order = cut.rows[n], cut.window.order
            return f'"{order.spelled([row[places[name]] for name in order.names])}"'

        return spelled


def _nothing(*_: Any) -> str:
    raise NotImplementedError

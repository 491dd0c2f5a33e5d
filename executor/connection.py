"""Connections: edges, cursors, page information and counts, as the selection asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type

from executor.aside import StepAside
from executor.chunk import Chunk
from executor.collect import TYPENAME, Collector, Selected
from executor.level import Level, Texts
from loaders.filter import Order
from loaders.page import Window


class Cut(NamedTuple):
    """One parent's page: which of a level's rows are in it, and what is known of the rest.

    Where the database wrote all edges, it has no rows, but those lists.
    """

    places: Sequence[int]
    rows: Sequence[Any]
    views: Mapping[int, Texts]
    window: Window
    more: bool
    total: int
    lists: Sequence[str] | None


Write = Callable[..., str]
"""Writes a part of a page, or of the edge at a place in it."""
Piece = str | Chunk | Write
"""What stands as it is, what the database writes of a row, or what code writes."""

FACTS: dict[str, Write] = {
    "hasNextPage": lambda cut: "true" if cut.more else "false",
    "hasPreviousPage": lambda cut: "true" if cut.window.place is not None else "false",
}
ENDS = {"startCursor": 0, "endCursor": -1}


class Shape:
    """What a selection asks of a connection; `view_of` plans the view of an edge's node.

    Edges that are chunks go to `lists`; `by_rows` tells that something else is asked of rows.
    """

    def __init__(
        self,
        level: Level,
        orders: Sequence[Order],
        collector: Collector,
        view_of: Callable[[Any, Selected], int],
        lists: list[Chunk],
    ) -> None:
        self.counted = self.looks_ahead = self.by_rows = False
        self._level, self._orders, self._lists = level, orders, lists
        self._collector, self._view_of = collector, view_of
        self._cursors: dict[str, int] = {}
        self.write: Write = _nothing

    def read(self, type_: Any, selected: Selected) -> "Shape":
        """Read the selection."""
        self.write = self._writer(self._object(type_, selected, self._part))
        return self

    def _object(
        self, type_: GraphQLObjectType, selected: Selected, of: Callable[..., Piece]
    ) -> list[Piece]:
        """List the pieces of an object."""
        pieces: list[Piece] = []
        for part in self._collector.within(type_, selected):
            pieces.append(f'{"," if pieces else "{"}"{part.name}":')
            if part.field == TYPENAME:
                pieces.append(f'"{type_.name}"')
            else:
                field, _ = self._collector.bound(type_, part)
                pieces.append(of(get_named_type(field.type), part))
        return [*(pieces or ["{"]), "}"]

    def _writer(self, pieces: Sequence[Piece]) -> Write:
        """Make what writes pieces one after another."""
        made = [self._read(piece) if isinstance(piece, Chunk) else piece for piece in pieces]
        return lambda *at: "".join([p if isinstance(p, str) else p(*at) for p in made])

    def _read(self, chunk: Chunk) -> Write:
        place = self._level.column(chunk)
        return lambda cut, n: cut.rows[n][place]

    def _part(self, type_: Any, part: Selected) -> Piece:
        match part.field:
            case "edges":
                return self._edges(self._object(type_, part, self._of_edge))
            case "pageInfo":
                return self._writer(self._object(type_, part, self._fact))
            case "totalCount":
                self.counted = True
                return lambda cut: str(cut.total)
        raise StepAside("connection field")

    def _edges(self, edge: Sequence[Piece]) -> Write:
        """Write edges one by one, or take them all as the database wrote them."""
        written = [piece for piece in edge if isinstance(piece, str | Chunk)]
        self.by_rows |= len(written) < len(edge)
        parts = [piece.parts if isinstance(piece, Chunk) else (piece,) for piece in written]
        self._lists.append(Chunk(sum(parts, ())))
        nth, write = len(self._lists) - 1, self._writer(edge)

        def edges(cut: Cut) -> str:
            if cut.lists is not None:
                return cut.lists[nth] if cut.lists else "[]"
            return f"[{','.join([write(cut, n) for n in cut.places])}]"

        return edges

    def _of_edge(self, type_: Any, part: Selected) -> Piece:
        match part.field:
            case "node":
                view = self._view_of(type_, part)
                written = self._level.views[view]
                if isinstance(written, Chunk):
                    return written
                self._level.reads(view)
                return lambda cut, n: cut.views[view][n]
            case "cursor":
                return self._cursor()
        raise StepAside("edge field")

    def _fact(self, _: Any, part: Selected) -> Piece:
        if part.field in ENDS:
            end, cursor = ENDS[part.field], self._cursor()
            return lambda cut: cursor(cut, cut.places[end]) if cut.places else "null"
        if part.field in FACTS:
            ahead = part.field == "hasNextPage"
            self.looks_ahead, self.by_rows = self.looks_ahead | ahead, self.by_rows | ahead
            return FACTS[part.field]
        raise StepAside("page information")

    def _cursor(self) -> Write:
        """Read what cursors are made of, and give what makes them; nothing in one is escaped."""
        self.by_rows = True
        places = self._cursors
        places |= {name: self._level.column(name) for o in self._orders for name in o.names}

        def spelled(cut: Cut, n: int) -> str:
            row, order = cut.rows[n], cut.window.order
            return f'"{order.spelled([row[places[name]] for name in order.names])}"'

        return spelled


def _nothing(*_: Any) -> str:
    raise NotImplementedError

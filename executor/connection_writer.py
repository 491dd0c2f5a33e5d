"""Connections: edges, cursors, page information and counts, as the selection asks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLObjectType, get_named_type

from executor.field_collector import TYPENAME, FieldCollector, SelectedField
from executor.not_plannable import NotPlannable
from executor.plan_node import PlanNode, Texts
from executor.sql_json import SqlJsonFragment
from loaders.filter import Order
from loaders.page import Total, Window, read_total


class PageSlice(NamedTuple):
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


PagePartWriter = Callable[..., str]
"""Writes a part of a page, or of the edge at a place in it."""
PagePart = str | SqlJsonFragment | PagePartWriter
"""What stands as it is, what the database writes of a row, or what code writes."""

PAGE_INFO_WRITERS: dict[str, PagePartWriter] = {
    "hasNextPage": lambda cut: _write_flag(cut.window.has_next_page(more=cut.more)),
    "hasPreviousPage": lambda cut: _write_flag(cut.window.has_previous_page(more=cut.more)),
}
CURSOR_ENDS = {"startCursor": 0, "endCursor": -1}


class ConnectionWriter:
    """What a selection asks of a connection; `view_of` plans the view of an edge's node.

    Edges that are chunks go to `lists`; `needs_rows` tells that something else is asked of rows.
    `turns` says that the list may be cut from its end, as it has the argument for it.
    """

    def __init__(
        self,
        level: PlanNode,
        orders: Sequence[Order],
        collector: FieldCollector,
        view_of: Callable[[Any, SelectedField], int],
        lists: list[SqlJsonFragment],
        *,
        turns: bool,
    ) -> None:
        self.needs_count = self.looks_ahead = self.needs_rows = False
        self._level, self._orders, self._lists, self._turns = level, orders, lists, turns
        self._collector, self._view_of = collector, view_of
        self._cursors: dict[str, int] = {}
        self.write: PagePartWriter = _refuse_to_write

    def plan_selection(self, type_: Any, selected: SelectedField) -> "ConnectionWriter":
        """Read the selection."""
        self.write = self._build_writer(self._plan_object(type_, selected, self._plan_part))
        return self

    def _plan_object(
        self, type_: GraphQLObjectType, selected: SelectedField, of: Callable[..., PagePart]
    ) -> list[PagePart]:
        """List the pieces of an object."""
        pieces: list[PagePart] = []
        for part in self._collector.collect_subfields(type_, selected):
            pieces.append(f'{"," if pieces else "{"}"{part.name}":')
            if part.field_name == TYPENAME:
                pieces.append(f'"{type_.name}"')
            else:
                field, _ = self._collector.resolve_field(type_, part)
                pieces.append(of(get_named_type(field.type), part))
        return [*(pieces or ["{"]), "}"]

    def _build_writer(self, pieces: Sequence[PagePart]) -> PagePartWriter:
        """Make what writes pieces one after another."""
        made = [
            self._build_reader(piece) if isinstance(piece, SqlJsonFragment) else piece
            for piece in pieces
        ]
        return lambda *at: "".join([p if isinstance(p, str) else p(*at) for p in made])

    def _build_reader(self, chunk: SqlJsonFragment) -> PagePartWriter:
        place = self._level.add_column(chunk)
        return lambda cut, n: cut.rows[n][place]

    def _plan_part(self, type_: Any, part: SelectedField) -> PagePart:
        match part.field_name:
            case "edges":
                return self._plan_edges(self._plan_object(type_, part, self._plan_edge_field))
            case "nodes":
                return self._plan_edges([self._plan_node(type_, part)])
            case "pageInfo":
                return self._build_writer(self._plan_object(type_, part, self._plan_page_info))
            case "totalCount":
                self.needs_count = True
                return lambda cut: str(self._read_total(cut).count)
            case "totalCountIsExact":
                self.needs_count = True
                return lambda cut: "true" if self._read_total(cut).is_exact else "false"
        raise NotPlannable("connection field")

    def _read_total(self, cut: PageSlice) -> Total:
        return read_total(cut.total, of_table=not self._level.keyed)

    def _plan_edges(self, edge: Sequence[PagePart]) -> PagePartWriter:
        """Write edges one by one, or take them all as the database wrote them."""
        written = [piece for piece in edge if isinstance(piece, str | SqlJsonFragment)]
        self.needs_rows |= len(written) < len(edge)
        parts = [
            piece.parts if isinstance(piece, SqlJsonFragment) else (piece,) for piece in written
        ]
        self._lists.append(SqlJsonFragment(sum(parts, ())))
        nth, write = len(self._lists) - 1, self._build_writer(edge)

        def edges(cut: PageSlice) -> str:
            if cut.lists is not None:
                return cut.lists[nth] if cut.lists else "[]"
            return f"[{','.join([write(cut, n) for n in cut.places])}]"

        return edges

    def _plan_edge_field(self, type_: Any, part: SelectedField) -> PagePart:
        match part.field_name:
            case "node":
                return self._plan_node(type_, part)
            case "cursor":
                return self._plan_cursor()
        raise NotPlannable("edge field")

    def _plan_node(self, type_: Any, part: SelectedField) -> PagePart:
        view = self._view_of(type_, part)
        written = self._level.writer_sources[view]
        if isinstance(written, SqlJsonFragment):
            return written
        self._level.activate_writer(view)
        return lambda cut, n: cut.views[view][n]

    def _plan_page_info(self, _: Any, part: SelectedField) -> PagePart:
        if part.field_name in CURSOR_ENDS:
            end, cursor = CURSOR_ENDS[part.field_name], self._plan_cursor()
            return lambda cut: cursor(cut, cut.places[end]) if cut.places else "null"
        if part.field_name in PAGE_INFO_WRITERS:
            ahead = self._turns or part.field_name == "hasNextPage"
            self.looks_ahead, self.needs_rows = self.looks_ahead | ahead, self.needs_rows | ahead
            return PAGE_INFO_WRITERS[part.field_name]
        raise NotPlannable("page information")

    def _plan_cursor(self) -> PagePartWriter:
        """Read what cursors are made of, and give what makes them; nothing in one is escaped."""
        self.needs_rows = True
        places = self._cursors
        places |= {name: self._level.add_column(name) for o in self._orders for name in o.names}

        def spelled(cut: PageSlice, n: int) -> str:
            row, order = cut.rows[n], cut.window.order
            return f'"{order.format_place([row[places[name]] for name in order.names])}"'

        return spelled


def _write_flag(flag: bool) -> str:
    return "true" if flag else "false"


def _refuse_to_write(*_: Any) -> str:
    raise NotImplementedError

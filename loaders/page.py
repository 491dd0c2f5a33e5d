"""One page of rows, in the shape that GraphQL clients know as a connection."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from uuid import UUID

from loaders.filter import NEWEST, Bounds, Filter, Order

Row = TypeVar("Row")

MOST_COUNTED = 10_000
"""So many rows of a whole table are counted; of more it is only said that there are (ADR 0089)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How much to read of a list, between which places, in which order, narrowed by what.

    A `backward` one holds the last rows of what lies between, others the first.
    """

    size: int = 20
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    backward: bool = False
    order: Order = NEWEST
    narrowed: tuple[tuple[Filter, Any], ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Spell the window as the parameters of its statement."""
        found: dict[str, Any] = {"limit": self.size + 1}
        for end, place in (("after", self.after), ("before", self.before)):
            keys = self.order.to_keys(place) if place else ()
            found |= {f"{end}_{n}": value for n, value in enumerate(keys)}
        return found | self.filter_values

    @property
    def bounds(self) -> Bounds:
        """Return what its statement depends on, whatever its places are."""
        return Bounds(self.after is not None, self.before is not None, self.backward)

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Leave out the row read one past the window, and turn rows that were read backward."""
        return rows[: self.size][::-1] if self.backward else rows[: self.size]

    def has_next_page(self, *, more: bool) -> bool:
        """Return whether rows follow: `more` were found past the window, or it ends at a row."""
        return (more and not self.backward) or self.before is not None

    def has_previous_page(self, *, more: bool) -> bool:
        """Return whether rows came before: `more` were found, or it begins at a row."""
        return (more and self.backward) or self.after is not None

    @property
    def filter_values(self) -> dict[str, Any]:
        """Spell the filters alone as parameters."""
        found: dict[str, Any] = {}
        for narrowing, given in self.narrowed:
            found |= narrowing.to_parameters(given)
        return found


@dataclass(frozen=True, slots=True)
class Edge(Generic[Row]):
    """A row and the place it holds."""

    node: Row
    cursor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInfo:
    """Whether to go on, and from where."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """The rows of one window, and a way to count the whole list."""

    edges: Sequence[Edge[Row]]
    page_info: PageInfo
    count: Callable[[], Awaitable["Total"]]

    @property
    def nodes(self) -> Sequence[Row]:
        """Return the rows without their places."""
        return [edge.node for edge in self.edges]


@dataclass(frozen=True, slots=True)
class Total:
    """How many rows a list has, as far as they are counted."""

    count: int
    is_exact: bool


def read_total(counted: int, *, of_table: bool) -> Total:
    """Read what was counted: one more than is counted stands for any more."""
    if of_table and counted > MOST_COUNTED:
        return Total(MOST_COUNTED, is_exact=False)
    return Total(counted, is_exact=True)


def build_page(
    rows: Sequence[Row], window: Window, count: Callable[[], Awaitable[Total]]
) -> Page[Row]:
    """Cut a page from rows read one past the window."""
    edges = [Edge(row, window.order.format_cursor(row)) for row in window.cut(rows)]
    more = len(rows) > window.size
    info = PageInfo(
        has_next_page=window.has_next_page(more=more),
        has_previous_page=window.has_previous_page(more=more),
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info, count)


def cut_page(rows: Sequence[Row], window: Window) -> Page[Row]:
    """Cut a page from rows that are all at hand, ordered by their ids."""
    keyed = sorted(((_get_id(row), row) for row in rows), key=lambda each: each[0])
    between = [
        row
        for id_, row in (keyed[::-1] if window.order.descending else keyed)
        if _is_beyond(id_, window.after, window) and _is_short_of(id_, window.before, window)
    ]
    ahead = between[::-1] if window.backward else between

    async def count() -> Total:
        return Total(len(rows), is_exact=True)

    return build_page(ahead[: window.size + 1], window, count)


def _get_id(row: Any) -> UUID:
    found: UUID = row.id
    return found


def _is_beyond(id_: UUID, place: tuple[Any, ...] | None, window: Window) -> bool:
    return place is None or (id_ < place[-1] if window.order.descending else id_ > place[-1])


def _is_short_of(id_: UUID, place: tuple[Any, ...] | None, window: Window) -> bool:
    return place is None or (id_ > place[-1] if window.order.descending else id_ < place[-1])


def replace_nodes(page: Page[Any], rows: Sequence[Row]) -> Page[Row]:
    """Put into the places of a page what was made of its rows."""
    edges = [Edge(row, edge.cursor) for row, edge in zip(rows, page.edges, strict=True)]
    return Page(edges, page.page_info, page.count)

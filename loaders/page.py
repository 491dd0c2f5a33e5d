"""One page of rows, in the shape that GraphQL clients know as a connection."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from loaders.filter import NEWEST, Filter, Order

Row = TypeVar("Row")

MOST_COUNTED = 10_000
"""So many rows of a whole table are counted; of more it is only said that there are (ADR 0089)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How much to read of a list, from where, in which order, narrowed by what."""

    first: int = 20
    place: tuple[Any, ...] | None = None
    order: Order = NEWEST
    narrowed: tuple[tuple[Filter, Any], ...] = ()

    @property
    def values(self) -> dict[str, Any]:
        """Spell the window as the parameters of its statement."""
        found: dict[str, Any] = {"limit": self.first + 1}
        found |= {f"after_{n}": value for n, value in enumerate(self.place or ())}
        return found | self.filter_values

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
    edges = [Edge(row, window.order.format_cursor(row)) for row in rows[: window.first]]
    info = PageInfo(
        has_next_page=len(rows) > window.first,
        has_previous_page=window.place is not None,
        start_cursor=edges[0].cursor if edges else None,
        end_cursor=edges[-1].cursor if edges else None,
    )
    return Page(edges, info, count)

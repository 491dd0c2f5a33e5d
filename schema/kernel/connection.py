"""Pages as GraphQL clients know them."""

from typing import Any, Generic, TypeVar

import strawberry
from strawberry import Parent

from loaders.page import Page
from schema.kernel.binding import ResolvedBy, bind_field, column

Item = TypeVar("Item")


@strawberry.type(description="Whether there is more, and from where to go on. 分页信息")
class PageInfo:
    """Whether there is more."""

    has_next_page: bool = column("Whether rows follow. 是否有下一页")
    has_previous_page: bool = column("Whether rows came before. 是否有上一页")
    start_cursor: str | None = column("The first row's cursor. 首条游标")
    end_cursor: str | None = column("The last row's cursor; the next page's `after`. 末条游标")


@strawberry.type(description="A row of a page. 分页条目")
class Edge(Generic[Item]):
    """A row and its place."""

    node: Item = column("The row. 记录")
    cursor: str = column("The row's place in the list. 游标")


async def total_count(page: Parent[Page[Any]]) -> int:
    """How many rows the whole list has, up to 10,000; counted only when asked for. 总数."""
    return (await page.count()).count


async def total_count_is_exact(page: Parent[Page[Any]]) -> bool:
    """Whether `totalCount` is all there are: beyond 10,000 rows it is not. 总数是否准确."""
    return (await page.count()).is_exact


@strawberry.type(description="A page of rows. 分页列表")
class Connection(Generic[Item]):
    """A page of rows."""

    edges: list[Edge[Item]] = column("The rows. 条目")
    nodes: list[Item] = column("The rows without their places. 记录列表")
    page_info: PageInfo = column("Whether there is more. 分页信息")
    total_count: int = bind_field(ResolvedBy(total_count), total_count, total_count.__doc__)
    total_count_is_exact: bool = bind_field(
        ResolvedBy(total_count_is_exact), total_count_is_exact, total_count_is_exact.__doc__
    )

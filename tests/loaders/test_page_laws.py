"""Keyset pages and their cursors: any list in pages of any size is the list."""

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from json import dumps
from typing import Any
from uuid import UUID

import pytest
from hypothesis import strategies as st

from loaders.filter import NEWEST, OLDEST, Order
from loaders.page import MOST_COUNTED, Page, Total, Window, build_page, read_total
from rules.kernel.refusal import Reason, Refusal
from schema.kernel.listing import read_instant
from tests.factories.properties import AMOUNTS, ANY_TEXT, DAYS, PLAIN_TEXT, for_all


@dataclass(frozen=True)
class ListedRow:
    """What an order may look at."""

    id: UUID
    name: str
    wage: Decimal
    month: date
    paid: datetime | None


ORDERS = st.sampled_from(
    [
        NEWEST,
        OLDEST,
        Order(name="NAME", column="name"),
        Order(name="NAME_DESCENDING", column="name", descending=True),
        Order(name="WAGE", column="wage", read=Decimal),
        Order(name="HIGHEST", column="wage", descending=True, read=Decimal),
        Order(name="MONTH", column="month", read=date.fromisoformat),
        Order(name="PAID", column="paid", read=read_instant, empty=True),
        Order(name="UNPAID", column="paid", descending=True, read=read_instant, empty=True),
    ]
)
ROWS = st.lists(
    st.builds(
        ListedRow,
        id=st.uuids(),
        name=st.sampled_from(["甲", "乙", "", "a\"b'c", "😀"]) | PLAIN_TEXT,
        wage=st.sampled_from([Decimal("0.00"), Decimal("3100.50")]) | AMOUNTS,
        month=st.sampled_from([date(2024, 9, 1)]) | DAYS,
        paid=st.none() | st.datetimes(timezones=st.just(UTC)),
    ),
    max_size=14,
    unique_by=lambda row: row.id,
)


def place_of(row: ListedRow, order: Order) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in order.names)


def rank(place: tuple[Any, ...]) -> tuple[Any, ...]:
    """Rank a place as the database does: nothing is below all values."""
    return tuple((value is not None, 0 if value is None else value) for value in place)


def in_order(rows: Sequence[ListedRow], order: Order) -> list[ListedRow]:
    return sorted(rows, key=lambda row: rank(place_of(row, order)), reverse=order.descending)


def read(rows: Sequence[ListedRow], window: Window) -> list[ListedRow]:
    """Do as the statement does: what lies between the places, in order, one more than the page."""
    order, after, before = window.order, window.after, window.before

    def lies_between(row: ListedRow) -> bool:
        own, down = rank(place_of(row, order)), order.descending
        first, last = (None if each is None else rank(each) for each in (after, before))
        beyond = first is None or (own < first if down else own > first)
        short = last is None or (own > last if down else own < last)
        return beyond and short

    found = in_order([row for row in rows if lies_between(row)], order)
    return (found[::-1] if window.backward else found)[: window.values["limit"]]


async def nobody_counts() -> Total:
    raise AssertionError("counted without being asked")


def turn(rows: Sequence[ListedRow], window: Window) -> Page[ListedRow]:
    return build_page(read(rows, window), window, nobody_counts)


@for_all(rows=ROWS, order=ORDERS, size=st.integers(1, 16))
def test_any_list_in_pages_of_any_size_is_the_list(
    rows: list[ListedRow], order: Order, size: int
) -> None:
    found: list[ListedRow] = []
    cursor: str | None = None
    for n in range(len(rows) + 1):
        place = order.parse_cursor(cursor) if cursor is not None else None
        page = turn(rows, Window(size=size, after=place, order=order))
        nodes = [edge.node for edge in page.edges]
        found += nodes
        info = page.page_info
        assert info.has_previous_page is (n > 0)
        assert info.has_next_page is (len(found) < len(rows))
        assert (info.start_cursor is None) is (nodes == [])
        assert info.end_cursor == (page.edges[-1].cursor if nodes else None)
        assert len(nodes) == size or not info.has_next_page
        if not info.has_next_page:
            break
        cursor = info.end_cursor
    assert found == in_order(rows, order)


@for_all(rows=ROWS, order=ORDERS, size=st.integers(1, 16))
def test_any_list_in_pages_from_its_end_is_the_list(
    rows: list[ListedRow], order: Order, size: int
) -> None:
    found: list[ListedRow] = []
    cursor: str | None = None
    for n in range(len(rows) + 1):
        place = order.parse_cursor(cursor) if cursor is not None else None
        page = turn(rows, Window(size=size, before=place, backward=True, order=order))
        found = [*page.nodes, *found]
        info = page.page_info
        assert info.has_next_page is (n > 0)
        assert info.has_previous_page is (len(found) < len(rows))
        assert len(page.nodes) == size or not info.has_previous_page
        if not info.has_previous_page:
            break
        cursor = info.start_cursor
    assert found == in_order(rows, order)


@for_all(
    rows=ROWS.filter(bool),
    order=ORDERS,
    size=st.integers(0, 16),
    ends=st.tuples(*[st.floats(0, 1)] * 2),
)
def test_a_page_between_two_rows_is_cut_from_either_end(
    rows: list[ListedRow], order: Order, size: int, ends: tuple[float, float]
) -> None:
    listed = in_order(rows, order)
    low, high = sorted(int(end * (len(listed) - 1)) for end in ends)
    between = listed[low + 1 : high]
    after, before = place_of(listed[low], order), place_of(listed[high], order)
    for backward in (False, True):
        window = Window(size=size, after=after, before=before, backward=backward, order=order)
        page = turn(rows, window)
        assert page.nodes == (
            between[len(between) - min(size, len(between)) :] if backward else between[:size]
        )
        assert page.page_info.has_next_page
        assert page.page_info.has_previous_page


@for_all(rows=ROWS, order=ORDERS, size=st.integers(1, 5), gone=st.integers(0, 13))
def test_a_row_that_goes_between_two_pages_takes_no_other_with_it(
    rows: list[ListedRow], order: Order, size: int, gone: int
) -> None:
    """The cursor is a place and not a row: it holds where its row is no more."""
    first = turn(rows, Window(size=size, order=order))
    if not first.page_info.end_cursor:
        return
    seen = [edge.node for edge in first.edges]
    left = [row for n, row in enumerate(rows) if n != gone]
    place = order.parse_cursor(first.page_info.end_cursor)
    rest = [edge.node for edge in turn(left, Window(size=100, after=place, order=order)).edges]
    assert rest == [row for row in in_order(left, order) if row not in seen]


@for_all(rows=ROWS, order=ORDERS)
def test_a_cursor_is_read_as_the_place_that_it_was_written_from(
    rows: list[ListedRow], order: Order
) -> None:
    for row in rows:
        cursor = order.format_cursor(row)
        assert order.parse_cursor(cursor) == place_of(row, order)
        assert order.format_place(place_of(row, order)) == cursor
        assert cursor.isascii()
        assert not {*cursor} & {*"+/="}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | st.uuids().map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=2),
    max_leaves=4,
)
FORGED = st.tuples(st.sampled_from(["NEWEST", "NAME", "WAGE", "MONTH", ""]), st.lists(JSON)).map(
    lambda parts: urlsafe_b64encode(dumps([parts[0], *parts[1]]).encode()).rstrip(b"=").decode()
)


@for_all(order=ORDERS, cursor=ANY_TEXT | FORGED)
def test_a_cursor_is_refused_or_is_the_one_that_this_order_writes(
    order: Order, cursor: str
) -> None:
    try:
        place = order.parse_cursor(cursor)
    except Refusal as no:
        reason: Reason | None = no.fault.reason
    else:
        reason = None
        assert order.format_place(place) == cursor
    assert reason in {None, Reason.CURSOR_UNKNOWN}


@for_all(rows=ROWS.filter(bool), one=ORDERS, other=ORDERS)
def test_a_cursor_of_one_order_is_none_of_another(
    rows: list[ListedRow], one: Order, other: Order
) -> None:
    if one.name != other.name:
        with pytest.raises(Refusal):
            other.parse_cursor(one.format_cursor(rows[0]))


@for_all(number=st.integers(0, 5))
def test_the_whole_is_counted_by_whoever_asks(number: int) -> None:
    async def count() -> Total:
        return read_total(number, of_table=True)

    assert asyncio.run(_count(build_page([], Window(), count))) == Total(number, is_exact=True)


@for_all(number=st.integers(0, 3 * MOST_COUNTED))
def test_beyond_the_most_that_is_counted_a_total_says_that_there_are_more(number: int) -> None:
    known = read_total(min(number, MOST_COUNTED + 1), of_table=True)
    assert known == Total(min(number, MOST_COUNTED), is_exact=number <= MOST_COUNTED)
    assert read_total(number, of_table=False) == Total(number, is_exact=True)


async def _count(page: Page[Any]) -> Total:
    return await page.count()

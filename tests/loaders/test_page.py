"""Keyset pages: every row once, whatever the order; one statement for any number of parents."""

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import date
from decimal import Decimal
from json import dumps
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from loaders import Loaders
from loaders.actor import build_actor
from loaders.filter import NEWEST, OLDEST, Filter, Operator, Order
from loaders.page import Total, Window, build_page, cut_page
from loaders.snapshot import Snapshot
from models import Base, Claim, Intern, MonthlyReport, Post, Role, Status
from rules.kernel.refusal import Refusal
from rules.kernel.viewer import Viewer
from tests.factories.database import Database, TestCluster
from tests.factories.failures import AllFailures
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    NANGUAN_DISTRICT,
    a_person,
    a_post,
    a_report,
    a_unit,
    an_account,
    an_id,
    an_intern,
    insert_rows,
)

NAME = Order(name="NAME", column="name")
DAY = date(2025, 3, 10)
WAGE = Order(name="WAGE", column="monthly_wage", read=Decimal)
HIGHEST = Order(name="HIGHEST", column="monthly_wage", descending=True, read=Decimal)
MONTH = Order(name="MONTH", column="month", read=date.fromisoformat)
LATEST = Order(name="LATEST", column="month", descending=True, read=date.fromisoformat)
STATE = Order(name="STATE", column="status")
STATUS = Filter(
    name="status", type=list[Status], column="status", operator=Operator.AMONG, description=""
)
NAMED = Filter(name="name", type=str, column="name", operator=Operator.CONTAINS, description="")
FROM = Filter(name="from", type=date, column="month", operator=Operator.AT_LEAST, description="")
TO = Filter(name="to", type=date, column="month", operator=Operator.AT_MOST, description="")
REGION = Filter(name="region", type=str, column="region", operator=Operator.WITHIN, description="")

OURS, THEIRS = a_unit(1, CHAOYANG_DISTRICT), a_unit(2, NANGUAN_DISTRICT)
UNIT = Viewer(account_id=an_account(1).id, role=Role.UNIT_OPERATOR, unit_id=OURS.id)
CITY = Viewer(account_id=an_account(2).id, role=Role.CITY_ADMINISTRATOR, region="220100")
MONTHS = [date(2026, month, 1) for month in (1, 2, 3)]


def _posts(unit: int) -> list[Post]:
    """Eleven posts of a unit with three different wages, names and states among them."""
    owner = (OURS, THEIRS)[unit - 1]
    states = (Status.APPROVED, Status.SUBMITTED, Status.DRAFT)
    return [
        a_post(
            owner,
            n,
            name=f"岗位{'甲乙丙'[n % 3]}",
            status=states[n % 3],
            monthly_wage=Decimal("3100.00") + 100 * (n % 3),
        )
        for n in range(11)
    ]


def _rows() -> Iterator[Base]:
    yield from (a_unit(1), a_unit(2, NANGUAN_DISTRICT), *_posts(1), *_posts(2))
    for number in range(1, 8):
        person = a_person(number)
        intern = an_intern(a_post(OURS, number % 3), person)
        yield from (person, intern, *(a_report(intern, month) for month in MONTHS))


@pytest.fixture(scope="module")
async def scene(cluster: TestCluster) -> AsyncIterator[Database]:
    async with cluster.clone_database() as made:
        engine = create_async_engine(made.url)
        await insert_rows(engine, *_rows())
        await engine.dispose()
        yield made


@pytest.fixture
def database(scene: Database) -> Database:
    """Share one database: these tests only read."""
    return scene


@pytest.fixture
def statements(engine: AsyncEngine) -> list[str]:
    """Collect the statements that were sent, without those that state an actor."""
    sent: list[str] = []

    def remember(_: Connection, __: object, statement: str, *___: object) -> None:
        if "set_config" not in statement:
            sent.append(statement)

    event.listen(engine.sync_engine, "before_cursor_execute", remember)
    return sent


@pytest.fixture
async def reading(engine: AsyncEngine) -> AsyncIterator[Callable[[Viewer], Loaders]]:
    opened: list[Snapshot] = []

    def loaders(viewer: Viewer) -> Loaders:
        opened.append(Snapshot(engine, build_actor(viewer)))
        return Loaders(opened[-1])

    yield loaders
    for snapshot in opened:
        await snapshot.close()


Reading = Callable[[Viewer], Loaders]


async def walked(
    loaders: Loaders, viewer: Viewer, table: type[Base], window: Window
) -> list[list[Any]]:
    """Go through a list from its first page to its last, by the cursors that it gives."""
    pages: list[list[Any]] = []
    cursor: str | None = None
    while len(pages) < 100:
        place = window.order.parse_cursor(cursor) if cursor else None
        page = await loaders.load_table_page(
            table,
            Window(size=window.size, after=place, order=window.order, narrowed=window.narrowed),
            viewer,
            DAY,
        )
        assert page.page_info.has_previous_page is (cursor is not None)
        pages.append([edge.node for edge in page.edges])
        cursor = page.page_info.end_cursor
        if not page.page_info.has_next_page:
            break
    return pages


def in_order(rows: list[Any], order: Order) -> list[Any]:
    def place(row: object) -> tuple[Any, ...]:
        return tuple(getattr(row, name) for name in order.names)

    return sorted(rows, key=place, reverse=order.descending)


@pytest.mark.parametrize("order", [NEWEST, OLDEST, NAME, WAGE, HIGHEST, STATE])
async def test_whoever_goes_through_all_pages_meets_each_row_once_and_in_order(
    reading: Reading, order: Order
) -> None:
    loaders = reading(CITY)
    with AllFailures() as failures:
        for first in (1, 2, 5, 22, 50):
            with failures.at(first):
                pages = await walked(loaders, CITY, Post, Window(size=first, order=order))
                rows = [row for page in pages for row in page]
                assert len({row.id for row in rows}) == len(rows) == 22
                assert rows == in_order(rows, order)
                assert [len(page) for page in pages[:-1]] == [first] * (len(pages) - 1)
                assert 0 < len(pages[-1]) <= first


@pytest.mark.parametrize("order", [MONTH, LATEST])
async def test_months_that_are_equal_lose_no_report(reading: Reading, order: Order) -> None:
    pages = await walked(reading(UNIT), UNIT, MonthlyReport, Window(size=4, order=order))
    rows = [row for page in pages for row in page]
    assert len({row.id for row in rows}) == len(rows) == 21
    assert rows == in_order(rows, order)


async def test_a_page_that_just_holds_the_rest_says_that_nothing_follows(
    reading: Reading,
) -> None:
    page = await reading(UNIT).load_table_page(Post, Window(size=11), UNIT, DAY)
    assert len(page.edges) == 11
    assert not page.page_info.has_next_page
    assert page.page_info.start_cursor == page.edges[0].cursor
    assert page.page_info.end_cursor == page.edges[-1].cursor


async def test_a_page_of_nothing_has_no_cursors(reading: Reading) -> None:
    nobody = Viewer(account_id=an_account(9).id, role=Role.PERSON, person_id=an_id("nobody"))
    page = await reading(nobody).load_table_page(Post, Window(), nobody, DAY)
    assert (list(page.edges), page.page_info.end_cursor) == ([], None)
    assert (page.page_info.start_cursor, page.page_info.has_next_page) == (None, False)
    assert (await page.count()).count == 0


@pytest.mark.parametrize(
    ("table", "narrowed", "number"),
    [
        (Post, ((STATUS, (Status.APPROVED,)),), 8),
        (Post, ((STATUS, (Status.APPROVED, Status.DRAFT)),), 14),
        (Post, ((STATUS, ()),), 0),
        (Post, ((NAMED, "乙"),), 8),
        (Post, ((NAMED, "%"),), 0),
        (Post, ((REGION, CHAOYANG_DISTRICT),), 11),
        (Post, ((REGION, "220000"),), 22),
        (Post, ((REGION, CHAOYANG_DISTRICT), (STATUS, (Status.DRAFT,)), (NAMED, "岗")), 3),
        (MonthlyReport, ((FROM, MONTHS[1]),), 14),
        (MonthlyReport, ((FROM, MONTHS[1]), (TO, MONTHS[1])), 7),
    ],
)
async def test_filters_narrow_the_pages_and_the_count_alike(
    reading: Reading, table: type[Base], narrowed: tuple[tuple[Filter, Any], ...], number: int
) -> None:
    loaders = reading(CITY)
    pages = await walked(loaders, CITY, table, Window(size=3, narrowed=narrowed))
    assert sum(map(len, pages)) == number
    page = await loaders.load_table_page(table, Window(size=1, narrowed=narrowed), CITY, DAY)
    assert (await page.count()).count == number


@pytest.mark.parametrize(("viewer", "region"), [(CITY, "510000"), (UNIT, NANGUAN_DISTRICT)])
async def test_a_filter_for_another_region_opens_nothing(
    reading: Reading, viewer: Viewer, region: str
) -> None:
    page = await reading(viewer).load_table_page(
        Post, Window(narrowed=((REGION, region),)), viewer, DAY
    )
    assert list(page.edges) == []
    assert (await page.count()).count == 0


async def test_a_page_and_its_count_take_a_statement_each(
    reading: Reading, statements: list[str]
) -> None:
    page = await reading(CITY).load_table_page(Post, Window(size=3), CITY, DAY)
    assert len(statements) == 1
    assert (await page.count()).count == 22
    assert len(statements) == 2


def _posts_keys() -> list[tuple[UUID, ...]]:
    return [(post.unit_id, post.id) for post in (*_posts(1), *_posts(2))]


async def test_pages_and_counts_of_many_parents_take_a_statement_each(
    reading: Reading, statements: list[str]
) -> None:
    loaders, window = reading(CITY), Window(size=2)
    pages = await loaders.get_page_batch(Intern.post, window).load_many(_posts_keys())
    counts = await loaders.get_count_batch(Intern.post, window).load_many(_posts_keys())
    assert len(statements) == 2
    assert sorted(counts) == [0] * 19 + [2, 2, 3]
    for key, rows, count in zip(_posts_keys(), pages, counts, strict=True):
        assert {(row.unit_id, row.post_id) for row in rows} <= {key}
        assert len(rows) == min(count, window.size + 1)
        assert rows == in_order(rows, NEWEST)


async def test_each_parents_pages_go_on_from_the_same_cursor(reading: Reading) -> None:
    loaders, key = reading(UNIT), (OURS.id, a_post(OURS, 1).id)
    whole = await loaders.get_children_batch(Intern.post, OLDEST).load(key)
    assert len(whole) == 3
    window = Window(size=1, order=OLDEST)
    for n in range(3):
        rows = await loaders.get_page_batch(Intern.post, window).load(key)

        async def count() -> Total:
            return Total(3, is_exact=True)

        page = build_page(rows, window, count)
        assert [edge.node for edge in page.edges] == [whole[n]]
        assert page.page_info.has_next_page is (n < 2)
        window = Window(size=1, after=OLDEST.parse_cursor(page.edges[0].cursor), order=OLDEST)


async def test_filters_narrow_each_parents_pages_and_counts(reading: Reading) -> None:
    loaders, window = reading(UNIT), Window(size=5, order=MONTH, narrowed=((FROM, MONTHS[2]),))
    interns = [an_intern(a_post(OURS, n % 3), a_person(n)) for n in range(1, 8)]
    keys = [(intern.unit_id, intern.id) for intern in interns]
    pages = await loaders.get_page_batch(MonthlyReport.intern, window).load_many(keys)
    assert [[row.month for row in rows] for rows in pages] == [[MONTHS[2]]] * 7
    assert await loaders.get_count_batch(MonthlyReport.intern, window).load_many(keys) == [1] * 7
    many = loaders.get_children_batch(MonthlyReport.intern, LATEST, window.narrowed)
    assert [len(rows) for rows in await many.load_many(keys)] == [1] * 7


async def test_rows_parents_and_children_come_in_one_statement_each(
    reading: Reading, statements: list[str]
) -> None:
    loaders = reading(CITY)
    unknown = (OURS.id, an_id("none"))
    rows = await loaders.get_row_batch(Post).load_many([*_posts_keys(), unknown])
    assert [row and (row.unit_id, row.id) for row in rows] == [*_posts_keys(), None]
    units = await loaders.get_parent_batch(Post.unit).load_many(
        [(OURS.id,), (THEIRS.id,), (unknown[1],)]
    )
    assert [unit and unit.id for unit in units] == [OURS.id, THEIRS.id, None]
    children = await loaders.get_children_batch(Post.unit, NAME).load_many(
        [(OURS.id,), (THEIRS.id,)]
    )
    assert [len(found) for found in children] == [11, 11]
    assert children[0] == in_order(children[0], NAME)
    assert len(statements) == 3


async def test_rows_of_others_do_not_exist_in_any_batch(reading: Reading) -> None:
    loaders, theirs = reading(UNIT), (THEIRS.id, a_post(THEIRS, 0).id)
    assert await loaders.get_row_batch(Post).load(theirs) is None
    assert await loaders.get_parent_batch(Post.unit).load((THEIRS.id,)) is None
    assert await loaders.get_children_batch(Post.unit, NEWEST).load((THEIRS.id,)) == []
    assert await loaders.get_page_batch(Post.unit, Window()).load((THEIRS.id,)) == []
    assert await loaders.get_count_batch(Post.unit, Window()).load((THEIRS.id,)) == 0


def written(*parts: object) -> str:
    return urlsafe_b64encode(dumps(parts).encode()).rstrip(b"=").decode()


ID = str(an_id("post"))


@pytest.mark.parametrize(
    ("order", "cursor"),
    [
        (NEWEST, ""),
        (NEWEST, "x"),
        (NEWEST, "岗位"),
        (NEWEST, written("OLDEST", ID)),
        (NEWEST, written("NEWEST")),
        (NEWEST, written("NEWEST", "1", ID)),
        (NEWEST, written("NEWEST", ID) + "="),
        (NEWEST, written("NEWEST", ID)[:-1]),
        (NEWEST, written("NEWEST", ID.upper())),
        (NEWEST, written("NEWEST", 5)),
        (NEWEST, written("NEWEST", None)),
        (NEWEST, urlsafe_b64encode(b"5").decode().rstrip("=")),
        (NEWEST, urlsafe_b64encode(b"[" * 30_000).decode().rstrip("=")),
        (NAME, written("NAME", "a\x00", ID)),
        (NAME, written("NAME", "\ud800", ID)),
        (NAME, written("NAME", ["a"], ID)),
        (NAME, written("WAGE", "3100.00", ID)),
        (WAGE, written("WAGE", "much", ID)),
        (MONTH, written("MONTH", "2026-13-01", ID)),
        (MONTH, written("MONTH", "20260101", ID)),
        (MONTH, written("LATEST", "2026-01-01", ID)),
    ],
)
def test_a_cursor_that_this_order_did_not_write_is_refused(order: Order, cursor: str) -> None:
    with pytest.raises(Refusal):
        order.parse_cursor(cursor)


def test_a_cursor_comes_back_as_the_place_it_was_written_from() -> None:
    post = a_post(OURS, name="岗位", monthly_wage=Decimal("3100.50"))
    assert NAME.parse_cursor(NAME.format_cursor(post)) == ("岗位", post.id)
    assert WAGE.parse_cursor(WAGE.format_cursor(post)) == (Decimal("3100.50"), post.id)
    assert NEWEST.parse_cursor(NEWEST.format_cursor(post)) == (post.id,)


def test_a_list_is_not_ordered_by_a_column_that_may_be_empty() -> None:
    with pytest.raises(TypeError):
        MONTH.require_not_null(Claim)


class Held(NamedTuple):
    """A row that no table has."""

    id: UUID


@pytest.mark.parametrize("order", [NEWEST, OLDEST])
@pytest.mark.parametrize("backward", [False, True])
async def test_rows_at_hand_are_cut_into_pages_from_either_end(
    order: Order, backward: bool
) -> None:
    rows = [Held(UUID(int=n)) for n in (3, 1, 5, 2, 4)]
    whole = sorted(rows, reverse=order.descending)
    seen = list[Held]()
    place: tuple[UUID] | None = None
    for _ in range(3):
        after, before = (None, place) if backward else (place, None)
        window = Window(size=2, order=order, backward=backward, after=after, before=before)
        page = cut_page(rows, window)
        assert (await page.count()).count == 5
        seen = [*page.nodes, *seen] if backward else [*seen, *page.nodes]
        place = (page.nodes[0 if backward else -1].id,)
    assert seen == whole
    info = page.page_info
    assert (info.has_previous_page if backward else info.has_next_page) is False

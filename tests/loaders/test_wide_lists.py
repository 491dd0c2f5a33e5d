"""Lists of a city or a province come in order from an index: nothing is sorted, no table is read.

What PostgreSQL could do is asked, not what it chooses for a few rows: sorts and whole reads are
made dear, so that they stand in a plan only where no index gives the order. The database is one
that nobody used: PostgreSQL weighs what other tests' rows left in tables and indexes.
"""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from graphql import GraphQLObjectType
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import build_actor, set_rls_context
from loaders.filter import Bounds, Filter, Operator, Order
from loaders.scope import build_scope_filters
from loaders.search_filter import SearchFilter
from loaders.statement import select_table_page
from models import Base, Gathered, Role
from rules.kernel.viewer import Language, Viewer
from schema.kernel import binding
from tests.factories.database import Database
from tests.factories.world import World, a_world
from tests.schema.plain_schema import build_plain_schema

pytestmark = pytest.mark.own_database

SMALL = frozenset({"course", "calendar_year", "parameter", "disbursement_batch", "publicity"})
"""Some rows a year, or a few thousand for the nation: they are sorted in no time."""
OF_OFFICES = frozenset(
    {"unmasking", "access_history", "function_grant", "account_appeal", "board_push"}
)
"""Read by few, seldom; their lists of wide ranges are for the issue on scale."""
ONE_VALUE = frozenset({"status", "state"})


def name_table(table: type[Base]) -> str:
    """Name a table; one that is a view of another one by that."""
    return str(getattr(table.__table__, "name", ""))


def list_lists() -> list[Any]:
    """List the root connections of whole tables, by what the schema binds them to."""
    query = build_plain_schema()._schema.query_type
    assert isinstance(query, GraphQLObjectType)
    found = [
        field.extensions["strawberry-definition"].metadata.get("binding")
        for field in query.fields.values()
    ]
    return [each for each in found if isinstance(each, binding.RootConnection)]


LISTS = [
    each
    for each in list_lists()
    if not (each.mine or issubclass(each.table, Gathered))
    and name_table(each.table) not in SMALL | OF_OFFICES
]
CASES = [
    (each.table, order, narrowing)
    for each in LISTS
    for order in each.orders
    for narrowing in (None, *(f for f in each.filters if f.column in ONE_VALUE))
    if narrowing is None or order.column == "id"
]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        yield made


def test_the_lists_are_those_of_the_schema() -> None:
    tables = {name_table(table) for table, _, _ in CASES}
    assert {"monthly_report", "claim", "claim_line", "payment", "intern", "person"} <= tables


@pytest.mark.parametrize("region", ["220100", "220000"])
async def test_a_wide_list_comes_in_order_from_an_index(world: World, region: str) -> None:
    viewer = Viewer(language=Language.ZH, role=Role.PROVINCE_ADMINISTRATOR, region=region)
    unserved = []
    for table, order, narrowing in CASES:
        for bounds in (Bounds(), Bounds(after=True), Bounds(after=True, backward=True)):
            plan = await explain(world, viewer, table, order, narrowing, bounds)
            conditions = " ".join(c for c in plan.splitlines() if "Index Cond" in c)
            wanted = ["region", *([narrowing.column] if narrowing is not None else [])]
            below = plan[plan.index("Limit") :]  # a page that was cut may be put in order again
            place = "(id " if order.column == "id" else "ROW("
            placed = place in conditions or not bounds.after
            served = all(f"({column})" in conditions for column in wanted)
            if "Sort" in below or not (served and placed):
                unserved.append((name_table(table), order.name, plan))
    assert unserved == []


@pytest.mark.parametrize("region", ["220100", "220000"])
async def test_a_search_finds_names_by_an_index_and_walks_the_list_in_its_order(
    world: World, region: str
) -> None:
    viewer = Viewer(language=Language.ZH, role=Role.PROVINCE_ADMINISTRATOR, region=region)
    unserved, tables = [], set()
    for each in list_lists():
        for narrowing in each.filters:
            if not isinstance(narrowing, SearchFilter):
                continue
            name, order = name_table(each.table), each.orders[0]
            tables.add(name)
            plan = await explain(world, viewer, each.table, order, narrowing, Bounds())
            _, _, walked = plan.partition("One-Time Filter: (NOT ")
            list_, _, found = walked.partition("SubPlan")
            looked_up = plan.count("Index Cond: ((part >= ") == 2 and "Seq Scan" not in found
            whole = f"Seq Scan on {name}" in plan or "Sort" in list_ or "Sort" in found
            if whole or not looked_up or "hashed SubPlan" not in plan:
                unserved.append((name, narrowing.name, plan))
    assert unserved == []
    assert {"unit", "person", "intern", "post", "monthly_report", "claim", "payment"} <= tables


async def explain(
    world: World,
    viewer: Viewer,
    table: type[Base],
    order: Order,
    narrowing: Filter | None,
    bounds: Bounds,
) -> str:
    """Ask how PostgreSQL would read a page, if sorting and whole reads were dear."""
    reach = build_scope_filters(table, viewer, world.service.today())
    given = [] if narrowing is None else [narrowing.narrow(_choose_value(narrowing))]
    narrowed = [*given, *reach]
    select = select_table_page(table, order, tuple(f for f, _ in narrowed), bounds)
    values: dict[str, Any] = {"limit": 21}
    for each, value in narrowed:
        values |= each.to_parameters(value)
    columns = [table.__table__.c[name] for name in order.keys]
    values |= (
        {f"after_{n}": _PLACES[c.type.python_type] for n, c in enumerate(columns)}
        if bounds.after
        else {}
    )
    compiled = select.compile(dialect=world.service.reads.dialect)
    given_in_order = tuple(compiled.construct_params(values)[n] for n in compiled.positiontup or ())
    async with AsyncSession(world.service.reads) as session:
        await set_rls_context(session, build_actor(viewer))
        for method in ("seqscan", "sort", "bitmapscan"):
            await session.execute(text(f"SET LOCAL enable_{method} = off"))
        connection = await session.connection()
        said = await connection.exec_driver_sql(f"EXPLAIN {compiled}", given_in_order)
        return "\n".join(said.scalars())


_PLACES = {
    UUID: UUID("0192b0a0-0000-7000-8000-000000000000"),
    date: date(2026, 1, 1),
    datetime: datetime(2026, 1, 1, tzinfo=UTC),
    int: 188000,
    str: "王",
}


def _choose_value(narrowing: Filter) -> object:
    if isinstance(narrowing, SearchFilter):
        return "长春 有限"
    return ["APPROVED"] if narrowing.operator is Operator.AMONG else "APPROVED"

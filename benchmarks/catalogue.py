"""What each list of the schema costs: by each order and filter, for each range of regions.

`python -m benchmarks.catalogue` asks the measured database for the statements that the service
sends, and counts the pages of 8 KiB that PostgreSQL touches. They are the same on any machine.
"""

import asyncio
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from graphql import GraphQLObjectType
from sqlalchemy import Select, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, AsyncSession, create_async_engine

from benchmarks import database, scale
from benchmarks.servers import ServerFailed
from executor.pool import PLANNER_SETTINGS
from loaders.actor import build_actor, set_rls_context
from loaders.filter import Filter, Operator, Order
from loaders.key import NODE_TYPES, Key
from loaders.page import Window
from loaders.related_filters import ChildFilter, LatestFilter, RecordFilter, RelatedFilter
from loaders.scope import build_scope_filters
from loaders.search_filter import SearchFilter
from loaders.statement import (
    Relation,
    get_source_table,
    get_target_table,
    list_column_pairs,
    select_child_pages,
    select_table_page,
    to_key_arrays,
)
from models import Base, Gathered, Role, Unit
from rules.kernel.month import to_local_day
from rules.kernel.viewer import Viewer
from schema.kernel import binding
from server.http.app import build_served_schema

PAGE_SIZE = 20
MAX_BUFFERS_PER_ROW = 20
MAX_SECONDS = 20
NO_SUCH_TEXT = "查无此名"
NO_SUCH_ID = UUID(int=0)
DAY = date(2025, 6, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedField:
    """A connection that the schema offers: of a whole table, or of the rows below a record."""

    name: str
    table: type[Base]
    orders: Sequence[Order]
    filters: Sequence[Filter]
    relation: Relation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a page of a list costs somebody; none where it took too long."""

    field: str
    asked: str
    viewer: str
    rows: int = 0
    buffers: int | None = None

    @property
    def is_bound(self) -> bool:
        """Return whether it stays within what a page may cost."""
        return self.buffers is not None and self.buffers <= MAX_BUFFERS_PER_ROW * PAGE_SIZE


def list_fields() -> list[ListedField]:
    """List all connections of the schema that a statement stands behind."""
    found = []
    for type_ in build_served_schema(15, "nobody")._schema.type_map.values():
        if not isinstance(type_, GraphQLObjectType):
            continue
        for name, field in type_.fields.items():
            definition = field.extensions.get("strawberry-definition")
            match definition and definition.metadata.get("binding"):
                case binding.RootConnection(table, orders, filters, False):
                    found.append(
                        ListedField(name=name, table=table, orders=orders, filters=filters)
                    )
                case binding.ChildConnection(relation, orders, filters):
                    found.append(
                        ListedField(
                            name=f"{type_.name}.{name}",
                            table=get_source_table(relation),
                            orders=orders,
                            filters=filters,
                            relation=relation,
                        )
                    )
    return [field for field in found if not issubclass(field.table, Gathered)]


def list_viewers(unit_id: UUID, district: str) -> Mapping[str, Viewer]:
    """List who asks: a unit, and officers of its district, city and province."""
    officers = {
        "district": district,
        "city": f"{district[:4]}00",
        "province": f"{district[:2]}0000",
    }
    unit = Viewer(role=Role.UNIT_OPERATOR, region=district, unit_id=unit_id)
    return {"unit": unit} | {
        name: Viewer(role=Role.DISTRICT_OFFICER, region=region) for name, region in officers.items()
    }


class Catalogue:
    """Asks one database for all lists, by the viewers and about the rows of a unit's district.

    The row from the middle of a list is the one behind `skipped` others of the district.
    """

    def __init__(
        self,
        service: AsyncEngine,
        everybody: AsyncConnection,
        unit_id: UUID,
        district: str,
        skipped: int,
    ) -> None:
        self._service, self._everybody = service, everybody
        self._viewers = list_viewers(unit_id, district)
        self._district, self._skipped = district, skipped

    async def measure(self, fields: Iterable[ListedField]) -> list[Cost]:
        """Measure each list for each viewer; a table without rows is left out."""
        found = []
        for field in fields:
            for name, viewer in self._viewers.items():
                sample = await self._choose_row(field, viewer)
                if sample is None:
                    continue
                for order in field.orders:
                    found += await self._measure_order(field, name, viewer, order, sample)
                for narrowing in field.filters:
                    for given in await self._list_values(narrowing, field.table, sample):
                        window = Window(
                            size=PAGE_SIZE,
                            order=field.orders[0],
                            narrowed=(narrowing.narrow(given),),
                        )
                        rare = given in (NO_SUCH_TEXT, [NO_SUCH_TEXT]) or "0" * 32 in str(given)
                        asked = f"{narrowing.graphql_name}{' (nothing)' if rare else ''}"
                        found.append(
                            await self._explain(field, name, viewer, window, sample, asked)
                        )
        return found

    async def _measure_order(
        self, field: ListedField, name: str, viewer: Viewer, order: Order, sample: Base
    ) -> list[Cost]:
        place = tuple(getattr(sample, each) for each in order.names)
        first = Window(size=PAGE_SIZE, order=order)
        further = Window(size=PAGE_SIZE, order=order, after=place)
        return [
            await self._explain(field, name, viewer, first, sample, order.name),
            await self._explain(field, name, viewer, further, sample, f"{order.name}, further"),
        ]

    async def _choose_row(self, field: ListedField, viewer: Viewer) -> Base | None:
        """Choose a row in the middle of what a viewer sees of a table."""
        table = field.table
        rows = select(table).limit(1)
        known = table.__table__.c
        own = "unit_id" if "unit_id" in known else "id" if table is Unit else ""
        if viewer.unit_id is not None:
            if not own:
                return None
            rows = rows.where(known[own] == viewer.unit_id)
        elif "region" in known:
            rows = rows.where(known["region"] == self._district).offset(self._skipped)
        async with AsyncSession(self._everybody) as session:
            return (await session.scalars(rows)).first()

    async def _list_values(
        self, narrowing: Filter, table: type[Base], sample: Base
    ) -> Sequence[object]:
        """List values to filter by: one that rows have, and where it can be one that none has."""
        if isinstance(narrowing, RecordFilter):
            target = get_target_table(narrowing.relation)
            name = next(n for n, known in NODE_TYPES.items() if known.table is target)
            far = {
                f.key: getattr(sample, own.key) for own, f in list_column_pairs(narrowing.relation)
            }
            parts = tuple(far[part.key] for part in target.__table__.primary_key)
            empty = tuple(NO_SUCH_ID for _ in parts)
            return [
                Key(name, each).format_global_id() for each in (parts, empty) if None not in each
            ]
        latest = isinstance(narrowing, LatestFilter)
        value = True if latest else await self._read_value(narrowing, table, sample)
        if value is None:
            return []
        if narrowing.operator in {Operator.CONTAINS, Operator.ALIKE, Operator.NUMBERED}:
            part = str(value)[-3:] if narrowing.operator is Operator.CONTAINS else value
            return [part, NO_SUCH_TEXT]
        if isinstance(value, datetime):
            return [to_local_day(value)]
        return [[value] if narrowing.operator is Operator.AMONG else value]

    async def _read_value(self, narrowing: Filter, table: type[Base], sample: Base) -> object:
        """Read what a filter's column holds, of the row or of what stands beside it."""
        if isinstance(narrowing, SearchFilter):
            return await self._read_name(narrowing, sample)
        if isinstance(narrowing, RelatedFilter):
            other = get_target_table(narrowing.relation)
            pairs = [(far.key, own.key) for own, far in list_column_pairs(narrowing.relation)]
        elif isinstance(narrowing, ChildFilter):
            other = get_source_table(narrowing.relation)
            pairs = [(own.key, far.key) for own, far in list_column_pairs(narrowing.relation)]
        else:
            return self._read_own(narrowing, sample)
        known = other.__table__.c
        of_row = (known[theirs] == getattr(sample, own) for theirs, own in pairs)
        rows = select(known[narrowing.column]).where(*of_row).limit(1)
        return (await self._everybody.execute(rows)).scalar()

    def _read_own(self, narrowing: Filter, sample: Base) -> object:
        value = getattr(sample, narrowing.column)
        return value if value is None or not narrowing.in_cents else Decimal(value) / 100

    async def _read_name(self, narrowing: SearchFilter, sample: Base) -> object:
        """Read the whole name that a row is found by: its longest part."""
        known = narrowing.parts.__table__.c
        of_row = (known[theirs] == getattr(sample, own) for own, theirs in narrowing.keys)
        rows = select(known["part"]).where(*of_row).order_by(func.length(known["part"]).desc())
        return (await self._everybody.execute(rows.limit(1))).scalar()

    async def _explain(
        self,
        field: ListedField,
        name: str,
        viewer: Viewer,
        window: Window,
        sample: Base,
        asked: str,
    ) -> Cost:
        """Run a page's statement as the viewer, and count the pages that it touched."""
        narrowed, values = list(window.narrowed), window.values
        statement: Select[Any]
        if field.relation is None:
            reach = build_scope_filters(field.table, viewer, DAY)
            narrowed += reach
            values |= Window(narrowed=tuple(reach)).filter_values
            kinds = tuple(f for f, _ in narrowed)
            statement = select_table_page(field.table, window.order, kinds, window.bounds)
        else:
            key = tuple(getattr(sample, own.key) for own, _ in list_column_pairs(field.relation))
            values |= to_key_arrays([key])
            kinds = tuple(f for f, _ in narrowed)
            statement = select_child_pages(field.relation, window.order, kinds, window.bounds)
        compiled = statement.compile(dialect=self._service.dialect)
        given = compiled.construct_params(values)
        in_order = tuple(given[each] for each in compiled.positiontup or ())
        cost = Cost(field=field.name, asked=asked, viewer=name)
        async with AsyncSession(self._service) as session:
            await set_rls_context(session, build_actor(viewer))
            await session.execute(text(f"SET LOCAL statement_timeout = '{MAX_SECONDS}s'"))
            try:
                connection = await session.connection()
                said = await connection.exec_driver_sql(
                    f"EXPLAIN (ANALYZE, BUFFERS, TIMING off, FORMAT json) {compiled}", in_order
                )
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) != QUERY_CANCELED:
                    raise
                return cost
            (plan,) = said.scalar_one()
        root = plan["Plan"]
        touched = root["Shared Hit Blocks"] + root["Shared Read Blocks"]
        return Cost(
            field=field.name, asked=asked, viewer=name, rows=root["Actual Rows"], buffers=touched
        )


QUERY_CANCELED = "57014"


def write_report(costs: Sequence[Cost]) -> Iterator[str]:
    """Write how many pages the costliest lists touch, and how many are within the bound."""
    yield from HEAD
    dearest = sorted(costs, key=lambda c: c.buffers if c.buffers is not None else 10**9)[::-1]
    bound = sum(cost.is_bound for cost in costs)
    yield f"{bound:,} of {len(costs):,} reads touch at most {MAX_BUFFERS_PER_ROW} pages a row."
    yield ""
    yield "| list | by | asked by | rows | pages of 8 KiB |"
    yield "| --- | --- | --- | ---: | ---: |"
    for cost in dearest[:REPORTED]:
        touched = f"over {MAX_SECONDS} s" if cost.buffers is None else f"{cost.buffers:,}"
        yield f"| `{cost.field}` | {cost.asked} | {cost.viewer} | {cost.rows:.0f} | {touched} |"


REPORTED = 40
ROWS_SKIPPED = 11
PAGE = Path("docs/performance-of-lists.md")
HEAD = (
    "# What lists cost",
    "",
    "`python -m benchmarks.catalogue` wrote this; do not edit it.",
    "",
    "Each list of the schema was asked for 20 rows by each order and filter: by a unit, a",
    "district, a city and a province. The database is that of `make bench`, with 330,000 monthly",
    "reports of 2,000 units. Counted are pages of 8 KiB that PostgreSQL touched, in memory or not.",
    "It is the first page, or a further one from the middle; `nothing` is a value that no row has.",
    "Tables without rows there are left out. The bound is 20 pages a row.",
    "",
)


async def run(service_url: str, everybody_url: str) -> list[Cost]:
    """Measure all lists of a database."""
    # As compiled reads connect: they are what answers.
    planner = {"server_settings": {**PLANNER_SETTINGS}}
    service = create_async_engine(service_url, connect_args=planner)
    everybody = create_async_engine(everybody_url)
    try:
        async with everybody.connect() as connection:
            asked = scale.made("unit", 0), scale.OFFICERS_DISTRICT, ROWS_SKIPPED
            return await Catalogue(service, connection, *asked).measure(list_fields())
    finally:
        await service.dispose()
        await everybody.dispose()


def main() -> None:
    """Prepare the measured database, and print what its lists cost."""
    database.HOME.mkdir(parents=True, exist_ok=True)
    cluster = database.cluster()
    if not cluster.start():
        raise ServerFailed("another run of make bench is under way")
    try:
        where = asyncio.run(database.filled(cluster, lambda line: print(line, file=sys.stderr)))
        everybody = where.owner.replace("//jiuye_owner@", "//postgres@")
        costs = asyncio.run(run(where.service, everybody))
    finally:
        cluster.stop()
    PAGE.write_text("\n".join(write_report(costs)) + "\n", encoding="utf-8")
    bound = sum(cost.is_bound for cost in costs)
    print(f"{bound:,} of {len(costs):,} reads within the bound, see {PAGE}")


if __name__ == "__main__":
    main()

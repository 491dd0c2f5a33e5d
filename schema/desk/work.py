"""The officer's desk: what waits, oldest first, and how much of it (item 9)."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from loaders import statement
from loaders.scope import build_scope_filters
from rules.desk.work import WorkDimension, compute_age_edges, find_age_faults, parse_kind
from rules.desk.work import sum_counts as summed
from rules.kernel.function import Function
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import refuse_if
from rules.kernel.region import get_region_name
from rules.kernel.value import RegionCode
from rules.kernel.viewer import Viewer
from schema.kernel.binding import (
    AggregateQuery,
    aggregate,
    build_parameter,
    column,
    derived,
    one,
    parse_window,
    polymorphic_one,
    root_connection,
)
from schema.kernel.connection import Connection
from schema.kernel.listing import (
    FIRST_SUBMITTED,
    LAST_SUBMITTED,
    REGION,
    SUBMITTED_FROM,
    SUBMITTED_TO,
    WORK_KIND,
    WORK_STATUS,
    RecordOrder,
)
from schema.kernel.node import Node, record_type
from schema.kernel.permission import RootQueries
from schema.kernel.record import Reviewed

if TYPE_CHECKING:
    from schema.units.unit import Unit

DESK_FUNCTIONS = frozenset({Function.SEE_WORK_QUEUE})
WORK_FILTERS = (WORK_KIND, WORK_STATUS, REGION, SUBMITTED_FROM, SUBMITTED_TO)


@record_type("A record that waits for somebody. 待办事项")
class WorkItem(Node):
    """A record that waits for somebody."""

    table = models.WorkItem
    kind = None  # the table has such a column, and the type is that of all its rows

    kind_of_record: RecordKind = derived(
        parse_kind, ("kind",), "What kind of record it is. 业务类别", known_as="kind"
    )
    status: models.Status = column("Where it stands (X1). 办理状态")
    version: int = column("Its version; a decision must name it (X12). 版本")
    region: RegionCode = column("Whose officers decide on it (X21). 受理地区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    submitted_at: datetime = column("Since when it waits. 提交时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.WorkItem.unit, "The unit that submitted it, or whose line is disputed. 单位"
    )
    record: Reviewed = polymorphic_one(
        "kind", models.WorkItem.relations(), "The record itself. 业务记录"
    )


@strawberry.type(description="How many records wait, as far as they are told apart. 待办统计")
class WorkCount:
    """How many records wait."""

    kind: RecordKind | None = column("Of this kind. 业务类别")
    status: models.Status | None = column("In this state. 办理状态")
    region: RegionCode | None = column("In this region. 行政区划")
    region_name: str | None = column("The region in words. 行政区划名称")
    from_days: int | None = column("Submitted at least so many days ago. 提交天数下限")
    below_days: int | None = column("Submitted fewer days ago than this. 提交天数上限")
    count: int = column("How many. 数量")


def _build_work_count_query(given: dict[str, Any], viewer: Viewer, today: date) -> AggregateQuery:
    ages, by = given["ages"], given["by"]
    refuse_if(find_age_faults(ages))
    window = parse_window(given, (FIRST_SUBMITTED,), WORK_FILTERS)
    window = replace(
        window, narrowed=(*window.narrowed, *build_scope_filters(models.WorkItem, viewer, today))
    )
    narrowed = tuple(f for f, _ in window.narrowed)
    cells = ("kind", "status", "region")
    select = statement.select_tally(models.WorkItem, cells, "submitted_at", narrowed)
    values = window.filter_values | {"edges": compute_age_edges(ages, today)}
    return AggregateQuery(select, values, lambda rows: summed(rows, ages, by))


@strawberry.type
class WorkQueries(RootQueries):
    """What an officer reads of the work that waits."""

    work_queue: Connection[WorkItem] = root_connection(
        models.WorkItem,
        "What waits in the viewer's region and functions, oldest first (X1). 待办列表",
        DESK_FUNCTIONS,
        (FIRST_SUBMITTED, LAST_SUBMITTED),
        WORK_FILTERS,
        RecordOrder,
    )
    work_counts: list[WorkCount] = aggregate(
        _build_work_count_query,
        WORK_FILTERS,
        (
            build_parameter(
                "by",
                list[WorkDimension],
                "Which counts are told apart. 统计维度",
                "by",
                (WorkDimension.KIND,),
            ),
            build_parameter(
                "ages",
                list[int],
                "After how many days ages are told apart. 提交天数分段",
                "ages",
                (3, 7, 15),
            ),
        ),
        "How much of it waits, by kind, state, region and age (X1). 待办统计",
        DESK_FUNCTIONS,
    )

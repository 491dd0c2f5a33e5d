"""The officer's desk: what waits, oldest first, and how much of it (item 9)."""

from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

import models
from loaders import statement
from loaders.scope import scope
from rules.desk.work import WorkDimension, ages_faults, edges, kind_of
from rules.desk.work import counted as summed
from rules.kernel.function import Function
from rules.kernel.refusal import refuse_if
from rules.kernel.region import name_of
from rules.kernel.value import RegionCode
from rules.kernel.viewer import Viewer
from rules.kernel.workflow import RecordKind
from schema.kernel.binding import (
    Counting,
    column,
    counted,
    derived,
    either,
    one,
    parameter,
    top,
    window_of,
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
from schema.kernel.node import READERS
from schema.kernel.record import Reviewed

if TYPE_CHECKING:
    from schema.units.unit import Unit

DESK = frozenset({Function.SEE_WORK_QUEUE})
FILTERS = (WORK_KIND, WORK_STATUS, REGION, SUBMITTED_FROM, SUBMITTED_TO)
RECORDS = {
    RecordKind.DECLARATION.value: models.WorkItem.declaration,
    RecordKind.POST.value: models.WorkItem.post,
    RecordKind.INTERN.value: models.WorkItem.intern,
    RecordKind.MONTHLY_REPORT.value: models.WorkItem.monthly_report,
    RecordKind.CLAIM.value: models.WorkItem.claim,
    RecordKind.REDUCTION.value: models.WorkItem.reduction,
    RecordKind.CLAWBACK.value: models.WorkItem.clawback,
    RecordKind.CHANGE_REQUEST.value: models.WorkItem.change_request,
    RecordKind.OBJECTION.value: models.WorkItem.objection,
    RecordKind.QUALIFICATION.value: models.WorkItem.qualification,
    RecordKind.COMPLETION.value: models.WorkItem.completion,
    RecordKind.TRAINING_CLASS.value: models.WorkItem.training_class,
}
"""What a place in the queue leads to."""


@strawberry.type(description="A record that waits for somebody. 待办事项")
class WorkItem:
    """A record that waits for somebody."""

    table = models.WorkItem
    may = READERS

    kind_of_record: RecordKind = derived(
        kind_of, ("kind",), "What kind of record it is. 业务类别", known_as="kind"
    )
    status: models.Status = column("Where it stands (X1). 办理状态")
    version: int = column("Its version; a decision must name it (X12). 版本")
    region: RegionCode = column("The unit's region. 行政区划")
    region_name: str = derived(name_of, ("region",), "The region in words. 行政区划名称")
    submitted_at: datetime = column("Since when it waits. 提交时间")
    unit: Annotated["Unit", strawberry.lazy("schema.units.unit")] | None = one(
        models.WorkItem.unit, "The unit that submitted it, or whose line is disputed. 单位"
    )
    record: Reviewed = either("kind", RECORDS, "The record itself. 业务记录")


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


def _counting(given: dict[str, Any], viewer: Viewer, today: date) -> Counting:
    ages, by = given["ages"], given["by"]
    refuse_if(ages_faults(ages))
    window = window_of(given, (FIRST_SUBMITTED,), FILTERS)
    window = replace(window, narrowed=(*window.narrowed, *scope(models.WorkItem, viewer, today)))
    narrowed = tuple(f for f, _ in window.narrowed)
    cells = ("kind", "status", "region")
    select = statement.tally(models.WorkItem, cells, "submitted_at", narrowed)
    values = window.filter_values | {"edges": edges(ages, today)}
    return Counting(select, values, lambda rows: summed(rows, ages, by))


@strawberry.type
class WorkQueries:
    """What an officer reads of the work that waits."""

    work_queue: Connection[WorkItem] = top(
        models.WorkItem,
        "What waits in the viewer's region and functions, oldest first (X1). 待办列表",
        DESK,
        (FIRST_SUBMITTED, LAST_SUBMITTED),
        FILTERS,
        RecordOrder,
    )
    work_counts: list[WorkCount] = counted(
        _counting,
        FILTERS,
        (
            parameter(
                "by",
                list[WorkDimension],
                "Which counts are told apart. 统计维度",
                "by",
                (WorkDimension.KIND,),
            ),
            parameter(
                "ages",
                list[int],
                "After how many days ages are told apart. 提交天数分段",
                "ages",
                (3, 7, 15),
            ),
        ),
        "How much of it waits, by kind, state, region and age (X1). 待办统计",
        DESK,
    )

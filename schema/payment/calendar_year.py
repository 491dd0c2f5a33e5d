from datetime import datetime

import strawberry

import models
from rules.kernel.region import get_region_name
from rules.kernel.value import Day, RegionCode
from rules.payment.calendar_year import parse_special_days
from schema.kernel.binding import column, derived
from schema.kernel.connection import Connection
from schema.kernel.history import OfficeHistory, office_history
from schema.kernel.node import Node, record_type


@strawberry.type(
    name="SpecialDay", description="A holiday, or a day that makes up for one (X7). 节假日或调休"
)
class SpecialDayType:
    """A holiday, or a day that makes up for one."""

    day: Day = column("Which day. 日期")
    working: bool = column("Whether it is worked. 是否上班")
    name: str = column("Of which holiday. 名称")


@record_type("A year's holidays and make-up days in a region (X7). 工作日历")
class CalendarYear(Node):
    """A year's holidays and make-up days in a region."""

    table = models.CalendarYear

    region: RegionCode = column("For this region and all below it. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    year: int = column("Which year. 年度")
    edition: int = column("Which edition; the last one counts. 版次")
    days: list[SpecialDayType] = derived(
        parse_special_days,
        ("days",),
        "The days that differ from the week, or have a name. 节假日及调休",
    )
    source: str = column("On whose word. 依据")
    entered_at: datetime = column("When it was entered. 录入时间")
    history: Connection[OfficeHistory] = office_history(models.CalendarYear)

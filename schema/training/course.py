from datetime import datetime

import strawberry

import models
from loaders.filter import Filter, Operator
from loaders.related_filters import LatestFilter
from rules.kernel.region import get_region_name
from rules.kernel.value import Money, RegionCode
from schema.kernel.answer import build_answer
from schema.kernel.binding import column, derived, root_connection
from schema.kernel.connection import Connection
from schema.kernel.listing import BY_NAME, NAME, REGION, NamedOrder
from schema.kernel.node import Node, record_type
from schema.kernel.permission import READERS, RootQueries

_CODE = Filter(
    name="code", type=str, column="code", operator=Operator.IS, description="Of this code. 项目编号"
)
_PROVIDER = Filter(
    name="provider",
    type=str,
    column="provider",
    operator=Operator.CONTAINS,
    description="A part of the provider's name. 培训机构包含",
)
_OFFERED = Filter(
    name="offered",
    type=bool,
    column="offered",
    operator=Operator.IS,
    description="Whether it is offered. 是否开放",
)
_CURRENT = LatestFilter(
    name="current",
    type=bool,
    column="edition",
    operator=Operator.IS,
    description="The editions that count, or those that were replaced; null: all of them. "
    "是否现行版次",
    default=True,
    of="code",
)


@record_type("An online course as its region offers it, in one edition (S20). 线上培训项目")
class Course(Node):
    """An online course as its region offers it."""

    table = models.Course

    region: RegionCode = column("Who offers it, for this region and all below it. 行政区划")
    region_name: str = derived(get_region_name, ("region",), "The region in words. 行政区划名称")
    code: str = column("Its code: the same in all editions. 项目编号")
    edition: int = column("Which edition; the last one counts for new classes. 版次")
    name: str = column("What it is called. 项目名称")
    provider: str = column("Who teaches it. 培训机构")
    hours: int = column("How many class hours it has. 学时")
    fee: Money = column("What it costs for one trainee, in yuan. 培训费用（元）")
    offered: bool = column("Whether classes may be opened for it; false withdraws it. 是否开放")
    entered_at: datetime = column("When the edition was entered. 录入时间")


@strawberry.type
class CourseQuery(RootQueries):
    """What is read of courses."""

    courses: Connection[Course] = root_connection(
        models.Course,
        "Online courses, each in the edition that counts unless asked otherwise (S20). "
        "线上培训项目列表",
        READERS,
        BY_NAME,
        (_CODE, NAME, _PROVIDER, _OFFERED, _CURRENT, REGION),
        NamedOrder,
    )


CoursePayload, CourseResult = build_answer(
    "Course",
    "course",
    Course,
    "The edition as it was entered. 线上培训项目",
    "The edition. 线上培训项目",
)

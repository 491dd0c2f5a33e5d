"""By what lists are narrowed, and in which order they come (J5, J26)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import GenericAlias

import strawberry

import models
from loaders.filter import NEWEST, OLDEST, Filter, Operator, Order
from loaders.related_filters import ChildFilter, RelatedFilter, SpanFilter
from loaders.statement import Relation
from rules.kernel import value
from rules.kernel.history import Subject
from rules.kernel.record_kind import RecordKind

MAX_ROW_NUMBER = 2**31 - 1
"""The largest number that a column of whole numbers holds."""


@strawberry.enum(description="By age of the record. 按时间排序")
class RecordOrder(StrEnum):
    """By age."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"


@strawberry.enum(description="By age of the record, or by name. 按时间或名称排序")
class NamedOrder(StrEnum):
    """By age or name."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    NAME = "NAME"


@strawberry.enum(description="By age of the record, or by the month it is about. 按时间或月份排序")
class MonthlyOrder(StrEnum):
    """By age or month."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MONTH = "MONTH"
    MONTH_DESCENDING = "MONTH_DESCENDING"


def read_instant(text: str) -> datetime:
    """Read an instant as cursors spell it, in UTC."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta(0):
        raise ValueError("an instant without its time zone")
    return instant


def read_number(text: str) -> int:
    """Read a row's number as cursors spell it; no column holds a larger one."""
    number = int(text)
    if not 0 <= number <= MAX_ROW_NUMBER:
        raise ValueError("a number that no row has")
    return number


def order_by_instant(column: str) -> tuple[Order, Order]:
    """Order a list by an instant: newest first, oldest first."""
    return (
        Order(name="NEWEST", column=column, descending=True, read=read_instant),
        Order(name="OLDEST", column=column, read=read_instant),
    )


BY_AGE: Sequence[Order] = (NEWEST, OLDEST)
BY_NAME: Sequence[Order] = (NEWEST, OLDEST, Order(name="NAME", column="name"))
OLDEST_MONTH = Order(name="MONTH", column="month", read=date.fromisoformat)
LATEST_MONTH = Order(
    name="MONTH_DESCENDING", column="month", descending=True, read=date.fromisoformat
)
BY_MONTH: Sequence[Order] = (NEWEST, OLDEST, OLDEST_MONTH, LATEST_MONTH)


def filter_by_values(column: str, type_: type, description: str, name: str = "") -> Filter:
    """Narrow a list to rows whose column is one of some values."""
    return Filter(
        name=name or column,
        type=GenericAlias(list, (type_,)),
        column=column,
        operator=Operator.AMONG,
        description=description,
    )


REGION = Filter(
    name="region",
    type=value.RegionCode,
    column="region",
    operator=Operator.WITHIN,
    description="This region and all below it. 行政区划",
)
STATUS = filter_by_values("status", models.Status, "One of these states. 办理状态")
BOARD_STATE = filter_by_values("state", models.BoardState, "One of these states. 推送状态")
NAME = Filter(
    name="name",
    type=str,
    column="name",
    operator=Operator.CONTAINS,
    description="A part of the name. 名称包含",
)
UNIT_NAME = replace(
    NAME, former="former_names", description="A part of the name, or of a former one. 名称包含"
)
CREDIT_CODE = Filter(
    name="credit_code",
    type=value.CreditCode,
    column="credit_code",
    operator=Operator.IS,
    description="This code. 统一社会信用代码",
)


def filter_by_unit(unit: Relation) -> tuple[Filter, Filter]:
    """Narrow a list by the name or the number of the unit whose each row is (S22, S27)."""
    name = RelatedFilter(
        name="unit_name",
        type=str,
        column="name",
        operator=Operator.CONTAINS,
        description="A part of the unit's name, or of a former one. 单位名称包含",
        relation=unit,
        former="former_names",
    )
    code = RelatedFilter(
        name="credit_code",
        type=CREDIT_CODE.type,
        column="credit_code",
        operator=Operator.IS,
        description="Of the unit with this code. 统一社会信用代码",
        relation=unit,
    )
    return name, code


CATEGORY = filter_by_values("category", models.InternCategory, "One of these categories. 人员类型")
KIND = filter_by_values("kind", models.ClaimKind, "One of these kinds. 补贴类型")
QUALIFICATION_KIND = filter_by_values(
    "kind", models.QualificationKind, "One of these kinds. 资质类型"
)
FROM = Filter(
    name="from",
    type=value.YearMonth,
    column="month",
    operator=Operator.AT_LEAST,
    description="From this month on. 起始月份",
)
TO = Filter(
    name="to",
    type=value.YearMonth,
    column="month",
    operator=Operator.AT_MOST,
    description="Up to this month. 截止月份",
)
DOCUMENT_KIND = Filter(
    name="kind",
    type=GenericAlias(list, (models.DocumentKind,)),
    column="document",
    operator=Operator.AMONG,
    description="One of these kinds of document. 材料类型",
)
YEAR = Filter(
    name="year",
    type=int,
    column="year",
    operator=Operator.IS,
    description="Of this year (J36). 申请年度",
)
SINCE = Filter(
    name="since",
    type=value.Day,
    column="created_at",
    operator=Operator.SINCE,
    description="Begun on this day or later. 起始日期",
)
UNTIL = Filter(
    name="until",
    type=value.Day,
    column="created_at",
    operator=Operator.UNTIL,
    description="Begun up to this day. 截止日期",
)
CLASS_NUMBER = Filter(
    name="number",
    type=str,
    column="number",
    operator=Operator.CONTAINS,
    description="A part of its number. 培训期号包含",
)
COURSE_CODE = Filter(
    name="course_code",
    type=str,
    column="course_code",
    operator=Operator.IS,
    description="Of this course. 项目编号",
)
OPENS_FROM = Filter(
    name="opens_from",
    type=value.Day,
    column="opens_on",
    operator=Operator.AT_LEAST,
    description="Opening then or later. 开班日期起",
)
OPENS_TO = Filter(
    name="opens_to",
    type=value.Day,
    column="opens_on",
    operator=Operator.AT_MOST,
    description="Opening then or before. 开班日期止",
)
CLASS_FILTERS = (STATUS, NAME, CLASS_NUMBER, COURSE_CODE, OPENS_FROM, OPENS_TO)
"""By what a unit's classes are narrowed (S25); everybody's also by unit and region."""
TRAINEE_OUTCOME = filter_by_values(
    "outcome", models.TraineeOutcome, "One of these outcomes. 结业情况"
)
ACTIVE = Filter(
    name="active",
    type=bool,
    column="active",
    operator=Operator.IS,
    description="Whether they may sign in. 是否启用",
)
APPEAL_STATUS = filter_by_values("status", models.AppealStatus, "One of these states. 申诉状态")
LINE_STATE = filter_by_values("state", models.LineState, "One of these states. 明细状态")
PAYMENT_STATE = filter_by_values("state", models.PaymentState, "One of these states. 支付状态")
BATCH_STATE = filter_by_values("state", models.BatchState, "One of these states. 批次状态")
BATCH_KIND = filter_by_values(
    "claim_kind", models.ClaimKind, "Made for one of these kinds. 补贴类型", "kind"
)
LINE_KIND = filter_by_values(
    "claim_kind", models.ClaimKind, "Of one of these kinds. 补贴类型", "kind"
)
ARRIVED = Filter(
    name="arrived",
    type=bool,
    column="arrived",
    operator=Operator.IS,
    description="Whether it arrived. 是否到账",
)
PARAMETER_KEY = Filter(
    name="key", type=str, column="key", operator=Operator.IS, description="This parameter. 参数"
)
PARAMETER_STATUS = filter_by_values(
    "status", models.ParameterStatus, "One of these states. 参数状态"
)

LAST_STEP, FIRST_STEP = order_by_instant("at")
SUBJECT = filter_by_values("record", Subject, "About one of these. 事项类别", "kind")
ON_OR_AFTER = Filter(
    name="from",
    type=value.Day,
    column="at",
    operator=Operator.SINCE,
    description="From this day on. 起始日期",
)
ON_OR_BEFORE = Filter(
    name="to",
    type=value.Day,
    column="at",
    operator=Operator.UNTIL,
    description="Up to this day. 截止日期",
)

LAST_SUBMITTED, FIRST_SUBMITTED = order_by_instant("submitted_at")
WORK_KIND = filter_by_values("kind", RecordKind, "One of these kinds. 业务类别")
WORK_STATUS = replace(STATUS, default=(models.Status.SUBMITTED,))
SUBMITTED_FROM = Filter(
    name="submitted_from",
    type=value.Day,
    column="submitted_at",
    operator=Operator.SINCE,
    description="Submitted then or later. 提交起始",
)
SUBMITTED_TO = Filter(
    name="submitted_to",
    type=value.Day,
    column="submitted_at",
    operator=Operator.UNTIL,
    description="Submitted then or before. 提交截止",
)
CLAIM_FILTERS = (FROM, TO, SINCE, UNTIL, SUBMITTED_FROM, SUBMITTED_TO, YEAR)
"""By what claims are narrowed besides state and kind (J31, J36)."""
PERSON_NAME = Filter(
    name="person_name",
    type=str,
    column="person_key",
    operator=Operator.ALIKE,
    description="For the person of this full name (S27). 姓名",
)
CLAIM_SEARCH_FILTERS = (
    *filter_by_unit(models.Claim.unit),
    ChildFilter(
        name=PERSON_NAME.name,
        type=PERSON_NAME.type,
        column=PERSON_NAME.column,
        operator=PERSON_NAME.operator,
        description="With a line for the person of this full name (S27). 姓名",
        relation=models.ClaimLine.claim,
    ),
    RelatedFilter(
        name="class_number",
        type=str,
        column="number",
        operator=Operator.CONTAINS,
        description="For a class with this part of its number (S25). 培训期号包含",
        relation=models.Claim.training_class,
    ),
)
"""By what claims are searched (S27)."""
REPORT_SEARCH_FILTERS = (
    RelatedFilter(
        name="intern_name",
        type=str,
        column="name",
        operator=Operator.CONTAINS,
        description="A part of the intern's name. 见习人员姓名包含",
        relation=models.MonthlyReport.intern,
    ),
    *filter_by_unit(models.MonthlyReport.unit),
)
"""By what monthly reports are searched."""
_LAST_DAYS = ("ended_on", "ends_on")
INTERN_SEARCH_FILTERS = (
    SpanFilter(
        name="running_on",
        type=value.Day,
        column="starts_on",
        operator=Operator.IS,
        description="Approved, and doing their internship on this day. 当日在岗见习",
        last=_LAST_DAYS,
    ),
    SpanFilter(
        name="ended_before",
        type=value.Day,
        column="starts_on",
        operator=Operator.AT_MOST,
        description="Approved, and their internship was over before this day. 此前见习已结束",
        last=_LAST_DAYS,
    ),
    *filter_by_unit(models.Intern.unit),
)
"""By what interns are searched: those who are there, and those who were."""
REVIEW_FILTERS = (
    *(STATUS, REGION, NAME, CATEGORY, KIND, YEAR, SINCE, UNTIL, SUBMITTED_FROM, SUBMITTED_TO),
    replace(FROM, name="from_month"),
    replace(TO, name="to_month"),
)
"""By what many records are chosen at once (S16); each kind takes those that it has a column for."""

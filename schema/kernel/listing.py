"""By what lists are narrowed, and in which order they come (J5, J26)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from types import GenericAlias

import strawberry

import models
from loaders.filter import NEWEST, OLDEST, Filter, Operator, Order
from loaders.related_filters import ChildFilter, RecordFilter, RelatedFilter, SpanFilter
from loaders.search_filter import SearchFilter
from loaders.statement import Relation, get_source_table, list_column_pairs
from models import InternNamePart, PersonNamePart, PostNamePart, UnitNamePart
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


@strawberry.enum(
    description="By age of the record, its month, days of review or what is payable. 月报排序"
)
class MonthlyOrder(StrEnum):
    """By age, month, days of the procedure, or amount."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    MONTH = "MONTH"
    MONTH_DESCENDING = "MONTH_DESCENDING"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"
    AMOUNT = "AMOUNT"
    AMOUNT_DESCENDING = "AMOUNT_DESCENDING"


@strawberry.enum(description="By age of the record, or days of the procedure. 按时间或办理日期排序")
class ReviewedOrder(StrEnum):
    """By age or days of the procedure."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"


@strawberry.enum(description="By age of the record, its name, or days of the procedure. 岗位排序")
class PostOrder(StrEnum):
    """By age, name or days of the procedure."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    NAME = "NAME"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"


@strawberry.enum(
    description="By age of the record, name, days of review or the internship. 见习人员排序"
)
class InternOrder(StrEnum):
    """By age, name, days of the procedure, or the internship's days."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    NAME = "NAME"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"
    STARTS = "STARTS"
    STARTS_DESCENDING = "STARTS_DESCENDING"
    ENDS = "ENDS"
    ENDS_DESCENDING = "ENDS_DESCENDING"


@strawberry.enum(
    description="By age of the record, days of the procedure, or the opening day. 培训班排序"
)
class ClassOrder(StrEnum):
    """By age, days of the procedure, or the opening."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"
    OPENS = "OPENS"
    OPENS_DESCENDING = "OPENS_DESCENDING"


@strawberry.enum(
    description="By age of the record, days of the procedure, or the amount. 补贴申报排序"
)
class ClaimOrder(StrEnum):
    """By age, days of the procedure and of payment, or amount."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"
    DISBURSED = "DISBURSED"
    DISBURSED_DESCENDING = "DISBURSED_DESCENDING"
    AMOUNT = "AMOUNT"
    AMOUNT_DESCENDING = "AMOUNT_DESCENDING"


@strawberry.enum(description="By age of the record, or by its amount. 按时间或金额排序")
class AmountOrder(StrEnum):
    """By age or amount."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    AMOUNT = "AMOUNT"
    AMOUNT_DESCENDING = "AMOUNT_DESCENDING"


@strawberry.enum(description="By age of the record, days of the procedure, or the amount. 追回排序")
class ClawbackOrder(StrEnum):
    """By age, days of the procedure, or amount."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    SUBMITTED = "SUBMITTED"
    SUBMITTED_DESCENDING = "SUBMITTED_DESCENDING"
    REVIEWED = "REVIEWED"
    REVIEWED_DESCENDING = "REVIEWED_DESCENDING"
    AMOUNT = "AMOUNT"
    AMOUNT_DESCENDING = "AMOUNT_DESCENDING"


@strawberry.enum(
    description="By age of the record, the amount, or the day of payment. 支付记录排序"
)
class PaymentOrder(StrEnum):
    """By age, amount or day of payment."""

    NEWEST = "NEWEST"
    OLDEST = "OLDEST"
    AMOUNT = "AMOUNT"
    AMOUNT_DESCENDING = "AMOUNT_DESCENDING"
    PAID = "PAID"
    PAID_DESCENDING = "PAID_DESCENDING"


@strawberry.enum(description="By the row's number. 按序号排序")
class NumberOrder(StrEnum):
    """By number."""

    NUMBER = "NUMBER"
    NUMBER_DESCENDING = "NUMBER_DESCENDING"


MAX_AMOUNT = 10**10
"""Yuan: no column of amounts holds as many."""


def read_instant(text: str) -> datetime:
    """Read an instant as cursors spell it, in UTC."""
    instant = datetime.fromisoformat(text)
    if instant.utcoffset() != timedelta(0):
        raise ValueError("an instant without its time zone")
    return instant


def read_amount(text: str) -> Decimal:
    """Read an amount as cursors spell it; no other number is one."""
    amount = Decimal(text)
    if not (amount.is_finite() and abs(amount) < MAX_AMOUNT):
        raise ValueError("no amount")
    return amount


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


def order_both_ways(
    name: str, column: str, read: Callable[[str], object], *, empty: bool = False
) -> tuple[Order, Order]:
    """Order a list by a column, upwards and downwards; it may be `empty`."""
    upwards = Order(name=name, column=column, read=read, empty=empty)
    return upwards, replace(upwards, name=f"{name}_DESCENDING", descending=True)


def order_by_amount(column: str, *, empty: bool = False) -> tuple[Order, Order]:
    """Order a list by an amount, upwards and downwards."""
    upwards, downwards = order_both_ways("AMOUNT", column, read_amount, empty=empty)
    cents = f"{column}_cents"
    return replace(upwards, cents=cents), replace(downwards, cents=cents)


BY_MONTH = order_both_ways("MONTH", "month", date.fromisoformat)
OLDEST_MONTH = BY_MONTH[0]
_BY_AMOUNT = order_by_amount("amount")
BY_REVIEW: Sequence[Order] = (
    *BY_AGE,
    *order_both_ways("SUBMITTED", "submitted_at", read_instant, empty=True),
    *order_both_ways("REVIEWED", "reviewed_at", read_instant, empty=True),
)
POST_ORDERS = (*BY_REVIEW, BY_NAME[-1])
REPORT_ORDERS = (
    *BY_REVIEW,
    *BY_MONTH,
    *order_by_amount("payable_subsidy", empty=True),
)
INTERN_ORDERS = (
    *POST_ORDERS,
    *order_both_ways("STARTS", "starts_on", date.fromisoformat),
    *order_both_ways("ENDS", "ends_on", date.fromisoformat),
)
CLASS_ORDERS = (*BY_REVIEW, *order_both_ways("OPENS", "opens_on", date.fromisoformat))
CLAIM_ORDERS = (
    *BY_REVIEW,
    *order_both_ways("DISBURSED", "disbursed_at", read_instant, empty=True),
    *_BY_AMOUNT,
)
CLAWBACK_ORDERS = (*BY_REVIEW, *_BY_AMOUNT)
AMOUNT_ORDERS = (*BY_AGE, *_BY_AMOUNT)
BATCH_ORDERS = (*BY_AGE, *order_both_ways("AMOUNT", "amount", read_amount))
"""Batches are few: they keep no cents, and are sorted."""
PAYMENT_ORDERS = (
    *AMOUNT_ORDERS,
    *order_both_ways("PAID", "paid_on", date.fromisoformat, empty=True),
)
BY_NUMBER = order_both_ways("NUMBER", "number", read_number)


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
    description="Words of the name, or parts of it. 名称包含",
)


def search_by_name(
    parts: type[models.Base],
    keys: Mapping[str, str],
    name: str = "name",
    description: str = "Words of the name, or parts of it. 名称包含",
    *,
    shares_region: bool = True,
) -> SearchFilter:
    """Narrow a list by words of a name, of which `parts` has the ends; `keys` are own to theirs."""
    return SearchFilter(
        name=name,
        type=str,
        column=name,
        operator=Operator.CONTAINS,
        description=description,
        parts=parts,
        keys=tuple(keys.items()),
        shares_region=shares_region,
    )


UNIT_NAME = search_by_name(
    UnitNamePart,
    {"id": "unit_id"},
    description="Words of the name, or of a former one, or parts of them. 名称包含",
)
PERSON_NAME_PART = search_by_name(PersonNamePart, {"id": "person_id"})
INTERN_NAME = search_by_name(InternNamePart, {"unit_id": "unit_id", "id": "intern_id"})
POST_NAME = search_by_name(PostNamePart, {"unit_id": "unit_id", "id": "post_id"})
CREDIT_CODE = Filter(
    name="credit_code",
    type=value.CreditCode,
    column="credit_code",
    operator=Operator.IS,
    description="This code. 统一社会信用代码",
)


BUSINESS_NUMBER = Filter(
    name="business_number",
    type=str,
    column="business_number",
    operator=Operator.NUMBERED,
    description="Of this number, however it was typed (X26). 受理编号",
)


def filter_by_record(relation: Relation, name: str, description: str) -> RecordFilter:
    """Narrow a list to the rows that point at a record."""
    own, _ = list_column_pairs(relation)[-1]
    return RecordFilter(
        name=name,
        type=value.RowId,
        column=own.key,
        operator=Operator.IS,
        description=description,
        relation=relation,
    )


def filter_by_day(column: str, name: str, from_: str, to: str) -> tuple[Filter, Filter]:
    """Narrow a list by a day, both ends included; `from_` and `to` describe them."""
    since = Filter(
        name=f"{name}_from",
        type=value.Day,
        column=column,
        operator=Operator.AT_LEAST,
        description=from_,
    )
    until = replace(since, name=f"{name}_to", operator=Operator.AT_MOST, description=to)
    return since, until


def filter_by_amount(column: str = "amount") -> tuple[Filter, Filter]:
    """Narrow a list by an amount in yuan, both ends included."""
    least = Filter(
        name="amount_from",
        type=value.Money,
        column=f"{column}_cents",
        in_cents=True,
        operator=Operator.AT_LEAST,
        description="Of this amount or more, in yuan. 金额下限（元）",
    )
    most = replace(
        least,
        name="amount_to",
        operator=Operator.AT_MOST,
        description="Of this amount or less, in yuan. 金额上限（元）",
    )
    return least, most


def filter_by_unit(unit: Relation) -> tuple[Filter, ...]:
    """Narrow a list by the id, name or number of the unit whose each row is (S22, S27)."""
    table, (own, _) = get_source_table(unit), list_column_pairs(unit)[-1]
    name = search_by_name(
        UnitNamePart,
        {own.key: "unit_id"},
        "unit_name",
        "Words of the unit's name, or of a former one, or parts of them. 单位名称包含",
        shares_region=issubclass(table, models.UnitOwned) and not issubclass(table, models.Placed),
    )
    code = RelatedFilter(
        name="credit_code",
        type=CREDIT_CODE.type,
        column="credit_code",
        operator=Operator.IS,
        description="Of the unit with this code. 统一社会信用代码",
        relation=unit,
    )
    return filter_by_record(unit, "unit", "Of this unit. 所属单位"), name, code


CATEGORY = filter_by_values("category", models.InternCategory, "One of these categories. 人员类型")
KIND = filter_by_values("kind", models.ClaimKind, "One of these kinds. 补贴类型")
QUALIFICATION_KIND = filter_by_values(
    "kind", models.QualificationKind, "One of these kinds. 资质类型"
)
MONTH_FROM = Filter(
    name="month_from",
    released_as="from",
    type=value.YearMonth,
    column="month",
    operator=Operator.AT_LEAST,
    description="From this month on. 起始月份",
)
MONTH_TO = Filter(
    name="month_to",
    released_as="to",
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
CREATED_FROM = Filter(
    name="created_from",
    released_as="since",
    type=value.Day,
    column="created_at",
    operator=Operator.SINCE,
    description="Begun on this day or later. 起始日期",
)
CREATED_TO = Filter(
    name="created_to",
    released_as="until",
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
IS_DEFAULT = Filter(
    name="is_default",
    type=bool,
    column="is_default",
    operator=Operator.IS,
    description="Whether it is chosen unless another is. 是否默认账户",
)
ACCOUNT_HOLDER = filter_by_values(
    "holder", models.AccountHolder, "In the name of one of these. 账户持有人"
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
BATCH_NUMBER = Filter(
    name="number",
    type=str,
    column="number",
    operator=Operator.IS,
    description="Of this number (X26). 批次号",
)
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
HAPPENED_FROM = Filter(
    name="happened_from",
    released_as="from",
    type=value.Day,
    column="at",
    operator=Operator.SINCE,
    description="From this day on. 起始日期",
)
HAPPENED_TO = Filter(
    name="happened_to",
    released_as="to",
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
SUBMITTED_DAYS = (SUBMITTED_FROM, SUBMITTED_TO)
CLAIM_FILTERS = (MONTH_FROM, MONTH_TO, CREATED_FROM, CREATED_TO, *SUBMITTED_DAYS, YEAR)
"""By what claims are narrowed besides state and kind (J31, J36)."""
PERSON = filter_by_record(models.ClaimLine.person, "person", "For this person. 人员")
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
    *filter_by_amount(),
)
"""By what claims are searched (S27)."""
REPORT_SEARCH_FILTERS = (
    search_by_name(
        InternNamePart,
        {"unit_id": "unit_id", "intern_id": "intern_id"},
        "intern_name",
        "Words of the intern's name, or parts of it. 见习人员姓名包含",
    ),
    *filter_by_unit(models.MonthlyReport.unit),
    filter_by_record(models.MonthlyReport.intern, "intern", "Of this intern. 见习人员"),
    *SUBMITTED_DAYS,
    *filter_by_amount("payable_subsidy"),
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
    filter_by_record(models.Intern.post, "post", "On this post. 见习岗位"),
    *filter_by_day(
        "starts_on",
        "starts",
        "Beginning then or later. 起始日期起",
        "Beginning then or before. 起始日期止",
    ),
    *filter_by_day(
        "ends_on",
        "ends",
        "Planned to end then or later. 期满日期起",
        "Planned to end then or before. 期满日期止",
    ),
)
"""By what interns are searched: those who are there, and those who were."""
REVIEW_FILTERS = (
    *(STATUS, REGION, NAME, CATEGORY, KIND, YEAR, CREATED_FROM, CREATED_TO, *SUBMITTED_DAYS),
    replace(MONTH_FROM, released_as="from_month"),
    replace(MONTH_TO, released_as="to_month"),
)
"""By what many records are chosen at once (S16); each kind takes those that it has a column for."""

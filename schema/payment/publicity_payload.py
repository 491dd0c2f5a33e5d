"""What mutations of publicities answer."""

from datetime import datetime

import strawberry

import models
from resolvers.payment import objection
from schema.claims.claim import ClaimLine
from schema.kernel.binding import column, resolved_by
from schema.kernel.mutation import build_result_union
from schema.kernel.permission import READERS
from schema.kernel.refusal import Fault
from schema.kernel.review import faults
from schema.payment.calendar_year import CalendarYear
from schema.payment.publicity import Objection


@strawberry.type(description="What came of one line. 单条办理结果")
class LineOutcome:
    """What came of one line."""

    line: ClaimLine | None = column("The line as it is now, where there is one. 补贴明细", "record")
    faults: list[Fault] = resolved_by(faults, READERS)


@strawberry.type(description="What came of each line, in the order of the input. 逐条办理结果")
class LinesPayload:
    """What came of each line."""

    outcomes: list[LineOutcome] = column("The outcomes. 逐条结果")


@strawberry.type(description="The objection as it is now. 异议")
class ObjectionPayload:
    """The objection as it is now."""

    objection: Objection = column("The objection. 异议")


@strawberry.type(description="The year as it was entered. 工作日历")
class CalendarYearPayload:
    """The year as it was entered."""

    calendar_year: CalendarYear = column("The year. 工作日历")


@strawberry.type(description="How an objection is found again (X7). 异议回执")
class LodgedObjectionPayload:
    """How an objection is found again."""

    number: str = column("Write it down: by it alone the objection is found. 异议编号")
    region_name: str = column("Who settles it. 受理地区")
    hotline: str = column("Whom to call. 咨询电话")


@strawberry.type(description="How an objection stands (X7). 异议进度")
class ObjectionStandingPayload:
    """How an objection stands."""

    status: models.Status = column(
        "SUBMITTED waits, APPROVED was upheld, REFUSED was dismissed. 办理状态"
    )
    lodged_at: datetime = column("When it was lodged. 提出时间")
    settled_at: datetime | None = column("When it was settled. 处理时间")
    settlement: str | None = column("Why it was upheld or dismissed. 处理意见")
    region_name: str = column("Who settles it. 受理地区")
    hotline: str = column("Whom to call. 咨询电话")


def build_lodged_payload(found: objection.LodgedObjection) -> LodgedObjectionPayload:
    """Hand an objection's number to whoever lodged it."""
    return LodgedObjectionPayload(
        number=found.number, region_name=found.region_name, hotline=found.hotline
    )


def build_standing_payload(found: objection.ObjectionStanding) -> ObjectionStandingPayload:
    """Return how an objection stands."""
    return ObjectionStandingPayload(
        status=found.status,
        lodged_at=found.lodged_at,
        settled_at=found.settled_at,
        settlement=found.reason,
        region_name=found.region_name,
        hotline=found.hotline,
    )


LinesResult = build_result_union(LinesPayload, "LinesResult")
ObjectionResult = build_result_union(ObjectionPayload, "ObjectionResult")
CalendarYearResult = build_result_union(CalendarYearPayload, "CalendarYearResult")
LodgedObjectionResult = build_result_union(LodgedObjectionPayload, "LodgedObjectionResult")
ObjectionStandingResult = build_result_union(ObjectionStandingPayload, "ObjectionStandingResult")

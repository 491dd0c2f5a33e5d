"""What a unit is given for a month: the interns to report (J25)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import func, select

from models import DISCARDED_STATUSES, Intern, MonthlyReport, Status
from resolvers.kernel.context import Info
from rules.kernel.month import compute_month_end
from rules.kernel.refusal import Reason, Unreadable, build_refusal
from rules.kernel.value import YearMonth


@dataclass(frozen=True, slots=True)
class InternToReport:
    """An intern whose internship runs in a month, and the report that there is."""

    intern: Intern
    report: MonthlyReport | None


_REPORTED = strawberry.argument(description="The month reported. 月报月份")


async def load_interns_to_report(
    info: Info, month: Annotated[YearMonth, _REPORTED]
) -> list[InternToReport]:
    """List the approved interns of a month, newest first, each with its report (J25). 待填月报."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    interns = select(Intern).where(
        Intern.unit_id == unit_id,
        Intern.status == Status.APPROVED,
        Intern.starts_on <= compute_month_end(require_readable_month(month)),
        func.coalesce(Intern.ended_on, Intern.ends_on) >= month,
    )
    reports = select(MonthlyReport).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.month == month,
        MonthlyReport.status.not_in(DISCARDED_STATUSES),
    )
    known = {report.intern_id: report for (report,) in await read.load_rows(reports)}
    rows = await read.load_rows(interns.order_by(Intern.id.desc()))
    return [InternToReport(intern, known.get(intern.id)) for (intern,) in rows]


def require_own_unit(info: Info) -> UUID:
    """Return the viewer's own unit."""
    unit_id = info.context.viewer.unit_id
    if unit_id is None:
        raise build_refusal(Reason.NOT_FOUND)
    return unit_id


def require_readable_month(month: date | Unreadable) -> date:
    """Demand a month that could be read."""
    if isinstance(month, Unreadable):
        raise build_refusal(month.reason, "month")
    return month

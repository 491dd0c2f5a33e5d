"""What a unit is given for a month: the interns to report (J25)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import strawberry
from sqlalchemy import select

from loaders.filter import Filter, Operator
from loaders.page import Page, Window, replace_nodes
from loaders.related_filters import SpanFilter
from models import DISCARDED_STATUSES, Intern, MonthlyReport
from resolvers.kernel.context import Info
from rules.kernel.month import compute_month_end
from rules.kernel.refusal import Reason, Unreadable, build_refusal
from rules.kernel.value import YearMonth


@dataclass(frozen=True, slots=True)
class InternToReport:
    """An intern whose internship runs in a month, and the report that there is."""

    intern: Intern
    report: MonthlyReport | None


_BEGUN = Filter(
    name="begun", type=date, column="starts_on", operator=Operator.AT_MOST, description=""
)
_NOT_OVER = SpanFilter(
    name="not_over",
    type=date,
    column="starts_on",
    operator=Operator.AT_LEAST,
    description="",
    last=("ended_on", "ends_on"),
)
_REPORTED = strawberry.argument(description="The month reported. 月报月份")


async def load_interns_to_report(
    info: Info, month: Annotated[YearMonth, _REPORTED]
) -> list[InternToReport]:
    """List the approved interns of a month, newest first, each with its report (J25). 待填月报."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    known = Intern.__table__.c
    running = [f.build_condition(known) for f, _ in _narrow_to_month(month)]
    values = Window(narrowed=_narrow_to_month(month)).filter_values
    interns = select(Intern).where(Intern.unit_id == unit_id, *running).order_by(Intern.id.desc())
    rows = [row for (row,) in await read.load_rows(interns, values)]
    return await _add_reports(info, rows, month)


async def load_page_to_report(info: Info, window: Window, month: YearMonth) -> Page[InternToReport]:
    """Read a page of the approved interns of a month, each with its report (J25)."""
    require_own_unit(info)
    context = info.context
    running = replace(window, narrowed=(*window.narrowed, *_narrow_to_month(month)))
    whose = context.viewer, context.service.today()
    page = await context.loaders.load_table_page(Intern, running, *whose)
    return replace_nodes(page, await _add_reports(info, page.nodes, month))


def _narrow_to_month(month: YearMonth) -> tuple[tuple[Filter, Any], ...]:
    first = require_readable_month(month)
    return (_BEGUN, compute_month_end(first)), (_NOT_OVER, first)


async def _add_reports(
    info: Info, interns: Sequence[Intern], month: YearMonth
) -> list[InternToReport]:
    """Give to each intern the report of a month that counts, if there is one."""
    reports = select(MonthlyReport).where(
        MonthlyReport.unit_id == require_own_unit(info),
        MonthlyReport.month == month,
        MonthlyReport.intern_id.in_([intern.id for intern in interns]),
        MonthlyReport.status.not_in(DISCARDED_STATUSES),
    )
    found = await info.context.loaders.snapshot.load_rows(reports)
    known = {report.intern_id: report for (report,) in found}
    return [InternToReport(intern, known.get(intern.id)) for intern in interns]


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

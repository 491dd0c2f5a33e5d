"""Which monthly reports are missing: months in which an internship ran, and nothing was filed."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from operator import gt, lt
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Select,
    cast,
    func,
    literal,
    literal_column,
    select,
    true,
    tuple_,
)

from loaders.page import Page, Total, Window, build_page
from loaders.scope import build_scope_filters
from models import DISCARDED_STATUSES, Intern, MonthlyReport, Status
from resolvers.kernel.context import Info
from rules.kernel.month import to_month

FROM_NAME, TO_NAME = "month_from", "month_to"
"""What the filters are called that say from which month to which."""


@dataclass(frozen=True, slots=True)
class MissingReport:
    """A month of an intern that nobody reported."""

    intern: Intern
    month: date

    @property
    def id(self) -> UUID:
        """Return the intern's id, which tells apart what is missing in one month."""
        return self.intern.id


async def load_missing_reports(info: Info, window: Window) -> Page[MissingReport]:
    """Read which months of approved interns were never reported; months that are over (J24).

    They come intern by intern, so that an index gives the first page of them.
    """
    context = info.context
    today, read = context.service.today(), context.loaders.snapshot
    reach = build_scope_filters(Intern, context.viewer, today)
    filters = [(f, value) for f, value in window.narrowed if f.name not in {FROM_NAME, TO_NAME}]
    asked = {f.name: value for f, value in window.narrowed}
    scoped = replace(window, narrowed=(*filters, *reach))
    known = Intern.__table__.c
    conditions = [f.build_condition(known) for f, _ in scoped.narrowed]
    last_over = to_month(to_month(today) - timedelta(days=1))
    last = min(asked.get(TO_NAME) or last_over, last_over)
    missing = _select_missing(asked.get(FROM_NAME), last, conditions)
    values = scoped.filter_values
    rows = [MissingReport(*row) for row in await read.load_rows(_cut_page(missing, window), values)]

    async def count() -> Total:
        counted = select(func.count()).select_from(missing.subquery())
        ((number,),) = await read.load_rows(counted, values)
        return Total(int(number), is_exact=True)

    return build_page(rows, window, count)


def _cut_page(missing: Select[Any], window: Window) -> Select[Any]:
    """Cut a page, a backward one from the end."""
    c = missing.selected_columns
    own, order = tuple_(c.id, c.month), [c.id, c.month]
    for end, beyond in ((window.after, gt), (window.before, lt)):
        if end is not None:
            month, id_ = end
            missing = missing.where(beyond(own, tuple_(literal(id_), literal(month))))
    turned = [column.desc() for column in order] if window.backward else order
    return missing.order_by(*turned).limit(window.size + 1)


def _select_missing(
    first: date | None, last: date, conditions: list[ColumnElement[bool]]
) -> Select[Any]:
    started = cast(func.date_trunc("month", cast(Intern.starts_on, DateTime())), Date)
    begins = started if first is None else func.greatest(started, literal(first))
    ends = func.least(func.coalesce(Intern.ended_on, Intern.ends_on), literal(last))
    series = func.generate_series(begins, ends, literal_column("interval '1 month'"))
    months = select(cast(series, Date).label("month")).correlate(Intern).lateral("months")
    report = select(MonthlyReport.id).where(
        MonthlyReport.unit_id == Intern.unit_id,
        MonthlyReport.intern_id == Intern.id,
        MonthlyReport.month == months.c.month,
        MonthlyReport.status.not_in(DISCARDED_STATUSES),
    )
    return (
        select(Intern, months.c.month)
        .join(months, true())
        .where(Intern.status == Status.APPROVED, ~report.exists(), *conditions)
    )

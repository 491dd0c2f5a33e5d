"""The months already reported that an internship's end takes away (J39)."""

from datetime import date

from strawberry import Parent

from loaders.filter import Order
from models import GONE, MonthlyReport, Reduction, Status
from resolvers.internship.early_end import reported
from resolvers.kernel.context import Info
from rules.internship.early_end import Fate, fate
from rules.internship.monthly_report import Term


async def affected_reports(reduction: Parent[Reduction], info: Info) -> list[MonthlyReport]:
    """List the months already reported that the end takes away or cuts short (J39). 受影响月报."""
    if reduction.status in GONE:
        return []
    loaders, key = info.context.loaders, (reduction.unit_id, reduction.intern_id)
    intern = await loaders.one(Reduction.intern).load(key)
    reports = await loaders.many(MonthlyReport.intern, _BY_MONTH, ()).load(key)
    term = Term(True, intern.starts_on, reduction.ended_on)
    today = info.context.service.today()
    return [report for report in reports if _is_affected(report, term, today)]


_BY_MONTH = Order("MONTH", "month", read=date.fromisoformat)


def _is_affected(report: MonthlyReport, term: Term, today: date) -> bool:
    known = reported(report, least_days=0)
    gone = report.status is Status.VOIDED and report.month > term.ends_on
    return gone or fate(known, term, today) is not Fate.STANDS

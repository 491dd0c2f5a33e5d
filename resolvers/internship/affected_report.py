"""The months already reported that an internship's end takes away (J39)."""

from datetime import date

from strawberry import Parent

from loaders.filter import Order
from models import DISCARDED_STATUSES, MonthlyReport, Reduction, Status
from resolvers.internship.early_end import build_report_state
from resolvers.kernel.context import Info
from rules.internship.early_end import ReportOutcome, evaluate_report
from rules.internship.monthly_report import ReportableTerm


async def load_affected_reports(reduction: Parent[Reduction], info: Info) -> list[MonthlyReport]:
    """List the months already reported that the end takes away or cuts short (J39). 受影响月报."""
    if reduction.status in DISCARDED_STATUSES:
        return []
    loaders, key = info.context.loaders, (reduction.unit_id, reduction.intern_id)
    intern = await loaders.get_parent_batch(Reduction.intern).load(key)
    reports = await loaders.get_children_batch(MonthlyReport.intern, _BY_MONTH, ()).load(key)
    term = ReportableTerm(True, intern.starts_on, reduction.ended_on)
    today = info.context.service.today()
    return [report for report in reports if _is_affected(report, term, today)]


_BY_MONTH = Order(name="MONTH", column="month", read=date.fromisoformat)


def _is_affected(report: MonthlyReport, term: ReportableTerm, today: date) -> bool:
    known = build_report_state(report, least_days=0)
    gone = report.status is Status.VOIDED and report.month > term.ends_on
    return gone or evaluate_report(known, term, today) is not ReportOutcome.STANDS

"""How the tour's internships end: with a reason, and nothing after it (J19-J24, J39)."""

from collections.abc import Mapping, Sequence
from typing import Any

from demonstration.tour.document import REPORTS_QUERY
from demonstration.tour.month import approve_reports
from demonstration.tour.session import TourSession

LAST_DAY, NEXT_MONTH = "2024-11-30", "2024-12"
REPORT_FIGURES = {"daysAttended": 20, "wagePaid": "3500.00", "insurancePaid": "20.00"}


def end_internship(party: TourSession, intern: Mapping[str, Any]) -> None:
    """End an internship that its unit turns into a job, and be refused a month after it."""
    _approve_reduction(party, intern, [])
    party.report_step(
        f"Reduction 减员 approved: employed by the unit, the internship ended on {LAST_DAY}"
    )
    given = {"month": NEXT_MONTH, "rows": [REPORT_FIGURES | {"internId": intern["id"]}]}
    no = party.expect_refusal(party.operator, "saveMonthlyReports", "MONTH_NOT_RUN", **given)
    party.report_step(f"Month after the end refused: {no}")


def end_before_reported_month(party: TourSession, intern: Mapping[str, Any]) -> None:
    """End an internship before a month that is reported already: its report counts no more."""
    given = {"month": NEXT_MONTH, "rows": [REPORT_FIGURES | {"internId": intern["id"]}]}
    approve_reports(party, party.expect_success(party.operator, "saveMonthlyReports", **given))
    party.report_step(f"Month {NEXT_MONTH} reported and approved for one who had left by then")
    _approve_reduction(party, intern, [NEXT_MONTH])
    asked = {"id": intern["id"], "from": NEXT_MONTH, "to": NEXT_MONTH}
    found = party.operator.ask(REPORTS_QUERY, asked)["node"]["monthlyReports"]
    party.expect_equal(
        "the report after the end", found, [{"month": NEXT_MONTH, "status": "VOIDED"}]
    )
    party.report_step(
        f"Reduction to {LAST_DAY} approved; it named {NEXT_MONTH}, whose report is VOIDED now"
    )


def end_at_term(party: TourSession, intern: Mapping[str, Any]) -> None:
    """File the end of an internship whose term ran out (J20)."""
    _approve_reduction(party, intern, [])
    party.report_step("Reduction of the third approved: employed by the unit as well")


def _approve_reduction(
    party: TourSession, intern: Mapping[str, Any], months: Sequence[str]
) -> None:
    """File that the unit employs an intern from their last day on, and have it approved."""
    row = party.expect_success(
        party.operator,
        "addReduction",
        internId=intern["id"],
        endedOn=LAST_DAY,
        endReason={"employed": {"destination": "RETAINED"}},
    )
    taken = [report["month"] for report in row["affectedReports"]]
    party.expect_equal("the reports that the end takes away", taken, months)
    row = party.transition(party.operator, "submitReduction", row, "SUBMITTED")
    row = party.transition(party.officer, "approveReduction", row, "APPROVED")
    party.expect_equal("the internship's last day", row["intern"]["endedOn"], LAST_DAY)

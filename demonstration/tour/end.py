"""How the tour's internships end: with a reason, and nothing after it (J19-J24, J39)."""

from collections.abc import Mapping, Sequence
from typing import Any

from demonstration.tour.document import REPORTS_OF
from demonstration.tour.month import decided
from demonstration.tour.party import Party

LAST, NEXT = "2024-11-30", "2024-12"
FIGURES = {"daysAttended": 20, "wagePaid": "3500.00", "insurancePaid": "20.00"}


def reduction(party: Party, intern: Mapping[str, Any]) -> None:
    """End an internship that its unit turns into a job, and be refused a month after it."""
    _ended(party, intern, [])
    party.tell(f"Reduction 减员 approved: employed by the unit, the internship ended on {LAST}")
    given = {"month": NEXT, "rows": [FIGURES | {"internId": intern["id"]}]}
    no = party.refused(party.operator, "saveMonthlyReports", "MONTH_NOT_RUN", **given)
    party.tell(f"Month after the end refused: {no}")


def late_reduction(party: Party, intern: Mapping[str, Any]) -> None:
    """End an internship before a month that is reported already: its report counts no more."""
    given = {"month": NEXT, "rows": [FIGURES | {"internId": intern["id"]}]}
    decided(party, party.do(party.operator, "saveMonthlyReports", **given))
    party.tell(f"Month {NEXT} reported and approved for one who had left by then")
    _ended(party, intern, [NEXT])
    asked = {"id": intern["id"], "from": NEXT, "to": NEXT}
    found = party.operator.ask(REPORTS_OF, asked)["node"]["monthlyReports"]
    party.expect("the report after the end", found, [{"month": NEXT, "status": "VOIDED"}])
    party.tell(f"Reduction to {LAST} approved; it named {NEXT}, whose report is VOIDED now")


def last_reduction(party: Party, intern: Mapping[str, Any]) -> None:
    """File the end of an internship whose term ran out (J20)."""
    _ended(party, intern, [])
    party.tell("Reduction of the third approved: employed by the unit as well")


def _ended(party: Party, intern: Mapping[str, Any], months: Sequence[str]) -> None:
    """File that the unit employs an intern from their last day on, and have it approved."""
    row = party.do(
        party.operator,
        "addReduction",
        internId=intern["id"],
        endedOn=LAST,
        endReason={"employed": {"destination": "RETAINED"}},
    )
    taken = [report["month"] for report in row["affectedReports"]]
    party.expect("the reports that the end takes away", taken, months)
    row = party.move(party.operator, "submitReduction", row, "SUBMITTED")
    row = party.move(party.officer, "approveReduction", row, "APPROVED")
    party.expect("the internship's last day", row["intern"]["endedOn"], LAST)

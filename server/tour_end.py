"""How the tour's internships end: a reduction with its reason, and nothing after it (J19-J24)."""

from collections.abc import Mapping, Sequence
from typing import Any

from server.tour_party import Party

LAST = "2024-11-30"


def reduction(party: Party, interns: Sequence[Mapping[str, Any]]) -> None:
    """End an internship that its unit turns into a job, and be refused a month after it."""
    intern = interns[0]
    row = party.do(
        party.operator,
        "addReduction",
        internId=intern["id"],
        endedOn=LAST,
        endReason={"employed": {"destination": "RETAINED"}},
    )
    party.expect("the reports that the end takes away", row["affectedReports"], [])
    row = party.move(party.operator, "submitReduction", row, "SUBMITTED")
    row = party.move(party.officer, "approveReduction", row, "APPROVED")
    party.expect("the internship's last day", row["intern"]["endedOn"], LAST)
    party.tell(f"Reduction 减员 approved: employed by the unit, the internship ended on {LAST}")
    figures = {"daysAttended": 20, "wagePaid": "3500.00", "insurancePaid": "20.00"}
    words = party.refused(
        party.operator,
        "saveMonthlyReports",
        "MONTH_NOT_RUN",
        month="2024-12",
        rows=[figures | {"internId": intern["id"]}],
    )
    party.tell(f"Month after the end refused: {words}")

"""The tour's months: saved, compared with the rules, submitted, approved (J24-J28)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from demonstration.data.place import TOUR_REGION
from demonstration.tour.party import Party

Rows = Sequence[Mapping[str, Any]]

MONTHS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "2024-08": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-09": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-10": (("3100.00", None), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
    "2024-11": (("3400.00", "2120.00"), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
}
"""Wage paid and subsidy payable, intern by intern; the minimum wage rises in October (J27)."""


def due(*places: int) -> str:
    """Add up what is payable to some of the interns, or to all of them."""
    rows = (row for when in MONTHS.values() for n, row in enumerate(when) if n in places)
    return str(sum(Decimal(payable or 0) for _, payable in rows))


def month(party: Party, rows: Rows, when: str) -> None:
    """Save, submit and approve one month; compare what is payable with the rules (J25-J28)."""
    given = [
        {"internId": row["id"], "daysAttended": 21, "wagePaid": wage, "insurancePaid": "12.00"}
        for row, (wage, _) in zip(rows, MONTHS[when], strict=True)
    ]
    saved = party.do(party.operator, "saveMonthlyReports", month=when, rows=given)
    found = {report["intern"]["id"]: report["payableSubsidy"] for report in saved}
    payable = [found[row["id"]] for row in rows]
    party.expect(f"what is payable for {when}", payable, [due for _, due in MONTHS[when]])
    wages = ", ".join(f"{wage} -> {due or 'empty'}" for wage, due in MONTHS[when])
    party.tell(f"Month 月报 {when} saved; wage paid -> payable subsidy 应发补贴: {wages}")
    for report in saved:
        for shortfall in report["explanation"]["shortfalls"]:
            party.tell(f"Empty amount explained, {shortfall['reason']}: {shortfall['message']}")
    cited = [p["region"] for p in saved[0]["explanation"]["parameters"] if "min_days" in p["key"]]
    party.expect("the region of the internship.min_days used", cited, [TOUR_REGION])
    decided(party, saved)
    party.tell(f"Month {when}: {len(saved)} reports submitted and approved")


def decided(party: Party, saved: Rows) -> None:
    """Submit reports and approve them (J28)."""
    for mutation, who in (
        ("submitMonthlyReports", party.operator),
        ("approveMonthlyReports", party.officer),
    ):
        records = [{"id": row["id"], "version": row["version"]} for row in saved]
        saved = party.do(who, mutation, records=records)
    party.expect("the state of the reports", {row["status"] for row in saved}, {"APPROVED"})

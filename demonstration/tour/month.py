"""The tour's months: saved, compared with the rules, submitted, approved (J24-J28)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from demonstration.data.place import TOUR_REGION
from demonstration.tour.session import TourSession

Rows = Sequence[Mapping[str, Any]]

FIGURES_BY_MONTH: dict[str, tuple[tuple[str, str | None], ...]] = {
    "2024-08": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-09": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-10": (("3100.00", None), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
    "2024-11": (("3400.00", "2120.00"), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
}
"""Wage paid and subsidy payable, intern by intern; the minimum wage rises in October (J27)."""


def sum_payable(*places: int) -> str:
    """Add up what is payable to some of the interns, or to all of them."""
    rows = (row for when in FIGURES_BY_MONTH.values() for n, row in enumerate(when) if n in places)
    return str(sum(Decimal(payable or 0) for _, payable in rows))


def report_month(party: TourSession, rows: Rows, when: str) -> None:
    """Save, submit and approve one month; compare what is payable with the rules (J25-J28)."""
    given = [
        {"internId": row["id"], "daysAttended": 21, "wagePaid": wage, "insurancePaid": "12.00"}
        for row, (wage, _) in zip(rows, FIGURES_BY_MONTH[when], strict=True)
    ]
    saved = party.expect_success(party.operator, "saveMonthlyReports", month=when, rows=given)
    found = {report["intern"]["id"]: report["payableSubsidy"] for report in saved}
    payable = [found[row["id"]] for row in rows]
    party.expect_equal(
        f"what is payable for {when}", payable, [due for _, due in FIGURES_BY_MONTH[when]]
    )
    wages = ", ".join(f"{wage} -> {due or 'empty'}" for wage, due in FIGURES_BY_MONTH[when])
    party.report_step(f"Month 月报 {when} saved; wage paid -> payable subsidy 应发补贴: {wages}")
    for report in saved:
        for shortfall in report["explanation"]["shortfalls"]:
            party.report_step(
                f"Empty amount explained, {shortfall['reason']}: {shortfall['message']}"
            )
    cited = [p["region"] for p in saved[0]["explanation"]["parameters"] if "min_days" in p["key"]]
    party.expect_equal("the region of the internship.min_days used", cited, [TOUR_REGION])
    approve_reports(party, saved)
    party.report_step(f"Month {when}: {len(saved)} reports submitted and approved")


def approve_reports(party: TourSession, saved: Rows) -> None:
    """Submit reports and approve them (J28)."""
    for mutation, who in (
        ("submitMonthlyReports", party.operator),
        ("approveMonthlyReports", party.officer),
    ):
        records = [{"id": row["id"], "version": row["version"]} for row in saved]
        saved = party.expect_success(who, mutation, records=records)
    party.expect_equal("the state of the reports", {row["status"] for row in saved}, {"APPROVED"})

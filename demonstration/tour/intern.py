"""The tour's interns: looked up, added, approved, and changed by request (J14-J18, X16)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.applicant import CATEGORIES
from demonstration.data.tour_reserve import AGREED_ON
from demonstration.tour.month import Rows
from demonstration.tour.session import TourSession

INTERNSHIP_TERM = {
    "agreedOn": AGREED_ON.isoformat(),
    "startsOn": "2024-08-01",
    "endsOn": "2025-01-31",
}
SOONER_END, TOO_SOON_END = "2024-11-30", "2024-10-31"


def add_interns(party: TourSession, post: Mapping[str, Any]) -> Rows:
    """Look three persons up, add, submit and approve them (J15-J18)."""
    operator, made = party.operator, []
    for category, who in zip(CATEGORIES, party.applicants, strict=True):
        asked = {"idNumber": who.id_number, "name": who.name}
        found = party.expect_success(operator, "lookUpPerson", **asked)
        row = party.expect_success(
            operator, "addIntern", postId=post["id"], category=category, **INTERNSHIP_TERM, **asked
        )
        row = party.transition(operator, "submitIntern", row, "SUBMITTED")
        made.append(party.transition(party.officer, "approveIntern", row, "APPROVED"))
        party.report_step(f"Person found, intern 见习人员 approved: {found['name']}, {category}")
    return made


def change_term(party: TourSession, post: Mapping[str, Any], intern: Mapping[str, Any]) -> None:
    """Agree on a shorter term, though not on one that ends before a month reported (X16)."""
    terms = {name: intern[name] for name in ("id", "version", "category")} | INTERNSHIP_TERM
    terms["postId"] = post["id"]

    def asked(last: str) -> Mapping[str, Any]:
        return {"change": {"intern": terms | {"endsOn": last}}, "motive": "经协商缩短见习期限。"}

    no = party.expect_refusal(
        party.operator, "requestChange", "MONTHS_REPORTED", **asked(TOO_SOON_END)
    )
    party.report_step(f"Change request 变更申请 to end on {TOO_SOON_END} refused: {no}")
    row = party.expect_success(party.operator, "requestChange", **asked(SOONER_END))
    row = party.transition(party.operator, "submitChangeRequest", row, "SUBMITTED")
    row = party.transition(party.officer, "approveChangeRequest", row, "APPROVED")
    changes = [(c["field"], c["before"], c["after"]) for c in row["changes"]]
    party.expect_equal(
        "what changed", changes, [("ends_on", INTERNSHIP_TERM["endsOn"], SOONER_END)]
    )
    party.report_step(
        f"Change request approved: endsOn {INTERNSHIP_TERM['endsOn']} -> {SOONER_END}"
    )

"""The tour's interns: looked up, added, approved, and changed by request (J14-J18, X16)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.applicant import CATEGORIES
from demonstration.data.touring import AGREED
from demonstration.tour.month import Rows
from demonstration.tour.party import Party

TERM = {"agreedOn": AGREED.isoformat(), "startsOn": "2024-08-01", "endsOn": "2025-01-31"}
SOONER, TOO_SOON = "2024-11-30", "2024-10-31"


def interns(party: Party, post: Mapping[str, Any]) -> Rows:
    """Look three persons up, add, submit and approve them (J15-J18)."""
    operator, made = party.operator, []
    for category, who in zip(CATEGORIES, party.applicants, strict=True):
        asked = {"idNumber": who.id_number, "name": who.name}
        found = party.do(operator, "lookUpPerson", **asked)
        row = party.do(operator, "addIntern", postId=post["id"], category=category, **TERM, **asked)
        row = party.move(operator, "submitIntern", row, "SUBMITTED")
        made.append(party.move(party.officer, "approveIntern", row, "APPROVED"))
        party.tell(f"Person found, intern 见习人员 approved: {found['name']}, {category}")
    return made


def change(party: Party, post: Mapping[str, Any], intern: Mapping[str, Any]) -> None:
    """Agree on a shorter term, though not on one that ends before a month reported (X16)."""
    terms = {name: intern[name] for name in ("id", "version", "category")} | TERM
    terms["postId"] = post["id"]

    def asked(last: str) -> Mapping[str, Any]:
        return {"change": {"intern": terms | {"endsOn": last}}, "motive": "经协商缩短见习期限。"}

    no = party.refused(party.operator, "requestChange", "MONTHS_REPORTED", **asked(TOO_SOON))
    party.tell(f"Change request 变更申请 to end on {TOO_SOON} refused: {no}")
    row = party.do(party.operator, "requestChange", **asked(SOONER))
    row = party.move(party.operator, "submitChangeRequest", row, "SUBMITTED")
    row = party.move(party.officer, "approveChangeRequest", row, "APPROVED")
    changes = [(c["field"], c["before"], c["after"]) for c in row["changes"]]
    party.expect("what changed", changes, [("ends_on", TERM["endsOn"], SOONER)])
    party.tell(f"Change request approved: endsOn {TERM['endsOn']} -> {SOONER}")

"""The tour's hiring subsidy 一次性吸纳就业补贴: rostered, claimed, reviewed (S4-S11, S16)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from demonstration.data.applicant import Applicant
from demonstration.tour import hirer as tour_hirer
from demonstration.tour import roster as tour_roster
from demonstration.tour.chengdu import Chengdu
from demonstration.tour.facts import UNREGISTERED
from demonstration.tour.graph import Graph
from demonstration.tour.subsidy_document import CLAIM

UNEMPLOYED, MIGRANT = "登记失业人员", "返岗受阻农民工"
PASSING, CORRECTED = 2, 1


def hiring(chengdu: Chengdu) -> Mapping[str, Any]:
    """Have a roster of four checked and one row corrected, claim for three, be approved."""
    one, two, three, four = chengdu.people[: UNREGISTERED + 1]
    rows = [
        cells(chengdu, one, UNEMPLOYED),
        cells(chengdu, two, MIGRANT),
        cells(chengdu, three, UNEMPLOYED) | {"合同起始日期": "上个月初"},
        cells(chengdu, four, UNEMPLOYED),
    ]
    account = tour_hirer.account(chengdu)
    roster = tour_roster.checked(chengdu, chengdu.hirer, "HIRING", rows)
    counts = roster["passed"], roster["failed"]
    chengdu.party.expect("who passed and failed", counts, (PASSING, len(rows) - PASSING))
    tour_roster.failed_rows(chengdu, chengdu.hirer, roster)
    right = [cells(chengdu, three, UNEMPLOYED)]
    other = tour_roster.checked(chengdu, chengdu.hirer, "HIRING", right, corrects=roster["id"])
    chengdu.party.expect("the corrected row", other["passed"], CORRECTED)
    given = {"rosterIds": [roster["id"], other["id"]], "bankAccountId": account["id"]}
    row = chengdu.party.do(chengdu.hirer, "createHiringClaim", **given)
    chengdu.party.expect("the claim's lines", len(row["lines"]), PASSING + CORRECTED)
    claim = approved(chengdu, chengdu.hirer, row, "hiring.amount")
    no = chengdu.party.refused(chengdu.hirer, "createHiringClaim", "ROWS_CLAIMED", **given)
    chengdu.party.tell(f"The same persons a second time refused: {no}")
    return claim


def cells(chengdu: Chengdu, who: Applicant, group: str) -> dict[str, str]:
    """Fill in the row of somebody by the template's headings."""
    return {
        "姓名": who.name,
        "公民身份号码": who.id_number,
        "人员类别": group,
        "合同起始日期": chengdu.hired_on.isoformat(),
        "合同终止日期": chengdu.until.isoformat(),
    }


def approved(
    chengdu: Chengdu, who: Graph, row: Mapping[str, Any], each: Decimal | str
) -> Mapping[str, Any]:
    """Tell how a drafted claim's amount comes about, submit it, review it and approve it.

    `each` is what is paid for a person, or the parameter that says so.
    """
    party = chengdu.party
    _explained(chengdu, who, row, each)
    row = party.move(who, "submitClaim", row, "SUBMITTED")
    row = party.move(chengdu.officer, "approveClaim", row, "APPROVED")
    claim: Mapping[str, Any] = chengdu.officer.ask(CLAIM, {"id": row["id"]})["node"]
    for n, line in enumerate(claim["lines"], 1):
        told = [f"{each['occasion']} {each['outcome']}" for each in line["judgements"]]
        party.expect("how a line was judged", told, ["APPLICATION PASS", "REVIEW PASS"])
        controls = ", ".join(f["control"] for f in line["judgements"][-1]["findings"])
        party.tell(f"  line {n} PASS at application and again at review 风控核验: {controls}")
    party.tell(f"Claim submitted, and approved by the officer: {claim['amount']} yuan")
    return claim


def _explained(chengdu: Chengdu, who: Graph, row: Mapping[str, Any], each: Decimal | str) -> None:
    claim = who.ask(CLAIM, {"id": row["id"]})["node"]
    total = Decimal(0)
    for line in claim["lines"]:
        figures = {p["key"]: p["value"] for p in line["explanation"]["parameters"]}
        total += Decimal(figures[each] if isinstance(each, str) else each)
    chengdu.party.expect("the claim's amount", Decimal(claim["amount"]), total)
    why = claim["lines"][0]["explanation"]["formula"][0]
    count = len(claim["lines"])
    chengdu.party.tell(f"Claim drafted, {count} lines: {claim['amount']} yuan; each {why}")

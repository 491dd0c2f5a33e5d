"""The tour's hiring subsidy 一次性吸纳就业补贴: rostered, claimed, reviewed (S4-S11, S16)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from demonstration.data.applicant import Applicant
from demonstration.tour import hirer
from demonstration.tour import roster as tour_roster
from demonstration.tour.client import GraphClient
from demonstration.tour.facts import UNREGISTERED_PLACE
from demonstration.tour.sichuan_scenario import SichuanScenario
from demonstration.tour.subsidy_document import CLAIM_QUERY

UNEMPLOYED_GROUP, MIGRANT_GROUP = "登记失业人员", "无法返岗农民工"
PASSED_ROWS, CORRECTED_ROWS = 2, 1


def claim_hiring_subsidy(chengdu: SichuanScenario) -> Mapping[str, Any]:
    """Have a roster of four checked and one row corrected, claim for three, be approved."""
    one, two, three, four = chengdu.people[: UNREGISTERED_PLACE + 1]
    rows = [
        build_cells(chengdu, one, UNEMPLOYED_GROUP),
        build_cells(chengdu, two, MIGRANT_GROUP),
        build_cells(chengdu, three, UNEMPLOYED_GROUP) | {"合同起始日期": "上个月初"},
        build_cells(chengdu, four, UNEMPLOYED_GROUP),
    ]
    account = hirer.add_bank_account(chengdu)
    roster = tour_roster.check_roster(chengdu, chengdu.hirer, "HIRING", rows)
    counts = roster["passed"], roster["failed"]
    chengdu.session.expect_equal(
        "who passed and failed", counts, (PASSED_ROWS, len(rows) - PASSED_ROWS)
    )
    tour_roster.fetch_failed_rows(chengdu, chengdu.hirer, roster)
    right = [build_cells(chengdu, three, UNEMPLOYED_GROUP)]
    other = tour_roster.check_roster(chengdu, chengdu.hirer, "HIRING", right, corrects=roster["id"])
    chengdu.session.expect_equal("the corrected row", other["passed"], CORRECTED_ROWS)
    given = {"rosterIds": [roster["id"], other["id"]], "bankAccountId": account["id"]}
    row = chengdu.session.expect_success(chengdu.hirer, "createHiringClaim", **given)
    chengdu.session.expect_equal(
        "the claim's lines", len(row["lines"]), PASSED_ROWS + CORRECTED_ROWS
    )
    claim = approve_claim(chengdu, chengdu.hirer, row, "hiring.amount")
    no = chengdu.session.expect_refusal(chengdu.hirer, "createHiringClaim", "ROWS_CLAIMED", **given)
    chengdu.session.report_step(f"The same persons a second time refused: {no}")
    return claim


def build_cells(chengdu: SichuanScenario, who: Applicant, group: str) -> dict[str, str]:
    """Fill in the row of somebody by the template's headings."""
    return {
        "姓名": who.name,
        "公民身份号码": who.id_number,
        "人员类别": group,
        "合同起始日期": chengdu.hired_on.isoformat(),
        "合同终止日期": chengdu.until.isoformat(),
    }


def approve_claim(
    chengdu: SichuanScenario, who: GraphClient, row: Mapping[str, Any], each: Decimal | str
) -> Mapping[str, Any]:
    """Report how a drafted claim's amount comes about, submit it, review it and approve it.

    `each` is what is paid for a person, or the parameter that says so.
    """
    party = chengdu.session
    _check_explanation(chengdu, who, row, each)
    row = party.transition(who, "submitClaim", row, "SUBMITTED")
    row = party.transition(chengdu.officer, "approveClaim", row, "APPROVED")
    claim: Mapping[str, Any] = chengdu.officer.ask(CLAIM_QUERY, {"id": row["id"]})["node"]
    for n, line in enumerate(claim["lines"], 1):
        told = [f"{each['occasion']} {each['outcome']}" for each in line["judgements"]]
        party.expect_equal("how a line was judged", told, ["APPLICATION PASS", "REVIEW PASS"])
        controls = ", ".join(f["control"] for f in line["judgements"][-1]["findings"])
        party.report_step(
            f"  line {n} PASS at application and again at review 风控核验: {controls}"
        )
    party.report_step(f"Claim submitted, and approved by the officer: {claim['amount']} yuan")
    return claim


def _check_explanation(
    chengdu: SichuanScenario, who: GraphClient, row: Mapping[str, Any], each: Decimal | str
) -> None:
    claim = who.ask(CLAIM_QUERY, {"id": row["id"]})["node"]
    total = Decimal(0)
    for line in claim["lines"]:
        figures = {p["key"]: p["value"] for p in line["explanation"]["parameters"]}
        total += Decimal(figures[each] if isinstance(each, str) else each)
    chengdu.session.expect_equal("the claim's amount", Decimal(claim["amount"]), total)
    why = claim["lines"][0]["explanation"]["formula"][0]
    count = len(claim["lines"])
    chengdu.session.report_step(f"Claim drafted, {count} lines: {claim['amount']} yuan; each {why}")

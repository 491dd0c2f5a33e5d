"""The tour's mentoring subsidy 带教补贴: judged person by person, claimed, reviewed (J34-J37)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from demonstration.tour.document import RETENTION_QUERY
from demonstration.tour.end import end_at_term
from demonstration.tour.month import Rows
from demonstration.tour.session import TourSession

CLAIM_YEAR = 2024
AMOUNT_PER_PERSON = Decimal("2000.00")
CONTROL_NAMES = ("RETAINED_HERE", "LABOUR_CONTRACT", "SOCIAL_INSURANCE", "MONTHLY_REPORTS")
RETAINED_OUTCOMES = ("PASS", "PASS", "PASS", "PASS")
SHORT_CONTRACT_OUTCOMES = ("PASS", "FAIL", "PASS", "PASS")
UNFILED_OUTCOMES = ("UNKNOWN", "PASS", "PASS", "PASS")


def claim_mentoring_subsidy(party: TourSession, interns: Rows, account: Mapping[str, Any]) -> None:
    """Be refused with one of three retained, and claim once there are two (J34-J37)."""
    given = {"year": CLAIM_YEAR, "bankAccountId": account["id"]}
    _check_candidates(
        party, interns, (RETAINED_OUTCOMES, SHORT_CONTRACT_OUTCOMES, UNFILED_OUTCOMES)
    )
    no = party.expect_refusal(party.operator, "createMentoringClaim", "RETENTION_TOO_LOW", **given)
    party.report_step(f"Mentoring claim 带教补贴 refused: {no}")
    end_at_term(party, interns[2])
    _check_candidates(
        party, interns, (RETAINED_OUTCOMES, SHORT_CONTRACT_OUTCOMES, RETAINED_OUTCOMES)
    )
    short = {"internIds": [interns[1]["id"]]}
    no = party.expect_refusal(
        party.operator, "createMentoringClaim", "CONTRACT_TOO_SHORT", **given, **short
    )
    party.report_step(f"Line for who has a contract a day short refused: {no}")
    _approve_claim(party, given)
    no = party.expect_refusal(
        party.operator,
        "createMentoringClaim",
        "ALREADY_MENTORED",
        **given,
        internIds=[interns[0]["id"]],
    )
    party.report_step(f"The same person a second time refused: {no}")


def _check_candidates(party: TourSession, interns: Rows, wanted: Sequence[Sequence[str]]) -> None:
    """Compare what was found of each person with the rules, and tell it (J37)."""
    year = party.operator.ask(RETENTION_QUERY, {"year": CLAIM_YEAR})["mentoringCandidates"]
    kept = sum(outcomes == RETAINED_OUTCOMES for outcomes in wanted)
    party.expect_equal("retained of ended", (year["retained"], year["ended"]), (kept, len(wanted)))
    party.report_step(f"Retention 留用率: {year['formula'][0]}")
    by_id = {each["intern"]["id"]: each for each in year["candidates"]}
    for intern, outcomes in zip(interns, wanted, strict=True):
        each = by_id[intern["id"]]
        found = {finding["control"]: finding["outcome"] for finding in each["findings"]}
        name = each["intern"]["name"]
        party.expect_equal(
            f"what was found of {name}", found, dict(zip(CONTROL_NAMES, outcomes, strict=True))
        )
        told = ", ".join(f"{control} {outcome}" for control, outcome in found.items())
        why = "".join(f"; {shortfall['message']}" for shortfall in each["shortfalls"])
        party.report_step(f"  {name} {told}{why}")


def _approve_claim(party: TourSession, given: Mapping[str, Any]) -> None:
    """Claim for all who can be claimed for, submit and be approved (J35, J36)."""
    row = party.expect_success(party.operator, "createMentoringClaim", **given)
    party.expect_equal(
        "the lines", [line["amount"] for line in row["lines"]], [str(AMOUNT_PER_PERSON)] * 2
    )
    party.expect_equal("the claim's amount", row["amount"], str(2 * AMOUNT_PER_PERSON))
    party.report_step(
        f"Mentoring claim for {CLAIM_YEAR} drafted: 2 x {AMOUNT_PER_PERSON} = {row['amount']} yuan"
    )
    row = party.transition(party.operator, "submitClaim", row, "SUBMITTED")
    party.transition(party.officer, "approveClaim", row, "APPROVED")
    party.report_step(f"Mentoring claim approved by the officer: {2 * AMOUNT_PER_PERSON} yuan")

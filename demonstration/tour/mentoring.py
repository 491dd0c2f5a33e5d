"""The tour's mentoring subsidy 带教补贴: judged person by person, claimed, reviewed (J34-J37)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from demonstration.tour.document import RETAINED
from demonstration.tour.end import last_reduction
from demonstration.tour.month import Rows
from demonstration.tour.party import Party

YEAR = 2024
EACH = Decimal("2000.00")
CONTROLS = ("RETAINED_HERE", "LABOUR_CONTRACT", "SOCIAL_INSURANCE", "MONTHLY_REPORTS")
KEPT = ("PASS", "PASS", "PASS", "PASS")
A_DAY_SHORT = ("PASS", "FAIL", "PASS", "PASS")
NOT_FILED = ("UNKNOWN", "PASS", "PASS", "PASS")


def mentoring(party: Party, interns: Rows, account: Mapping[str, Any]) -> None:
    """Be refused with one of three retained, and claim once there are two (J34-J37)."""
    given = {"year": YEAR, "bankAccountId": account["id"]}
    _candidates(party, interns, (KEPT, A_DAY_SHORT, NOT_FILED))
    no = party.refused(party.operator, "createMentoringClaim", "RETENTION_TOO_LOW", **given)
    party.tell(f"Mentoring claim 带教补贴 refused: {no}")
    last_reduction(party, interns[2])
    _candidates(party, interns, (KEPT, A_DAY_SHORT, KEPT))
    short = {"internIds": [interns[1]["id"]]}
    no = party.refused(
        party.operator, "createMentoringClaim", "CONTRACT_TOO_SHORT", **given, **short
    )
    party.tell(f"Line for who has a contract a day short refused: {no}")
    _claim(party, given)
    no = party.refused(
        party.operator,
        "createMentoringClaim",
        "ALREADY_MENTORED",
        **given,
        internIds=[interns[0]["id"]],
    )
    party.tell(f"The same person a second time refused: {no}")


def _candidates(party: Party, interns: Rows, wanted: Sequence[Sequence[str]]) -> None:
    """Compare what was found of each person with the rules, and tell it (J37)."""
    year = party.operator.ask(RETAINED, {"year": YEAR})["mentoringCandidates"]
    kept = sum(outcomes == KEPT for outcomes in wanted)
    party.expect("retained of ended", (year["retained"], year["ended"]), (kept, len(wanted)))
    party.tell(f"Retention 留用率: {year['formula'][0]}")
    by_id = {each["intern"]["id"]: each for each in year["candidates"]}
    for intern, outcomes in zip(interns, wanted, strict=True):
        each = by_id[intern["id"]]
        found = {finding["control"]: finding["outcome"] for finding in each["findings"]}
        name = each["intern"]["name"]
        party.expect(f"what was found of {name}", found, dict(zip(CONTROLS, outcomes, strict=True)))
        told = ", ".join(f"{control} {outcome}" for control, outcome in found.items())
        why = "".join(f"; {shortfall['message']}" for shortfall in each["shortfalls"])
        party.tell(f"  {name} {told}{why}")


def _claim(party: Party, given: Mapping[str, Any]) -> None:
    """Claim for all who can be claimed for, submit and be approved (J35, J36)."""
    row = party.do(party.operator, "createMentoringClaim", **given)
    party.expect("the lines", [line["amount"] for line in row["lines"]], [str(EACH)] * 2)
    party.expect("the claim's amount", row["amount"], str(2 * EACH))
    party.tell(f"Mentoring claim for {YEAR} drafted: 2 x {EACH} = {row['amount']} yuan")
    row = party.move(party.operator, "submitClaim", row, "SUBMITTED")
    party.move(party.officer, "approveClaim", row, "APPROVED")
    party.tell(f"Mentoring claim approved by the officer: {2 * EACH} yuan")

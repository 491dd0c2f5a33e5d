"""The tour's living allowance: claimed too early, claimed, read back (J29-J33)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from demonstration.data.number import card_number
from demonstration.tour.document import CLAIMS
from demonstration.tour.month import MONTHS, Rows, due, month
from demonstration.tour.party import Party


def allowance(party: Party, interns: Rows) -> Mapping[str, Any]:
    """Report four months and claim for them, not before there are three (J24-J33)."""
    first, second, *later = MONTHS
    for when in (first, second):
        month(party, interns, when)
    account = bank_account(party)
    too_early(party, interns, account)
    for when in later:
        month(party, interns, when)
    read_back(party, claim(party, account))
    return account


def bank_account(party: Party) -> Mapping[str, Any]:
    """Add the unit's bank account (J32)."""
    number = card_number(90_000 + party.number)
    name = party.unit["name"]
    account: Mapping[str, Any] = party.do(
        party.operator,
        "addBankAccount",
        bank="吉林银行",
        branch="东盛大街支行",
        accountName=name,
        number=number,
    )
    party.tell(f"Bank account 银行账户 added in the unit's own name, ending in {number[-4:]}")
    return account


def too_early(party: Party, rows: Rows, account: Mapping[str, Any]) -> None:
    """Be refused a claim that has only two months to stand on (J29)."""
    words = party.refused(
        party.operator,
        "createLivingAllowanceClaim",
        "TOO_FEW_MONTHS",
        month="2024-09",
        bankAccountId=account["id"],
        internIds=[row["id"] for row in rows],
    )
    party.tell(f"Claim with two months refused: {words}")


def claim(party: Party, account: Mapping[str, Any]) -> str:
    """Claim the living allowance, submit it and be approved (J29-J33)."""
    total = due(0, 1, 2)
    row = party.do(
        party.operator,
        "createLivingAllowanceClaim",
        month="2024-11",
        bankAccountId=account["id"],
    )
    party.expect("the claim's amount", row["amount"], total)
    lines = " + ".join(line["amount"] for line in row["lines"])
    party.tell(f"Claim 生活费补贴 up to 2024-11 drafted: {lines} = {row['amount']} yuan")
    row = party.move(party.operator, "submitClaim", row, "SUBMITTED")
    party.move(party.officer, "approveClaim", row, "APPROVED")
    party.tell(f"Claim submitted by the unit and approved by the officer: {total} yuan")
    return str(row["id"])


def read_back(party: Party, claim_id: str) -> None:
    """Read everything back in one query, and add it up once more (J30)."""
    asked = {"from": "2024-08", "to": "2024-11"}
    edges = party.operator.ask(CLAIMS, asked)["claims"]["edges"]
    nodes = [edge["node"] for edge in edges if edge["node"]["id"] == claim_id]
    party.expect("how often the claim is listed", len(nodes), 1)
    node = nodes[0]
    party.expect("the unit", node["unit"]["creditCode"], party.unit["creditCode"])
    party.tell(f"Read back in one query: {node['unit']['name']}, {node['status']}")
    for line in node["lines"]:
        months = line["intern"]["monthlyReports"]
        due = sum(Decimal(report["payableSubsidy"] or 0) for report in months)
        party.expect("a line's amount", line["amount"], str(due))
        who = line["intern"]
        told = ", ".join(f"{r['month']} {r['payableSubsidy'] or '-'}" for r in months)
        party.tell(f"  {who['name']} {who['idNumberMasked']} {line['amount']}: {told}")
    total = sum(Decimal(line["amount"]) for line in node["lines"])
    party.expect("the sum of the lines", str(total), node["amount"])

"""The tour's living allowance: claimed too early, claimed, read back (J29-J33)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from demonstration.data.number import build_card_number
from demonstration.tour.document import CLAIMS_QUERY
from demonstration.tour.month import FIGURES_BY_MONTH, Rows, report_month, sum_payable
from demonstration.tour.session import TourSession


def claim_living_allowance(party: TourSession, interns: Rows) -> Mapping[str, Any]:
    """Report four months and claim for them, not before there are three (J24-J33)."""
    first, second, *later = FIGURES_BY_MONTH
    for when in (first, second):
        report_month(party, interns, when)
    account = add_bank_account(party)
    expect_early_refusal(party, interns, account)
    for when in later:
        report_month(party, interns, when)
    check_claim_list(party, submit_claim(party, account))
    return account


def add_bank_account(party: TourSession) -> Mapping[str, Any]:
    """Add the unit's bank account (J32)."""
    number = build_card_number(90_000 + party.number)
    name = party.unit["name"]
    account: Mapping[str, Any] = party.expect_success(
        party.operator,
        "addBankAccount",
        bank="吉林银行",
        branch="东盛大街支行",
        accountName=name,
        number=number,
    )
    party.report_step(
        f"Bank account 银行账户 added in the unit's own name, ending in {number[-4:]}"
    )
    return account


def expect_early_refusal(party: TourSession, rows: Rows, account: Mapping[str, Any]) -> None:
    """Be refused a claim that has only two months to stand on (J29)."""
    words = party.expect_refusal(
        party.operator,
        "createLivingAllowanceClaim",
        "TOO_FEW_MONTHS",
        month="2024-09",
        bankAccountId=account["id"],
        internIds=[row["id"] for row in rows],
    )
    party.report_step(f"Claim with two months refused: {words}")


def submit_claim(party: TourSession, account: Mapping[str, Any]) -> str:
    """Claim the living allowance, submit it and be approved (J29-J33)."""
    total = sum_payable(0, 1, 2)
    row = party.expect_success(
        party.operator,
        "createLivingAllowanceClaim",
        month="2024-11",
        bankAccountId=account["id"],
    )
    party.expect_equal("the claim's amount", row["amount"], total)
    lines = " + ".join(line["amount"] for line in row["lines"])
    party.report_step(f"Claim 生活费补贴 up to 2024-11 drafted: {lines} = {row['amount']} yuan")
    row = party.transition(party.operator, "submitClaim", row, "SUBMITTED")
    party.transition(party.officer, "approveClaim", row, "APPROVED")
    party.report_step(f"Claim submitted by the unit and approved by the officer: {total} yuan")
    return str(row["id"])


def check_claim_list(party: TourSession, claim_id: str) -> None:
    """Read everything back in one query, and add it up once more (J30)."""
    asked = {"from": "2024-08", "to": "2024-11"}
    edges = party.operator.ask(CLAIMS_QUERY, asked)["claims"]["edges"]
    nodes = [edge["node"] for edge in edges if edge["node"]["id"] == claim_id]
    party.expect_equal("how often the claim is listed", len(nodes), 1)
    node = nodes[0]
    party.expect_equal("the unit", node["unit"]["creditCode"], party.unit["creditCode"])
    party.report_step(f"Read back in one query: {node['unit']['name']}, {node['status']}")
    for line in node["lines"]:
        months = line["intern"]["monthlyReports"]
        due = sum(Decimal(report["payableSubsidy"] or 0) for report in months)
        party.expect_equal("a line's amount", line["amount"], str(due))
        who = line["intern"]
        told = ", ".join(f"{r['month']} {r['payableSubsidy'] or '-'}" for r in months)
        party.report_step(f"  {who['name']} {who['idNumberMasked']} {line['amount']}: {told}")
    total = sum(Decimal(line["amount"]) for line in node["lines"])
    party.expect_equal("the sum of the lines", str(total), node["amount"])

"""The tour's steps: a living allowance's whole life, from the profile to the claim (J6-J33)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from server.demonstration.applicant import CATEGORIES
from server.demonstration.number import card_number, mobile
from server.demonstration.place import TOUR_REGION, TOUR_UNITS
from server.tour_document import CLAIMS
from server.tour_files import business_licence
from server.tour_party import Party

Rows = Sequence[Mapping[str, Any]]

POST = {
    "name": "综合业务助理",
    "headcount": 3,
    "monthlyWage": "3400.00",
    "workplace": "长春市二道区东盛大街",
    "duties": "协助日常业务，由带教老师一对一指导。",
}
TERM = {"agreedOn": "2024-07-25", "startsOn": "2024-08-01", "endsOn": "2025-01-31"}

MONTHS: dict[str, tuple[tuple[str, str | None], ...]] = {
    "2024-08": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-09": (("3100.00", "1880.00"), ("3100.00", "1880.00"), ("2300.00", "1128.00")),
    "2024-10": (("3100.00", None), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
    "2024-11": (("3400.00", "2120.00"), ("3400.00", "2120.00"), ("2600.00", "1272.00")),
}
"""Wage paid and subsidy payable, intern by intern; the minimum wage rises in October (J27)."""


def profile(party: Party) -> None:
    """Complete the unit's profile (J6)."""
    unit = party.do(
        party.operator,
        "completeUnitProfile",
        id=party.unit["id"],
        version=party.unit["version"],
        legalPersonType="ENTERPRISE",
        legalRepresentative="于德海",
        industry="商务服务业",
        address="长春市二道区东盛大街1号",
        employees=46,
        contactName="兰心",
        contactMobile=mobile(9001),
    )
    party.tell(f"Profile 单位信息 completed: {unit['name']}, {party.unit['creditCode']}")


def declaration(party: Party) -> None:
    """Be refused a post, then declare, submit and be approved (J8-J10)."""
    words = party.refused(party.operator, "addPost", "DECLARATION_NOT_APPROVED", **POST)
    party.tell(f"Post 岗位 refused before the declaration: {words}")
    row = party.do(
        party.operator,
        "createDeclaration",
        plannedInterns=3,
        monthlyWage="3100.00",
        trainingPlan="岗前培训两周，随后由带教老师指导。",
        accidentInsurance=True,
        staff=[{"name": "兰心", "duty": "见习管理负责人", "mobile": mobile(9001)}],
    )
    business_licence(party, row)
    row = party.move(party.operator, "submitDeclaration", row, "SUBMITTED")
    party.tell("Declaration 就业见习申报 for 3 interns drafted and submitted")
    party.move(party.officer, "approveDeclaration", row, "APPROVED")
    party.tell("Declaration approved by the district's officer 区县经办人")


def parameter(party: Party) -> None:
    """Let one administrator propose a parameter and another approve it (X2, X6)."""
    one, other = party.sign_in("province"), party.sign_in("province-2")
    row = party.do(
        one,
        "proposeParameter",
        key="internship.min_days",
        region=TOUR_REGION,
        value="15",
        effectiveFrom="2024-01-01",
        source="二道区见习考勤办法（巡览示例）",
        confirmed=True,
    )
    decision = {"id": row["id"], "version": row["version"]}
    words = party.refused(one, "approveParameter", "FOUR_EYES", **decision)
    party.tell(f"Parameter internship.min_days = 15 proposed; own approval refused: {words}")
    party.move(other, "approveParameter", row, "APPROVED")
    party.tell("Parameter 政策参数 approved by the other province administrator 省级管理员")


def interns(party: Party) -> Rows:
    """Add a post, look three persons up, add, submit and approve them (J10, J15-J18)."""
    operator = party.operator
    post = party.do(operator, "addPost", **POST)
    party.tell(f"Post 岗位 added: {post['name']}, {post['status']}")
    made = []
    for category, who in zip(CATEGORIES, party.applicants, strict=True):
        asked = {"idNumber": who.id_number, "name": who.name}
        found = party.do(operator, "lookUpPerson", **asked)
        row = party.do(operator, "addIntern", postId=post["id"], category=category, **TERM, **asked)
        row = party.move(operator, "submitIntern", row, "SUBMITTED")
        made.append(party.move(party.officer, "approveIntern", row, "APPROVED"))
        party.tell(f"Person found, intern 见习人员 approved: {found['name']}, {category}")
    return made


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
    for mutation, who in (
        ("submitMonthlyReports", party.operator),
        ("approveMonthlyReports", party.officer),
    ):
        records = [{"id": row["id"], "version": row["version"]} for row in saved]
        saved = party.do(who, mutation, records=records)
    party.expect(f"the state of {when}", {row["status"] for row in saved}, {"APPROVED"})
    party.tell(f"Month {when}: {len(saved)} reports submitted and approved")


def bank_account(party: Party) -> Mapping[str, Any]:
    """Add the unit's bank account (J32)."""
    number = card_number(90_000 + TOUR_UNITS.index(party.place))
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
    total = sum(Decimal(due or 0) for when in MONTHS.values() for _, due in when)
    row = party.do(
        party.operator,
        "createLivingAllowanceClaim",
        month="2024-11",
        bankAccountId=account["id"],
    )
    party.expect("the claim's amount", row["amount"], str(total))
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

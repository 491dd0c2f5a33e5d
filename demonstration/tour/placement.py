"""The tour's service subsidy 就业创业服务补助: an agency places persons (S12-S14)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.number import card_number
from demonstration.tour import roster as tour_roster
from demonstration.tour.chengdu import DISTRICT, Chengdu
from demonstration.tour.facts import UNREGISTERED
from demonstration.tour.hirer import confirm
from demonstration.tour.hiring import MIGRANT, UNEMPLOYED, approved, cells
from demonstration.tour.subsidy_document import QUALIFIED

LICENCE = "(川)人服证字〔2025〕第0104000123号"


def placement(chengdu: Chengdu) -> Mapping[str, Any]:
    """Claim for two who were placed at the enterprise; each is paid to a card of their own."""
    party, agent = chengdu.party, chengdu.agent
    confirm(chengdu, "publicity.required", DISTRICT, "false", "SERVICE")
    unit = _licensed(chengdu)
    account = party.do(
        agent,
        "addBankAccount",
        bank="中国银行",
        branch="成都锦江支行",
        accountName=unit["name"],
        number=card_number(92_000 + party.number),
    )
    placed = zip(chengdu.people[UNREGISTERED + 1 :], (UNEMPLOYED, MIGRANT), strict=True)
    rows = [
        cells(chengdu, who, group)
        | {"就业企业统一社会信用代码": chengdu.unit["creditCode"]}
        | {"就业企业名称": chengdu.unit["name"], "开户银行": "中国银行成都分行"}
        | {"银行卡号": card_number(93_000 + 10 * party.number + n)}
        for n, (who, group) in enumerate(placed)
    ]
    roster = tour_roster.checked(chengdu, agent, "SERVICE", rows, beneficiary="PERSON")
    party.expect("who passed", roster["passed"], len(rows))
    given = {"rosterIds": [roster["id"]], "bankAccountId": account["id"]}
    row = party.do(agent, "createServiceClaim", **given)
    claim = approved(chengdu, agent, row, "service.amount")
    states = {line["state"] for line in claim["lines"]}
    party.expect("lines that nobody has to publish", states, {"PAYABLE"})
    party.tell("Its lines are PAYABLE 待发放 at once: SERVICE needs no publicity here")
    return claim


def _licensed(chengdu: Chengdu) -> Mapping[str, Any]:
    """Have the agency's licence approved, once for all tours (S12)."""
    party, agent = chengdu.party, chengdu.agent
    unit: Mapping[str, Any] = agent.ask(QUALIFIED)["viewer"]["unit"]
    shown = [edge["node"] for edge in unit["qualifications"]["edges"]]
    if {"kind": "AGENCY_LICENCE", "status": "APPROVED"} in shown:
        party.tell(f"Licence 人力资源服务许可证 of {unit['name']} was approved by a tour before")
        return unit
    content = {"agencyLicence": {"number": LICENCE}}
    since = chengdu.registered_on.isoformat()
    row = party.do(agent, "addQualification", content=content, validFrom=since)
    row = party.move(agent, "submitQualification", row, "SUBMITTED")
    party.move(chengdu.officer, "approveQualification", row, "APPROVED")
    party.tell(f"Licence 人力资源服务许可证 of {unit['name']} filed and approved: {LICENCE}")
    return unit

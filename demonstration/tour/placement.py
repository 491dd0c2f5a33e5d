"""The tour's service subsidy 就业创业服务补助: an agency places persons (S12-S14)."""

from collections.abc import Mapping
from typing import Any

from demonstration.data.number import build_card_number
from demonstration.tour import roster as tour_roster
from demonstration.tour.facts import UNREGISTERED_PLACE
from demonstration.tour.hirer import confirm_parameter
from demonstration.tour.hiring import MIGRANT_GROUP, UNEMPLOYED_GROUP, approve_claim, build_cells
from demonstration.tour.sichuan_scenario import DISTRICT, SichuanScenario
from demonstration.tour.subsidy_document import QUALIFICATIONS_QUERY

LICENCE_NUMBER = "(川)人服证字〔2025〕第0104000123号"


def claim_service_subsidy(chengdu: SichuanScenario) -> Mapping[str, Any]:
    """Claim for two who were placed at the enterprise; each is paid to a card of their own."""
    party, agent = chengdu.session, chengdu.agent
    confirm_parameter(chengdu, "publicity.required", DISTRICT, "false", "SERVICE")
    _approve_licence(chengdu)
    placed = zip(
        chengdu.people[UNREGISTERED_PLACE + 1 :], (UNEMPLOYED_GROUP, MIGRANT_GROUP), strict=True
    )
    rows = [
        build_cells(chengdu, who, group)
        | {"就业企业统一社会信用代码": chengdu.unit["creditCode"]}
        | {"就业企业名称": chengdu.unit["name"], "开户银行": "中国银行成都分行"}
        | {"银行卡号": build_card_number(93_000 + 10 * party.number + n)}
        for n, (who, group) in enumerate(placed)
    ]
    roster = tour_roster.check_roster(chengdu, agent, "SERVICE", rows, beneficiary="PERSON")
    party.expect_equal("who passed", roster["passed"], len(rows))
    row = party.expect_success(agent, "createServiceClaim", rosterIds=[roster["id"]])
    claim = approve_claim(chengdu, agent, row, "service.amount")
    states = {line["state"] for line in claim["lines"]}
    party.expect_equal("lines that nobody has to publish", states, {"PAYABLE"})
    party.report_step("Its lines are PAYABLE 待发放 at once: SERVICE needs no publicity here")
    return claim


def _approve_licence(chengdu: SichuanScenario) -> None:
    """Have the agency's licence approved, once for all tours (S12)."""
    party, agent = chengdu.session, chengdu.agent
    unit: Mapping[str, Any] = agent.ask(QUALIFICATIONS_QUERY)["viewer"]["unit"]
    shown = [edge["node"] for edge in unit["qualifications"]["edges"]]
    if {"kind": "AGENCY_LICENCE", "status": "APPROVED"} in shown:
        party.report_step(
            f"Licence 人力资源服务许可证 of {unit['name']} was approved by a tour before"
        )
        return
    content = {"agencyLicence": {"number": LICENCE_NUMBER}}
    since = chengdu.registered_on.isoformat()
    row = party.expect_success(agent, "addQualification", content=content, validFrom=since)
    row = party.transition(agent, "submitQualification", row, "SUBMITTED")
    party.transition(chengdu.officer, "approveQualification", row, "APPROVED")
    party.report_step(
        f"Licence 人力资源服务许可证 of {unit['name']} filed and approved: {LICENCE_NUMBER}"
    )

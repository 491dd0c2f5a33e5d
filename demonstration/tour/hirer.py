"""The tour's enterprise of Sichuan: policy, registration, size (J1, S4, X2, X6, X17)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from demonstration.data.number import build_card_number, build_id_number, build_mobile
from demonstration.data.tour_reserve import build_hirer_code
from demonstration.tour.sichuan_scenario import DISTRICT, PROVINCE, SichuanScenario

SERVICE_AMOUNT = "400"
PARAMETER_SOURCE = "四川省就业补贴参数确认单（巡览示例）"


def confirm_policy(chengdu: SichuanScenario) -> None:
    """Confirm until when the programme runs and what is paid for a placement (S31, X2, X6)."""
    year = chengdu.today.year
    period = f"{year - 1}-01-01/{year + 1}-12-31"
    confirm_parameter(chengdu, "programme.period", PROVINCE, period, "HIRING")
    confirm_parameter(chengdu, "programme.period", PROVINCE, period, "SERVICE")
    confirm_parameter(chengdu, "service.amount", PROVINCE, SERVICE_AMOUNT)


def confirm_parameter(
    chengdu: SichuanScenario, key: str, region: str, value: str, category: str | None = None
) -> None:
    """Propose a parameter as one administrator, and approve it as another (X2, X6)."""
    party, (one, other) = chengdu.session, chengdu.administrators
    effective = date(chengdu.today.year - 1, 1, 1).isoformat()
    given = {"key": key, "region": region, "value": value, "category": category}
    said = {"effectiveFrom": effective, "source": PARAMETER_SOURCE, "confirmed": True}
    row = party.expect_success(one, "proposeParameter", **given, **said)
    party.transition(other, "approveParameter", row, "APPROVED")
    about = f" of {category}" if category else ""
    party.report_step(
        f"Parameter 政策参数 {key}{about} = {value} in {region}: proposed, approved by two"
    )


def register_enterprise(chengdu: SichuanScenario) -> None:
    """Register the enterprise that hires (J1)."""
    party = chengdu.session
    chengdu.hirer = party.register_account(
        "registerUnit",
        f"{party.key}-hirer",
        DISTRICT,
        name=f"成都市锦江区示范吸纳企业{party.number}号有限公司",
        legalPersonType="ENTERPRISE",
        legalRepresentative="岳明川",
        idNumber=build_id_number(600 + party.number, date(1978, 3, 2), female=False),
        mobile=build_mobile(8500 + party.number),
        creditCode=build_hirer_code(party.number),
    )
    chengdu.unit = party.ask_viewer(chengdu.hirer)["unit"]
    chengdu.unit = party.verify_unit(chengdu.colleague, chengdu.unit)
    name, code = chengdu.unit["name"], chengdu.unit["creditCode"]
    party.report_step(f"Enterprise 吸纳企业 registered in {DISTRICT}: {name}, {code}")


def approve_size(chengdu: SichuanScenario) -> None:
    """Have an officer file the size at the counter; another one approves it (S4, X2, X17)."""
    party = chengdu.session
    counter = chengdu.colleague.with_unit(chengdu.unit["id"])
    since = date(chengdu.today.year - 1, 1, 1).isoformat()
    draft = {"content": {"enterpriseSize": "SMALL"}, "validFrom": since}
    row = party.expect_success(counter, "addQualification", **draft)
    row = party.transition(counter, "submitQualification", row, "SUBMITTED")
    party.report_step(f"Size 企业规模 SMALL filed at the counter 柜台 for {chengdu.unit['name']}")
    decision = {"id": row["id"], "version": row["version"]}
    no = party.expect_refusal(chengdu.colleague, "approveQualification", "FOUR_EYES", **decision)
    party.report_step(f"Approval by who filed it at the counter refused: {no}")
    party.transition(chengdu.officer, "approveQualification", row, "APPROVED")
    party.report_step("Size approved by the other officer")


def add_bank_account(chengdu: SichuanScenario) -> Mapping[str, Any]:
    """Add the enterprise's bank account (J32)."""
    row: Mapping[str, Any] = chengdu.session.expect_success(
        chengdu.hirer,
        "addBankAccount",
        bank="成都银行",
        branch="锦江支行",
        accountName=chengdu.unit["name"],
        number=build_card_number(91_000 + chengdu.session.number),
    )
    chengdu.session.report_step(
        f"Bank account 银行账户 added in the name of {chengdu.unit['name']}"
    )
    return row

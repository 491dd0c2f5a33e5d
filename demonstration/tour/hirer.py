"""The tour's enterprise of Sichuan: policy, registration, size (J1, S4, X2, X6, X17)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from demonstration.data.number import card_number, id_number, mobile
from demonstration.data.touring import hirer_code_of
from demonstration.tour.chengdu import DISTRICT, PROVINCE, Chengdu

SERVICE_AMOUNT = "400"
SOURCE = "四川省就业补贴参数确认单（巡览示例）"


def policy(chengdu: Chengdu) -> None:
    """Confirm until when the programme runs and what is paid for a placement (S31, X2, X6)."""
    year = chengdu.today.year
    period = f"{year - 1}-01-01/{year + 1}-12-31"
    confirm(chengdu, "programme.period", PROVINCE, period, "HIRING")
    confirm(chengdu, "programme.period", PROVINCE, period, "SERVICE")
    confirm(chengdu, "service.amount", PROVINCE, SERVICE_AMOUNT)


def confirm(
    chengdu: Chengdu, key: str, region: str, value: str, category: str | None = None
) -> None:
    """Let one administrator propose a parameter, and another approve it (X2, X6)."""
    party, (one, other) = chengdu.party, chengdu.administrators
    effective = date(chengdu.today.year - 1, 1, 1).isoformat()
    given = {"key": key, "region": region, "value": value, "category": category}
    said = {"effectiveFrom": effective, "source": SOURCE, "confirmed": True}
    row = party.do(one, "proposeParameter", **given, **said)
    party.move(other, "approveParameter", row, "APPROVED")
    about = f" of {category}" if category else ""
    party.tell(f"Parameter 政策参数 {key}{about} = {value} in {region}: proposed, approved by two")


def enterprise(chengdu: Chengdu) -> None:
    """Register the enterprise that hires (J1)."""
    party = chengdu.party
    chengdu.hirer = party.register(
        "registerUnit",
        f"{party.key}-hirer",
        DISTRICT,
        name=f"成都市锦江区示范吸纳企业{party.number}号有限公司",
        legalPersonType="ENTERPRISE",
        legalRepresentative="岳明川",
        idNumber=id_number(600 + party.number, date(1978, 3, 2), female=False),
        mobile=mobile(8500 + party.number),
        creditCode=hirer_code_of(party.number),
    )
    chengdu.unit = party.viewer(chengdu.hirer)["unit"]
    name, code = chengdu.unit["name"], chengdu.unit["creditCode"]
    party.tell(f"Enterprise 吸纳企业 registered in {DISTRICT}: {name}, {code}")


def size(chengdu: Chengdu) -> None:
    """Have an officer file the size at the counter; another one approves it (S4, X2, X17)."""
    party = chengdu.party
    counter = chengdu.colleague.at_counter(chengdu.unit["id"])
    since = date(chengdu.today.year - 1, 1, 1).isoformat()
    draft = {"content": {"enterpriseSize": "SMALL"}, "validFrom": since}
    row = party.do(counter, "addQualification", **draft)
    row = party.move(counter, "submitQualification", row, "SUBMITTED")
    party.tell(f"Size 企业规模 SMALL filed at the counter 柜台 for {chengdu.unit['name']}")
    decision = {"id": row["id"], "version": row["version"]}
    no = party.refused(chengdu.colleague, "approveQualification", "FOUR_EYES", **decision)
    party.tell(f"Approval by who filed it at the counter refused: {no}")
    party.move(chengdu.officer, "approveQualification", row, "APPROVED")
    party.tell("Size approved by the other officer")


def account(chengdu: Chengdu) -> Mapping[str, Any]:
    """Add the enterprise's bank account (J32)."""
    row: Mapping[str, Any] = chengdu.party.do(
        chengdu.hirer,
        "addBankAccount",
        bank="成都银行",
        branch="锦江支行",
        accountName=chengdu.unit["name"],
        number=card_number(91_000 + chengdu.party.number),
    )
    chengdu.party.tell(f"Bank account 银行账户 added in the name of {chengdu.unit['name']}")
    return row

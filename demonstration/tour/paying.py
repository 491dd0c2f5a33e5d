"""The tour's money: batches, the bank's file and answer, receipts, clawbacks (S19, X2, X8, J38)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from demonstration.tour.chengdu import Chengdu
from demonstration.tour.subsidy_document import LINE, MY_LINES

WRONG_CARD = "账号与户名不符"
HALF = 2


def paying(chengdu: Chengdu, claim: Mapping[str, Any]) -> None:
    """Pay a claim's lines in two batches, for the bank fails one; the payee says it arrived."""
    lines = claim["lines"]
    given = {"lineIds": [line["id"] for line in lines]}
    no = chengdu.party.refused(chengdu.officer, "makeBatch", "FORBIDDEN", **given)
    chengdu.party.tell(f"Batch 发放批次 by the reviewing officer refused: {no}")
    batch = _batch(chengdu, given)
    good, bad = _payments(batch)
    if good["line"]["id"] != lines[0]["id"]:
        good, bad = bad, good
    answer = _answered(chengdu, batch, [_paid(chengdu, good), _failed(bad)])
    chengdu.party.expect("what the bank did", (answer["paidCount"], answer["failedCount"]), (1, 1))
    back = chengdu.finance.ask(LINE, {"id": bad["line"]["id"]})["node"]
    chengdu.party.expect("the failed line", back["state"], "PAYABLE")
    chengdu.party.tell(f"The failed line is PAYABLE again; the bank's reason: {WRONG_CARD}")
    again = _batch(chengdu, {"lineIds": [back["id"]]})
    (retry,) = _payments(again)
    _answered(chengdu, again, [_paid(chengdu, retry)])
    paid = chengdu.finance.ask(LINE, {"id": back["id"]})["node"]
    tried = [payment["state"] for payment in paid["payments"]]
    chengdu.party.expect("the claim", paid["claim"]["status"], "DISBURSED")
    chengdu.party.tell(f"All is paid, the claim is DISBURSED; its second line was {tried}")
    _received(chengdu)
    _clawed_back(chengdu, good["line"]["id"])


def _batch(chengdu: Chengdu, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Put lines into a batch, and have the bank's file written and opened (X8)."""
    party = chengdu.party
    batch: Mapping[str, Any] = party.do(chengdu.finance, "makeBatch", **given)
    told = {"batchId": batch["id"], "version": batch["version"], "format": "CSV"}
    file = party.do(chengdu.finance, "exportBatch", **told)
    status, content = chengdu.finance.carry("GET", file["url"])
    party.expect("the bank's file", (status, sha256(content).hexdigest()), (200, file["sha256"]))
    total = sum((Decimal(each["amount"]) for each in _payments(batch)), Decimal(0))
    party.expect("the control total", Decimal(file["amount"]), total)
    party.tell(
        f"Batch 发放批次 {batch['number']} made and written for the bank: "
        f"{file['paymentCount']} payments, control total 合计 {file['amount']} yuan, "
        f"SHA-256 {file['sha256'][:12]}…"
    )
    return batch


def _payments(batch: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [edge["node"] for edge in batch["payments"]["edges"]]


def _paid(chengdu: Chengdu, payment: Mapping[str, Any]) -> Mapping[str, str]:
    told = {"reference": payment["reference"], "amount": payment["amount"], "outcome": "成功"}
    bank = {"paidOn": chengdu.today.isoformat(), "bankReference": payment["reference"][-8:]}
    return told | bank


def _failed(payment: Mapping[str, Any]) -> Mapping[str, str]:
    told = {"reference": payment["reference"], "amount": payment["amount"], "outcome": "失败"}
    return told | {"reason": WRONG_CARD}


def _answered(
    chengdu: Chengdu, batch: Mapping[str, Any], rows: Sequence[Mapping[str, str]]
) -> Mapping[str, Any]:
    """Bring the bank's answer, and bring it once more: nothing changes the second time (X8)."""
    party, given = chengdu.party, {"batchId": batch["id"], "rows": [*rows]}
    answer: Mapping[str, Any] = party.do(chengdu.finance, "importBankAnswer", **given)
    party.expect("faults of the bank's answer", answer["faultCount"], 0)
    again = party.do(chengdu.finance, "importBankAnswer", **given)
    party.expect("rows that are known by now", again["knownCount"], len(rows))
    party.tell(
        f"Bank's answer 银行回盘: {answer['paidCount']} paid, {answer['failedCount']} failed; "
        f"the same answer again changes nothing; the batch is {answer['batch']['state']}"
    )
    return answer


def _received(chengdu: Chengdu) -> None:
    """Let the person see what was paid to their card, and say that it arrived (X8)."""
    party = chengdu.party
    edges = chengdu.payee.ask(MY_LINES)["claimLines"]["edges"]
    (line,) = [edge["node"] for edge in edges]
    card = line["payments"][0]["payeeNumberMasked"]
    party.do(chengdu.payee, "confirmReceipt", lineId=line["id"], arrived=True)
    party.tell(f"The person confirms receipt 到账确认 of {line['amount']} yuan on {card}")


def _clawed_back(chengdu: Chengdu, line_id: str) -> None:
    """Claw back half of a line: one officer proposes, another confirms (J38, X2)."""
    party = chengdu.party
    line = chengdu.officer.ask(LINE, {"id": line_id})["node"]
    half = Decimal(line["amount"]) / HALF
    given = {"lineId": line["id"], "version": line["version"]}
    said = {"amount": f"{half:.2f}", "reason": "核查发现服务期不足。"}
    row = party.do(chengdu.officer, "proposeClawback", **given, **said)
    decision = {"id": row["id"], "version": row["version"]}
    no = party.refused(chengdu.officer, "confirmClawback", "FOUR_EYES", **decision)
    party.tell(f"Clawback 追回 of {row['amount']} yuan proposed; own confirmation refused: {no}")
    done = party.do(chengdu.colleague, "confirmClawback", **decision)
    party.expect("the line", done["line"]["state"], "CLAWED_BACK")
    party.tell("Clawback confirmed by the other officer: the line is CLAWED_BACK")

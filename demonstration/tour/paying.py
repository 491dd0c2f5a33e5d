"""The tour's money: batches, the bank's file and answer, receipts, clawbacks (S19, X2, X8, J38)."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from demonstration.tour.sichuan_scenario import SichuanScenario
from demonstration.tour.subsidy_document import LINE_QUERY, MY_LINES_QUERY

WRONG_CARD_REASON = "账号与户名不符"
CLAWBACK_DIVISOR = 2


def pay_claim(chengdu: SichuanScenario, claim: Mapping[str, Any]) -> None:
    """Pay a claim's lines in two batches, for the bank fails one; the payee says it arrived."""
    lines = claim["lines"]
    given = {"lineIds": [line["id"] for line in lines]}
    no = chengdu.session.expect_refusal(chengdu.officer, "makeBatch", "FORBIDDEN", **given)
    chengdu.session.report_step(f"Batch 发放批次 by the reviewing officer refused: {no}")
    batch = _export_batch(chengdu, given)
    good, bad = _list_payments(batch)
    if good["line"]["id"] != lines[0]["id"]:
        good, bad = bad, good
    answer = _import_answer(
        chengdu, batch, [_build_paid_row(chengdu, good), _build_failed_row(bad)]
    )
    chengdu.session.expect_equal(
        "what the bank did", (answer["paidCount"], answer["failedCount"]), (1, 1)
    )
    back = chengdu.finance.ask(LINE_QUERY, {"id": bad["line"]["id"]})["node"]
    chengdu.session.expect_equal("the failed line", back["state"], "PAYABLE")
    chengdu.session.report_step(
        f"The failed line is PAYABLE again; the bank's reason: {WRONG_CARD_REASON}"
    )
    again = _export_batch(chengdu, {"lineIds": [back["id"]]})
    (retry,) = _list_payments(again)
    _import_answer(chengdu, again, [_build_paid_row(chengdu, retry)])
    paid = chengdu.finance.ask(LINE_QUERY, {"id": back["id"]})["node"]
    tried = [payment["state"] for payment in paid["payments"]]
    chengdu.session.expect_equal("the claim", paid["claim"]["status"], "DISBURSED")
    chengdu.session.report_step(f"All is paid, the claim is DISBURSED; its second line was {tried}")
    _confirm_receipt(chengdu)
    _claw_back_half(chengdu, good["line"]["id"])


def _export_batch(chengdu: SichuanScenario, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Make a batch of lines, and have the bank's file written and opened (X8)."""
    party = chengdu.session
    batch: Mapping[str, Any] = party.expect_success(chengdu.finance, "makeBatch", **given)
    told = {"batchId": batch["id"], "version": batch["version"], "format": "CSV"}
    file = party.expect_success(chengdu.finance, "exportBatch", **told)
    status, content = chengdu.finance.transfer_file("GET", file["url"])
    party.expect_equal(
        "the bank's file", (status, sha256(content).hexdigest()), (200, file["sha256"])
    )
    total = sum((Decimal(each["amount"]) for each in _list_payments(batch)), Decimal(0))
    party.expect_equal("the control total", Decimal(file["amount"]), total)
    party.report_step(
        f"Batch 发放批次 {batch['number']} made and written for the bank: "
        f"{file['paymentCount']} payments, control total 合计 {file['amount']} yuan, "
        f"SHA-256 {file['sha256'][:12]}…"
    )
    return batch


def _list_payments(batch: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return [edge["node"] for edge in batch["payments"]["edges"]]


def _build_paid_row(chengdu: SichuanScenario, payment: Mapping[str, Any]) -> Mapping[str, str]:
    told = {"reference": payment["reference"], "amount": payment["amount"], "outcome": "成功"}
    bank = {"paidOn": chengdu.today.isoformat(), "bankReference": payment["reference"][-8:]}
    return told | bank


def _build_failed_row(payment: Mapping[str, Any]) -> Mapping[str, str]:
    told = {"reference": payment["reference"], "amount": payment["amount"], "outcome": "失败"}
    return told | {"reason": WRONG_CARD_REASON}


def _import_answer(
    chengdu: SichuanScenario, batch: Mapping[str, Any], rows: Sequence[Mapping[str, str]]
) -> Mapping[str, Any]:
    """Bring the bank's answer, and bring it once more: nothing changes the second time (X8)."""
    party, given = chengdu.session, {"batchId": batch["id"], "rows": [*rows]}
    answer: Mapping[str, Any] = party.expect_success(chengdu.finance, "importBankAnswer", **given)
    party.expect_equal("faults of the bank's answer", answer["faultCount"], 0)
    again = party.expect_success(chengdu.finance, "importBankAnswer", **given)
    party.expect_equal("rows that are known by now", again["knownCount"], len(rows))
    party.report_step(
        f"Bank's answer 银行回盘: {answer['paidCount']} paid, {answer['failedCount']} failed; "
        f"the same answer again changes nothing; the batch is {answer['batch']['state']}"
    )
    return answer


def _confirm_receipt(chengdu: SichuanScenario) -> None:
    """Confirm as the person that what was paid to their card arrived (X8)."""
    party = chengdu.session
    edges = chengdu.payee.ask(MY_LINES_QUERY)["claimLines"]["edges"]
    (line,) = [edge["node"] for edge in edges]
    card = line["payments"][0]["payeeNumberMasked"]
    party.expect_success(chengdu.payee, "confirmReceipt", lineId=line["id"], arrived=True)
    party.report_step(f"The person confirms receipt 到账确认 of {line['amount']} yuan on {card}")


def _claw_back_half(chengdu: SichuanScenario, line_id: str) -> None:
    """Claw back half of a line: one officer proposes, another confirms (J38, X2)."""
    party = chengdu.session
    line = chengdu.officer.ask(LINE_QUERY, {"id": line_id})["node"]
    half = Decimal(line["amount"]) / CLAWBACK_DIVISOR
    given = {"lineId": line["id"], "version": line["version"]}
    said = {"amount": f"{half:.2f}", "reason": "核查发现服务期不足。"}
    row = party.expect_success(chengdu.officer, "proposeClawback", **given, **said)
    decision = {"id": row["id"], "version": row["version"]}
    no = party.expect_refusal(chengdu.officer, "confirmClawback", "FOUR_EYES", **decision)
    party.report_step(
        f"Clawback 追回 of {row['amount']} yuan proposed; own confirmation refused: {no}"
    )
    done = party.expect_success(chengdu.colleague, "confirmClawback", **decision)
    party.expect_equal("the line", done["line"]["state"], "CLAWED_BACK")
    party.report_step("Clawback confirmed by the other officer: the line is CLAWED_BACK")

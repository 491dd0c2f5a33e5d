"""From payable lines to what the bank answers, and what is paid offline (X2, X3, X8, S19)."""

import csv
import io
from hashlib import sha256
from typing import Any

import openpyxl
import pytest

from models import BankAccount, BatchExport, BatchImport, Claim, ClaimLine, History, Payment
from resolvers.claims import control
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.refusal import Reason, fault
from tests.factories.chain import ACCOUNT, handle
from tests.factories.paid import (
    BATCH,
    Paid,
    failed,
    payments_of,
    succeeded,
)
from tests.factories.world import World

LINE = "... on ClaimLinePayload { line { id version state reason claim { status amount } } }"
PAID = "... on PaymentsPayload { payments { id state reference paidOn batch { id state } } }"


@pytest.fixture
async def chain(world: World) -> Paid:
    return await Paid(world).opened()


def states(lines: list[Any]) -> list[str]:
    return [line["state"] for line in lines]


def faults(result: Any) -> list[tuple[str, str]]:
    assert result["__typename"] == "Invalid", result
    return [(fault["reason"], ".".join(fault["path"][1:])) for fault in result["faults"]]


async def test_x8_payable_lines_go_to_the_bank_and_are_paid_once_it_says_so(chain: Paid) -> None:
    lines = await chain.payable(3)
    assert states(lines) == ["PAYABLE"] * 3
    assert {line["claim"]["approvedAmount"] for line in lines} == {"17640.00"}
    batch = await chain.batched(*lines)
    assert (batch["state"], batch["paymentCount"], batch["amount"]) == ("OPEN", 3, "17640.00")
    assert batch["number"] == "220104-20250310-001"
    payments = payments_of(batch)
    assert [payment["reference"] for payment in payments] == [
        f"220104-20250310-001-{n:05d}" for n in (1, 2, 3)
    ]
    assert {payment["payeeName"] for payment in payments} == {"unit有限公司"}
    assert not any(str(ACCOUNT["number"]) in str(payment) for payment in payments)
    exported = await chain.exported(batch)
    assert exported["batch"]["state"] == "EXPORTED"
    answer = await chain.answered(batch, *map(succeeded, payments))
    assert (answer["paidCount"], answer["faultCount"]) == (3, 0)
    told = answer["batch"]
    assert (told["state"], told["paidCount"], told["paidAmount"]) == ("SETTLED", 3, "17640.00")
    lines = await chain.lines()
    assert states(lines) == ["PAID"] * 3
    assert {line["claim"]["status"] for line in lines} == {"DISBURSED"}
    assert {line["payments"][0]["paidOn"] for line in lines} == {"2025-03-10"}


async def test_x8_a_failed_payment_returns_its_line_to_payable_with_the_banks_reason(
    chain: Paid,
) -> None:
    lines = await chain.payable(2)
    batch = await chain.batched(*lines)
    await chain.exported(batch)
    good, bad = payments_of(batch)
    answer = await chain.answered(batch, succeeded(good), failed(bad))
    told = answer["batch"]
    assert (told["state"], told["failedCount"], told["failedAmount"]) == ("SETTLED", 1, "5880.00")
    again = {line["state"]: line for line in await chain.lines()}
    assert set(again) == {"PAID", "PAYABLE"}
    back = again["PAYABLE"]
    assert (back["reason"], back["claim"]["status"]) == ("账号与户名不符", "APPROVED")
    second = await chain.batched(back)
    assert second["number"].endswith("-002")
    (retry,) = payments_of(second)
    assert retry["line"]["reason"] is None
    await chain.exported(second)
    await chain.answered(second, succeeded(retry))
    tried = {line["id"]: line for line in await chain.lines()}[back["id"]]
    assert [payment["state"] for payment in tried["payments"]] == ["PAID", "FAILED"]
    assert tried["claim"]["status"] == "DISBURSED"


async def test_x8_every_row_of_the_banks_answer_tells_all_its_faults_and_good_rows_count(
    chain: Paid,
) -> None:
    lines = await chain.payable(6)
    other = await chain.batched(lines[0])
    await chain.exported(other)
    batch = await chain.batched(*lines[1:])
    await chain.exported(batch)
    one, two, three, four, five = payments_of(batch)
    (elsewhere,) = payments_of(other)
    answer = await chain.answered(
        batch,
        succeeded(one),
        succeeded(two, amount="5880.01", paidOn="2025-03-11"),
        succeeded(three),
        failed(three),
        succeeded(elsewhere),
        succeeded({"reference": "nobody's", "amount": "1.00"}),
        failed(four, ""),
        succeeded(five, outcome="也许", amount="abc", paidOn="31.2.2025"),
    )
    told = [[(f["reason"], f["place"]) for f in row["faults"]] for row in answer["outcomes"]]
    assert told == [
        [],
        [("DATE_IN_FUTURE", "paidOn"), ("PAYMENT_AMOUNT_DIFFERS", "amount")],
        [("PAYMENT_TWICE", "reference")],
        [("PAYMENT_TWICE", "reference")],
        [("PAYMENT_ELSEWHERE", "reference")],
        [("PAYMENT_UNKNOWN", "reference")],
        [("REASON_MISSING", "reason")],
        [("RESULT_UNREADABLE", "outcome"), ("NOT_AN_AMOUNT", "amount"), ("NOT_A_DATE", "paidOn")],
    ]
    assert (answer["paidCount"], answer["faultCount"]) == (1, 7)
    assert answer["batch"]["state"] == "EXPORTED"
    assert sorted(states(await chain.lines())) == ["IN_BATCH"] * 5 + ["PAID"]


async def test_x8_the_same_answer_twice_changes_nothing_and_says_so(chain: Paid) -> None:
    batch = await chain.batched(*await chain.payable(2))
    await chain.exported(batch)
    good, bad = payments_of(batch)
    rows = [succeeded(good), failed(bad)]
    first = await chain.answered(batch, *rows)
    before = [vars(row)["version"] for row in await chain.world.rows(Payment)]
    second = await chain.answered(batch, *rows)
    assert [row["outcome"] for row in second["outcomes"]] == ["KNOWN", "KNOWN"]
    assert (second["paidCount"], second["knownCount"]) == (0, 2)
    assert second["batch"] == first["batch"]
    assert [row.version for row in await chain.world.rows(Payment)] == before
    turned = await chain.answered(batch, failed(good), succeeded(bad))
    told = [row["faults"][0]["reason"] for row in turned["outcomes"]]
    assert told == ["PAYMENT_SETTLED", "PAYMENT_SETTLED"]
    assert len({row.sha256 for row in await chain.world.rows(BatchImport)}) == 2


async def test_x8_a_file_for_the_bank_is_the_same_twice_and_each_opening_is_kept(
    chain: Paid,
) -> None:
    batch = await chain.batched(*await chain.payable(2))
    first = await chain.exported(batch)
    again = await chain.exported(first["batch"])
    assert (first["sha256"], first["amount"]) == (again["sha256"], "11760.00")
    assert first["batch"] == again["batch"]
    kept = await chain.world.rows(BatchExport)
    assert [row.account_name for row in kept] == ["finance account"] * 2
    response = await chain.world.client.get(first["url"])
    assert response.status_code == 200
    assert sha256(response.content).hexdigest() == first["sha256"]
    assert response.headers["cache-control"] == "private, no-store"
    text = response.content.decode("utf-8-sig")
    heading, *rows, total = csv.reader(io.StringIO(text))
    assert heading == [
        "序号",
        "付款编号",
        "收款人户名",
        "收款人账号",
        "开户银行",
        "金额(元)",
        "用途",
    ]
    assert [row[3] for row in rows] == [ACCOUNT["number"]] * 2
    assert [row[5] for row in rows] == ["5880.00"] * 2
    assert total == ["合计", batch["number"], "2笔", "", "", "11760.00", ""]


async def test_x8_a_workbook_for_the_bank_holds_every_number_as_text(chain: Paid) -> None:
    batch = await chain.batched(*await chain.payable(2))
    made = await chain.exported(batch, "XLSX")
    content = (await chain.world.client.get(made["url"])).content
    assert sha256(content).hexdigest() == made["sha256"]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][3] == ACCOUNT["number"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert cells[-1][5] == "11760.00"


async def test_x11_a_link_to_a_batch_opens_for_minutes_and_only_for_who_had_it_written(
    chain: Paid,
) -> None:
    batch = await chain.batched(*await chain.payable(1))
    made = await chain.exported(batch)
    query = "query ($id: ID!) { node(id: $id) { ... on BatchExport { url sha256 } } }"
    seen = {
        who: (await chain.world.ask(query, who, id=made["id"])).only
        for who in ("finance", "second", "officer", "unit")
    }
    assert seen["finance"]["url"] is not None
    assert [seen[who]["url"] for who in ("second", "officer")] == [None, None]
    assert seen["unit"] is None
    forged = await chain.world.client.get(made["url"][:-2] + "xx")
    assert forged.status_code == 404
    life = chain.world.service.files.link_life
    chain.world.clock.now += life
    late = await chain.world.client.get(made["url"])
    assert (late.status_code, late.json()["reason"]) == (410, "LINK_EXPIRED")
    assert (await chain.world.ask(query, "finance", id=made["id"])).only["url"] is None


async def test_x8_all_payable_lines_of_a_kind_are_chosen_if_as_many_as_expected(
    chain: Paid,
) -> None:
    await chain.payable(3)
    do = chain.world.do
    wrong = await do("makeBatch", {"kind": "LIVING_ALLOWANCE", "expected": 2}, "finance", BATCH)
    assert faults(wrong) == [("LINES_EXPECTED", "expected")]
    assert "3 lines" in wrong["faults"][0]["message"]
    none = await do("makeBatch", {"kind": "HIRING", "expected": 3}, "finance", BATCH)
    assert none["reason"] == "NO_LINES"
    made = await do("makeBatch", {"expected": 3}, "finance", BATCH)
    assert made["batch"]["paymentCount"] == 3


async def test_x8_lines_that_are_not_payable_are_told_each_at_its_place(chain: Paid) -> None:
    lines = await chain.payable(2)
    await chain.batched(lines[0])
    again = await chain.batched(*lines)
    assert faults(again) == [("LINE_NOT_PAYABLE", "lineIds.0")]
    twice = await chain.batched(lines[1], lines[1])
    assert faults(twice) == [("LISTED_TWICE", "lineIds.1")]
    assert len(await chain.world.rows(Payment)) == 1


@pytest.mark.parametrize("part", ["submitted_by", "approved_by", "reviewed_by"])
async def test_x2_who_submitted_or_reviewed_a_claim_does_not_disburse_it(
    chain: Paid, part: str
) -> None:
    lines = await chain.payable(2)
    await chain.put(Claim, **{part: chain.world.accounts["finance"].id})
    refused = await chain.batched(*lines)
    assert faults(refused) == [("FOUR_EYES", f"lineIds.{n}") for n in (0, 1)]
    done = {"lineIds": [lines[0]["id"]], "paidOn": "2025-03-01", "bankReference": "x"}
    offline = await chain.world.do("markDisbursed", done, "finance", PAID)
    assert faults(offline) == [("FOUR_EYES", "lineIds.0")]
    assert (await chain.batched(*lines, as_="second"))["state"] == "OPEN"


async def test_x2_only_finance_disburses(chain: Paid) -> None:
    lines = await chain.payable(1)
    for who in ("unit", "officer", "city", "province"):
        assert (await chain.batched(*lines, as_=who))["__typename"] == "Forbidden"


def finding(outcome: Outcome) -> Finding:
    said = Sentence("无缴费记录", "no contribution on file")
    lacking = None if outcome is Outcome.PASS else fault(Reason.INSURANCE_MISSING)
    return Finding(Control.SOCIAL_INSURANCE, outcome, said, lacking)


class Controls:
    """Risk controls that find something of the first line they are asked about, until cured."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self.about: Any = None

    async def __call__(self, tx: Any, claims: Any, lines: Any) -> Any:
        self.about = self.about or lines[0].id
        return {line.id: [finding(self.outcome)] for line in lines if line.id == self.about}


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.UNKNOWN])
async def test_x3_a_line_whose_controls_do_not_pass_goes_back_and_the_others_are_paid(
    chain: Paid, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    lines = await chain.payable(2)
    controls = Controls(outcome)
    monkeypatch.setattr(control, "judged_now", controls)
    batch = await chain.batched(*lines)
    assert (batch["paymentCount"], batch["sentBack"], batch["amount"]) == (1, 1, "5880.00")
    (back,) = [line for line in await chain.lines("officer") if line["state"] == "OPEN"]
    assert back["reason"].startswith("发放前风险核验未通过")
    offered = {a["action"]: a["allowed"] for a in back["possibleActions"]}
    review = {"STRIKE": True, "SEND_BACK": False, "READMIT": True, "CLAW_BACK": False}
    assert review.items() <= offered.items()
    early = await chain.world.do("readmitClaimLine", handle(back), "officer", LINE)
    assert early["faults"][0]["reason"] == "CONTROLS_NOT_PASSED"
    controls.outcome = Outcome.PASS
    cured = await chain.world.do("readmitClaimLine", handle(back), "officer", LINE)
    assert (cured["line"]["state"], cured["line"]["reason"]) == ("PAYABLE", None)
    assert (await chain.batched(cured["line"]))["paymentCount"] == 1


async def test_x15_a_line_that_was_sent_back_is_struck_and_the_claim_is_paid_without_it(
    chain: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = await chain.payable(2)
    monkeypatch.setattr(control, "judged_now", Controls(Outcome.FAIL))
    batch = await chain.batched(*lines)
    await chain.exported(batch)
    await chain.answered(batch, *map(succeeded, payments_of(batch)))
    (back,) = [line for line in await chain.lines() if line["state"] == "OPEN"]
    assert back["claim"]["status"] == "APPROVED"
    why = handle(back) | {"reason": "核实未参保"}
    struck = await chain.world.do("strikeClaimLine", why, "officer", LINE)
    assert struck["line"]["claim"] == {"status": "DISBURSED", "amount": "5880.00"}
    (claim,) = await chain.world.rows(Claim)
    assert claim.approved_amount == 11760


async def test_x3_a_batch_from_which_every_line_went_back_is_over_at_once(
    chain: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = await chain.payable(1)
    monkeypatch.setattr(control, "judged_now", Controls(Outcome.UNKNOWN))
    batch = await chain.batched(*lines)
    assert (batch["state"], batch["paymentCount"], batch["sentBack"]) == ("CANCELLED", 0, 1)


async def test_x15_a_reviewer_sends_a_payable_line_back_themselves(chain: Paid) -> None:
    line, other = await chain.payable(2)
    why = handle(line) | {"reason": "重新核实"}
    back = await chain.world.do("sendBackClaimLine", why, "colleague", LINE)
    assert (back["line"]["state"], back["line"]["reason"]) == ("OPEN", "重新核实")
    again = handle(back["line"]) | {"reason": "再退"}
    twice = await chain.world.do("sendBackClaimLine", again, "officer", LINE)
    assert twice["reason"] == "LINE_NOT_PAYABLE"
    never = await chain.world.do("readmitClaimLine", handle(other), "officer", LINE)
    assert never["reason"] == "LINE_NOT_SENT_BACK"


async def test_s19_what_was_paid_outside_the_system_is_marked_with_day_and_proof(
    chain: Paid,
) -> None:
    lines = await chain.payable(3)
    batch = await chain.batched(lines[1])
    done = {
        "lineIds": [line["id"] for line in lines[:2]],
        "paidOn": "2025-03-07",
        "bankReference": "支票 0042",
    }
    result = await chain.world.do("markDisbursed", done, "second", PAID)
    alone, batched = result["payments"]
    assert (alone["state"], alone["batch"], alone["paidOn"]) == ("PAID", None, "2025-03-07")
    assert batched["batch"] == {"id": batch["id"], "state": "SETTLED"}
    assert states(await chain.lines()) == ["PAID", "PAID", "PAYABLE"]
    twice = await chain.world.do("markDisbursed", done, "finance", PAID)
    assert faults(twice) == [("LINE_NOT_PAYABLE", f"lineIds.{n}") for n in (0, 1)]
    early = done | {"lineIds": [lines[2]["id"]], "paidOn": "2025-03-11"}
    assert faults(await chain.world.do("markDisbursed", early, "finance", PAID)) == [
        ("DATE_IN_FUTURE", "paidOn")
    ]


async def test_x3_what_was_paid_outside_the_system_passes_its_controls_too(
    chain: Paid, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = await chain.payable(1)
    monkeypatch.setattr(control, "judged_now", Controls(Outcome.UNKNOWN))
    done = {"lineIds": [line["id"]], "paidOn": "2025-03-07", "bankReference": "1"}
    refused = await chain.world.do("markDisbursed", done, "finance", PAID)
    assert faults(refused) == [("CONTROLS_NOT_PASSED", "lineIds.0")]
    assert states(await chain.lines()) == ["PAYABLE"]


async def test_x8_a_batch_that_the_bank_was_not_given_is_cancelled_and_another_made(
    chain: Paid,
) -> None:
    lines = await chain.payable(2)
    batch = await chain.batched(*lines)
    why = handle(batch) | {"reason": "账户有误"}
    gone = (await chain.world.do("cancelBatch", why, "second", BATCH))["batch"]
    assert (gone["state"], gone["reason"]) == ("CANCELLED", "账户有误")
    assert {payment["state"] for payment in payments_of(gone)} == {"CANCELLED"}
    assert states(await chain.lines()) == ["PAYABLE"] * 2
    second = await chain.batched(*lines)
    exported = await chain.exported(second)
    late = handle(exported["batch"]) | {"reason": "太晚"}
    assert (await chain.world.do("cancelBatch", late, "finance", BATCH))["reason"] == "WRONG_STATUS"
    early = await chain.answered(gone, succeeded(payments_of(gone)[0]))
    assert early["reason"] == "WRONG_STATUS"


async def test_x1_a_claim_whose_lines_finance_has_is_not_revoked(chain: Paid) -> None:
    (line,) = await chain.payable(1)
    await chain.batched(line)
    (claim,) = await chain.world.rows(Claim)
    revoke = {"id": line["claim"]["id"], "version": claim.version, "reason": "撤销"}
    refused = await chain.world.do("revokeClaim", revoke, "officer")
    assert refused["reason"] == "LINES_WITH_FINANCE"


async def test_x1_what_a_line_was_sent_back_for_is_over_once_its_claim_is_approved_again(
    chain: Paid,
) -> None:
    """X7: or else it could be readmitted past the publicity that its claim repeats."""
    (line,) = await chain.payable(1)
    why = handle(line) | {"reason": "重新核实"}
    await chain.world.do("sendBackClaimLine", why, "officer", LINE)
    (claim,) = await chain.world.rows(Claim)
    row = {"id": line["claim"]["id"], "version": claim.version}
    await chain.unpublished(value="true")
    row = await chain.step("revokeClaim", row | {"reason": "撤销"}, "officer", "claim")
    row = await chain.step("submitClaim", handle(row), "unit", "claim")
    await chain.step("approveClaim", handle(row), "officer", "claim")
    (again,) = await chain.lines()
    assert (again["state"], again["reason"]) == ("OPEN", None)
    late = await chain.world.do("readmitClaimLine", handle(again), "officer", LINE)
    assert late["reason"] == "LINE_NOT_SENT_BACK"


async def test_x19_an_account_in_another_name_is_not_paid(chain: Paid) -> None:
    """S14: neither the unit's own nor its liquidator's."""
    lines = await chain.payable(1)
    await chain.put(BankAccount, account_name="别的有限公司")
    assert faults(await chain.batched(*lines)) == [("PAYEE_NOT_THE_UNIT", "lineIds.0")]
    by_filter = await chain.world.do("makeBatch", {"expected": 1}, "finance", BATCH)
    assert faults(by_filter) == [("PAYEE_NOT_THE_UNIT", f"lines.{lines[0]['id']}")]


async def test_x19_a_liquidators_account_is_paid_once_the_declaration_has_ended(
    chain: Paid,
) -> None:
    lines = await chain.payable(1)
    await chain.put(BankAccount, account_name="清算组", holder="LIQUIDATOR")
    assert faults(await chain.batched(*lines)) == [("PAYEE_NOT_THE_UNIT", "lineIds.0")]
    await chain.ended()
    (payment,) = payments_of(await chain.batched(*lines))
    assert payment["payeeName"] == "清算组"


async def test_s14_a_person_is_paid_to_an_account_in_their_own_name(chain: Paid) -> None:
    lines = await chain.payable(2)
    (first, second) = await chain.world.rows(ClaimLine)
    number = chain.world.service.seal.seal("bank_account", "6217000010001234567")
    theirs = {"payee_bank": "建设银行", "payee_number_sealed": number}
    theirs |= {"payee_number_masked": "6217****4567"}
    await chain.put(ClaimLine, payee_name="人员100", **theirs)
    told = await chain.batched(*lines)
    named = {line["id"]: n for n, line in enumerate(lines)}
    wrong = next(n for n in named.values() if f"lineIds.{n}" == faults(told)[0][1])
    assert faults(told) == [("PAYEE_NOT_THE_PERSON", f"lineIds.{wrong}")]
    (payment,) = payments_of(await chain.batched(lines[1 - wrong]))
    assert (payment["payeeName"], payment["payeeNumberMasked"]) == ("人员100", "6217****4567")
    assert first.id != second.id


async def test_x9_every_step_of_a_payment_is_in_the_units_history(chain: Paid) -> None:
    lines = await chain.payable(1)
    batch = await chain.batched(*lines)
    await chain.exported(batch)
    await chain.answered(batch, *map(failed, payments_of(batch)))
    told = [row.action for row in await chain.world.rows(History) if row.record == "Payment"]
    assert told == ["CREATE", "FAIL_PAYMENT"]
    steps = [row.action for row in await chain.world.rows(History) if row.record == "ClaimLine"]
    assert steps[-3:] == ["MAKE_PAYABLE", "PUT_IN_BATCH", "FAIL_PAYMENT"]

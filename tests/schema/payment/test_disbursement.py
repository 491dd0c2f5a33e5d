"""From payable lines to what the bank answers, and what is paid offline (X2, X3, X8, S19)."""

import csv
import io
from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import openpyxl
import pytest
from sqlalchemy import and_
from structlog.testing import capture_logs

from loaders.key import parse_global_id
from models import (
    Account,
    BankAccount,
    BatchExport,
    BatchImport,
    Claim,
    ClaimLine,
    DisbursementBatch,
    History,
    Payment,
    Unit,
    locate_sealed,
)
from resolvers.claims import control
from resolvers.kernel.chain_verification import verify_chains
from rules.kernel.finding import Control, Finding, Outcome, Sentence
from rules.kernel.refusal import Reason, fault
from server.cli.reconcile import reconcile_database
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.office import list_ways, read_office_history
from tests.factories.payment_scenario import (
    BATCH_SELECTION,
    PaymentScenario,
    build_failed_row,
    build_paid_row,
    list_payments,
)
from tests.factories.rows import a_bank_account
from tests.factories.story import story
from tests.factories.world import World

LINE = "... on ClaimLinePayload { line { id version state reason claim { status amount } } }"
PAID = "... on PaymentsPayload { payments { id state reference paidOn batch { id state } } }"


@story
async def chain(world: World) -> PaymentScenario:
    return await PaymentScenario(world).set_up()


def states(lines: list[Any]) -> list[str]:
    return [line["state"] for line in lines]


def read_actions(line: Any) -> dict[str, tuple[bool, str | None]]:
    """Say what may be done to a line, and why not."""
    return {each["action"]: (each["allowed"], each["reason"]) for each in line["possibleActions"]}


async def read_claim_actions(chain: PaymentScenario) -> dict[str, tuple[bool, str | None]]:
    """Say what finance may do to the only claim, and why not."""
    query = "{ claims { edges { node { possibleActions { action allowed reason } } } } }"
    (edge,) = (await chain.world.ask(query, "finance")).only["edges"]
    return read_actions(edge["node"])


def get_own_id(row: Any) -> UUID:
    """Read a row's own id out of its global id."""
    key = parse_global_id(row["id"])
    assert key is not None
    return key.parts[-1]


def faults(result: Any) -> list[tuple[str, str]]:
    assert result["__typename"] == "Invalid", result
    return [(fault["reason"], ".".join(fault["path"][1:])) for fault in result["faults"]]


async def test_x8_payable_lines_go_to_the_bank_and_are_paid_once_it_says_so(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(3)
    assert states(lines) == ["PAYABLE"] * 3
    assert {line["claim"]["approvedAmount"] for line in lines} == {"17640.00"}
    batch = await chain.try_make_batch(*lines)
    assert (batch["state"], batch["paymentCount"], batch["amount"]) == ("OPEN", 3, "17640.00")
    assert batch["number"] == "220104-20250310-001"
    payments = list_payments(batch)
    assert [payment["reference"] for payment in payments] == [
        f"220104-20250310-001-{n:05d}" for n in (1, 2, 3)
    ]
    assert {payment["payeeName"] for payment in payments} == {"unit有限公司"}
    assert not any(str(ACCOUNT_DRAFT["number"]) in str(payment) for payment in payments)
    exported = await chain.try_export_batch(batch)
    assert exported["batch"]["state"] == "EXPORTED"
    answer = await chain.try_import_answer(batch, *map(build_paid_row, payments))
    assert (answer["paidCount"], answer["faultCount"]) == (3, 0)
    told = answer["batch"]
    assert (told["state"], told["paidCount"], told["paidAmount"]) == ("SETTLED", 3, "17640.00")
    lines = await chain.read_lines()
    assert states(lines) == ["PAID"] * 3
    assert {line["claim"]["status"] for line in lines} == {"DISBURSED"}
    assert {line["payments"][0]["paidOn"] for line in lines} == {"2025-03-10"}


async def test_x8_a_failed_payment_returns_its_line_to_payable_with_the_banks_reason(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(*lines)
    await chain.try_export_batch(batch)
    good, bad = list_payments(batch)
    answer = await chain.try_import_answer(batch, build_paid_row(good), build_failed_row(bad))
    told = answer["batch"]
    assert (told["state"], told["failedCount"], told["failedAmount"]) == ("SETTLED", 1, "5880.00")
    again = {line["state"]: line for line in await chain.read_lines()}
    assert set(again) == {"PAID", "PAYABLE"}
    back = again["PAYABLE"]
    assert (back["reason"], back["claim"]["status"]) == ("账号与户名不符", "APPROVED")
    second = await chain.try_make_batch(back)
    assert second["number"].endswith("-002")
    (retry,) = list_payments(second)
    assert retry["line"]["reason"] is None
    await chain.try_export_batch(second)
    await chain.try_import_answer(second, build_paid_row(retry))
    tried = {line["id"]: line for line in await chain.read_lines()}[back["id"]]
    assert [payment["state"] for payment in tried["payments"]] == ["PAID", "FAILED"]
    assert tried["claim"]["status"] == "DISBURSED"


async def test_x8_a_day_s_numbers_go_on_after_those_from_before_the_series(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(2)
    (by, *_) = await chain.world.load_rows(Account)
    figures = {"payment_count": 0, "amount": 0, "sent_back": 0}
    who = {"region": "220104", "made_by": by.id, "made_by_name": "财务"}
    for number in ("220104-20250310-002", "220104-20250310-009", "220104-20250309-011"):
        await chain.world.add_rows(DisbursementBatch(number=number, **who, **figures))
    made = [await chain.try_make_batch(line) for line in lines]
    assert [batch["number"][-3:] for batch in made] == ["010", "011"]


async def test_x8_every_row_of_the_banks_answer_tells_all_its_faults_and_good_rows_count(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(6)
    other = await chain.try_make_batch(lines[0])
    await chain.try_export_batch(other)
    batch = await chain.try_make_batch(*lines[1:])
    await chain.try_export_batch(batch)
    one, two, three, four, five = list_payments(batch)
    (elsewhere,) = list_payments(other)
    answer = await chain.try_import_answer(
        batch,
        build_paid_row(one),
        build_paid_row(two, amount="5880.01", paidOn="2025-03-11"),
        build_paid_row(three),
        build_failed_row(three),
        build_paid_row(elsewhere),
        build_paid_row({"reference": "nobody's", "amount": "1.00"}),
        build_failed_row(four, ""),
        build_paid_row(five, outcome="也许", amount="abc", paidOn="31.2.2025"),
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
    assert sorted(states(await chain.read_lines())) == ["IN_BATCH"] * 5 + ["PAID"]


async def test_x8_the_same_answer_twice_changes_nothing_and_says_so(chain: PaymentScenario) -> None:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(2))
    await chain.try_export_batch(batch)
    good, bad = list_payments(batch)
    rows = [build_paid_row(good), build_failed_row(bad)]
    first = await chain.try_import_answer(batch, *rows)
    before = [vars(row)["version"] for row in await chain.world.load_rows(Payment)]
    second = await chain.try_import_answer(batch, *rows)
    assert [row["outcome"] for row in second["outcomes"]] == ["KNOWN", "KNOWN"]
    assert (second["paidCount"], second["knownCount"]) == (0, 2)
    assert second["batch"] == first["batch"]
    assert [row.version for row in await chain.world.load_rows(Payment)] == before
    turned = await chain.try_import_answer(batch, build_failed_row(good), build_paid_row(bad))
    told = [row["faults"][0]["reason"] for row in turned["outcomes"]]
    assert told == ["PAYMENT_SETTLED", "PAYMENT_SETTLED"]
    assert len({row.sha256 for row in await chain.world.load_rows(BatchImport)}) == 2


async def test_x8_a_file_for_the_bank_is_the_same_twice_and_each_opening_is_kept(
    chain: PaymentScenario,
) -> None:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(2))
    first = await chain.try_export_batch(batch)
    again = await chain.try_export_batch(first["batch"])
    assert (first["sha256"], first["amount"]) == (again["sha256"], "11760.00")
    assert first["batch"] == again["batch"]
    kept = await chain.world.load_rows(BatchExport)
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
    assert [row[3] for row in rows] == [ACCOUNT_DRAFT["number"]] * 2
    assert [row[5] for row in rows] == ["5880.00"] * 2
    assert total == ["合计", batch["number"], "2笔", "", "", "11760.00", ""]


async def test_x8_a_workbook_for_the_bank_holds_every_number_as_text(
    chain: PaymentScenario,
) -> None:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(2))
    made = await chain.try_export_batch(batch, "XLSX")
    content = (await chain.world.client.get(made["url"])).content
    assert sha256(content).hexdigest() == made["sha256"]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][3] == ACCOUNT_DRAFT["number"]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    assert cells[-1][5] == "11760.00"


async def test_x11_a_link_to_a_batch_opens_for_minutes_and_only_for_who_had_it_written(
    chain: PaymentScenario,
) -> None:
    batch = await chain.try_make_batch(*await chain.add_payable_lines(1))
    made = await chain.try_export_batch(batch)
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
    chain: PaymentScenario,
) -> None:
    await chain.add_payable_lines(3)
    do = chain.world.mutate
    wrong = await do(
        "makeBatch", {"kind": "LIVING_ALLOWANCE", "expected": 2}, "finance", BATCH_SELECTION
    )
    assert faults(wrong) == [("LINES_EXPECTED", "expected")]
    assert "3 lines" in wrong["faults"][0]["message"]
    none = await do("makeBatch", {"kind": "HIRING", "expected": 3}, "finance", BATCH_SELECTION)
    assert none["reason"] == "NOTHING_TO_PAY"
    made = await do("makeBatch", {"expected": 3}, "finance", BATCH_SELECTION)
    assert made["batch"]["paymentCount"] == 3


async def test_x8_lines_that_are_not_payable_are_told_each_at_its_place(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(2)
    await chain.try_make_batch(lines[0])
    again = await chain.try_make_batch(*lines)
    assert faults(again) == [("LINE_NOT_PAYABLE", "lineIds.0")]
    twice = await chain.try_make_batch(lines[1], lines[1])
    assert faults(twice) == [("LISTED_TWICE", "lineIds.1")]
    assert len(await chain.world.load_rows(Payment)) == 1


@pytest.mark.parametrize("part", ["submitted_by", "approved_by", "reviewed_by"])
async def test_x2_who_submitted_or_reviewed_a_claim_does_not_disburse_it(
    chain: PaymentScenario, part: str
) -> None:
    lines = await chain.add_payable_lines(2)
    await chain.update_all(Claim, **{part: chain.world.accounts["finance"].id})
    refused = await chain.try_make_batch(*lines)
    assert faults(refused) == [("FOUR_EYES", f"lineIds.{n}") for n in (0, 1)]
    done = {"lineIds": [lines[0]["id"]], "paidOn": "2025-03-01", "bankReference": "x"}
    offline = await chain.world.mutate("markDisbursed", done, "finance", PAID)
    assert faults(offline) == [("FOUR_EYES", "lineIds.0")]
    assert (await chain.try_make_batch(*lines, as_="second"))["state"] == "OPEN"


async def test_x2_only_finance_disburses(chain: PaymentScenario) -> None:
    lines = await chain.add_payable_lines(1)
    for who in ("unit", "officer", "city", "province"):
        assert (await chain.try_make_batch(*lines, as_=who))["__typename"] == "Forbidden"


def finding(outcome: Outcome) -> Finding:
    said = Sentence("无缴费记录", "no contribution on file")
    lacking = None if outcome is Outcome.PASS else fault(Reason.INSURANCE_MISSING)
    return Finding(
        control=Control.SOCIAL_INSURANCE, outcome=outcome, evidence=said, lacking=lacking
    )


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
    chain: PaymentScenario, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    lines = await chain.add_payable_lines(2)
    controls = Controls(outcome)
    monkeypatch.setattr(control, "rerun_line_controls", controls)
    batch = await chain.try_make_batch(*lines)
    assert (batch["paymentCount"], batch["sentBack"], batch["amount"]) == (1, 1, "5880.00")
    (back,) = [line for line in await chain.read_lines("officer") if line["state"] == "OPEN"]
    assert back["reason"].startswith("发放前风险核验未通过")
    offered = {a["action"]: a["allowed"] for a in back["possibleActions"]}
    review = {"STRIKE": True, "SEND_BACK": False, "READMIT": True, "CLAW_BACK": False}
    assert review.items() <= offered.items()
    early = await chain.world.mutate("readmitClaimLine", to_decision(back), "officer", LINE)
    assert early["faults"][0]["reason"] == "CONTROLS_NOT_PASSED"
    controls.outcome = Outcome.PASS
    cured = await chain.world.mutate("readmitClaimLine", to_decision(back), "officer", LINE)
    assert (cured["line"]["state"], cured["line"]["reason"]) == ("PAYABLE", None)
    assert (await chain.try_make_batch(cured["line"]))["paymentCount"] == 1


async def test_x15_a_line_that_was_sent_back_is_struck_and_the_claim_is_paid_without_it(
    chain: PaymentScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = await chain.add_payable_lines(2)
    monkeypatch.setattr(control, "rerun_line_controls", Controls(Outcome.FAIL))
    batch = await chain.try_make_batch(*lines)
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, *map(build_paid_row, list_payments(batch)))
    (back,) = [line for line in await chain.read_lines() if line["state"] == "OPEN"]
    assert back["claim"]["status"] == "APPROVED"
    why = to_decision(back) | {"reason": "核实未参保"}
    struck = await chain.world.mutate("strikeClaimLine", why, "officer", LINE)
    assert struck["line"]["claim"] == {"status": "DISBURSED", "amount": "5880.00"}
    (claim,) = await chain.world.load_rows(Claim)
    assert claim.approved_amount == 11760


async def test_x15_s36_a_claim_of_which_nothing_can_be_paid_any_more_is_closed(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(2)
    for line in lines:
        why = to_decision(line) | {"reason": "重新核实"}
        back = await chain.world.mutate("sendBackClaimLine", why, "officer", LINE)
        strike = to_decision(back["line"]) | {"reason": "核实未参保"}
        struck = await chain.world.mutate("strikeClaimLine", strike, "officer", LINE)
    assert struck["line"]["claim"] == {"status": "CLOSED", "amount": "0.00"}
    steps = [row for row in await chain.world.load_rows(History) if row.action == "CLOSE"]
    assert [(row.from_status, row.to_status) for row in steps] == [("APPROVED", "CLOSED")]
    asked = "{ claims { edges { node { possibleActions { action allowed } } } } }"
    (edge,) = (await chain.world.ask(asked, "officer")).only["edges"]
    assert not [each for each in edge["node"]["possibleActions"] if each["allowed"]]
    queue = "{ workQueue { edges { node { kind } } } }"
    for who in ("officer", "colleague"):
        kinds = [e["node"]["kind"] for e in (await chain.world.ask(queue, who)).only["edges"]]
        assert "CLAIM" not in kinds


async def test_x8_an_exported_batch_without_any_result_is_cancelled_and_answers_are_refused(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(1)
    batch = await chain.try_make_batch(*lines)
    exported = (await chain.try_export_batch(batch))["batch"]
    why = {"id": batch["id"], "version": exported["version"], "reason": "银行退回整批"}
    gone = await chain.world.mutate("cancelBatch", why, "finance", BATCH_SELECTION)
    assert gone["batch"]["state"] == "CANCELLED", gone
    late = await chain.try_import_answer(batch, *map(build_paid_row, list_payments(batch)))
    assert late["reason"] == "WRONG_STATUS"
    (line,) = await chain.read_lines()
    assert (line["state"], [p["state"] for p in line["payments"]]) == ("PAYABLE", ["CANCELLED"])
    again = await chain.try_make_batch(line)
    assert again["paymentCount"] == 1


async def test_x3_a_batch_from_which_every_line_went_back_is_over_at_once(
    chain: PaymentScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = await chain.add_payable_lines(1)
    monkeypatch.setattr(control, "rerun_line_controls", Controls(Outcome.UNKNOWN))
    batch = await chain.try_make_batch(*lines)
    assert (batch["state"], batch["paymentCount"], batch["sentBack"]) == ("CANCELLED", 0, 1)
    assert (await reconcile_database(chain.world.service.reads)).found == []


async def test_x15_a_reviewer_sends_a_payable_line_back_themselves(chain: PaymentScenario) -> None:
    line, other = await chain.add_payable_lines(2)
    why = to_decision(line) | {"reason": "重新核实"}
    back = await chain.world.mutate("sendBackClaimLine", why, "colleague", LINE)
    assert (back["line"]["state"], back["line"]["reason"]) == ("OPEN", "重新核实")
    again = to_decision(back["line"]) | {"reason": "再退"}
    twice = await chain.world.mutate("sendBackClaimLine", again, "officer", LINE)
    assert twice["reason"] == "LINE_NOT_PAYABLE"
    never = await chain.world.mutate("readmitClaimLine", to_decision(other), "officer", LINE)
    assert never["reason"] == "LINE_NOT_SENT_BACK"


async def test_s19_what_was_paid_outside_the_system_is_marked_with_day_and_proof(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(3)
    batch = await chain.try_make_batch(lines[1])
    done = {
        "lineIds": [line["id"] for line in lines[:2]],
        "paidOn": "2025-03-07",
        "bankReference": "支票 0042",
    }
    result = await chain.world.mutate("markDisbursed", done, "second", PAID)
    alone, batched = result["payments"]
    assert (alone["state"], alone["batch"], alone["paidOn"]) == ("PAID", None, "2025-03-07")
    assert batched["batch"] == {"id": batch["id"], "state": "SETTLED"}
    assert states(await chain.read_lines()) == ["PAID", "PAID", "PAYABLE"]
    twice = await chain.world.mutate("markDisbursed", done, "finance", PAID)
    assert faults(twice) == [("LINE_NOT_PAYABLE", f"lineIds.{n}") for n in (0, 1)]
    early = done | {"lineIds": [lines[2]["id"]], "paidOn": "2025-03-11"}
    assert faults(await chain.world.mutate("markDisbursed", early, "finance", PAID)) == [
        ("DATE_IN_FUTURE", "paidOn")
    ]


async def test_x3_what_was_paid_outside_the_system_passes_its_controls_too(
    chain: PaymentScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    (line,) = await chain.add_payable_lines(1)
    monkeypatch.setattr(control, "rerun_line_controls", Controls(Outcome.UNKNOWN))
    done = {"lineIds": [line["id"]], "paidOn": "2025-03-07", "bankReference": "1"}
    refused = await chain.world.mutate("markDisbursed", done, "finance", PAID)
    assert faults(refused) == [("CONTROLS_NOT_PASSED", "lineIds.0")]
    assert states(await chain.read_lines()) == ["PAYABLE"]


async def test_x8_a_batch_that_the_bank_was_not_given_is_cancelled_and_another_made(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(*lines)
    why = to_decision(batch) | {"reason": "账户有误"}
    gone = (await chain.world.mutate("cancelBatch", why, "second", BATCH_SELECTION))["batch"]
    assert (gone["state"], gone["reason"]) == ("CANCELLED", "账户有误")
    assert {payment["state"] for payment in list_payments(gone)} == {"CANCELLED"}
    assert states(await chain.read_lines()) == ["PAYABLE"] * 2
    second = await chain.try_make_batch(*lines)
    exported = await chain.try_export_batch(second)
    first, _ = list_payments(second)
    answer = await chain.try_import_answer(exported["batch"], build_paid_row(first))
    late = to_decision(answer["batch"]) | {"reason": "太晚"}
    refused = await chain.world.mutate("cancelBatch", late, "finance", BATCH_SELECTION)
    assert refused["reason"] == "BATCH_ANSWERED"
    early = await chain.try_import_answer(gone, build_paid_row(list_payments(gone)[0]))
    assert early["reason"] == "WRONG_STATUS"


async def test_s19_a_batch_is_cancelled_of_which_a_line_was_paid_outside_and_all_reconciles(
    chain: PaymentScenario,
) -> None:
    """X8: what was paid stays paid, what was not is payable again."""
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(*lines)
    done = {"lineIds": [lines[0]["id"]], "paidOn": "2025-03-07", "bankReference": "1"}
    assert (await chain.world.mutate("markDisbursed", done, "finance", PAID))["payments"]
    (row,) = await chain.world.load_rows(DisbursementBatch)
    why = {"id": batch["id"], "version": row.version, "reason": "账户有误"}
    gone = (await chain.world.mutate("cancelBatch", why, "second", BATCH_SELECTION))["batch"]
    assert sorted(p["state"] for p in list_payments(gone)) == ["CANCELLED", "PAID"]
    assert sorted(states(await chain.read_lines())) == ["PAID", "PAYABLE"]
    assert (await reconcile_database(chain.world.service.reads)).found == []


async def test_x1_a_claim_whose_lines_finance_has_is_not_revoked(chain: PaymentScenario) -> None:
    (line,) = await chain.add_payable_lines(1)
    await chain.try_make_batch(line)
    (claim,) = await chain.world.load_rows(Claim)
    revoke = {"id": line["claim"]["id"], "version": claim.version, "reason": "撤销"}
    refused = await chain.world.mutate("revokeClaim", revoke, "officer")
    assert refused["reason"] == "LINES_WITH_FINANCE"


async def test_x1_what_a_line_was_sent_back_for_is_over_once_its_claim_is_approved_again(
    chain: PaymentScenario,
) -> None:
    """X7: or else it could be readmitted past the publicity that its claim repeats."""
    (line,) = await chain.add_payable_lines(1)
    why = to_decision(line) | {"reason": "重新核实"}
    await chain.world.mutate("sendBackClaimLine", why, "officer", LINE)
    (claim,) = await chain.world.load_rows(Claim)
    row = {"id": line["claim"]["id"], "version": claim.version}
    await chain.set_publicity_required(value="true")
    row = await chain.run_step("revokeClaim", row | {"reason": "撤销"}, "officer", "claim")
    row = await chain.run_step("submitClaim", to_decision(row), "unit", "claim")
    await chain.run_step("approveClaim", to_decision(row), "officer", "claim")
    (again,) = await chain.read_lines()
    assert (again["state"], again["reason"]) == ("OPEN", None)
    late = await chain.world.mutate("readmitClaimLine", to_decision(again), "officer", LINE)
    assert late["reason"] == "LINE_NOT_SENT_BACK"


async def test_x19_an_account_in_another_name_is_not_paid(chain: PaymentScenario) -> None:
    """S14: neither the unit's own nor its liquidator's."""
    lines = await chain.add_payable_lines(1)
    await chain.update_all(BankAccount, account_name="别的有限公司")
    assert faults(await chain.try_make_batch(*lines)) == [("PAYEE_NOT_THE_UNIT", "lineIds.0")]
    by_filter = await chain.world.mutate("makeBatch", {"expected": 1}, "finance", BATCH_SELECTION)
    assert faults(by_filter) == [("PAYEE_NOT_THE_UNIT", f"lines.{lines[0]['id']}")]


async def test_x4_a_line_whose_account_is_not_its_payees_is_left_out_and_the_others_are_paid(
    chain: PaymentScenario,
) -> None:
    """J7, X19: its possible actions say so before, and the batch says so afterwards."""
    good, bad = await chain.add_payable_lines(2)
    added = await chain.add_bank_account(number="6222020200112233453", isDefault=False)
    account = get_own_id(added)
    foreign = BankAccount.id == account
    await chain.update_where(BankAccount, foreign, {"account_name": "别的有限公司"})
    of_line = ClaimLine.id == get_own_id(bad)
    await chain.update_where(ClaimLine, of_line, {"account_id": account})
    told = {line["id"]: read_actions(line) for line in await chain.read_lines()}
    for action in ("PUT_IN_BATCH", "MARK_DISBURSED"):
        assert told[good["id"]][action] == (True, None)
        assert told[bad["id"]][action] == (False, "PAYEE_NOT_THE_UNIT")
    assert (await read_claim_actions(chain))["DISBURSE"] == (True, None)
    counted = await chain.world.mutate("makeBatch", {"expected": 2}, "finance", BATCH_SELECTION)
    place = f"lines.{bad['id']}"
    assert faults(counted) == [("LINES_EXPECTED", "expected"), ("PAYEE_NOT_THE_UNIT", place)]
    made = await chain.world.mutate("makeBatch", {"expected": 1}, "finance", BATCH_SELECTION)
    assert made["batch"]["paymentCount"] == 1
    (left,) = made["batch"]["leftOut"]
    assert (left["lineId"], left["reason"]) == (bad["id"], "PAYEE_NOT_THE_UNIT")
    assert sorted(states(await chain.read_lines())) == ["IN_BATCH", "PAYABLE"]


async def test_x4_a_claim_none_of_whose_lines_can_be_paid_says_so_itself(
    chain: PaymentScenario,
) -> None:
    """X19, J7: as each of its lines does; one in a name that the unit had is paid for a while."""
    await chain.add_payable_lines(2)
    assert (await read_claim_actions(chain))["DISBURSE"] == (True, None)
    changed = chain.world.service.today()
    former = [{"name": "别的有限公司", "until": changed.isoformat()}]
    await chain.update_all(BankAccount, account_name="别的有限公司")
    assert (await read_claim_actions(chain))["DISBURSE"] == (False, "PAYEE_NOT_THE_UNIT")
    await chain.update_all(Unit, former_names=former)
    assert (await read_claim_actions(chain))["DISBURSE"] == (True, None)
    chain.world.clock.set_day(changed + timedelta(days=366))
    assert (await read_claim_actions(chain))["DISBURSE"] == (False, "PAYEE_NOT_THE_UNIT")


async def test_x19_a_liquidators_account_is_paid_once_the_declaration_has_ended(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(1)
    await chain.update_all(BankAccount, account_name="清算组", holder="LIQUIDATOR")
    assert faults(await chain.try_make_batch(*lines)) == [("PAYEE_NOT_THE_UNIT", "lineIds.0")]
    await chain.end_declaration()
    (payment,) = list_payments(await chain.try_make_batch(*lines))
    assert payment["payeeName"] == "清算组"


async def test_s14_a_person_is_paid_to_an_account_in_their_own_name(chain: PaymentScenario) -> None:
    lines = await chain.add_payable_lines(2)
    (first, second) = await chain.world.load_rows(ClaimLine)
    theirs = {"payee_bank": "建设银行", "payee_number_masked": "6217****4567"}
    await chain.update_all(ClaimLine, payee_name="人员100", **theirs)
    for line in (first, second):
        place = locate_sealed(ClaimLine.payee_number_sealed, (line.unit_id, line.id))
        number = chain.world.service.seal.seal_text(place, "6217000010001234567")
        await chain.update_where(
            ClaimLine, ClaimLine.id == line.id, {"payee_number_sealed": number}
        )
    told = await chain.try_make_batch(*lines)
    named = {line["id"]: n for n, line in enumerate(lines)}
    wrong = next(n for n in named.values() if f"lineIds.{n}" == faults(told)[0][1])
    assert faults(told) == [("PAYEE_NOT_THE_PERSON", f"lineIds.{wrong}")]
    (payment,) = list_payments(await chain.try_make_batch(lines[1 - wrong]))
    assert (payment["payeeName"], payment["payeeNumberMasked"]) == ("人员100", "6217****4567")
    assert first.id != second.id


async def test_x9_every_step_of_a_payment_is_in_the_units_history(chain: PaymentScenario) -> None:
    lines = await chain.add_payable_lines(1)
    batch = await chain.try_make_batch(*lines)
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, *map(build_failed_row, list_payments(batch)))
    told = sorted(await chain.world.load_rows(History), key=lambda row: row.sequence)
    payment = [row.action for row in told if row.record == "Payment"]
    assert payment == ["CREATE", "FAIL_PAYMENT"]
    steps = [row.action for row in told if row.record == "ClaimLine"]
    assert steps[-3:] == ["MAKE_PAYABLE", "PUT_IN_BATCH", "FAIL_PAYMENT"]


async def test_x9_a_batchs_way_names_who_made_exported_settled_and_cancelled_it(
    chain: PaymentScenario,
) -> None:
    world = chain.world
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(*lines)
    exported = await chain.try_export_batch(batch)
    await chain.try_export_batch(exported["batch"], as_="second")
    good, bad = list_payments(batch)
    await chain.try_import_answer(batch, build_paid_row(good))
    await chain.try_import_answer(batch, build_paid_row(good))
    await chain.try_import_answer(batch, build_failed_row(bad), as_="second")
    steps = await read_office_history(world, "DisbursementBatch", batch["id"], "finance")
    assert list_ways(steps) == [
        ("CREATE", None, "OPEN", "finance account"),
        ("EXPORT", "OPEN", "EXPORTED", "finance account"),
        ("EXPORT", None, None, "second account"),
        ("IMPORT_RESULTS", "EXPORTED", "EXPORTED", "finance account"),
        ("IMPORT_RESULTS", "EXPORTED", "SETTLED", "second account"),
    ]
    assert {"field": "failed_amount", "before": "0.00", "after": "5880.00"} in steps[-1]["changes"]
    assert {step["title"] for step in steps} == {batch["number"]}
    (back,) = [line for line in await chain.read_lines() if line["state"] == "PAYABLE"]
    second = await chain.try_make_batch(back)
    await world.mutate(
        "cancelBatch", to_decision(second) | {"reason": "账户待更正"}, "second", BATCH_SELECTION
    )
    (_, last) = await read_office_history(world, "DisbursementBatch", second["id"], "finance")
    assert list_ways([last]) == [("CANCEL", "OPEN", "CANCELLED", "second account")]
    assert last["reason"] == "账户待更正"
    assert await read_office_history(world, "DisbursementBatch", batch["id"], "unit") == []
    found = await verify_chains(world.service.reads, {})
    assert (found.broken, "220104" in found.heads) == ([], True)


async def test_j7_a_unit_is_paid_into_an_account_in_its_former_name_until_the_days_are_over(
    chain: PaymentScenario,
) -> None:
    """J7: item J22; the account is in the name that the unit had when it claimed."""
    first, second = await chain.add_payable_lines(2)
    (account,) = await chain.world.load_rows(BankAccount)
    changed = chain.world.service.today()
    former = [{"name": account.account_name, "until": changed.isoformat()}]
    await chain.update_all(Unit, name="长春新名有限公司", former_names=former)
    batch = await chain.try_make_batch(first)
    assert [each["payeeName"] for each in list_payments(batch)] == [account.account_name]
    chain.world.clock.set_day(changed + timedelta(days=366))
    (late,) = [line for line in await chain.read_lines() if line["id"] == second["id"]]
    assert read_actions(late)["PUT_IN_BATCH"] == (False, "PAYEE_NOT_THE_UNIT")
    assert faults(await chain.try_make_batch(second)) == [("PAYEE_NOT_THE_UNIT", "lineIds.0")]


async def test_x15_a_claim_is_changed_whose_payments_were_cancelled_before_it_was_revoked(
    chain: PaymentScenario,
) -> None:
    """Its old lines stay, struck, for what the payments tell of; their persons come again."""
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(lines[0])
    why = to_decision(batch) | {"reason": "账户有误"}
    await chain.world.mutate("cancelBatch", why, "second", BATCH_SELECTION)
    listed = "{ claims { edges { node { id version } } } }"
    claim = (await chain.world.ask(listed, "officer")).only["edges"][0]["node"]
    why = to_decision(claim) | {"reason": "复核"}
    back = await chain.run_step("revokeClaim", why, "officer", "claim")
    account = await chain.add_bank_account(number="6222020200112233453", isDefault=False)
    draft = to_decision(back) | {"month": "2024-10", "bankAccountId": account["id"]}
    anew = await chain.run_step("changeLivingAllowanceClaim", draft, "unit", "claim")
    assert sorted(states(await chain.read_lines("officer"))) == ["OPEN", "OPEN", "STRUCK"]
    sent = await chain.run_step("submitClaim", to_decision(anew), "unit", "claim")
    await chain.run_step("approveClaim", to_decision(sent), "officer", "claim")
    assert sorted(states(await chain.read_lines())) == ["PAYABLE", "PAYABLE", "STRUCK"]


async def test_x11_an_account_exchanged_for_anothers_is_not_paid_and_an_alarm_is_raised(
    chain: PaymentScenario,
) -> None:
    """Whoever can write to the database puts another unit's sealed number into an account."""
    lines = await chain.add_payable_lines(1)
    (account,) = await chain.world.load_rows(BankAccount)
    elsewhere = locate_sealed(BankAccount.number_sealed, (uuid4(), uuid4()))
    foreign = chain.world.service.seal.seal_text(elsewhere, "6222021234567890128")
    await chain.update_where(BankAccount, BankAccount.id == account.id, {"number_sealed": foreign})
    with capture_logs() as logged:
        told = await chain.try_make_batch(*lines)
    assert told["__typename"] == "Refusal", told
    assert told["reason"] == "SEAL_BROKEN"
    assert [line["column"] for line in logged if line["event"] == "seal broken"] == [
        "bank_account.number_sealed"
    ]
    assert await chain.world.load_rows(Payment) == []


async def test_x11_an_account_taken_over_whole_from_another_unit_is_not_paid(
    chain: PaymentScenario,
) -> None:
    """Whoever can write to the database copies a row of their own, its id as well."""
    world, lines = chain.world, await chain.add_payable_lines(1)
    (account,) = await world.load_rows(BankAccount)
    mine = await world.add_unit("mine")
    theirs = a_bank_account(mine, id=account.id)
    await world.add_rows(theirs)
    copied = {"number_sealed": theirs.number_sealed, "number_masked": theirs.number_masked}
    own = and_(BankAccount.unit_id == account.unit_id, BankAccount.id == account.id)
    await chain.update_where(BankAccount, own, copied)
    told = await chain.try_make_batch(*lines)
    assert (told["__typename"], told["reason"]) == ("Refusal", "SEAL_BROKEN")
    assert await world.load_rows(Payment) == []


async def test_x2_where_it_is_decided_somebody_else_imports_what_the_bank_answers(
    chain: PaymentScenario,
) -> None:
    """Who had the file written may not, and is told so before; whoever else pays may (X4)."""
    draft = {
        "key": "payment.importer_differs",
        "region": "220000",
        "value": "true",
        "effectiveFrom": "2020-01-01",
        "source": "省厅确认",
        "confirmed": True,
    }
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")
    batch = await chain.try_make_batch(*await chain.add_payable_lines(1))
    await chain.try_export_batch(batch)
    told = """query ($id: ID!) { node(id: $id) { ... on DisbursementBatch {
      possibleActions { action reason } } } }"""
    for who, reason in (("finance", "FOUR_EYES"), ("second", None)):
        found = (await chain.world.ask(told, who, id=batch["id"])).only["possibleActions"]
        assert {"action": "IMPORT_RESULTS", "reason": reason} in found
    (paid,) = map(build_paid_row, list_payments(batch))
    assert (await chain.try_import_answer(batch, paid))["reason"] == "FOUR_EYES"
    answer = await chain.try_import_answer(batch, paid, as_="second")
    assert (answer["paidCount"], answer["batch"]["state"]) == (1, "SETTLED")

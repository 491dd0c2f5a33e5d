"""X8: lines to one account of one claim are paid as one transfer, where policy says so."""

import asyncio
import csv
import io
from typing import Any

import pytest

from models import DisbursementBatch, Payment, PaymentState
from server.cli.reconcile import reconcile_database
from tests.factories.internship_scenario import ACCOUNT_DRAFT, to_decision
from tests.factories.payment_scenario import (
    BATCH_SELECTION,
    PaymentScenario,
    build_failed_row,
    build_paid_row,
    list_payments,
)
from tests.factories.refusal import list_refusal_reasons
from tests.factories.story import story
from tests.factories.world import World

TRANSFERS = """query ($id: ID!) { node(id: $id) { ... on DisbursementBatch { transferCount
  paymentCount payments(orderBy: OLDEST) { edges { node { transfer reference amount state } } }
  } } }"""
PAID = "... on PaymentsPayload { payments { id state reference paidOn } }"


@story
async def chain(world: World) -> PaymentScenario:
    made = await PaymentScenario(world).set_up()
    await decide(made, "true")
    return made


async def decide(chain: PaymentScenario, value: str) -> None:
    draft = {
        "key": "payment.one_transfer_per_account",
        "region": "220000",
        "value": value,
        "effectiveFrom": "2020-01-01",
        "source": "省厅确认",
        "confirmed": True,
    }
    row = await chain.run_step("proposeParameter", draft, "province", "parameter")
    await chain.run_step("approveParameter", to_decision(row), "deputy", "parameter")


async def transfers_of(chain: PaymentScenario, batch: Any) -> Any:
    return (await chain.world.ask(TRANSFERS, "finance", id=batch["id"])).only


async def whole(chain: PaymentScenario, batch: Any) -> dict[str, str]:
    """Give the transfer as the bank knows it: its reference and sum."""
    found = await transfers_of(chain, batch)
    payments = [edge["node"] for edge in found["payments"]["edges"]]
    (reference,) = {payment["transfer"] for payment in payments}
    return {"reference": reference, "amount": batch["amount"]}


async def exported(chain: PaymentScenario, people: int = 3) -> Any:
    lines = await chain.add_payable_lines(people)
    batch = await chain.try_make_batch(*lines)
    await chain.try_export_batch(batch)
    return batch


async def assert_reconciled(chain: PaymentScenario) -> None:
    found = await reconcile_database(chain.world.service.reads)
    assert found.holds, found


async def file_of(chain: PaymentScenario, batch: Any) -> list[list[str]]:
    made = await chain.try_export_batch(batch)
    response = await chain.world.client.get(made["url"])
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


async def test_x8_a_batch_has_one_transfer_for_an_account_and_a_payment_for_each_line(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(3)
    batch = await chain.try_make_batch(*lines)
    found = await transfers_of(chain, batch)
    assert (found["paymentCount"], found["transferCount"]) == (3, 1)
    payments = [edge["node"] for edge in found["payments"]["edges"]]
    assert {payment["transfer"] for payment in payments} == {"220104-20250310-001-T00001"}
    assert len({payment["reference"] for payment in payments}) == 3
    await assert_reconciled(chain)


async def test_x8_the_file_for_the_bank_has_a_row_for_each_transfer(
    chain: PaymentScenario,
) -> None:
    lines = await chain.add_payable_lines(3)
    batch = await chain.try_make_batch(*lines)
    _, row, control = await file_of(chain, batch)
    assert row[:2] == ["1", "220104-20250310-001-T00001"]
    assert (row[3], row[5]) == (str(ACCOUNT_DRAFT["number"]), "17640.00")
    assert "1笔" in control
    assert "17640.00" in control


async def test_x8_the_banks_yes_pays_all_lines_of_a_transfer_and_again_changes_nothing(
    chain: PaymentScenario,
) -> None:
    batch = await exported(chain)
    paid = build_paid_row(await whole(chain, batch))
    answer = await chain.try_import_answer(batch, paid)
    assert (answer["rowCount"], answer["paidCount"], answer["faultCount"]) == (1, 1, 0)
    told = answer["batch"]
    assert (told["state"], told["paidCount"], told["paidAmount"]) == ("SETTLED", 3, "17640.00")
    lines = await chain.read_lines()
    assert {line["state"] for line in lines} == {"PAID"}
    assert {line["claim"]["status"] for line in lines} == {"DISBURSED"}
    again = await chain.try_import_answer(batch, paid)
    assert (again["paidCount"], again["knownCount"]) == (0, 1)
    assert again["batch"]["version"] == told["version"]
    second = await chain.try_import_answer(batch, paid | {"bankReference": "ICBC-2"})
    assert second["outcomes"][0]["faults"][0]["reason"] == "PAYMENT_DEBITED_TWICE"
    await assert_reconciled(chain)


async def test_x8_the_banks_no_returns_all_lines_of_a_transfer_and_they_go_together_again(
    chain: PaymentScenario,
) -> None:
    batch = await exported(chain)
    answer = await chain.try_import_answer(batch, build_failed_row(await whole(chain, batch)))
    told = answer["batch"]
    assert (told["state"], told["failedCount"], told["failedAmount"]) == ("SETTLED", 3, "17640.00")
    lines = await chain.read_lines()
    assert {(line["state"], line["reason"]) for line in lines} == {("PAYABLE", "账号与户名不符")}
    await assert_reconciled(chain)
    again = await chain.try_make_batch(*lines)
    assert (await whole(chain, again))["reference"] == "220104-20250310-002-T00001"


async def test_x8_a_part_of_a_transfer_or_another_sum_is_no_answer(chain: PaymentScenario) -> None:
    batch = await exported(chain)
    (one, *_) = list_payments(batch)
    whole_ = await whole(chain, batch)
    answer = await chain.try_import_answer(
        batch, build_paid_row(one), build_paid_row(whole_, amount="5880.00")
    )
    reasons = [fault["reason"] for row in answer["outcomes"] for fault in row["faults"]]
    assert reasons == ["PAYMENT_UNKNOWN", "PAYMENT_AMOUNT_DIFFERS"]
    assert {line["state"] for line in await chain.read_lines()} == {"IN_BATCH"}


async def test_s19_what_goes_as_one_transfer_is_marked_as_disbursed_whole_or_not_at_all(
    chain: PaymentScenario,
) -> None:
    await exported(chain)
    lines = await chain.read_lines()
    draft = {"paidOn": "2025-03-10", "bankReference": "柜台转账凭证 8"}
    part = draft | {"lineIds": [lines[0]["id"], lines[1]["id"]]}
    refused = await chain.world.mutate("markDisbursed", part, "finance", PAID)
    assert list_refusal_reasons(refused) == [
        ("TRANSFER_IN_PARTS", f"input.lineIds.{n}") for n in (0, 1)
    ]
    every = draft | {"lineIds": [line["id"] for line in lines]}
    done = await chain.world.mutate("markDisbursed", every, "finance", PAID)
    assert {payment["state"] for payment in done["payments"]} == {"PAID"}
    await assert_reconciled(chain)


async def test_x8_lines_of_two_claims_or_two_accounts_are_two_transfers(
    chain: PaymentScenario,
) -> None:
    batch = await exported(chain, 2)
    await chain.try_import_answer(batch, build_failed_row(await whole(chain, batch)))
    first, second = await chain.read_lines()
    account = await chain.add_bank_account(number="6228480402564890018", isDefault=False)
    named = {"id": first["id"], "version": first["version"], "bankAccountId": account["id"]}
    line = "... on ClaimLinePayload { line { id version } }"
    result = await chain.world.mutate("nameLineAccount", named, "unit", line)
    confirmed = await chain.world.mutate(
        "confirmLineAccount", to_decision(result["line"]), "officer", line
    )
    assert confirmed["__typename"] == "ClaimLinePayload", confirmed
    again = await chain.try_make_batch(first, second)
    found = await transfers_of(chain, again)
    assert found["transferCount"] == 2
    assert {edge["node"]["transfer"] for edge in found["payments"]["edges"]} == {None}


async def test_x8_without_the_parameter_each_line_is_a_transfer_of_its_own(
    chain: PaymentScenario,
) -> None:
    await decide(chain, "false")
    batch = await exported(chain)
    found = await transfers_of(chain, batch)
    assert (found["paymentCount"], found["transferCount"]) == (3, 3)
    assert {edge["node"]["transfer"] for edge in found["payments"]["edges"]} == {None}
    answer = await chain.try_import_answer(batch, *map(build_paid_row, list_payments(batch)))
    assert answer["paidCount"] == 3


async def test_x8_a_batch_with_a_transfer_is_cancelled_whole(chain: PaymentScenario) -> None:
    lines = await chain.add_payable_lines(2)
    batch = await chain.try_make_batch(*lines)
    given = to_decision(batch) | {"reason": "改期发放"}
    await chain.world.mutate("cancelBatch", given, "finance", BATCH_SELECTION)
    assert {line["state"] for line in await chain.read_lines()} == {"PAYABLE"}
    assert {row.state for row in await chain.world.load_rows(Payment)} == {PaymentState.CANCELLED}
    await assert_reconciled(chain)


@pytest.mark.parametrize("writers", [6])
async def test_x12_of_many_answers_at_once_a_transfer_is_settled_once(
    chain: PaymentScenario, writers: int
) -> None:
    batch = await exported(chain)
    named = await whole(chain, batch)
    rows = [build_paid_row(named), build_failed_row(named)] * (writers // 2)
    answers = await asyncio.gather(*(chain.try_import_answer(batch, row) for row in rows))
    settled = [each for each in answers if each["paidCount"] + each["failedCount"]]
    assert len(settled) == 1
    (row,) = await chain.world.load_rows(DisbursementBatch)
    assert row.paid_count + row.failed_count == 3
    states = {payment.state for payment in await chain.world.load_rows(Payment)}
    assert len(states) == 1
    await assert_reconciled(chain)

"""After a failed payment the owner names another account, and an officer confirms it (X8)."""

import asyncio
from typing import Any

import pytest

from models import History, Publicity
from tests.factories.internship_scenario import to_decision
from tests.factories.payment_scenario import (
    PaymentScenario,
    build_failed_row,
    build_paid_row,
    list_payments,
)
from tests.factories.world import World

WRITERS = 6
LINE = """... on ClaimLinePayload { line { id version state account { id } proposedAccount { id }
  possibleActions { action allowed reason } } }"""


@pytest.fixture
async def chain(world: World) -> PaymentScenario:
    return await PaymentScenario(world).set_up()


async def fail(chain: PaymentScenario) -> Any:
    """Let the bank return a line's payment, and give the line as its unit sees it."""
    batch = await chain.try_make_batch(*await chain.add_payable_lines(1))
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, build_failed_row(list_payments(batch)[0]))
    (line,) = await chain.read_lines("unit")
    return line


async def name(chain: PaymentScenario, line: Any, account: Any, as_: str = "unit") -> Any:
    given = to_decision(line) | {"bankAccountId": account["id"]}
    result = await chain.world.mutate("nameLineAccount", given, as_, LINE)
    return result.get("line", result)


async def confirm(chain: PaymentScenario, line: Any, as_: str = "officer") -> Any:
    result = await chain.world.mutate("confirmLineAccount", to_decision(line), as_, LINE)
    return result.get("line", result)


async def test_x8_a_failed_payment_goes_to_another_account_that_an_officer_confirmed(
    chain: PaymentScenario,
) -> None:
    line = await fail(chain)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    named = await name(chain, line, other)
    assert (named["account"], named["proposedAccount"]) == (None, {"id": other["id"]})
    waiting = await chain.try_make_batch(named)
    assert [each["reason"] for each in waiting["faults"]] == ["ACCOUNT_UNCONFIRMED"]
    confirmed = await confirm(chain, named)
    assert (confirmed["account"], confirmed["proposedAccount"]) == ({"id": other["id"]}, None)
    batch = await chain.try_make_batch(confirmed)
    (payment,) = list_payments(batch)
    assert payment["payeeNumberMasked"].endswith("0599")
    await chain.try_export_batch(batch)
    answer = await chain.try_import_answer(batch, build_paid_row(payment))
    assert (answer["paidCount"], answer["faultCount"]) == (1, 0)
    assert await chain.world.load_rows(Publicity) == []
    steps = [row.action for row in await chain.world.load_rows(History)]
    assert [steps.count(each) for each in ("NAME_ACCOUNT", "CONFIRM_ACCOUNT")] == [1, 1]


async def test_x4_x8_an_account_is_named_after_a_failure_alone_and_confirmed_once_named(
    chain: PaymentScenario,
) -> None:
    (line,) = await chain.add_payable_lines(1)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    assert (await name(chain, line, other))["reason"] == "PAYMENT_NOT_FAILED"
    assert (await confirm(chain, line))["reason"] == "PAYMENT_NOT_FAILED"
    batch = await chain.try_make_batch(line)
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, build_failed_row(list_payments(batch)[0]))
    (line,) = await chain.read_lines("officer")
    assert (await confirm(chain, line))["reason"] == "ACCOUNT_NOT_NAMED"
    offered = {a["action"]: a["allowed"] for a in line["possibleActions"]}
    assert offered["CONFIRM_ACCOUNT"] is False
    (mine,) = await chain.read_lines("unit")
    assert {"action": "NAME_ACCOUNT", "allowed": True, "reason": None} in mine["possibleActions"]


async def test_x12_of_many_who_confirm_an_account_one_wins(chain: PaymentScenario) -> None:
    line = await fail(chain)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    named = await name(chain, line, other)
    told = await asyncio.gather(
        *(confirm(chain, named, who) for who in ("officer", "colleague") * (WRITERS // 2))
    )
    assert sum("state" in each for each in told) == 1


async def test_x10_nobody_names_an_account_of_another_unit(chain: PaymentScenario) -> None:
    line = await fail(chain)
    foreign = {"id": "BankAccount-" + "0" * 64}
    refused = await name(chain, line, foreign)
    assert [each["reason"] for each in refused.get("faults", [refused])] == ["NOT_FOUND"]

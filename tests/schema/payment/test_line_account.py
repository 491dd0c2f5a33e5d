"""Before payment and after one failed the owner names another account, an officer confirms (X8)."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from loaders.key import Key
from models import (
    ClaimLine,
    History,
    LineState,
    Publicity,
)
from tests.factories.hiring_scenario import (
    CARD_NUMBER,
    UNEMPLOYED_GROUP,
    HiringScenario,
    a_cell_row,
)
from tests.factories.internship_scenario import to_decision
from tests.factories.payment_scenario import (
    PaymentScenario,
    build_failed_row,
    build_paid_row,
    list_payments,
)
from tests.factories.rows import NATIONWIDE_ACTOR
from tests.factories.world import World

WRITERS = 6
OTHER_CARD = "6222021234567894"
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


async def test_x8_a_wrong_account_of_an_approved_claim_is_corrected_before_payment(
    chain: PaymentScenario,
) -> None:
    """X8: item J72; one request and one confirmation serve all lines of the claim."""
    first, second = await chain.add_payable_lines(2)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    given = to_decision(first) | {"bankAccountId": other["id"], "wholeClaim": True}
    named = (await chain.world.mutate("nameLineAccount", given, "unit", LINE))["line"]
    waiting = await chain.try_make_batch(first, second)
    assert {each["reason"] for each in waiting["faults"]} == {"ACCOUNT_UNCONFIRMED"}
    own = await confirm(chain, named, "unit")
    assert own["__typename"] == "Forbidden"
    sure = to_decision(named) | {"wholeClaim": True}
    confirmed = await chain.world.mutate("confirmLineAccount", sure, "officer", LINE)
    assert confirmed["line"]["account"] == {"id": other["id"]}
    batch = await chain.try_make_batch(first, second)
    assert {p["payeeNumberMasked"][-4:] for p in list_payments(batch)} == {"0599"}
    assert await chain.world.load_rows(Publicity) == []
    steps = [row.action for row in await chain.world.load_rows(History)]
    assert [steps.count(each) for each in ("NAME_ACCOUNT", "CONFIRM_ACCOUNT")] == [2, 2]


async def test_x4_x8_an_account_is_named_between_approval_and_batch_and_confirmed_once_named(
    chain: PaymentScenario,
) -> None:
    (line,) = await chain.add_payable_lines(1)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    batch = await chain.try_make_batch(line)
    (line,) = await chain.read_lines("officer")
    assert (await name(chain, line, other))["reason"] == "LINE_ACCOUNT_FIXED"
    assert (await confirm(chain, line))["reason"] == "LINE_ACCOUNT_FIXED"
    await chain.try_export_batch(batch)
    await chain.try_import_answer(batch, build_failed_row(list_payments(batch)[0]))
    (line,) = await chain.read_lines("officer")
    assert (await confirm(chain, line))["reason"] == "ACCOUNT_NOT_NAMED"
    offered = {a["action"]: a["allowed"] for a in line["possibleActions"]}
    assert offered["CONFIRM_ACCOUNT"] is False
    (mine,) = await chain.read_lines("unit")
    assert {"action": "NAME_ACCOUNT", "allowed": True, "reason": None} in mine["possibleActions"]


async def told_of_disbursing(chain: PaymentScenario, as_: str) -> Any:
    """Ask why the only claim can't be disbursed, as its possible actions tell (X4)."""
    query = "{ claims { edges { node { possibleActions { action reason } } } } }"
    (edge,) = (await chain.world.ask(query, as_)).only["edges"]
    told = edge["node"]["possibleActions"]
    return next(each["reason"] for each in told if each["action"] == "DISBURSE")


async def test_x2_who_confirmed_an_account_does_not_pay_into_it(chain: PaymentScenario) -> None:
    line = await fail(chain)
    other = await chain.add_bank_account(number="44050162123400000599", isDefault=False)
    await confirm(chain, await name(chain, line, other))
    (row,) = await chain.world.load_rows(ClaimLine)
    assert row.account_confirmed_by == chain.world.accounts["officer"].id
    await chain.update_all(ClaimLine, account_confirmed_by=chain.world.accounts["finance"].id)
    (line,) = await chain.read_lines()
    offered = {each["action"]: each["reason"] for each in line["possibleActions"]}
    assert offered["PUT_IN_BATCH"] == "FOUR_EYES"
    assert await told_of_disbursing(chain, "finance") == "FOUR_EYES"
    assert await told_of_disbursing(chain, "second") is None
    refused = await chain.try_make_batch(line)
    assert [each["reason"] for each in refused["faults"]] == ["FOUR_EYES"]
    assert (await chain.try_make_batch(line, as_="second"))["state"] == "OPEN"


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


async def test_s14_x8_a_persons_line_goes_to_another_card_of_their_own(world: World) -> None:
    hirer = await HiringScenario(world).set_up()
    employer = await hirer.add_employer()
    await hirer.add_people(1, employer=employer)
    cells = (employer.credit_code, employer.name, "中国银行", CARD_NUMBER)
    row = a_cell_row(1, UNEMPLOYED_GROUP, "2025-08-31", *cells)
    roster = await hirer.check_roster(row, kind="SERVICE", beneficiary="PERSON")
    claim = await hirer.submit_claim(roster, kind="Service", paid_themselves=True)
    await hirer.try_transition("approve", claim, "reviewer")
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, NATIONWIDE_ACTOR)
        returned = {"state": LineState.PAYABLE, "reason": "账号与户名不符"}
        await session.execute(update(ClaimLine).values(**returned))
    (line,) = await world.load_rows(ClaimLine)
    key = Key("ClaimLine", (line.unit_id, line.id)).format_global_id()
    given = {"id": key, "version": line.version, "payeeBank": "工商银行", "payeeNumber": OTHER_CARD}
    bad = await world.mutate(
        "nameLineAccount", given | {"payeeNumber": OTHER_CARD[:-1] + "0"}, hirer.unit, LINE
    )
    assert [each["reason"] for each in bad["faults"]] == ["CARD_NUMBER_CHECKSUM"]
    named = await world.mutate("nameLineAccount", given, hirer.unit, LINE)
    assert named["__typename"] == "ClaimLinePayload", named
    confirmed = await world.mutate(
        "confirmLineAccount", to_decision(named["line"]), "reviewer", LINE
    )
    assert confirmed["__typename"] == "ClaimLinePayload", confirmed
    (line,) = await world.load_rows(ClaimLine)
    assert line.payee_number_sealed is not None
    assert world.open_sealed(ClaimLine.payee_number_sealed, line) == OTHER_CARD
    assert (line.payee_bank, line.proposed_payee_number_sealed) == ("工商银行", None)

import asyncio
import json
from typing import Any

from models import BankAccount, History
from tests.factories.internship_scenario import ACCOUNT_DRAFT, InternshipScenario, to_decision
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import a_bank_account
from tests.factories.world import World, build_global_id

NUMBER = "6222020200112233446"
LIST = "{ bankAccounts { edges { node { numberMasked isDefault accountName version } } } }"


def luhn(body: str) -> str:
    """Complete a card number with its check digit."""
    doubled = [int(d) * (2 - n % 2) for n, d in enumerate(reversed(body))]
    return f"{body}{-sum(d // 10 + d % 10 for d in doubled) % 10}"


async def listed(world: World, as_: str = "unit") -> list[Any]:
    return [edge["node"] for edge in (await world.ask(LIST, as_)).only["edges"]]


async def add(world: World, number: str, default: bool = False) -> Any:
    return await InternshipScenario(world).add_bank_account(number=number, isDefault=default)


async def test_j32_the_first_account_is_the_default_and_the_default_moves(world: World) -> None:
    first = await add(world, luhn("622202020011"))
    second = await add(world, luhn("622202020022"))
    await add(world, luhn("622202020033"), default=True)
    assert [row["isDefault"] for row in await listed(world)] == [True, False, False]
    change = to_decision(second) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    await InternshipScenario(world).run_step("changeBankAccount", change, "unit", "bankAccount")
    assert [row["isDefault"] for row in await listed(world)] == [False, True, False]
    stale = to_decision(first) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    assert await assert_refused(world, "changeBankAccount", stale, "unit") == [
        ("STALE_VERSION 2", "input.id")
    ]


async def test_j32_one_account_always_stays_the_default(world: World) -> None:
    only = await add(world, NUMBER)
    change = to_decision(only) | {"bank": "吉林银行", "branch": "总行", "isDefault": False}
    assert await assert_refused(world, "changeBankAccount", change, "unit") == [
        ("DEFAULT_NEEDED", "input.isDefault")
    ]


async def test_j32_an_account_is_in_the_units_own_name(world: World) -> None:
    bad = ACCOUNT_DRAFT | {"accountName": "别家有限公司"}
    assert await assert_refused(world, "addBankAccount", bad, "unit") == [
        ("ACCOUNT_NAME_DIFFERS", "input.accountName")
    ]
    await InternshipScenario(world).add_bank_account(accountName=" ＵＮＩＴ有限公司 ")
    assert (await listed(world))[0]["accountName"] == "unit有限公司"


async def test_j32_a_number_is_checked_and_never_repeated(world: World) -> None:
    for number, reason in (
        ("62220", "ACCOUNT_NUMBER_MALFORMED"),
        ("622202020011A", "ACCOUNT_NUMBER_MALFORMED"),
        ("6" * 33, "ACCOUNT_NUMBER_MALFORMED"),
    ):
        bad = ACCOUNT_DRAFT | {"number": number}
        assert await assert_refused(world, "addBankAccount", bad, "unit") == [
            (reason, "input.number")
        ]
        assert number not in str(await try_mutation(world, "addBankAccount", bad, "unit"))


async def test_j32_a_corporate_account_needs_no_check_digit(world: World) -> None:
    for number in ("0200001009014400", "44050162", "31001552500050012345"):
        await InternshipScenario(world).add_bank_account(number=number, isDefault=False)
    assert [each["numberMasked"][-4:] for each in await listed(world)] == ["2345", "0162", "4400"]


async def test_j32_an_account_is_listed_once_however_its_number_is_grouped(world: World) -> None:
    """J32: and a refused one does not take the default with it."""
    await add(world, NUMBER)
    for typed in (NUMBER, "6222 0202 0011 2233 446", "６２２２020200112233446"):
        again = ACCOUNT_DRAFT | {"number": typed, "isDefault": True}
        assert await assert_refused(world, "addBankAccount", again, "unit") == [
            ("ACCOUNT_EXISTS", "input.number")
        ]


async def test_j32_of_many_defaults_added_at_once_one_is_left(world: World) -> None:
    numbers = [luhn(f"6222020200{n:02d}") for n in range(16)]
    inputs = [ACCOUNT_DRAFT | {"number": number} for number in (*numbers, *numbers)]
    results = await asyncio.gather(
        *(try_mutation(world, "addBankAccount", i, "unit") for i in inputs)
    )
    lost = [result for result in results if result["__typename"] != "BankAccountPayload"]
    assert [list_refusal_reasons(result) for result in lost] == [
        [("ACCOUNT_EXISTS", "input.number")]
    ] * 16
    rows = await world.load_rows(BankAccount)
    assert (len(rows), [row.is_default for row in rows].count(True)) == (16, True)


async def test_j5_accounts_of_another_unit_are_not_found(world: World) -> None:
    other = await world.add_unit("other")
    theirs = a_bank_account(other)
    await world.add_rows(theirs)
    assert await listed(world) == []
    change = {"id": build_global_id("BankAccount", other.id, theirs.id), "version": 1}
    change |= {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    assert await assert_refused(world, "changeBankAccount", change, "unit") == [
        ("NOT_FOUND", "input.id")
    ]


async def test_x11_an_accounts_number_is_masked_sealed_and_not_in_its_history(
    world: World,
) -> None:
    row = await add(world, NUMBER)
    change = to_decision(row) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    await InternshipScenario(world).run_step("changeBankAccount", change, "unit", "bankAccount")
    (shown,) = await listed(world)
    assert shown["numberMasked"].endswith("3446")
    assert NUMBER[:-4] not in shown["numberMasked"]
    (kept,) = await world.load_rows(BankAccount)
    assert NUMBER.encode() not in kept.number_sealed
    assert NUMBER not in json.dumps([entry.changes for entry in await world.load_rows(History)])

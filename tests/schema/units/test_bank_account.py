import asyncio
import json
from typing import Any

from models import BankAccount, History
from tests.factories.chain import ACCOUNT, Chain, handle
from tests.factories.refusal import refused, said, told
from tests.factories.rows import a_bank_account
from tests.factories.world import World, global_id

NUMBER = "6222020200112233446"
LIST = "{ bankAccounts { edges { node { numberMasked isDefault accountName version } } } }"


def luhn(body: str) -> str:
    """Complete a card number with its check digit."""
    doubled = [int(d) * (2 - n % 2) for n, d in enumerate(reversed(body))]
    return f"{body}{-sum(d // 10 + d % 10 for d in doubled) % 10}"


async def listed(world: World, as_: str = "unit") -> list[Any]:
    return [edge["node"] for edge in (await world.ask(LIST, as_)).only["edges"]]


async def add(world: World, number: str, default: bool = False) -> Any:
    return await Chain(world).account(number=number, isDefault=default)


async def test_j32_the_first_account_is_the_default_and_the_default_moves(world: World) -> None:
    first = await add(world, luhn("622202020011"))
    second = await add(world, luhn("622202020022"))
    await add(world, luhn("622202020033"), default=True)
    assert [row["isDefault"] for row in await listed(world)] == [True, False, False]
    change = handle(second) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    await Chain(world).step("changeBankAccount", change, "unit", "bankAccount")
    assert [row["isDefault"] for row in await listed(world)] == [False, True, False]
    stale = handle(first) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    assert await refused(world, "changeBankAccount", stale, "unit") == [
        ("STALE_VERSION 2", "input.id")
    ]


async def test_j32_one_account_always_stays_the_default(world: World) -> None:
    only = await add(world, NUMBER)
    change = handle(only) | {"bank": "吉林银行", "branch": "总行", "isDefault": False}
    assert await refused(world, "changeBankAccount", change, "unit") == [
        ("DEFAULT_NEEDED", "input.isDefault")
    ]


async def test_j32_an_account_is_in_the_units_own_name(world: World) -> None:
    bad = ACCOUNT | {"accountName": "别家有限公司"}
    assert await refused(world, "addBankAccount", bad, "unit") == [
        ("ACCOUNT_NAME_DIFFERS", "input.accountName")
    ]
    await Chain(world).account(accountName=" ＵＮＩＴ有限公司 ")
    assert (await listed(world))[0]["accountName"] == "unit有限公司"


async def test_j32_a_number_is_checked_and_never_repeated(world: World) -> None:
    for number, reason in (
        ("6222020200112233447", "CARD_NUMBER_CHECKSUM"),
        ("62220202001", "CARD_NUMBER_MALFORMED"),
        ("0" * 16, "CARD_NUMBER_MALFORMED"),
        ("62220202001122334460", "CARD_NUMBER_MALFORMED"),
    ):
        bad = ACCOUNT | {"number": number}
        assert await refused(world, "addBankAccount", bad, "unit") == [(reason, "input.number")]
        assert number not in str(await told(world, "addBankAccount", bad, "unit"))


async def test_j32_an_account_is_listed_once_however_its_number_is_grouped(world: World) -> None:
    """J32: and a refused one does not take the default with it."""
    await add(world, NUMBER)
    for typed in (NUMBER, "6222 0202 0011 2233 446", "６２２２020200112233446"):
        again = ACCOUNT | {"number": typed, "isDefault": True}
        assert await refused(world, "addBankAccount", again, "unit") == [
            ("ACCOUNT_EXISTS", "input.number")
        ]


async def test_j32_of_many_defaults_added_at_once_one_is_left(world: World) -> None:
    numbers = [luhn(f"6222020200{n:02d}") for n in range(16)]
    inputs = [ACCOUNT | {"number": number} for number in (*numbers, *numbers)]
    results = await asyncio.gather(*(told(world, "addBankAccount", i, "unit") for i in inputs))
    lost = [result for result in results if result["__typename"] != "BankAccountPayload"]
    assert [said(result) for result in lost] == [[("ACCOUNT_EXISTS", "input.number")]] * 16
    rows = await world.rows(BankAccount)
    assert (len(rows), [row.is_default for row in rows].count(True)) == (16, True)


async def test_j5_accounts_of_another_unit_are_not_found(world: World) -> None:
    other = await world.unit("other")
    theirs = a_bank_account(other)
    await world.add(theirs)
    assert await listed(world) == []
    change = {"id": global_id("BankAccount", other.id, theirs.id), "version": 1}
    change |= {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    assert await refused(world, "changeBankAccount", change, "unit") == [("NOT_FOUND", "input.id")]


async def test_x11_an_accounts_number_is_masked_sealed_and_not_in_its_history(
    world: World,
) -> None:
    row = await add(world, NUMBER)
    change = handle(row) | {"bank": "吉林银行", "branch": "总行", "isDefault": True}
    await Chain(world).step("changeBankAccount", change, "unit", "bankAccount")
    (shown,) = await listed(world)
    assert shown["numberMasked"].endswith("3446")
    assert NUMBER[:-4] not in shown["numberMasked"]
    (kept,) = await world.rows(BankAccount)
    assert NUMBER.encode() not in kept.number_sealed
    assert NUMBER not in json.dumps([entry.changes for entry in await world.rows(History)])

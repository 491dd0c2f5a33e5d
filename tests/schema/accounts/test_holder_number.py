"""X2: accounts that were opened before say whose they are, and decide nothing where they don't."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from models import Account, OfficeHistory, Role, SignInSession
from rules.kernel.function import DECIDING_FUNCTIONS
from tests.factories.office import decide_parameter
from tests.factories.refusal import assert_refused
from tests.factories.rows import an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, sign_in
from tests.factories.world import World

ME = "{ viewer { holderMissing functions } }"
NUMBER = {"idNumber": an_id_number(60)}
UNKNOWN = {"id": "Q2xhaW06eA==", "version": 1}


@story
async def world(world: World) -> World:
    """An officer with two accounts, of which nothing says that they are one person's."""
    hashed = await world.service.passwords.hash_password(PASSWORD)
    for name in ("first", "again"):
        await world.add_account(name, Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def load_accounts(world: World, *names: str) -> Sequence[Account]:
    rows = {row.username: row for row in await world.load_rows(Account)}
    return [rows[name] for name in names]


async def test_x2_whose_an_account_is_is_told_once_and_joins_it_with_the_persons_others(
    world: World,
) -> None:
    await sign_in(world, "again")
    done = await world.mutate("registerHolder", NUMBER, "first")
    assert done["__typename"] == "AccountPayload", done
    done = await world.mutate("registerHolder", NUMBER, "again")
    assert done["__typename"] == "AccountPayload", done
    first, again = await load_accounts(world, "first", "again")
    assert (first.same_holder, again.same_holder) == ([again.id], [first.id])
    assert world.open_sealed(Account.holder_sealed, first) == NUMBER["idNumber"]
    ended = [row.ended_at for row in await world.load_rows(SignInSession)]
    assert None not in ended  # a token without the list would be two pairs of eyes
    assert await assert_refused(world, "registerHolder", NUMBER, "first") == [
        ("HOLDER_TOLD", "input")
    ]
    steps = [row for row in await world.load_rows(OfficeHistory) if row.action == "REGISTER_HOLDER"]
    assert len(steps) == 2
    assert NUMBER["idNumber"] not in repr([vars(row) for row in steps])


async def test_x2_who_decides_nothing_is_not_asked(world: World) -> None:
    assert await assert_refused(world, "registerHolder", NUMBER, "unit") == [
        ("HOLDER_NOT_ASKED", "input")
    ]


async def test_x2_of_two_accounts_that_tell_one_number_at_once_each_knows_the_other(
    world: World,
) -> None:
    await asyncio.gather(
        *(world.mutate("registerHolder", NUMBER, name) for name in ("first", "again"))
    )
    first, again = await load_accounts(world, "first", "again")
    assert (first.same_holder, again.same_holder) == ([again.id], [first.id])


@pytest.mark.parametrize("value", ["true", "false"])
async def test_x2_where_it_is_demanded_an_account_that_does_not_say_it_decides_nothing(
    world: World, value: str
) -> None:
    world.without_holder.add("first")
    await decide_parameter(world, "account.holder_demanded", value)
    found: Any = (await world.ask(ME, "first")).only
    demanded = value == "true"
    assert found["holderMissing"] is demanded
    assert bool(set(found["functions"]) & DECIDING_FUNCTIONS) is not demanded
    assert {"READ_RECORDS", "KEEP_ACCOUNT"} <= set(found["functions"])
    result = await world.mutate("approveClaim", UNKNOWN, "first", "... on Forbidden { message }")
    assert result["__typename"] == ("Forbidden" if demanded else "Refusal")
    assert not demanded or "doesn't say whose it is" in result["message"]
    assert (await world.ask(ME, "again")).only["holderMissing"] is False

"""X2: accounts that were opened before say whose they are, and decide nothing where they don't."""

from collections.abc import Sequence
from typing import Any

import pytest

from models import Account, OfficeHistory, Role, SignInSession
from rules.kernel.function import DECIDING_FUNCTIONS
from tests.factories.office import decide_parameter
from tests.factories.person_budget import change_figures
from tests.factories.refusal import assert_refused, list_refusal_reasons, try_mutation
from tests.factories.rows import an_id_number
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, sign_in
from tests.factories.world import World
from tests.schema.kernel.test_once_only import one_winner

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


async def test_x2_whose_an_account_is_is_told_once(world: World) -> None:
    await sign_in(world, "first")
    done = await world.mutate("registerHolder", NUMBER, "first")
    assert done["__typename"] == "AccountPayload", done
    (first,) = await load_accounts(world, "first")
    assert world.open_sealed(Account.holder_sealed, first) == NUMBER["idNumber"]
    (session,) = await world.load_rows(SignInSession)
    assert session.ended_at is not None  # a token would go on to say that it is not told
    assert await assert_refused(world, "registerHolder", NUMBER, "first") == [
        ("HOLDER_TOLD", "input")
    ]
    steps = [row for row in await world.load_rows(OfficeHistory) if row.action == "REGISTER_HOLDER"]
    assert len(steps) == 1
    assert NUMBER["idNumber"] not in repr([vars(row) for row in steps])


async def test_x2_a_number_that_another_account_has_is_refused_and_ends_none_of_its_sessions(
    world: World,
) -> None:
    await world.mutate("registerHolder", NUMBER, "first")
    await sign_in(world, "first")
    assert await assert_refused(world, "registerHolder", NUMBER, "again") == [
        ("HOLDER_TAKEN", "input.idNumber")
    ]
    (session,) = [row for row in await world.load_rows(SignInSession) if row.ended_at is None]
    (first,) = await load_accounts(world, "first")
    assert session.account_id == first.id


async def test_x2_x11_numbers_are_tried_out_within_the_budget_of_unknown_persons_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_figures(world, monkeypatch, unknown_persons_per_day=2)
    await world.mutate("registerHolder", NUMBER, "first")
    for _ in range(2):
        told = await try_mutation(world, "registerHolder", NUMBER, "again")
        assert list_refusal_reasons(told) == [("HOLDER_TAKEN", "input.idNumber")]
    spent = [("TOO_MANY_UNKNOWN", "input.idNumber")]
    for number in (NUMBER, {"idNumber": an_id_number(61)}):
        told = await try_mutation(world, "registerHolder", number, "again")
        assert list_refusal_reasons(told) == spent


async def test_x2_who_decides_nothing_is_not_asked(world: World) -> None:
    assert await assert_refused(world, "registerHolder", NUMBER, "unit") == [
        ("HOLDER_NOT_ASKED", "input")
    ]


async def test_x2_of_two_accounts_that_tell_one_number_at_once_one_has_it(world: World) -> None:
    (lost,) = await one_winner(
        *(world.mutate("registerHolder", NUMBER, name) for name in ("first", "again"))
    )
    assert list_refusal_reasons(lost) == [("HOLDER_TAKEN", "input.idNumber")]


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

"""J3: a second factor is added, asked for at each sign-in, used once, and removed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from loaders.actor import ALL_REGIONS, Actor
from models import OfficeHistory, Role, SecondFactor
from resolvers.accounts.sign_in_challenge import CHALLENGE_LIFE, find_factor
from resolvers.kernel.public_access import transaction_as
from rules.accounts.sign_in import SignInLimits
from tests.factories.authenticator import (
    CHALLENGE_SELECTION,
    SESSION_SELECTION,
    Authenticator,
    begin_totp,
    bind_authenticator,
    confirm_totp,
)
from tests.factories.refusal import list_refusal_reasons
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger
from tests.factories.world import REFUSAL_SELECTION, World
from tests.schema.kernel.test_once_only import one_winner

REMOVE = f"""mutation ($input: TotpCodeInput!) {{ removeTotp(input: $input) {{ __typename
  ... on AccountPayload {{ account {{ username }} }} {REFUSAL_SELECTION} }} }}"""
FACTOR = "{ viewer { secondFactor { recoveryCodesLeft } } }"
LATER = timedelta(seconds=60)


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    await world.add_account("eve", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def sign_in(world: World, account: str = "amy", device: str | None = None) -> Any:
    given = {"account": account, "password": PASSWORD, "deviceToken": device}
    return await mutate_as_stranger(world, "signIn", given, CHALLENGE_SELECTION)


async def complete(world: World, challenge: str, code: str) -> Any:
    given = {"challenge": challenge, "code": code}
    return await mutate_as_stranger(world, "completeSignIn", given, SESSION_SELECTION)


async def bind(world: World) -> tuple[Authenticator, str]:
    """Bind an authenticator to amy, and wait until it shows another code."""
    token = (await sign_in(world))["accessToken"]
    shows = await bind_authenticator(world, token)
    world.clock.now += LATER
    return shows, token


async def remove(world: World, token: str, code: str) -> Any:
    return (await ask_with_token(world, token, REMOVE, input={"code": code})).only


async def load_factor(world: World, viewer: str = "amy") -> SecondFactor | None:
    """Read amy's factor as somebody sees it: nobody but themself does."""
    own = Actor(account=world.accounts[viewer].id, see=ALL_REGIONS, act=ALL_REGIONS)
    async with transaction_as(world.service, own) as session:
        return await find_factor(session, world.accounts["amy"].id)


async def test_j3_who_has_a_second_factor_is_asked_for_a_code_before_a_session_is_opened(
    world: World,
) -> None:
    shows, _ = await bind(world)
    asked = await sign_in(world)
    assert asked["__typename"] == "SignInChallengePayload"
    assert "accessToken" not in asked
    session = await complete(world, asked["challenge"], shows.show())
    told = (await ask_with_token(world, session["accessToken"], "{ viewer { name } }")).only
    assert told == {"name": "amy account"}
    assert session["deviceToken"]
    assert (await sign_in(world, "eve"))["__typename"] == "SessionPayload"


async def test_j3_a_secret_is_told_until_it_is_confirmed_and_counts_from_then_on(
    world: World,
) -> None:
    token = (await sign_in(world))["accessToken"]
    begun = await begin_totp(world, token)
    assert f"secret={begun['secret']}" in begun["uri"]
    assert (await sign_in(world))["__typename"] == "SessionPayload"
    shows = Authenticator(world, begun["secret"])
    wrong = await confirm_totp(world, token, shows.show_wrong())
    assert list_refusal_reasons(wrong) == [("CODE_WRONG", "input.code")]
    done = await confirm_totp(world, token, shows.show())
    assert len({*done["recoveryCodes"]}) == 10
    assert list_refusal_reasons(await begin_totp(world, token))[0][0] == "FACTOR_IN_USE"
    row = await load_factor(world)
    assert row is not None
    assert begun["secret"].encode() not in row.secret_sealed
    assert not any(code in str(vars(row)) for code in done["recoveryCodes"])
    assert await load_factor(world, "eve") is None


async def test_j3_an_authenticator_is_bound_only_by_who_knows_the_password(world: World) -> None:
    token = (await sign_in(world))["accessToken"]
    assert list_refusal_reasons(await begin_totp(world, token, "wrong")) == [
        ("PASSWORD_WRONG", "input.present")
    ]
    assert list_refusal_reasons(await confirm_totp(world, token, "123456"))[0][0] == (
        "FACTOR_MISSING"
    )


async def test_j3_other_sessions_end_when_a_second_factor_is_added(world: World) -> None:
    elsewhere = await sign_in(world)
    await bind(world)
    lost = {"refreshToken": elsewhere["refreshToken"]}
    ended = await mutate_as_stranger(world, "refreshSession", lost)
    assert ended["reason"] == "SESSION_ENDED"


async def test_j3_a_code_is_taken_once(world: World) -> None:
    shows, _ = await bind(world)
    asked, code = (await sign_in(world))["challenge"], shows.show()
    told = await one_winner(*(complete(world, asked, code) for _ in range(6)))
    assert [list_refusal_reasons(each) for each in told] == [[("CODE_WRONG", "input.code")]] * 5


async def test_j3_a_recovery_code_stands_in_for_the_authenticator_once(world: World) -> None:
    shows, _ = await bind(world)
    asked, code = (await sign_in(world))["challenge"], shows.recovery_codes[3]
    (session,) = [await complete(world, asked, f" {code.lower()} ")]
    left = (await ask_with_token(world, session["accessToken"], FACTOR)).only
    assert left == {"secondFactor": {"recoveryCodesLeft": 9}}
    assert (await complete(world, asked, code))["reason"] == "CODE_WRONG"


@pytest.mark.parametrize("challenge", ["", "x", "eyJh", "é"])
async def test_j3_a_challenge_that_we_did_not_write_is_worth_nothing(
    world: World, challenge: str
) -> None:
    refused = await complete(world, challenge, "123456")
    assert list_refusal_reasons(refused) == [("CHALLENGE_LAPSED", "input.challenge")]


async def test_j3_a_challenge_lapses_by_time_and_with_the_password(world: World) -> None:
    shows, token = await bind(world)
    asked = (await sign_in(world))["challenge"]
    change = f"""mutation ($input: PasswordChangeInput!) {{ changePassword(input: $input) {{
      __typename {REFUSAL_SELECTION} }} }}"""
    given = {"present": PASSWORD, "password": "battery horse staple correct"}
    await ask_with_token(world, token, change, input=given)
    assert (await complete(world, asked, shows.show()))["reason"] == "CHALLENGE_LAPSED"
    late = await sign_in(world, "eve")
    assert late["__typename"] == "SessionPayload"
    world.clock.now += CHALLENGE_LIFE
    assert (await complete(world, asked, shows.show()))["reason"] == "CHALLENGE_LAPSED"


async def test_j3_codes_are_tried_seldom_but_a_known_device_is_not_locked_out(
    world: World,
) -> None:
    limits = SignInLimits(of_one=3, codes_of_account=4)
    world.service = world.app.state.service = replace(world.service, sign_in_limits=limits)
    shows, _ = await bind(world)
    session = await complete(world, (await sign_in(world))["challenge"], shows.show())
    world.clock.now += LATER
    asked = (await sign_in(world))["challenge"]
    tried = [await complete(world, asked, shows.show_wrong()) for _ in range(4)]
    assert [each["reason"] for each in tried] == ["CODE_WRONG"] * 3 + ["TOO_MANY_TRIES"]
    assert (await complete(world, asked, shows.show()))["reason"] == "TOO_MANY_TRIES"
    known = (await sign_in(world, device=session["deviceToken"]))["challenge"]
    assert (await complete(world, known, shows.show()))["__typename"] == "SessionPayload"


async def test_j3_a_second_factor_is_removed_by_a_code_and_all_sessions_end(world: World) -> None:
    shows, token = await bind(world)
    assert list_refusal_reasons(await remove(world, token, shows.show_wrong())) == [
        ("CODE_WRONG", "input.code")
    ]
    assert (await remove(world, token, shows.show()))["account"] == {"username": "amy"}
    assert await load_factor(world) is None
    assert (await sign_in(world))["__typename"] == "SessionPayload"
    steps = [step.action for step in await world.load_rows(OfficeHistory)]
    assert steps == ["ADD_FACTOR", "REMOVE_FACTOR"]


async def test_j3_a_wrong_code_is_told_to_the_holder(world: World) -> None:
    shows, token = await bind(world)
    await complete(world, (await sign_in(world))["challenge"], shows.show_wrong())
    listed = "{ viewer { signIns { edges { node { succeeded } } } } }"
    told = (await ask_with_token(world, token, listed)).only["signIns"]["edges"]
    assert [each["node"]["succeeded"] for each in told] == [False, True]

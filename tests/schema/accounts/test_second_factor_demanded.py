"""J3: roles that take a second factor do nothing without one, but to add it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models import Role
from tests.factories.authenticator import begin_totp, bind_authenticator
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.world import REFUSAL_SELECTION, World

VIEWER = "{ viewer { factorMissing functions unit { name } account { username unit { name } } } }"
UNITS = "{ units { edges { node { name } } } }"
CHANGE_PASSWORD = f"""mutation ($input: PasswordChangeInput!) {{ changePassword(input: $input) {{
  __typename {REFUSAL_SELECTION} }} }}"""
REVOKE = f"""mutation ($input: ReasonedDecisionsInput!) {{ revokeFunctions(input: $input) {{
  __typename {REFUSAL_SELECTION} }} }}"""
PROVE = f"""mutation ($input: ProofInput!) {{ proveAgain(input: $input) {{ __typename
  ... on RenewedProofPayload {{ accessToken }} {REFUSAL_SELECTION} }} }}"""
DEMANDED = frozenset({Role.LEGAL_PERSON, Role.DISTRICT_ADMINISTRATOR})


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    boss: dict[str, Any] = {"unit_id": world.accounts["unit"].unit_id, "password_hash": hashed}
    await world.add_account("boss", Role.LEGAL_PERSON, **boss)
    await world.add_account("head", Role.DISTRICT_ADMINISTRATOR, password_hash=hashed)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


@pytest.fixture(autouse=True)
def demand_factor(world: World) -> None:
    """Demand a second factor of some roles."""
    world.service = world.app.state.service = replace(world.service, second_factor_roles=DEMANDED)


async def token_of(world: World, name: str) -> str:
    token: str = (await sign_in(world, name))["accessToken"]
    return token


async def own(world: World, token: str) -> Any:
    return (await ask_with_token(world, token, VIEWER)).only


@pytest.mark.parametrize("name", ["boss", "head"])
async def test_j3_who_lacks_a_second_factor_reads_nothing_but_their_account(
    world: World, name: str
) -> None:
    token = await token_of(world, name)
    assert await own(world, token) == {
        "factorMissing": True,
        "functions": ["KEEP_ACCOUNT"],
        "unit": None,
        "account": {"username": name, "unit": None},
    }
    (error,) = (await ask_with_token(world, token, UNITS)).errors
    assert error["extensions"]["reason"] == "SECOND_FACTOR_MISSING"


async def test_j3_who_lacks_a_second_factor_is_told_what_to_do_next(world: World) -> None:
    given = {"records": [], "reason": "调岗"}
    answer = await ask_with_token(world, await token_of(world, "head"), REVOKE, input=given)
    assert answer.only["__typename"] == "Forbidden"
    assert "beginTotp" in answer.only["cure"]


@pytest.mark.parametrize("name", ["boss", "head"])
async def test_j3_who_adds_a_second_factor_goes_on_in_the_same_session(
    world: World, name: str
) -> None:
    token = await token_of(world, name)
    await bind_authenticator(world, token)
    told = await own(world, token)
    assert (told["factorMissing"], "READ_RECORDS" in told["functions"]) == (False, True)
    assert (await ask_with_token(world, token, UNITS)).data
    assert (told["unit"] is None) == (name == "head")


async def test_j3_who_lacks_it_proves_by_the_password_alone_and_adds_it(world: World) -> None:
    stale = world.issue_token("boss", proved=False)
    assert (await begin_totp(world, stale))["reason"] == "PROVE_AGAIN"
    session = await sign_in(world, "boss")
    world.clock.now += timedelta(minutes=31)
    again = {"refreshToken": session["refreshToken"]}
    token = (await mutate_as_stranger(world, "refreshSession", again))["accessToken"]
    assert (await begin_totp(world, token))["reason"] == "PROVE_AGAIN"
    given = {"password": {"present": PASSWORD}}
    proved = (await ask_with_token(world, token, PROVE, input=given)).only
    assert (await bind_authenticator(world, proved["accessToken"])).recovery_codes


async def test_j3_whoever_lacks_it_may_still_change_their_password(world: World) -> None:
    given = {"present": PASSWORD, "password": "battery horse staple correct"}
    token = await token_of(world, "boss")
    answer = await ask_with_token(world, token, CHANGE_PASSWORD, input=given)
    assert answer.only["__typename"] == "AccountPayload"


async def test_j3_of_other_roles_nothing_is_demanded(world: World) -> None:
    told = await own(world, await token_of(world, "amy"))
    assert not told["factorMissing"]
    assert "REVIEW_CLAIMS" in told["functions"]

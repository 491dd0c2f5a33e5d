"""Whoever opens a session learns in the same answer who they are from now on (J3)."""

from dataclasses import replace
from typing import Any

import pytest

from executor.pool import open_pool
from models import Role
from tests.factories.story import story
from tests.factories.stranger import (
    PASSWORD,
    a_person_registration,
    a_unit_registration,
    ask_with_token,
    mutate_as_stranger,
    sign_in,
)
from tests.factories.world import World

VIEWER = """viewer { id name role region regionName language functions unverified factorMissing
  services { name functions { name } } favourites { name } unit { id name creditCode }
  person { id } account { id name } sessions { totalCount edges { node { id endedAt } } }
  signIns { nodes { id succeeded } } storage { kept } }"""
OPENED = f"... on SessionPayload {{ accessToken refreshToken {VIEWER} }}"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def assert_told_of_themself(world: World, opened: dict[str, Any]) -> None:
    """Demand that a payload tells of its viewer what the token tells when it is sent."""
    assert opened["__typename"] == "SessionPayload", opened
    asked = await ask_with_token(world, opened["accessToken"], f"{{ {VIEWER} }}")
    assert opened["viewer"] == asked.only
    assert opened["viewer"]["functions"]
    assert opened["viewer"]["language"] == "EN"
    assert opened["viewer"]["sessions"]["totalCount"] >= 1


async def test_who_signs_in_or_refreshes_is_told_who_they_are(world: World) -> None:
    """J3: without a second request."""
    given = {"account": "amy", "password": PASSWORD}
    opened = await mutate_as_stranger(world, "signIn", given, OPENED)
    assert opened["viewer"]["name"] == "amy account"
    await assert_told_of_themself(world, opened)
    token = {"refreshToken": opened["refreshToken"]}
    renewed = await mutate_as_stranger(world, "refreshSession", token, OPENED)
    await assert_told_of_themself(world, renewed)


@pytest.mark.parametrize(
    ("mutation", "given"),
    [("registerUnit", a_unit_registration()), ("registerPerson", a_person_registration())],
)
async def test_who_registers_is_told_who_they_are(
    world: World, mutation: str, given: dict[str, Any]
) -> None:
    """J1, X18: and that their unit is yet to be verified."""
    opened = await mutate_as_stranger(world, mutation, given, OPENED)
    await assert_told_of_themself(world, opened)
    assert opened["viewer"]["unverified"] is (mutation == "registerUnit")
    assert (opened["viewer"]["unit"] is None) is (mutation == "registerPerson")


async def test_only_what_stands_below_the_session_is_read_by_whom_it_is_for(world: World) -> None:
    """S1: the next mutation of the document is the stranger's again."""
    document = f"""mutation ($input: CredentialsInput!) {{
      signIn(input: $input) {{ {OPENED} }}
      setFavourites(input: {{functions: []}}) {{ __typename }}
      signOut {{ ... on SignOutPayload {{ ended }} }} }}"""
    given = {"account": "amy", "password": PASSWORD}
    answer = await world.ask(document, None, input=given)
    assert answer.data["signIn"]["viewer"]["name"] == "amy account"
    assert answer.data["setFavourites"] == {"__typename": "Forbidden"}
    assert answer.data["signOut"] == {"ended": False}
    assert (await sign_in(world, "amy"))["__typename"] == "SessionPayload"


async def test_two_sessions_in_one_document_have_a_viewer_each(world: World) -> None:
    """J3: side by side, each by its own name and again under another."""
    await mutate_as_stranger(world, "registerUnit", a_unit_registration())
    shape = "... on SessionPayload { viewer { name unit { name } } again: viewer { role } }"
    document = f"""mutation ($one: CredentialsInput!, $other: CredentialsInput!) {{
      one: signIn(input: $one) {{ {shape} }} other: signIn(input: $other) {{ {shape} }} }}"""
    one, other = ({"account": name, "password": PASSWORD} for name in ("amy", "unit-50"))
    told = (await world.ask(document, None, one=one, other=other)).data
    assert told["one"] == {
        "viewer": {"name": "amy account", "unit": None},
        "again": {"role": "DISTRICT_OFFICER"},
    }
    assert told["other"]["viewer"]["unit"] == {"name": "新单位50有限公司"}
    assert told["other"]["again"] == {"role": "LEGAL_PERSON"}


async def test_plans_and_generated_code_tell_the_same_of_who_signs_in(world: World) -> None:
    """J3: generated code writes the viewer by the session's context too."""
    state, before = world.app.state, world.service
    url = before.writes.url.render_as_string(hide_password=False)
    pool = await open_pool(url, 2, {"timezone": "UTC"})
    state.service = replace(before, compiled=pool)
    try:
        for shape in (VIEWER, "viewer { name role functions regionName }"):
            then = f"... on SessionPayload {{ accessToken {shape} }}"
            given = {"account": "amy", "password": PASSWORD}
            opened = await mutate_as_stranger(world, "signIn", given, then)
            asked = await ask_with_token(world, opened["accessToken"], f"{{ {shape} }}")
            assert opened["viewer"] == asked.only
            assert opened["viewer"]["functions"]
    finally:
        state.service = before
        await pool.close()

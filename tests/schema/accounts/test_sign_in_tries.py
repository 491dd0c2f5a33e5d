"""J3: nobody is locked out by what others try, and nobody tries one password on many accounts."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import httpx
import pytest

from models import RateLimit, Role
from resolvers.accounts.sign_in_try import count_sign_in_try
from resolvers.kernel.context import Context
from rules.accounts.sign_in import SignInLimits
from rules.kernel.refusal import Refusal
from rules.kernel.viewer import Viewer
from tests.factories.story import story
from tests.factories.world import World

PASSWORD = "correct horse battery staple"
SIGN_IN = """mutation ($input: CredentialsInput!) { signIn(input: $input) { __typename
  ... on SessionPayload { deviceToken } ... on Problem { message cure }
  ... on Refusal { reason } } }"""
OWN, THEIRS = "198.51.100.7", "203.0.113.9"
LIMITS = SignInLimits(of_one=3, by_address=6, by_network=12, of_account=9, devices_per_day=3)
FAILED, TOO_MANY = "SIGN_IN_FAILED", "TOO_MANY_TRIES"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


@pytest.fixture(autouse=True)
def few(world: World) -> None:
    """Let limits be small, so that they are soon reached."""
    world.service = world.app.state.service = replace(world.service, sign_in_limits=LIMITS)


async def sign_in(
    world: World,
    address: str,
    account: str = "amy",
    password: str = PASSWORD,
    device: str | None = None,
) -> Any:
    given = {"account": account, "password": password, "deviceToken": device}
    transport = httpx.ASGITransport(world.app, client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://jiuye.test") as client:
        sent = {"query": SIGN_IN, "variables": {"input": given}}
        headers = {"accept-language": "en"}
        answer = await client.post("/graphql", json=sent, headers=headers)
    return answer.json()["data"]["signIn"]


async def fail(world: World, times: int, address: str = THEIRS, account: str = "amy") -> list[str]:
    tried = [await sign_in(world, address, account, "wrong") for _ in range(times)]
    return [answer["reason"] for answer in tried]


async def test_j3_others_tries_lock_out_themselves_and_not_the_owner(world: World) -> None:
    assert await fail(world, 5) == [FAILED] * 3 + [TOO_MANY] * 2
    refused = await sign_in(world, THEIRS)
    assert refused["cure"] == "Try again in 301 seconds."
    assert (await sign_in(world, OWN))["__typename"] == "SessionPayload"
    world.clock.now += timedelta(minutes=5, seconds=1)
    assert (await sign_in(world, THEIRS))["__typename"] == "SessionPayload"


async def test_j3_on_a_known_device_nobody_is_locked_out_even_at_the_same_address(
    world: World,
) -> None:
    device = (await sign_in(world, THEIRS))["deviceToken"]
    await fail(world, 4)
    assert (await sign_in(world, THEIRS))["reason"] == TOO_MANY
    again = await sign_in(world, THEIRS, device=device)
    assert again["deviceToken"].partition(".")[0] == device.partition(".")[0]


async def test_j3_a_device_is_known_to_its_account_alone_and_counted_as_well(world: World) -> None:
    device = (await sign_in(world, OWN))["deviceToken"]
    answers = [await sign_in(world, THEIRS, "amy", "wrong", device) for _ in range(4)]
    assert [each["reason"] for each in answers] == [FAILED] * 3 + [TOO_MANY]
    assert (await sign_in(world, OWN))["__typename"] == "SessionPayload"
    await fail(world, 3, account="nobody")
    for forged in (device, device.replace(".", ".1", 1), device[:-1] + "x"):
        assert (await sign_in(world, THEIRS, "nobody", "x", forged))["reason"] == TOO_MANY


async def test_j3_from_one_address_few_accounts_are_tried(world: World) -> None:
    told = [(await sign_in(world, THEIRS, f"account-{n}", "x"))["reason"] for n in range(8)]
    assert told == [FAILED] * LIMITS.by_address + [TOO_MANY] * 2
    assert (await sign_in(world, OWN))["__typename"] == "SessionPayload"


async def test_j3_the_right_password_is_counted_against_nobody_at_the_address(
    world: World,
) -> None:
    for _ in range(LIMITS.by_address + 2):
        assert (await sign_in(world, OWN))["__typename"] == "SessionPayload"


async def test_j3_only_so_many_devices_become_known_in_a_day(world: World) -> None:
    given = [(await sign_in(world, OWN))["deviceToken"] for _ in range(LIMITS.devices_per_day + 1)]
    assert [token is None for token in given] == [False] * LIMITS.devices_per_day + [True]


async def count(world: World, address: str, name: str) -> bool:
    """Count a try as signing in does, and tell whether it was taken."""
    try:
        await count_sign_in_try(Context(world.service, Viewer(), address), name, None)
    except Refusal:
        return False
    return True


async def test_j3_one_network_and_all_networks_together_are_counted(world: World) -> None:
    """What one limit refuses counts by no wider one: no single address locks an account."""
    network = [f"203.0.113.{n}" for n in range(1, 8)]
    taken = [await count(world, at, f"a{n}") for at in network for n in range(LIMITS.by_address)]
    assert taken.count(True) == LIMITS.by_network
    assert not await count(world, "203.0.113.200", "amy")
    everywhere = [f"198.51.{n}.1" for n in range(LIMITS.of_account // LIMITS.of_one + 1)]
    for at in everywhere[:-1]:
        assert [await count(world, at, "amy") for _ in range(LIMITS.of_one)] == [True] * 3
    assert not await count(world, everywhere[-1], "amy")


async def test_j3_addresses_of_one_host_count_as_one(world: World) -> None:
    told = [await count(world, f"2001:db8::{n}", "amy") for n in range(1, 5)]
    assert told == [True] * 3 + [False]


async def test_j3_of_tries_at_once_no_more_are_taken_than_one_after_the_other(
    world: World,
) -> None:
    addresses = [f"203.0.113.{n % 2}" for n in range(20)]
    taken = await asyncio.gather(*(count(world, at, "amy") for at in addresses))
    assert sum(taken) == 2 * LIMITS.of_one


async def test_j3_an_account_that_is_not_there_is_counted_and_answered_alike(world: World) -> None:
    answers, writes = [], []
    for name in ("amy", "nobody"):
        answers.append(await sign_in(world, THEIRS, name, "wrong"))
        writes.append(sum(text.startswith("INSERT") for text in world.statements))
        world.statements.clear()
    assert answers[0] == answers[1]
    assert writes[0] == writes[1]
    assert await fail(world, 3, account="nobody") == await fail(world, 3)
    rows = await world.load_rows(RateLimit)
    assert not any(THEIRS in row.bucket for row in rows)
    # An address is found again from a plain hash by trying all of them (X11).
    plain = {sha256(known.encode()).hexdigest() for known in (THEIRS, "amy", "nobody")}
    assert not plain & {row.bucket.partition(":")[2] for row in rows}

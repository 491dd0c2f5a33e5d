"""J3: sessions end without use, and where an account would have too many."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from models import Role
from tests.factories.story import story
from tests.factories.stranger import PASSWORD, ask_with_token, mutate_as_stranger, sign_in
from tests.factories.world import World

SESSIONS = "{ viewer { sessions { edges { node { userAgent endedAt replaced expiresAt } } } } }"


@story
async def world(world: World) -> World:
    hashed = await world.service.passwords.hash_password(PASSWORD)
    await world.add_account("amy", Role.DISTRICT_OFFICER, password_hash=hashed)
    return world


async def refresh(world: World, session: Any) -> Any:
    return await mutate_as_stranger(
        world, "refreshSession", {"refreshToken": session["refreshToken"]}
    )


async def list_sessions(world: World, session: Any) -> list[Any]:
    found = (await ask_with_token(world, session["accessToken"], SESSIONS)).only["sessions"]
    return [each["node"] for each in found["edges"]]


async def test_j3_a_session_that_nobody_uses_ends_and_one_in_use_goes_on(world: World) -> None:
    used, left = await sign_in(world, "amy"), await sign_in(world, "amy")
    for _ in range(3):
        world.clock.now += timedelta(hours=5)
        used = await refresh(world, used)
        assert used["__typename"] == "SessionPayload"
    assert (await refresh(world, left))["reason"] == "SESSION_ENDED"
    (*_, told) = await list_sessions(world, used)
    assert told["expiresAt"] == (world.clock.now + timedelta(hours=12)).isoformat()


async def test_j3_without_the_setting_a_session_may_go_unused(world: World) -> None:
    world.app.state.service = replace(world.service, idle_life=None)
    session = await sign_in(world, "amy")
    world.clock.now += timedelta(days=13)
    assert (await refresh(world, session))["__typename"] == "SessionPayload"


async def test_j3_one_session_too_many_ends_the_one_used_longest_ago_and_tells_it(
    world: World,
) -> None:
    world.app.state.service = replace(world.service, sessions_per_account=2)
    first, second = await sign_in(world, "amy"), await sign_in(world, "amy")
    world.clock.now += timedelta(minutes=1)
    first = await refresh(world, first)
    third = await sign_in(world, "amy")
    told = await refresh(world, second)
    assert told["reason"] == "SESSION_REPLACED"
    assert "password" in told["cure"]
    assert (await refresh(world, first))["__typename"] == "SessionPayload"
    assert [each["replaced"] for each in await list_sessions(world, third)].count(True) == 1


async def test_j3_of_many_sign_ins_at_once_no_more_sessions_are_left_than_there_may_be(
    world: World,
) -> None:
    world.app.state.service = replace(world.service, sessions_per_account=3)
    opened = await asyncio.gather(*(sign_in(world, "amy") for _ in range(8)))
    refreshed = [await refresh(world, each) for each in opened]
    alive = [each for each in refreshed if each["__typename"] == "SessionPayload"]
    assert len(alive) == 3

"""A line for a few places: who asks most waits longest, and one too many is told."""

import asyncio
from contextlib import ExitStack

import pytest

from gateways.fair_line import Crowded, FairLine


async def stand(line: FairLine, who: str, turns: list[str], leave: asyncio.Event) -> str:
    try:
        with line.stand(who) as own:
            await own.take_turn()
            turns.append(who)
            await leave.wait()
    except Crowded:
        return "crowded"
    return "served"


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_of_200_from_one_address_the_line_takes_what_it_holds_and_others_come_next() -> None:
    line, turns, leave = FairLine(places=1, longest=24), list[str](), asyncio.Event()
    flood = [asyncio.create_task(stand(line, "flood", turns, leave)) for _ in range(200)]
    await settle()
    assert sum(task.done() for task in flood) == 176
    owner = asyncio.create_task(stand(line, "owner", turns, leave))
    await settle()
    assert len(line) == 24
    leave.set()
    assert await owner == "served"
    answers = [await task for task in flood]
    assert answers.count("served") == 23
    assert turns.index("owner") == 1
    assert len(line) == 0


async def test_a_full_line_of_different_addresses_takes_nobody_else() -> None:
    line = FairLine(places=1, longest=3)
    with ExitStack() as crowd:
        for number in range(3):
            crowd.enter_context(line.stand(f"address {number}"))
        with pytest.raises(Crowded), line.stand("another"):
            pass
    assert len(line) == 0


async def test_a_place_is_given_on_when_its_holder_or_one_who_waits_is_cancelled() -> None:
    line, turns, leave = FairLine(places=1, longest=9), list[str](), asyncio.Event()
    first, second, third = (
        asyncio.create_task(stand(line, who, turns, leave)) for who in ("a", "b", "c")
    )
    await settle()
    second.cancel()
    first.cancel()
    await settle()
    assert turns == ["a", "c"]
    leave.set()
    assert await third == "served"


async def test_who_was_sent_away_before_their_turn_is_told_when_they_ask_for_it() -> None:
    line = FairLine(places=1, longest=3)
    with ExitStack() as crowd:
        stands = [crowd.enter_context(line.stand("flood")) for _ in range(3)]
        with line.stand("owner") as owner:
            await owner.take_turn()
        with pytest.raises(Crowded):
            await stands[-1].take_turn()
        await stands[0].take_turn()


async def test_who_waits_for_too_long_is_told_and_makes_room() -> None:
    line = FairLine(places=1, longest=9, patience_seconds=0)
    async with line.hold_place("a"):
        with pytest.raises(Crowded):
            async with line.hold_place("b"):
                pass
        assert len(line) == 1
    async with line.hold_place("b"):
        assert len(line) == 1

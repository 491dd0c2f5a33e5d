"""S10: what fails again and again is set aside, and a unit takes back what it sent in."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from gateways.object_store import StoreUnavailable
from models import History, Roster, RosterRow, RosterState
from resolvers.kernel.background import JobContext
from resolvers.rosters import roster_check_job
from resolvers.rosters.roster_check_job import CHECK_LEASE, check_next_roster
from resolvers.rosters.roster_evaluation import evaluate_rows
from tests.factories.refusal import assert_refused
from tests.factories.roster import a_roster, a_row, check_roster, read_roster, try_create_roster
from tests.factories.world import World

ACTIONS = """query ($id: ID!) { node(id: $id) { ... on Roster {
  state total possibleActions { action allowed reason } } } }"""
SELECTION = "... on RosterPayload { roster { id state total } }"


async def send_in(world: World, as_: str = "unit", rows: int = 1) -> Any:
    content = a_roster([a_row(number) for number in range(1, rows + 1)])
    return (await try_create_roster(world, content, as_))["roster"]


def break_down(monkeypatch: pytest.MonkeyPatch, error: Exception, rows: int | None = None) -> None:
    """Let every check fail; or only those of pieces with so many rows."""

    async def judge(*given: Any) -> Any:
        if rows is None or len(given[-2]) == rows:
            raise error
        return await evaluate_rows(*given)

    monkeypatch.setattr(roster_check_job, "evaluate_rows", judge)


async def try_all(world: World, times: int) -> list[str]:
    """Try to check so often, as far apart as leases last, and tell what came of it."""
    told = []
    for _ in range(times):
        world.clock.now += CHECK_LEASE + timedelta(seconds=1)
        (outcome,) = await asyncio.gather(
            check_next_roster(JobContext(service=world.service)), return_exceptions=True
        )
        told.append(str(outcome) if isinstance(outcome, int) else type(outcome).__name__)
    return told


async def test_s10_a_roster_whose_check_fails_three_times_is_set_aside_and_the_next_is_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one in between fails only where the one with two rows is judged."""
    broken, sound = await send_in(world, rows=2), await send_in(world)
    break_down(monkeypatch, SystemError("broken"), rows=2)
    assert await try_all(world, 5) == ["SystemError", "SystemError", "SetAsideError", "1", "0"]
    found = await read_roster(world, broken["id"], language="zh")
    assert (found["state"], found["total"]) == ("SET_ASIDE", 0)
    (told,) = found["faults"]
    assert told["reason"] == "ROSTER_SET_ASIDE"
    assert told["message"].startswith("系统多次未能校验此花名册")
    assert (await read_roster(world, sound["id"]))["state"] == "CHECKED"
    rows = await world.load_rows(History)
    assert "SET_ROSTER_ASIDE" in {row.action for row in rows}


async def test_s10_while_one_roster_waits_for_its_next_try_another_is_checked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_in(world, rows=2)
    await send_in(world)
    break_down(monkeypatch, SystemError("broken"), rows=2)
    work = JobContext(service=world.service)
    with pytest.raises(SystemError):
        await check_next_roster(work)
    assert await check_next_roster(work) == 1
    assert await check_next_roster(work) == 0


async def test_s10_whoever_dies_of_a_roster_each_time_leaves_it_to_be_set_aside(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is gone writes nothing down: the leases that nobody gave back count."""
    sent = await send_in(world)

    class Gone(BaseException):
        pass

    async def die(*_: object) -> None:
        raise Gone

    with monkeypatch.context() as dying:
        dying.setattr(roster_check_job, "_check_roster", die)
        assert await try_all(world, 3) == ["Gone"] * 3
    assert await try_all(world, 1) == ["SetAsideError"]
    assert (await read_roster(world, sent["id"]))["state"] == "SET_ASIDE"


async def test_s10_a_store_that_is_away_counts_against_no_roster(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send_in(world)
    with monkeypatch.context() as away:
        break_down(away, StoreUnavailable())
        assert await try_all(world, 5) == ["StoreUnavailable"] * 5
    assert await try_all(world, 1) == ["1"]
    assert (await read_roster(world, sent["id"]))["state"] == "CHECKED"


async def test_s10_a_roster_set_aside_after_some_rows_were_judged_keeps_none_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send_in(world, rows=3)
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)
    break_down(monkeypatch, SystemError("broken"), rows=1)
    assert await try_all(world, 4) == [*["SystemError"] * 3, "SetAsideError"]
    assert (await read_roster(world, sent["id"]))["state"] == "SET_ASIDE"
    assert await world.load_rows(RosterRow) == []


async def test_s10_whatever_is_judged_begins_the_count_anew(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await send_in(world, rows=3)
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)
    with monkeypatch.context() as failing:
        break_down(failing, SystemError("broken"), rows=2)
        assert await try_all(world, 2) == ["SystemError"] * 2
    with monkeypatch.context() as failing:
        break_down(failing, SystemError("broken"), rows=1)
        assert await try_all(world, 2) == ["SystemError"] * 2
    assert await try_all(world, 1) == ["1"]


# withdrawal


async def test_s10_a_unit_takes_back_a_roster_that_waits(world: World) -> None:
    sent = await send_in(world)
    seen = (await world.ask(ACTIONS, "unit", id=sent["id"])).only
    assert seen["possibleActions"] == [{"action": "WITHDRAW", "allowed": True, "reason": None}]
    gone = await world.mutate("withdrawRoster", {"id": sent["id"]}, "unit", SELECTION)
    assert gone["roster"]["state"] == "WITHDRAWN"
    assert await check_next_roster(JobContext(service=world.service)) == 0
    seen = (await world.ask(ACTIONS, "unit", id=sent["id"])).only
    assert seen["possibleActions"] == [
        {"action": "WITHDRAW", "allowed": False, "reason": "ROSTER_NOT_OPEN"}
    ]
    assert await assert_refused(world, "withdrawRoster", {"id": sent["id"]}, "unit") == [
        ("ROSTER_NOT_OPEN", "input.id")
    ]
    (entry,) = [row for row in await world.load_rows(History) if row.action == "WITHDRAW"]
    assert (entry.from_status, entry.to_status) == ("WAITING", "WITHDRAWN")


async def test_s10_a_roster_taken_back_while_it_is_checked_keeps_no_row(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await send_in(world, rows=4)
    monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 2)
    pieces = []

    async def judge(*given: Any) -> Any:
        pieces.append(given[-2])
        return await evaluate_rows(*given)

    evaluate = roster_check_job._evaluate_and_store

    async def withdraw_after_first(*given: Any) -> None:
        await evaluate(*given)
        if len(pieces) == 1:
            assert await world.load_rows(RosterRow)
            gone = await world.mutate("withdrawRoster", {"id": sent["id"]}, "unit", SELECTION)
            assert gone["roster"] == {"id": sent["id"], "state": "WITHDRAWN", "total": 0}

    monkeypatch.setattr(roster_check_job, "evaluate_rows", judge)
    monkeypatch.setattr(roster_check_job, "_evaluate_and_store", withdraw_after_first)
    assert await check_next_roster(JobContext(service=world.service)) == 0
    assert await world.load_rows(RosterRow) == []
    (row,) = await world.load_rows(Roster)
    assert (row.state, row.lease) == (RosterState.WITHDRAWN, None)
    assert len(pieces) == 1


async def test_s10_a_roster_checked_to_its_end_is_not_taken_back_and_nobody_else_s_ever(
    world: World,
) -> None:
    done = await check_roster(world, a_roster([a_row(1)]))
    assert await assert_refused(world, "withdrawRoster", {"id": done["id"]}, "unit") == [
        ("ROSTER_NOT_OPEN", "input.id")
    ]
    sent = await send_in(world)
    await world.add_unit("other")
    assert await assert_refused(world, "withdrawRoster", {"id": sent["id"]}, "other") == [
        ("NOT_FOUND", "input.id")
    ]

"""X11: a roster's file and cells are given up after a parameter's days, and its verdicts stay."""

from datetime import date, timedelta
from typing import Any

import pytest

from models import History, Parameter, ParameterStatus, Roster, RosterRow
from resolvers.files.file_sweep import sweep_unused_files
from resolvers.kernel.background import JobContext
from resolvers.rosters import roster_clearing
from resolvers.rosters.roster_clearing import clear_next_rows
from tests.factories.hiring_scenario import HiringScenario, a_cell_row
from tests.factories.refusal import list_refusal_reasons
from tests.factories.roster import (
    a_roster,
    a_row,
    check_roster,
    list_nodes,
    read_roster,
    try_create_roster,
)
from tests.factories.rows import CHAOYANG_DISTRICT
from tests.factories.story import story
from tests.factories.world import NOW, World

LONG_AFTER = timedelta(days=800)
"""Long after the nation's year, and after the time at which tests write their files."""

CLEARED = """query ($id: ID!) { node(id: $id) { ... on Roster { state size clearedAt passed failed
  rows { edges { node { line passed name idNumberMasked cells { text }
    faults { reason } findings { outcome } } } } } } }"""
FAILED = "... on FailedRowsPayload { url }"


@story
async def people(world: World) -> World:
    """Three persons on file."""
    for number in range(1, 4):
        await world.add_person(number)
    return world


async def clear_all(world: World) -> int:
    """Clear whatever is due, as the worker does, and count how often there was something to do."""
    work, times = JobContext(service=world.service), 0
    while await clear_next_rows(work):
        times += 1
    return times


async def read_cleared(world: World, roster: Any, as_: str = "unit") -> Any:
    return (await world.ask(CLEARED, as_, id=roster["id"])).only


async def test_x11_after_its_time_a_roster_keeps_its_verdicts_and_nothing_of_its_cells(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Piece by piece; its file goes with the next sweep of files."""
    monkeypatch.setattr(roster_clearing, "PIECE", 2)
    sent = await check_roster(
        people, a_roster([a_row(1), a_row(2), a_row(3, contract_starts_on="5")])
    )
    before = await read_cleared(people, sent)
    (row,) = await people.load_rows(Roster)
    people.clock.now += timedelta(days=364)
    assert await clear_all(people) == 0
    people.clock.now = NOW + LONG_AFTER
    assert await clear_all(people) == 4  # it begins, two rows, one row, none
    after = await read_cleared(people, sent)
    kept = ("line", "passed", "idNumberMasked", "faults", "findings")
    assert [{k: n[k] for k in kept} for n in list_nodes(after["rows"])] == [
        {k: n[k] for k in kept} for n in list_nodes(before["rows"])
    ]
    assert {(n["name"], len(n["cells"])) for n in list_nodes(after["rows"])} == {("见*", 0)}
    assert (after["passed"], after["failed"]) == (before["passed"], before["failed"])
    assert (after["size"], before["clearedAt"]) == (0, None)
    assert after["clearedAt"].startswith(f"{people.clock.now:%Y-%m-%d}")
    for each in await people.load_rows(RosterRow):
        assert people.open_sealed(RosterRow.id_number_sealed, each) == ""
        assert (each.id_number_index, each.payee_bank, each.payee_number_sealed) == (None,) * 3
    assert [h.action for h in await people.load_rows(History)].count("CLEAR_ROSTER") == 1
    assert (await sweep_unused_files(people.service)).objects == 1
    listed = people.service.files.store.list_files_older(people.clock.now)
    assert row.object_key not in [key async for keys in listed for key in keys]


async def test_x11_what_is_cleared_is_neither_corrected_nor_fetched_nor_claimed(
    world: World,
) -> None:
    hired = await HiringScenario(world).set_up()
    await hired.add_people(1)
    sent = await hired.check_roster(a_cell_row(1), a_cell_row(1))
    world.clock.now += LONG_AFTER
    await clear_all(world)
    asked = await world.mutate("requestFailedRows", {"id": sent["id"]}, hired.unit, FAILED)
    assert list_refusal_reasons(asked) == [("ROSTER_CLEARED", "input.id")]
    claimed = await hired.try_draft_claim(sent)
    assert list_refusal_reasons(claimed) == [("ROSTER_CLEARED", "input.rosterIds.0")]
    again = await try_create_roster(
        world, a_roster([a_row(1)]), hired.unit, corrects=sent["id"], place=hired.row.region
    )
    assert ("ROSTER_CLEARED", "input.corrects") in list_refusal_reasons(again)


async def test_x11_what_a_claim_that_may_still_change_was_made_from_stays(world: World) -> None:
    hired = await HiringScenario(world).set_up()
    await hired.add_people(1)
    sent = await hired.check_roster(a_cell_row(1))
    claim = await hired.submit_claim(sent)
    world.clock.now += LONG_AFTER
    assert await clear_all(world) == 0
    result = await hired.try_transition("withdraw", claim)
    assert result["__typename"] == "ClaimPayload", result
    assert await clear_all(world) > 0


async def test_x11_a_roster_goes_with_those_that_correct_it_and_not_before(people: World) -> None:
    """Who passed in one is looked up for the next."""
    first = await check_roster(people, a_roster([a_row(1), a_row(2, name="别人")]))
    people.clock.now += timedelta(days=300)
    second = await check_roster(people, a_roster([a_row(2)]), corrects=first["id"])
    people.clock.now += timedelta(days=100)
    assert await clear_all(people) == 0
    people.clock.now += timedelta(days=300)
    await clear_all(people)
    for each in (first, second):
        assert (await read_cleared(people, each))["clearedAt"]


async def test_x6_a_region_keeps_rosters_for_a_time_of_its_own(people: World) -> None:
    sent = await check_roster(people, a_roster([a_row(1)]))
    people.clock.now += timedelta(days=31)
    assert await clear_all(people) == 0
    await people.add_rows(
        Parameter(
            key="roster.kept_days",
            region=CHAOYANG_DISTRICT,
            value="30",
            unit="days",
            effective_from=date(2020, 1, 1),
            source="测试",
            confirmed=True,
            status=ParameterStatus.APPROVED,
            decided_at=NOW,
        )
    )
    await clear_all(people)
    assert (await read_cleared(people, sent))["clearedAt"]


async def test_x11_a_roster_that_gets_a_correction_meanwhile_is_left_to_the_next_pass(
    people: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The correction comes between the choice and the lock."""
    first = await check_roster(people, a_roster([a_row(1), a_row(2, name="别人")]))
    people.clock.now += timedelta(days=400)
    begin = roster_clearing._begin_clearing

    async def wait(*given: Any) -> int:
        await try_create_roster(people, a_roster([a_row(2)]), corrects=first["id"])
        return await begin(*given)

    monkeypatch.setattr(roster_clearing, "_begin_clearing", wait)
    assert await clear_next_rows(JobContext(service=people.service)) == 0
    assert (await read_roster(people, first["id"]))["state"] == "CHECKED"
    assert not (await read_cleared(people, first))["clearedAt"]

"""S10: units take turns at the check of their rosters, however many rows each of them sends in."""

from datetime import timedelta
from typing import Any

import pytest

from models import RosterRow
from resolvers.kernel.background import JobContext
from resolvers.rosters import roster_check_job
from resolvers.rosters.roster_check_job import check_next_roster
from resolvers.rosters.roster_evaluation import evaluate_rows
from tests.factories.roster import a_roster, a_row, read_roster, try_create_roster
from tests.factories.story import story
from tests.factories.world import World


@story
async def two_units(world: World) -> World:
    """Add a second unit to the first one."""
    await world.add_unit("other")
    return world


class Watch:
    """Counts pieces and files, lets time pass with each, and does something after the first."""

    def __init__(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        self.world, self.pieces, self.files = world, list[str](), 0
        self.after_first: Any = None
        monkeypatch.setattr(roster_check_job, "BATCH_SIZE", 1)
        monkeypatch.setattr(roster_check_job, "evaluate_rows", self.evaluate)
        read = roster_check_job._read_file

        async def count(*given: Any) -> Any:
            self.files += 1
            return await read(*given)

        monkeypatch.setattr(roster_check_job, "_read_file", count)

    async def evaluate(self, *given: Any) -> Any:
        names = {row.unit_id: name for name, row in self.world.accounts.items() if row.unit_id}
        self.pieces.append(names[given[1].unit_id])
        self.world.clock.now += timedelta(seconds=1)
        found = await evaluate_rows(*given)
        todo, self.after_first = self.after_first, None
        if todo is not None:
            await todo()
        return found


async def send_in(world: World, as_: str, rows: int) -> str:
    content = a_roster([a_row(number) for number in range(1, rows + 1)])
    return str((await try_create_roster(world, content, as_))["roster"]["id"])


async def check_all(*workers: JobContext) -> None:
    """Let workers check in turn until nothing waits."""
    while sum([await check_next_roster(work) for work in workers]):
        pass


async def test_s10_one_row_of_a_unit_waits_for_a_piece_of_another_s_four_rosters_and_no_more(
    two_units: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, watch, small = two_units, Watch(two_units, monkeypatch), list[str]()
    large = [await send_in(world, "unit", rows=5) for _ in range(4)]

    async def send_small() -> None:
        small.append(await send_in(world, "other", rows=1))

    watch.after_first = send_small
    await check_all(JobContext(service=world.service))
    assert watch.pieces == ["unit", "other", *["unit"] * 19]
    assert watch.files == 5
    for id, by in [*((id, "unit") for id in large), (small[0], "other")]:
        assert (await read_roster(world, id, by))["state"] == "CHECKED"
    rows = await world.load_rows(RosterRow)
    assert len({(row.roster_id, row.number) for row in rows}) == len(rows) == 21


async def test_s10_two_units_with_many_rows_are_served_piece_by_piece_by_each_worker(
    two_units: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A roster that one worker gave back is taken up by another where it was."""
    world, watch = two_units, Watch(two_units, monkeypatch)
    await send_in(world, "unit", rows=3)
    await send_in(world, "other", rows=3)
    await check_all(*(JobContext(service=world.service) for _ in range(3)))
    assert watch.pieces == ["unit", "other"] * 3
    rows = await world.load_rows(RosterRow)
    assert sorted(row.number for row in rows) == [1, 1, 2, 2, 3, 3]


async def test_s10_a_unit_that_sends_one_roster_after_another_has_one_turn_like_all(
    two_units: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was checked to its end counts as a turn, too."""
    world, watch = two_units, Watch(two_units, monkeypatch)
    for _ in range(3):
        await send_in(world, "unit", rows=1)
    await send_in(world, "other", rows=3)
    await check_all(JobContext(service=world.service))
    assert watch.pieces == ["unit", "other", "unit", "other", "unit", "other"]


async def test_s10_of_the_sheets_of_those_who_gave_way_only_so_many_are_kept(
    two_units: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, watch = two_units, Watch(two_units, monkeypatch)
    await world.add_unit("third")
    for name in ("unit", "other", "third"):
        await send_in(world, name, rows=3)
    work = JobContext(service=world.service)
    work.paused.most = 1
    await check_all(work)
    assert watch.pieces == ["unit", "other", "third"] * 3
    assert watch.files == 8  # the last one is kept to its end

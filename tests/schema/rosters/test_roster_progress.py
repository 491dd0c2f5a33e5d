"""S10: how far a check is, told as it goes on, and only to whoever sees the roster."""

import asyncio

import pytest

from models import Role, Roster, RosterState
from resolvers.kernel.background import JobContext
from resolvers.kernel.context import Context
from resolvers.rosters.roster import RosterCheckProgress, RosterChoice, watch_roster_progress
from resolvers.rosters.roster_check_job import channel_key, check_next_roster
from rules.kernel.refusal import Reason, Refusal
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer
from tests.factories.roster import a_roster, a_row, try_create_roster
from tests.factories.world import World


def viewer(world: World, name: str) -> Viewer:
    account = world.accounts[name]
    return Viewer(
        account_id=account.id,
        name=account.name,
        role=Role(account.role),
        region=account.region,
        unit_id=account.unit_id,
    )


async def test_s10_progress_is_told_at_first_and_whenever_the_bell_rings(world: World) -> None:
    await world.add_person(1)
    id = (await try_create_roster(world, a_roster([a_row(1)])))["roster"]["id"]
    listening = watch_roster_progress(
        Context(world.service, viewer(world, "unit")), RosterChoice(id=RowId(id))
    )
    assert await anext(listening) == RosterCheckProgress(
        state=RosterState.WAITING, total=0, checked=0, passed=0, failed=0
    )
    following = asyncio.ensure_future(anext(listening))
    await check_next_roster(JobContext(service=world.service))
    (row,) = await world.load_rows(Roster)
    while not following.done():
        world.service.notifications.notify(channel_key(row.id))  # as the database would
        await asyncio.sleep(0)
    found = await following
    assert (found.state, found.total, found.checked) == (RosterState.CHECKED, 1, 1)
    with pytest.raises(StopAsyncIteration):
        await anext(listening)


@pytest.mark.parametrize("who", ["other", "elsewhere", None])
async def test_x10_progress_is_told_to_nobody_who_may_not_see_the_roster(
    world: World, who: str | None
) -> None:
    id = (await try_create_roster(world, a_roster([a_row(1)])))["roster"]["id"]
    await world.add_unit("other")
    await world.add_account("elsewhere", Role.DISTRICT_OFFICER, "220102")
    asks = viewer(world, who) if who else Viewer()
    with pytest.raises(Refusal) as said:
        await anext(watch_roster_progress(Context(world.service, asks), RosterChoice(id=RowId(id))))
    wanted = Reason.NOT_FOUND if who else Reason.FORBIDDEN
    assert said.value.fault.reason is wanted


@pytest.mark.parametrize("id", ["garbage", "Roster-", "Intern-" + "0" * 64])
async def test_what_is_no_roster_has_no_progress(world: World, id: str) -> None:
    with pytest.raises(Refusal):
        await anext(
            watch_roster_progress(
                Context(world.service, viewer(world, "unit")), RosterChoice(id=RowId(id))
            )
        )

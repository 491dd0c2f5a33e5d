"""X26: what people speak about has a number: gapless by region and year, and found by it."""

import asyncio
from typing import Any

from tests.factories.internship_scenario import InternshipScenario, to_decision
from tests.factories.world import World

SUBMITTERS = 8
SUBMITTED = "... on InternPayload { intern { id version businessNumber } }"
FIND = "query ($number: String!) { recordByNumber(number: $number) { id status } }"
LIST = "query ($number: String) { interns(businessNumber: $number) { edges { node { id } } } }"


async def submit(world: World, row: Any, version: int = 0) -> Any:
    input = {"id": row["id"], "version": row["version"] + version}
    return await world.mutate("submitIntern", input, "unit", SUBMITTED)


async def test_x26_many_who_submit_at_once_leave_no_gap_and_a_number_stays(world: World) -> None:
    """Some are refused in between; a record that comes back keeps its number."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    rows = [await chain.add_intern(n) for n in range(1, SUBMITTERS + 1)]
    done = await asyncio.gather(
        *(submit(world, row) for row in rows), *(submit(world, row, 7) for row in rows[:3])
    )
    interns = [each["intern"] for each in done if each["__typename"] == "InternPayload"]
    numbers = [intern["businessNumber"] for intern in interns]
    region, year = world.accounts["unit"].region, world.service.today().year
    series = f"RY-{region}-{year}"
    assert sorted(numbers) == [f"{series}-{n:05d}" for n in range(1, SUBMITTERS + 1)]

    returned = to_decision(interns[0]) | {"reason": "协议日期有误"}
    back = await chain.run_step("returnIntern", returned, "officer", "intern")
    again = await submit(world, back)
    assert again["intern"]["businessNumber"] == numbers[0]


async def test_x26_a_record_is_found_by_its_number_however_it_is_typed(world: World) -> None:
    """By whom it concerns; to others it is the number of nothing."""
    chain = InternshipScenario(world)
    await chain.approve_declaration()
    await chain.add_post()
    row = await chain.add_intern(1)
    await world.add_unit("other")
    number = (await submit(world, row))["intern"]["businessNumber"]
    prefix, region, year, _ = number.split("-")
    for typed in (number, f" {prefix.lower()}{region}{year}1 ", f"{prefix} {region} {year} 00001"):
        for viewer in ("unit", "officer"):
            assert (await world.ask(FIND, viewer, number=typed)).only["id"] == row["id"]
        listed = (await world.ask(LIST, "unit", number=typed)).only["edges"]
        assert [edge["node"]["id"] for edge in listed] == [row["id"]]
    for nobody in ("", "RY", f"SB{number[2:]}9", f"{number}9", "XX-220104-2026-00001", "编号"):
        assert (await world.ask(FIND, "unit", number=nobody)).data == {"recordByNumber": None}
    assert (await world.ask(FIND, "other", number=number)).data == {"recordByNumber": None}

"""What the service answers agrees with a second computation, from filing to the claim's lines."""

from collections.abc import Sequence

import pytest

from tests.factories.hiring_scenario import HiringScenario
from tests.factories.story import story
from tests.factories.world import World
from tests.oracle.compared import Tally
from tests.oracle.dice import Dice
from tests.oracle.file_hires import compare_filed_hires
from tests.oracle.file_mentoring import add_coverage, compare_filed_year
from tests.oracle.file_reports import FiledUnit

SEED = 20251129
DISTRICTS = ("220104", "222401", "220122", "220202", "220303", "220602", "220721")
"""Of Changchun, Yanji, a county, and others: every minimum wage."""


@story
async def hired(world: World) -> HiringScenario:
    return await HiringScenario(world).set_up()


def assert_agreed(tally: Tally, least: int) -> None:
    told = "\n".join(tally.describe())
    assert tally.differences == [], told
    assert tally.cases.total() >= least, told
    assert 0 < tally.granted.total() < tally.cases.total(), told


async def compare_reports(world: World, seed: int, regions: Sequence[str], interns: int) -> Tally:
    tally = Tally()
    for region in regions:
        await FiledUnit(world, tally, Dice(f"{region} {seed}"), region).compare(interns)
    return tally


async def compare_years(world: World, seed: int, years: int) -> Tally:
    await add_coverage(world)
    tally, dice = Tally(), Dice(f"mentoring {seed}")
    for number in range(years):
        await compare_filed_year(world, tally, dice, number)
    return tally


async def compare_rosters(hired: HiringScenario, seed: int, rows: int) -> Tally:
    tally = Tally()
    for service in (False, True):
        dice = Dice(f"hires {service} {seed}")
        await compare_filed_hires(hired, tally, dice, rows, service=service)
    return tally


async def test_j30_months_and_allowances_filed_by_mutations_agree(world: World) -> None:
    """J27, J29: each report's amount, each candidate's months, each line of two claims."""
    assert_agreed(await compare_reports(world, SEED, DISTRICTS[:2], 12), 150)


async def test_j34_years_of_mentoring_claimed_by_mutations_agree(world: World) -> None:
    """J35, J37: who ended, who was retained, who is paid for; and nobody a second time."""
    assert_agreed(await compare_years(world, SEED, 10), 10)


async def test_s10_rosters_of_hires_and_placements_agree(hired: HiringScenario) -> None:
    """S4-S9, S12-S14, S31, S32: each row's controls, its hire date and its line's amount."""
    assert_agreed(await compare_rosters(hired, SEED, 60), 120)


@pytest.mark.slow
async def test_many_months_and_allowances_agree(world: World) -> None:
    assert_agreed(await compare_reports(world, SEED + 1, DISTRICTS, 60), 3000)


@pytest.mark.slow
async def test_many_years_of_mentoring_agree(world: World) -> None:
    assert_agreed(await compare_years(world, SEED + 1, 100), 100)


@pytest.mark.slow
async def test_many_rows_of_rosters_agree(hired: HiringScenario) -> None:
    assert_agreed(await compare_rosters(hired, SEED + 1, 100), 200)

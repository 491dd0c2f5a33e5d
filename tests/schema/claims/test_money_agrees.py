"""What the service answers agrees with a second computation, from filing to the claim's lines."""

import pytest

from tests.factories.world import World
from tests.oracle.compared import Tally
from tests.oracle.filed import (
    DISTRICTS,
    compare_classes,
    compare_courses,
    compare_interns,
    compare_reports,
    compare_rosters,
    compare_years,
)

SEED = 20251129


def assert_agreed(tally: Tally, least: int) -> None:
    told = "\n".join(tally.describe())
    assert tally.differences == [], told
    assert tally.cases.total() >= least, told
    assert 0 < tally.granted.total() < tally.cases.total(), told


async def test_j30_months_and_allowances_filed_by_mutations_agree(world: World) -> None:
    """J27, J29: each report's amount, each candidate's months, each line of two claims."""
    assert_agreed(await compare_reports(world, SEED, DISTRICTS[:2], 8), 100)


async def test_j34_years_of_mentoring_claimed_by_mutations_agree(world: World) -> None:
    """J35, J37: who ended, who was retained, who is paid for; and nobody a second time."""
    assert_agreed(await compare_years(world, SEED, 6), 6)


async def test_s10_rosters_of_hires_and_placements_agree(world: World) -> None:
    """S4-S9, S12-S14, S31, S32: each row's controls, its hire date and its line's amount."""
    assert_agreed(await compare_rosters(world, SEED, 40), 80)


async def test_j17_interns_added_by_mutations_agree(world: World) -> None:
    """J23: who is of which category that day, and for how long in all."""
    assert_agreed(await compare_interns(world, SEED, 3), 15)


async def test_s21_classes_submitted_by_mutations_agree(world: World) -> None:
    """S20, S31, S33: three places, one class at a time; what is withdrawn is given back."""
    assert_agreed(await compare_classes(world, SEED, 2), 12)


async def test_s25_fees_of_claims_agree(world: World) -> None:
    tally = await compare_courses(world, SEED, 6)
    assert tally.differences == [], "\n".join(tally.describe())
    assert tally.cases["S25 claims"] == 6


@pytest.mark.slow
async def test_many_months_and_allowances_agree(world: World) -> None:
    assert_agreed(await compare_reports(world, SEED + 1, DISTRICTS, 60), 3000)


@pytest.mark.slow
async def test_many_years_of_mentoring_agree(world: World) -> None:
    assert_agreed(await compare_years(world, SEED + 1, 100), 100)


@pytest.mark.slow
async def test_many_rows_of_rosters_agree(world: World) -> None:
    assert_agreed(await compare_rosters(world, SEED + 1, 100), 200)


@pytest.mark.slow
async def test_many_interns_agree(world: World) -> None:
    assert_agreed(await compare_interns(world, SEED + 1, 40), 200)


@pytest.mark.slow
async def test_many_classes_agree(world: World) -> None:
    assert_agreed(await compare_classes(world, SEED + 1, 30), 180)

"""Everything that is filed through the schema and compared, each on a world of its own."""

from collections.abc import Awaitable, Callable, Mapping, Sequence

from tests.factories.database import run_cluster
from tests.factories.hiring_scenario import HiringScenario
from tests.factories.kept_database import keep_database
from tests.factories.peopled import save_peopled
from tests.factories.trainee_scenario import TraineeScenario
from tests.factories.training_claim_scenario import TrainingClaimScenario
from tests.factories.world import World, a_world
from tests.oracle.compared import Tally
from tests.oracle.dice import Dice
from tests.oracle.file_classes import compare_attendance, compare_fees, set_up_units
from tests.oracle.file_hires import compare_filed_hires
from tests.oracle.file_interns import add_posts, compare_candidates, compare_terms
from tests.oracle.file_mentoring import add_coverage, compare_filed_year
from tests.oracle.file_reports import FiledUnit

DISTRICTS = ("220104", "222401", "220122", "220202", "220303", "220602", "220721")
"""Of Changchun, Yanji, a county, and others: every minimum wage."""

CLASSES = 6
"""So many classes each person attends, or tries to."""


async def compare_reports(world: World, seed: int, regions: Sequence[str], interns: int) -> Tally:
    """Compare what months pay, and what two claims ask for them (J27, J29, J30)."""
    tally = Tally()
    for region in regions:
        await FiledUnit(world, tally, Dice(f"{region} {seed}"), region).compare(interns)
    return tally


async def compare_years(world: World, seed: int, years: int) -> Tally:
    """Compare years of mentoring, each claimed twice (J34, J35, J37)."""
    await add_coverage(world)
    tally, dice = Tally(), Dice(f"mentoring {seed}")
    for number in range(years):
        await compare_filed_year(world, tally, dice, number)
    return tally


async def compare_rosters(world: World, seed: int, rows: int) -> Tally:
    """Compare a roster of hires and one of placements (S4-S10, S12-S14)."""
    hired, tally = await HiringScenario(world).set_up(), Tally()
    for service in (False, True):
        dice = Dice(f"hires {service} {seed}")
        await compare_filed_hires(hired, tally, dice, rows, service=service)
    return tally


async def compare_interns(world: World, seed: int, persons: int) -> Tally:
    """Compare who is an intern of which category, and for how long (J17, J23)."""
    posts, tally, dice = await add_posts(world, 5), Tally(), Dice(f"interns {seed}")
    for n, (unit, post) in enumerate(posts.items()):
        numbers = range(1 + n * persons, 1 + (n + 1) * persons)
        await compare_candidates(world, tally, dice, unit, post, numbers)
    for number in range(500, 500 + persons):
        await compare_terms(world, tally, dice, posts, number)
    return tally


async def compare_classes(world: World, seed: int, persons: int) -> Tally:
    """Compare which classes somebody may attend (S21, S31, S33)."""
    trained, tally = TraineeScenario(world), Tally()
    await set_up_units(trained)
    for number in range(1, 1 + persons):
        await compare_attendance(trained, tally, Dice(f"classes {number} {seed}"), number, CLASSES)
    return tally


async def compare_courses(world: World, seed: int, courses: int) -> Tally:
    """Compare what is paid for trainees of courses (S25)."""
    claims, tally = await TrainingClaimScenario(world).set_up(), Tally()
    await compare_fees(claims, tally, Dice(f"fees {seed}"), courses)
    return tally


async def compare_districts(world: World, seed: int, interns: int) -> Tally:
    """Compare reports and allowances of all districts."""
    return await compare_reports(world, seed, DISTRICTS, interns)


SIZES: Mapping[Callable[[World, int, int], Awaitable[Tally]], int] = {
    compare_districts: 12,
    compare_years: 20,
    compare_rosters: 100,
    compare_interns: 20,
    compare_classes: 10,
    compare_courses: 15,
}
"""What `make compare-money` files, and how much of each."""


async def compare_all_filed(seed: int) -> Tally:
    """Compare all of them on a cluster of their own."""
    whole = Tally()
    async with run_cluster() as cluster, keep_database(cluster) as kept:
        peopled = await save_peopled(kept)
        for compare, size in SIZES.items():
            async with a_world(await kept.load(peopled.stage)) as world:
                world.accounts.update(peopled.accounts)
                whole.merge(await compare(world, seed, size))
    return whole

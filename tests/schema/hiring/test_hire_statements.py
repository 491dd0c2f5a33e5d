"""A roster is judged with the same number of statements, however many rows it has (X3)."""

import pytest

from resolvers.kernel.background import JobContext
from resolvers.rosters.roster_check_job import SHEET_NAME, check_next_roster
from tests.factories.hiring_scenario import (
    HIRING_HEADINGS,
    MIGRANT_GROUP,
    UNEMPLOYED_GROUP,
    HiringScenario,
    a_cell_row,
)
from tests.factories.person_budget import raise_budget
from tests.factories.roster import try_create_roster
from tests.factories.rows import CHENGDU_DISTRICT
from tests.factories.workbook import a_workbook
from tests.factories.world import World

VERDICTS = "query ($id: ID!) { claimVerdicts(claimId: $id) { now findings { outcome } } }"


@pytest.mark.slow
async def test_x3_ten_rows_and_two_hundred_are_judged_with_the_same_statements(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S10, S11, S16: checked, drafted, judged once more."""
    raise_budget(world, monkeypatch)
    hired = await HiringScenario(world).set_up()
    await world.ask("{ viewer { name } }", "reviewer")  # known from now on: what was granted (S1)
    counts = {}
    for size, first in ((10, 1), (200, 100)):
        numbers = range(first, first + size)
        await hired.add_people(*numbers)
        rows = [a_cell_row(n, (UNEMPLOYED_GROUP, MIGRANT_GROUP)[n % 2]) for n in numbers]
        content = a_workbook([list(HIRING_HEADINGS), *rows], SHEET_NAME)
        draft = {"kind": "HIRING", "place": CHENGDU_DISTRICT}
        roster = (await try_create_roster(world, content, hired.unit, **draft))["roster"]
        world.statements.clear()
        assert await check_next_roster(JobContext(service=world.service)) == 1
        checked = len(world.statements)
        claim = (await hired.try_draft_claim(roster))["claim"]
        drafted = len(world.statements)
        assert len(claim["lines"]) == size
        told = await world.ask(VERDICTS, "reviewer", id=claim["id"])
        assert [each["now"] for each in told.only] == ["PASS"] * size
        counts[size] = checked, drafted, len(world.statements)
    assert counts[10] == counts[200]

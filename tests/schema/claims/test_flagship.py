"""The flagship query: statements go with the levels, not with the claims."""

from datetime import date

import pytest

from tests.factories.rows import (
    a_bank_account,
    a_claim,
    a_claim_line,
    a_post,
    a_report,
    an_intern,
)
from tests.factories.world import World
from tests.schema.kernel.test_chain import FLAGSHIP
from tests.schema.scene import EXPLANATION

LEVELS = 6
"""Claims, units, lines, interns, posts, reports."""


@pytest.mark.parametrize("number", [1, 20])
async def test_statements_are_as_many_as_levels(
    world: World, number: int, capsys: pytest.CaptureFixture[str]
) -> None:
    unit = await world.add_unit("flagship")
    post, bank = a_post(unit), a_bank_account(unit)
    await world.add_rows(post, bank)
    for n in range(number):
        intern = an_intern(post, await world.add_person(n + 1))
        claim = a_claim(unit, bank, n)
        line = a_claim_line(claim, intern, explanation=EXPLANATION)
        months = [a_report(intern, date(2024, m, 1), assessment=EXPLANATION) for m in (8, 9, 10)]
        await world.add_rows(intern, claim, line, *months)
    answer = await world.ask(FLAGSHIP, "flagship", **{"from": "2024-09", "to": "2024-10"})
    edges = answer.only["edges"]
    assert len(edges) == number
    assert all(len(e["node"]["lines"][0]["intern"]["monthlyReports"]) == 2 for e in edges)
    with capsys.disabled():
        print(f"\nflagship: {number} claims, {len(world.statements)} statements")
    assert len(world.statements) == LEVELS

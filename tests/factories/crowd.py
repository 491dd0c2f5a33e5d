"""Many approved interns at once, and what may be asked of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import set_rls_context
from models import Base, Intern, MonthlyReport, Post, Status
from rules.internship.monthly_report import assess_report
from tests.factories.internship_scenario import InternshipScenario
from tests.factories.parameter import build_seed_policy
from tests.factories.rows import NATIONWIDE_ACTOR, a_person, a_report, an_intern
from tests.factories.world import World, build_global_id


async def add_rows(world: World, *groups: Sequence[Base]) -> None:
    """Put many rows into the database, group by group."""
    async with (
        AsyncSession(world.administration, expire_on_commit=False) as session,
        session.begin(),
    ):
        await set_rls_context(session, NATIONWIDE_ACTOR)
        for rows in groups:
            session.add_all(rows)
            await session.flush()


async def a_crowd(chain: InternshipScenario, size: int) -> list[dict[str, Any]]:
    """Add that many approved interns to the unit's first post, from 2024-08 to 2025-07."""
    (post,) = [row for row in await chain.world.load_rows(Post) if row.name == "软件测试"]
    persons = [a_person(number) for number in range(100, 100 + size)]
    first, last = date(2024, 8, 1), date(2025, 7, 31)
    interns = [an_intern(post, person, starts_on=first, ends_on=last) for person in persons]
    await add_rows(chain.world, persons, interns)
    return [{"id": build_global_id("Intern", i.unit_id, i.id), "row": i} for i in interns]


async def add_approved_reports(
    world: World, interns: Sequence[dict[str, Any]], months: Sequence[date]
) -> list[MonthlyReport]:
    """Put approved reports of 22 days and 4000.00 yuan on file."""
    policy, rows = build_seed_policy(), []
    for intern in interns:
        row: Intern = intern["row"]
        for month in months:
            wage = a_report(row, month).wage_paid + 600
            found = assess_report(row.category, row.region, month, 22, wage, policy)
            figures = {"wage_paid": wage, "payable_subsidy": found.payable}
            kept = {"assessment": dict(found.explanation), "status": Status.APPROVED}
            rows.append(a_report(row, month, **figures, **kept))
    await add_rows(world, rows)
    return rows

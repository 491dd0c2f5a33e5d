"""Many approved interns at once, and what may be asked of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import state
from models import Base, Intern, MonthlyReport, Post, Status
from rules.internship.monthly_report import assess
from tests.factories.chain import Chain
from tests.factories.parameter import seeded
from tests.factories.rows import EVERYBODY, a_person, a_report, an_intern
from tests.factories.world import World, global_id


async def add_all(world: World, *groups: Sequence[Base]) -> None:
    """Put many rows into the database, group by group."""
    async with (
        AsyncSession(world.service.writes, expire_on_commit=False) as session,
        session.begin(),
    ):
        await state(session, EVERYBODY)
        for rows in groups:
            session.add_all(rows)
            await session.flush()


async def a_crowd(chain: Chain, size: int) -> list[dict[str, Any]]:
    """Add that many approved interns to the unit's first post, from 2024-08 to 2025-07."""
    (post,) = [row for row in await chain.world.rows(Post) if row.name == "软件测试"]
    persons = [a_person(number) for number in range(100, 100 + size)]
    first, last = date(2024, 8, 1), date(2025, 7, 31)
    interns = [an_intern(post, person, starts_on=first, ends_on=last) for person in persons]
    await add_all(chain.world, persons, interns)
    return [{"id": global_id("Intern", i.unit_id, i.id), "row": i} for i in interns]


async def approved_reports(
    world: World, interns: Sequence[dict[str, Any]], months: Sequence[date]
) -> list[MonthlyReport]:
    """Put approved reports of 22 days and 4000.00 yuan on file."""
    policy, rows = seeded(), []
    for intern in interns:
        row: Intern = intern["row"]
        for month in months:
            wage = a_report(row, month).wage_paid + 600
            found = assess(row.category, row.region, month, 22, wage, policy)
            figures = {"wage_paid": wage, "payable_subsidy": found.payable}
            kept = {"assessment": dict(found.explanation), "status": Status.APPROVED}
            rows.append(a_report(row, month, **figures, **kept))
    await add_all(world, rows)
    return rows

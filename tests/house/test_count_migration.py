"""Interns who were there before anybody counted are counted by the migration (J23)."""

from collections.abc import AsyncIterator
from datetime import date, timedelta
from functools import partial

import pytest
from alembic import command
from sqlalchemy import Connection, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from loaders.actor import set_rls_context
from models import InternshipTerm, Status
from server.database.migrate import build_configuration
from server.settings.role import SERVICE
from tests.factories.database import Database
from tests.factories.rows import (
    CHENGDU_DISTRICT,
    CREATED_AT,
    NATIONWIDE_ACTOR,
    a_person,
    a_post,
    a_unit,
    an_intern,
    insert_rows,
)

START = date(2024, 8, 1)


def migrated(connection: Connection, way: str, revision: str) -> None:
    config = build_configuration()
    config.attributes.update(connection=connection, service_role=SERVICE)
    getattr(command, way)(config, revision)


@pytest.fixture
async def service(database: Database) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(database.url)
    yield engine
    await engine.dispose()


async def counted_again(database: Database, service: AsyncEngine) -> dict[str, int]:
    """Forget all terms, run the migration's count anew, and tell each term's slots by its start."""
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        await connection.execute(text("ALTER TABLE internship_term NO FORCE ROW LEVEL SECURITY"))
        await connection.execute(text("DELETE FROM internship_term"))
        await connection.execute(text("ALTER TABLE internship_term FORCE ROW LEVEL SECURITY"))
        await connection.commit()
        for way, revision in (("downgrade", "0006-1"), ("upgrade", "head")):
            await connection.run_sync(partial(migrated, way=way, revision=revision))
            await connection.commit()
    await owner.dispose()
    async with AsyncSession(service) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        rows = (await session.scalars(select(InternshipTerm))).all()
    return {str(row.term.lower): sum(s.upper - s.lower for s in row.slots) for row in rows}


async def test_j23_standing_interns_are_counted_and_others_are_not(
    database: Database, service: AsyncEngine
) -> None:
    unit, rows = a_unit(), []
    for number, status in enumerate(Status, 1):
        if status is not Status.ENDED:
            person = a_person(number)
            post = a_post(unit, number)
            first = START + timedelta(days=number)
            last = first + timedelta(days=9)
            intern = an_intern(post, person, status=status, starts_on=first, ends_on=last)
            rows += [person, post, intern]
    await insert_rows(service, unit, *rows)
    counted = {Status.SUBMITTED, Status.RETURNED, Status.APPROVED}
    days = [n for n, status in enumerate(Status, 1) if status in counted]
    found = await counted_again(database, service)
    assert found == {str(START + timedelta(days=n)): 10 for n in days}


async def test_j23_of_those_that_do_not_fit_together_the_approved_ones_are_counted(
    database: Database, service: AsyncEngine, caplog: pytest.LogCaptureFixture
) -> None:
    person, rows = a_person(), []
    for number, (status, starts_on, ends_on) in enumerate(
        (
            (Status.SUBMITTED, date(2024, 8, 1), date(2024, 12, 31)),
            (Status.APPROVED, date(2024, 12, 1), date(2025, 5, 31)),
            (Status.APPROVED, date(2025, 6, 1), date(2025, 12, 31)),
            (Status.RETURNED, date(2026, 1, 1), date(2026, 3, 31)),
        ),
        1,
    ):
        unit = a_unit(number)
        post = a_post(unit)
        intern = an_intern(post, person, status=status, starts_on=starts_on, ends_on=ends_on)
        intern.submitted_at = CREATED_AT + timedelta(days=number)
        rows += [unit, post, intern]
    await insert_rows(service, person, *rows)
    found = await counted_again(database, service)
    assert found == {"2024-12-01": 180, "2026-01-01": 90}
    assert "2 interns are not counted" in caplog.text


async def test_j23_where_no_parameter_says_how_many_months_nobody_is_counted(
    database: Database, service: AsyncEngine
) -> None:
    unit, person = a_unit(1, CHENGDU_DISTRICT), a_person(1)
    post = a_post(unit)
    await insert_rows(service, unit, person, post, an_intern(post, person))
    assert await counted_again(database, service) == {}

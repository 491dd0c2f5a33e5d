"""Rows that were there before accounts came: nothing is lost, and lines learn what they tell."""

from functools import partial

import asyncpg
from sqlalchemy.ext.asyncio import create_async_engine

from loaders.actor import Actor
from models import Status
from server.database.migrate import upgrade
from tests.factories.database import Database
from tests.factories.rows import (
    a_bank_account,
    a_claim,
    a_claim_line,
    a_person,
    a_post,
    a_session,
    a_unit,
    an_account,
    an_intern,
    insert_rows,
)
from tests.house.test_migrations import downgraded

LINES = "SELECT claim_kind, claim_status, claim_month::text, unit_name FROM claim_line"


async def test_lines_and_sessions_of_before_are_carried_over(database: Database) -> None:
    """J16: kind, status, month and name come from the claim and the unit."""
    service, owner = create_async_engine(database.url), create_async_engine(database.owner_url)
    unit, person, account = a_unit(1), a_person(1), an_account(1)
    bank, post = a_bank_account(unit), a_post(unit)
    intern, claim = an_intern(post, person), a_claim(unit, bank, status=Status.SUBMITTED)
    line = a_claim_line(claim, intern, unit_name="旧名")
    name = unit.name
    await insert_rows(service, unit, person, account, bank, post, intern, claim, line)
    async with owner.connect() as connection:
        await connection.run_sync(partial(downgraded, revision="0002"))
        await connection.commit()
    await upgrade(database.owner_url, lambda _: None)
    await insert_rows(service, a_session(account, 2), actor=Actor(account=account.id))
    raw = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    await raw.execute("SELECT set_config('app.unit', $1, false)", str(unit.id))
    found = [tuple(row) for row in await raw.fetch(LINES)]
    await raw.close()
    await service.dispose()
    await owner.dispose()
    assert found == [("LIVING_ALLOWANCE", "SUBMITTED", "2026-01-01", name)]

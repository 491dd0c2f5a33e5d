"""Claims that were approved before anybody kept for how much are recalled by the migration (X8)."""

from functools import partial

from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine

from loaders.actor import set_rls_context
from models import Claim, ClaimLine, LineState, Status
from tests.factories.database import Database
from tests.factories.rows import (
    NATIONWIDE_ACTOR,
    a_bank_account,
    a_claim,
    a_claim_line,
    a_person,
    a_post,
    a_unit,
    an_account,
    an_intern,
    insert_rows,
)
from tests.house.test_count_migration import migrated


async def test_x8_what_claims_were_approved_for_is_recalled_from_their_lines(
    database: Database,
) -> None:
    service = create_async_engine(database.url)
    unit, officer = a_unit(), an_account(1)
    bank, post = a_bank_account(unit), a_post(unit)
    interns = [an_intern(post, a_person(n)) for n in (1, 2)]
    made = {"submitted_by": officer.id, "reviewed_by": officer.id}
    approved = a_claim(unit, bank, 1, status=Status.APPROVED, **made)
    sent = a_claim(unit, bank, 2, status=Status.SUBMITTED, submitted_by=officer.id)
    states = (LineState.PAYABLE, LineState.STRUCK)
    lines = [a_claim_line(approved, i, state=s) for i, s in zip(interns, states, strict=True)]
    rows = [unit, officer, bank, post, a_person(1), a_person(2), *interns, approved, sent]
    await insert_rows(service, *rows, *lines, a_claim_line(sent, interns[0]))
    owner = create_async_engine(database.owner_url)
    async with owner.connect() as connection:
        for way, revision in (("downgrade", "0016-1"), ("upgrade", "head")):
            await connection.run_sync(partial(migrated, way=way, revision=revision))
            await connection.commit()
    await owner.dispose()
    async with AsyncSession(service) as session:
        await set_rls_context(session, NATIONWIDE_ACTOR)
        one = await session.get_one(Claim, (unit.id, approved.id))
        other = await session.get_one(Claim, (unit.id, sent.id))
        flags = [(await session.get_one(ClaimLine, (unit.id, line.id))).approved for line in lines]
    await service.dispose()
    assert (one.approved_amount, one.approved_by) == (lines[0].amount, officer.id)
    assert (other.approved_amount, other.approved_by) == (None, None)
    assert flags == [True, False]

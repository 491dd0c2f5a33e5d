"""X10: what the database itself opens of accounts, tickets, appeals and a person's lines."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from loaders.actor import Actor, build_actor
from models import (
    Account,
    AccountAppeal,
    AppealStatus,
    ClaimLine,
    FunctionGrant,
    Role,
    SignIn,
    SignInTicket,
    Status,
    Unit,
)
from rules.kernel.function import Function
from rules.kernel.viewer import Viewer
from tests.factories.database import Database
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    CREATED_AT,
    NANGUAN_DISTRICT,
    a_bank_account,
    a_claim,
    a_claim_line,
    a_grant,
    a_person,
    a_post,
    a_sign_in,
    a_unit,
    an_account,
    an_appeal,
    an_intern,
    insert_rows,
)
from tests.loaders.test_actor import DENIED, changed, refusal, seen, speaking

OURS, THEIRS, WANG, LI = a_unit(1), a_unit(2, NANGUAN_DISTRICT), a_person(1), a_person(2)
BOSS = Actor(account=an_account(1).id, unit=OURS.id, manages=OURS.id)
OPERATOR = Actor(account=an_account(2).id, unit=OURS.id)
OFFICER = Actor(
    account=an_account(9).id,
    see=(CHAOYANG_DISTRICT, CHAOYANG_DISTRICT),
    act=(CHAOYANG_DISTRICT, CHAOYANG_DISTRICT),
)
DRAFT, SENT = Status.DRAFT, Status.SUBMITTED


@pytest.fixture
async def engine(database: Database) -> AsyncIterator[AsyncEngine]:
    made = create_async_engine(database.administration_url)
    await insert_rows(made, a_unit(1), a_unit(2, NANGUAN_DISTRICT), a_person(1), a_person(2))
    boss = an_account(1, Role.LEGAL_PERSON, unit_id=OURS.id)
    others = [an_account(n, unit_id=OURS.id) for n in (2, 3)]
    theirs = an_account(4, region=NANGUAN_DISTRICT, unit_id=THEIRS.id)
    await insert_rows(made, boss, *others, theirs, an_account(9, Role.DISTRICT_OFFICER))
    yield made
    await made.dispose()


def ids(*numbers: int) -> set[object]:
    return {an_account(number).id for number in numbers}


async def test_j3_a_legal_person_reaches_the_units_operators_and_an_operator_only_themself(
    engine: AsyncEngine,
) -> None:
    assert await seen(engine, BOSS, Account) == ids(1, 2, 3)
    assert await seen(engine, OPERATOR, Account) == ids(2)
    assert await changed(engine, BOSS, Account, active=False) == 3
    assert await changed(engine, OPERATOR, Account, active=True) == 1


async def test_j3_nobody_who_keeps_operators_makes_anything_but_operators_of_the_unit(
    engine: AsyncEngine,
) -> None:
    await insert_rows(engine, an_account(20, unit_id=OURS.id), actor=BOSS)
    for number, role, unit in (
        (21, Role.DISTRICT_OFFICER, OURS),
        (22, Role.LEGAL_PERSON, OURS),
        (23, Role.UNIT_OPERATOR, THEIRS),
    ):
        forged = an_account(number, role, unit.region, unit_id=unit.id)
        assert await refusal(engine, BOSS, forged) == DENIED
    own = an_account(24, unit_id=OURS.id)
    assert await refusal(engine, OPERATOR, own) == DENIED


async def test_j1_a_unit_is_found_by_its_credit_code_and_not_changed(engine: AsyncEngine) -> None:
    known = Actor(knows=OURS.credit_code)
    assert await seen(engine, known, Unit) == {OURS.id}
    assert await changed(engine, known, Unit, name="别名") == 0


async def test_j4_a_ticket_is_reached_by_its_text_or_its_secret_and_its_hashes_stay(
    engine: AsyncEngine,
) -> None:
    shown, kept = sha256(b"shown").digest(), sha256(b"kept").digest()
    made = SignInTicket(
        ticket_hash=shown,
        secret_hash=kept,
        requested_at=CREATED_AT,
        expires_at=CREATED_AT + timedelta(minutes=2),
    )
    asker, approver = Actor(knows=kept.hex()), Actor(knows=shown.hex())
    assert await refusal(engine, approver, made) == DENIED
    again = SignInTicket(
        ticket_hash=shown,
        secret_hash=kept,
        requested_at=CREATED_AT,
        expires_at=CREATED_AT + timedelta(minutes=2),
    )
    await insert_rows(engine, again, actor=asker)
    for knowing in (asker, approver):
        assert len(await seen(engine, knowing, SignInTicket)) == 1
        assert await changed(engine, knowing, SignInTicket, approved_at=CREATED_AT) == 1
    for other in (OFFICER, BOSS, Actor(knows="kept"), Actor()):
        assert await seen(engine, other, SignInTicket) == set()
    with pytest.raises(DBAPIError, match="permission denied"):
        await changed(engine, asker, SignInTicket, expires_at=CREATED_AT)


async def test_j2_an_appeal_is_seen_by_its_number_and_by_its_regions_officers(
    engine: AsyncEngine,
) -> None:
    appeal, far = an_appeal(OURS), an_appeal(THEIRS)
    for row in (appeal, far):
        await insert_rows(engine, row, actor=Actor(knows=row.number_hash.hex()))
    assert await seen(engine, OFFICER, AccountAppeal) == {an_appeal(OURS).id}
    assert await seen(engine, BOSS, AccountAppeal) == set()
    known = Actor(knows=an_appeal(THEIRS).number_hash.hex())
    assert await seen(engine, known, AccountAppeal) == {an_appeal(THEIRS).id}
    assert await changed(engine, OFFICER, AccountAppeal, status=AppealStatus.REFUSED) == 1
    with pytest.raises(DBAPIError, match="what was said is cleared, and never changed"):
        await changed(engine, OFFICER, AccountAppeal, text="别的")


async def test_j3_sign_ins_are_ones_own_and_stay_as_they_are(engine: AsyncEngine) -> None:
    await insert_rows(engine, a_sign_in(an_account(2)), actor=OPERATOR)
    assert len(await seen(engine, OPERATOR, SignIn)) == 1
    for other in (BOSS, OFFICER, Actor()):
        assert await seen(engine, other, SignIn) == set()
    async with speaking(engine, OPERATOR) as session:
        with pytest.raises(DBAPIError, match="permission denied"):
            await session.execute(update(SignIn).values(succeeded=False))


async def test_j16_a_person_sees_their_line_once_it_is_claimed_and_its_state_follows(
    engine: AsyncEngine,
) -> None:
    bank, post = a_bank_account(OURS), a_post(OURS)
    claim = a_claim(OURS, bank, status=DRAFT)
    interns = [an_intern(post, person) for person in (WANG, LI)]
    lines = [a_claim_line(claim, intern) for intern in interns]
    mine = lines[0].id
    await insert_rows(engine, bank, post, *interns, claim, *lines)
    wang = Actor(person=WANG.id)
    assert await seen(engine, wang, ClaimLine) == set()
    unit = Actor(unit=OURS.id)
    await changed(engine, unit, type(claim), status=SENT)
    assert await seen(engine, wang, ClaimLine) == {mine}
    assert await changed(engine, wang, ClaimLine, reason="x") == 0
    await changed(engine, unit, type(claim), status=DRAFT)
    assert await seen(engine, wang, ClaimLine) == set()


async def test_s1_a_grant_is_made_and_revoked_by_who_acts_in_its_region_and_seen_by_whose_it_is(
    engine: AsyncEngine,
) -> None:
    officer, theirs = an_account(9, Role.DISTRICT_OFFICER), an_account(4, region=NANGUAN_DISTRICT)
    administrator = Actor(account=an_account(8).id, see=OFFICER.see, act=OFFICER.act)
    own, other = a_grant(officer).id, a_grant(theirs).id
    await insert_rows(engine, a_grant(officer), actor=administrator)
    await insert_rows(engine, a_grant(theirs))
    assert await refusal(engine, administrator, a_grant(theirs, id=an_account(5).id)) == DENIED
    himself = Actor(account=officer.id)
    made = a_grant(officer, Function.REVIEW_CLAIMS)
    assert await refusal(engine, himself, made) == DENIED
    assert await seen(engine, himself, FunctionGrant) == {own}
    assert await seen(engine, administrator, FunctionGrant) == {own}
    assert await seen(engine, Actor(account=theirs.id), FunctionGrant) == {other}
    revoked = {"revoked": True, "revoked_at": CREATED_AT}
    assert await changed(engine, himself, FunctionGrant, **revoked) == 0
    looking = Actor(account=an_account(7).id, see=OFFICER.see)
    assert await seen(engine, looking, FunctionGrant) == {own}
    assert await changed(engine, looking, FunctionGrant, **revoked) == 0
    assert await changed(engine, administrator, FunctionGrant, **revoked) == 1


def test_x17_at_the_counter_an_officer_reaches_what_the_applicant_reaches_and_nothing_else() -> (
    None
):
    officer = Viewer(
        account_id=an_account(9).id, role=Role.DISTRICT_OFFICER, region=CHAOYANG_DISTRICT
    )
    assert build_actor(officer).act == (CHAOYANG_DISTRICT, CHAOYANG_DISTRICT)
    filing = replace(officer, unit_id=OURS.id, desk=CHAOYANG_DISTRICT)
    assert build_actor(filing) == Actor(account=an_account(9).id, unit=OURS.id)
    nobody = replace(officer, desk=CHAOYANG_DISTRICT)
    assert build_actor(nobody) == Actor(account=an_account(9).id)

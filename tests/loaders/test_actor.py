"""What each actor sees and may write, as the database itself decides (X10)."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from uuid import UUID

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from loaders.actor import ALL_REGIONS, Actor, build_actor, set_rls_context
from models import (
    Account,
    BankAccount,
    Base,
    History,
    InsuranceContribution,
    Intern,
    MonthlyReport,
    Parameter,
    Person,
    Post,
    RateLimit,
    Region,
    Request,
    Role,
    SignInSession,
    Unit,
)
from rules.kernel.viewer import SYSTEM_VIEWER, Viewer
from tests.factories.database import Database
from tests.factories.kept_database import KeptDatabase, Stage
from tests.factories.rows import (
    CHAOYANG_DISTRICT,
    CHENGDU_DISTRICT,
    CREATED_AT,
    JILIN_CITY_DISTRICT,
    NANGUAN_DISTRICT,
    a_bank_account,
    a_contribution,
    a_history,
    a_person,
    a_post,
    a_report,
    a_session,
    a_unit,
    an_account,
    an_id,
    an_intern,
    insert_rows,
)

DENIED = "42501"
NOT_POINTING = "23503"

OURS, THEIRS = a_unit(1, CHAOYANG_DISTRICT), a_unit(2, NANGUAN_DISTRICT)
FAR, FARTHEST = a_unit(3, JILIN_CITY_DISTRICT), a_unit(4, CHENGDU_DISTRICT)
UNITS = {unit.id for unit in (OURS, THEIRS, FAR, FARTHEST)}
WANG, LI = a_person(1, CHAOYANG_DISTRICT), a_person(2, NANGUAN_DISTRICT)

UNIT = Actor(account=an_account(1).id, unit=OURS.id)
WANG_SELF = Actor(account=an_account(3).id, person=WANG.id)


def officer(role: Role, region: str) -> Actor:
    return build_actor(Viewer(account_id=an_account(4).id, role=role, region=region))


DISTRICT = officer(Role.DISTRICT_OFFICER, CHAOYANG_DISTRICT)
CITY = officer(Role.CITY_ADMINISTRATOR, "220100")
PROVINCE = officer(Role.PROVINCE_ADMINISTRATOR, "220000")
AUDITOR = Actor(account=an_account(4).id, see=PROVINCE.see)
UNIT_TABLES = (Post, BankAccount, Intern, MonthlyReport, History)


@pytest.fixture(scope="module")
async def scene(kept_database: KeptDatabase) -> Stage:
    """Four units in three cities, each with the same rows; two persons with their facts."""
    database = await kept_database.load(kept_database.pristine)
    engine = create_async_engine(database.administration_url)
    await insert_rows(engine, *_rows())
    for account in (an_account(1), an_account(2)):
        await insert_rows(engine, a_session(account), actor=Actor(account=account.id))
    await engine.dispose()
    return await kept_database.save()


@pytest.fixture
async def database(kept_database: KeptDatabase, scene: Stage) -> Database:
    return await kept_database.load(scene)


def _rows() -> Iterator[Base]:
    operator, persons = an_account(1, unit_id=OURS.id), [a_person(1), a_person(2, NANGUAN_DISTRICT)]
    units = [
        a_unit(1),
        a_unit(2, NANGUAN_DISTRICT),
        a_unit(3, FAR.region),
        a_unit(4, FARTHEST.region),
    ]
    yield from (*units, *persons, operator)
    yield an_account(2, region=NANGUAN_DISTRICT, unit_id=THEIRS.id)
    yield an_account(3, Role.PERSON, person_id=WANG.id)
    yield an_account(4, Role.DISTRICT_OFFICER)
    yield from map(a_contribution, persons)
    for unit in units:
        post = a_post(unit)
        interns = [an_intern(post, person) for person in persons]
        yield from (post, a_bank_account(unit), *interns, a_report(interns[0]))
        yield a_history(unit, operator)


@asynccontextmanager
async def speaking(engine: AsyncEngine, actor: Actor | None) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine) as session, session.begin():
        if actor is not None:
            await set_rls_context(session, actor)
        yield session


async def units_seen(engine: AsyncEngine, actor: Actor | None, table: type[Base]) -> set[UUID]:
    column = table.__table__.c["id" if table is Unit else "unit_id"]
    async with speaking(engine, actor) as session:
        return set(await session.scalars(select(column)))


async def seen(engine: AsyncEngine, actor: Actor | None, table: type[Base]) -> set[object]:
    columns = table.__table__.c
    key = columns["id"] if "id" in columns else list(table.__table__.primary_key)[-1]
    async with speaking(engine, actor) as session:
        return set(await session.scalars(select(key)))


async def changed(engine: AsyncEngine, actor: Actor, table: type[Base], **values: object) -> int:
    """Change all rows that the actor reaches; give their number."""
    async with speaking(engine, actor) as session:
        key = next(iter(table.__table__.primary_key))
        done = await session.execute(update(table).values(**values).returning(key))
        return len(done.all())


async def refusal(engine: AsyncEngine, actor: Actor, *rows: Base) -> object:
    """Give the SQLSTATE with which the database refuses to insert a row."""
    with pytest.raises(DBAPIError) as refused:
        await insert_rows(engine, *rows, actor=actor)
    return getattr(refused.value.orig, "sqlstate", None)


@pytest.mark.parametrize(
    ("actor", "units"),
    [
        (UNIT, {OURS}),
        (DISTRICT, {OURS}),
        (CITY, {OURS, THEIRS}),
        (PROVINCE, {OURS, THEIRS, FAR}),
        (AUDITOR, {OURS, THEIRS, FAR}),
        (Actor(see=ALL_REGIONS), {OURS, THEIRS, FAR, FARTHEST}),
        (WANG_SELF, set()),
        (Actor(), set()),
        (None, set()),
    ],
)
async def test_a_unit_sees_its_own_and_an_officer_the_regions_below_theirs(
    engine: AsyncEngine, actor: Actor | None, units: set[Unit]
) -> None:
    for table in (Unit, *UNIT_TABLES):
        assert await units_seen(engine, actor, table) == {unit.id for unit in units}


async def test_a_person_sees_themself_and_their_facts(engine: AsyncEngine) -> None:
    assert await seen(engine, WANG_SELF, Person) == {WANG.id}
    assert await seen(engine, WANG_SELF, InsuranceContribution) == {a_contribution(WANG).id}
    assert await changed(engine, WANG_SELF, Person, school="吉林大学") == 1


async def test_an_account_sees_itself_its_sessions_and_nobody_elses(engine: AsyncEngine) -> None:
    account = an_account(1)
    assert await seen(engine, UNIT, Account) == {account.id}
    assert await seen(engine, UNIT, SignInSession) == {a_session(account).id}
    assert await seen(engine, DISTRICT, SignInSession) == set()


async def test_officers_see_the_persons_of_their_region(engine: AsyncEngine) -> None:
    assert await seen(engine, DISTRICT, Person) == {WANG.id}
    assert await seen(engine, CITY, Person) == {WANG.id, LI.id}


async def test_whoever_is_signed_in_reads_regions_and_parameters_and_nobody_else_does(
    engine: AsyncEngine,
) -> None:
    for table in (Region, Parameter):
        assert len(await seen(engine, WANG_SELF, table)) > 100
        assert await seen(engine, Actor(), table) == set()
        assert await seen(engine, None, table) == set()


async def test_no_actor_sees_any_row_after_one_who_saw_all(engine: AsyncEngine) -> None:
    all_seeing = Actor(
        account=UNIT.account,
        unit=OURS.id,
        person=WANG.id,
        see=ALL_REGIONS,
        act=ALL_REGIONS,
        subjects=(LI.id,),
    )
    mapped = (mapper.class_ for mapper in Base.registry.mappers)
    every = [table for table in mapped if table.metadata is Base.metadata]
    for table in every:
        await seen(engine, all_seeing, table)
        assert await seen(engine, None, table) == set()
        assert await seen(engine, Actor(), table) == set()


async def test_what_is_empty_opens_nothing_even_with_one_end_of_a_range(
    engine: AsyncEngine,
) -> None:
    for see in (("", "999999"), ("000000", ""), ("999999", "000000")):
        assert await units_seen(engine, Actor(see=see), Unit) == set()


@pytest.mark.parametrize("table", [Post, BankAccount, Intern, MonthlyReport])
async def test_an_officer_deletes_nothing_and_a_unit_only_its_own(
    engine: AsyncEngine, table: type[Base]
) -> None:
    statement = delete(table).returning(table.__table__.c.unit_id)
    for actor in (DISTRICT, PROVINCE, AUDITOR, WANG_SELF):
        async with speaking(engine, actor) as session:
            assert (await session.scalars(statement)).all() == []
    async with AsyncSession(engine) as session:
        await set_rls_context(session, UNIT)
        await session.execute(delete(MonthlyReport))
        await session.execute(delete(Intern))
        await session.execute(delete(table))
        await set_rls_context(session, Actor(see=ALL_REGIONS))
        left = set(await session.scalars(select(table.__table__.c.unit_id)))
        await session.rollback()
    assert left == UNITS - {OURS.id}


async def test_an_officer_writes_within_the_act_range_and_an_auditor_nowhere(
    engine: AsyncEngine,
) -> None:
    assert await changed(engine, DISTRICT, Post, headcount=5) == 1
    assert await changed(engine, CITY, Post, headcount=6) == 2
    assert await changed(engine, PROVINCE, Post, headcount=7) == 3
    assert await changed(engine, AUDITOR, Post, headcount=8) == 0
    assert await refusal(engine, AUDITOR, a_post(OURS, 9)) == DENIED
    assert await refusal(engine, DISTRICT, a_post(THEIRS, 9)) == DENIED


async def test_who_may_only_see_a_row_locks_nothing(engine: AsyncEngine) -> None:
    async with speaking(engine, AUDITOR) as session:
        assert (await session.scalars(select(Post).with_for_update())).all() == []
    async with speaking(engine, DISTRICT) as session:
        assert len((await session.scalars(select(Post).with_for_update())).all()) == 1


async def test_a_unit_adds_rows_for_no_other_unit(engine: AsyncEngine) -> None:
    assert await refusal(engine, UNIT, a_post(THEIRS, 9)) == DENIED
    await insert_rows(engine, a_post(OURS, 9), actor=UNIT)


async def test_a_unit_adds_rows_in_no_other_region(engine: AsyncEngine) -> None:
    assert await refusal(engine, UNIT, a_post(OURS, 9, region=NANGUAN_DISTRICT)) == NOT_POINTING


async def test_a_unit_points_at_no_row_of_another_unit(engine: AsyncEngine) -> None:
    stolen = an_intern(a_post(OURS), a_person(2), 9, post_id=a_post(THEIRS).id, status="DRAFT")
    assert await refusal(engine, UNIT, stolen) == NOT_POINTING


@pytest.mark.parametrize("actor", [UNIT, DISTRICT])
async def test_nobody_moves_a_row_out_of_their_reach(engine: AsyncEngine, actor: Actor) -> None:
    await insert_rows(engine, a_post(OURS, 9), actor=UNIT)
    with pytest.raises(DBAPIError) as refused:
        async with speaking(engine, actor) as session:
            await session.execute(
                update(Post)
                .where(Post.id == a_post(OURS, 9).id)
                .values(unit_id=THEIRS.id, region=THEIRS.region)
            )
    assert getattr(refused.value.orig, "sqlstate", None) == DENIED


async def test_a_user_name_a_blind_index_and_a_sessions_id_find_exactly_one(
    engine: AsyncEngine,
) -> None:
    session_id = a_session(an_account(2)).id
    name, index = Actor(knows="user2"), Actor(knows=LI.id_number_index.hex())
    assert await seen(engine, name, Account) == {an_account(2).id}
    assert await seen(engine, index, Person) == {LI.id}
    assert await seen(engine, Actor(knows=str(session_id)), SignInSession) == {session_id}
    for secret in (name, index, Actor(knows=str(session_id))):
        found = [await seen(engine, secret, t) for t in (Account, Person, SignInSession)]
        assert sorted(map(len, found)) == [0, 0, 1]


@pytest.mark.parametrize("secret", ["%", "user_", "USER2", "abc", "0g", "{}", "00000000-", "'"])
async def test_a_secret_that_is_none_finds_nothing_and_breaks_nothing(
    engine: AsyncEngine, secret: str
) -> None:
    for table in (Account, Person, SignInSession, RateLimit):
        assert await seen(engine, Actor(knows=secret), table) == set()


async def test_knowing_a_row_is_no_right_to_change_it(engine: AsyncEngine) -> None:
    assert await changed(engine, Actor(knows="user2"), Account, name="别人") == 0
    known = Actor(knows=LI.id_number_index.hex())
    assert await changed(engine, known, Person, school="别处") == 0


async def test_whoever_knows_a_session_may_rotate_it(engine: AsyncEngine) -> None:
    known = Actor(knows=str(a_session(an_account(2)).id))
    assert await changed(engine, known, SignInSession, token_hash=b"next") == 1


async def test_nobody_signs_in_another_account(engine: AsyncEngine) -> None:
    forged = a_session(an_account(2), 9)
    assert await refusal(engine, UNIT, forged) == DENIED
    assert await refusal(engine, Actor(knows=str(forged.id)), forged) == DENIED


async def test_a_bucket_is_reached_by_its_name_only(engine: AsyncEngine) -> None:
    bucket = RateLimit(bucket="sign-in:1", window_start=CREATED_AT, count=1)
    await insert_rows(engine, bucket, actor=Actor(knows="sign-in:1"))
    assert await seen(engine, Actor(knows="sign-in:1"), RateLimit) == {"sign-in:1"}
    assert await seen(engine, Actor(see=ALL_REGIONS, knows="sign-in:2"), RateLimit) == set()


async def test_an_answered_request_is_its_accounts_own(engine: AsyncEngine) -> None:
    made = Request(account_id=UNIT.account, key="k", mutation="m", input_hash=b"h", answer={})
    await insert_rows(engine, made, actor=UNIT)
    assert await seen(engine, UNIT, Request) == {"k"}
    assert await seen(engine, PROVINCE, Request) == set()


async def test_whoever_sees_everywhere_needs_no_word_of_whom_a_decision_is_about(
    engine: AsyncEngine,
) -> None:
    system = build_actor(SYSTEM_VIEWER)
    assert system.with_subjects(WANG.id) == system
    assert PROVINCE.with_subjects(WANG.id) != PROVINCE
    for table in (Person, InsuranceContribution):
        assert len(await seen(engine, system.with_subjects(WANG.id), table)) == 2


async def test_a_decision_about_persons_reads_their_facts_and_writes_none(
    engine: AsyncEngine,
) -> None:
    both = UNIT.with_subjects(WANG.id, LI.id)
    assert await seen(engine, UNIT.with_subjects(LI.id), Person) == {LI.id}
    assert await seen(engine, both, Person) == {WANG.id, LI.id}
    assert len(await seen(engine, both, InsuranceContribution)) == 2
    assert await changed(engine, both, Person, school="别处") == 0
    assert await changed(engine, both, InsuranceContribution, source="别处") == 0


@pytest.mark.parametrize("actor", [UNIT, DISTRICT, Actor(see=ALL_REGIONS, act=ALL_REGIONS)])
@pytest.mark.parametrize("statement", ["UPDATE history SET reason = ''", "DELETE FROM history"])
async def test_history_is_neither_changed_nor_deleted(
    engine: AsyncEngine, actor: Actor, statement: str
) -> None:
    with pytest.raises(DBAPIError, match="permission denied for table history"):
        async with speaking(engine, actor) as session:
            await session.execute(text(statement))


async def test_the_service_adds_no_region(engine: AsyncEngine) -> None:
    everywhere = Actor(account=UNIT.account, see=ALL_REGIONS, act=ALL_REGIONS)
    with pytest.raises(DBAPIError, match="permission denied for table region"):
        async with speaking(engine, everywhere) as session:
            await session.execute(insert(Region).values(code="999999", name="", level="DISTRICT"))


async def test_a_parameter_is_proposed_within_the_act_range(engine: AsyncEngine) -> None:
    def proposed(region: str) -> Parameter:
        named = {"id": an_id("parameter", region), "key": "minimum_wage", "region": region}
        words = {"value": "1", "unit": "yuan", "source": "", "status": "PROPOSED"}
        return Parameter(**named, **words, effective_from=CREATED_AT.date(), confirmed=True)

    proposer = officer(Role.PROVINCE_ADMINISTRATOR, "220100")
    await insert_rows(engine, proposed(CHAOYANG_DISTRICT), actor=proposer)
    assert await refusal(engine, proposer, proposed("220000")) == DENIED
    assert await refusal(engine, UNIT, proposed(CHAOYANG_DISTRICT)) == DENIED


async def test_a_units_rows_follow_it_to_another_region(engine: AsyncEngine) -> None:
    assert await changed(engine, UNIT, Unit, region=NANGUAN_DISTRICT) == 1
    assert await units_seen(engine, DISTRICT, Unit) == set()
    moved = officer(Role.DISTRICT_OFFICER, NANGUAN_DISTRICT)
    for table in (Unit, *UNIT_TABLES):
        assert await units_seen(engine, DISTRICT, table) == set()
        assert await units_seen(engine, moved, table) == {OURS.id, THEIRS.id}


async def test_a_persons_facts_follow_them_to_another_region(engine: AsyncEngine) -> None:
    assert await changed(engine, WANG_SELF, Person, region=NANGUAN_DISTRICT) == 1
    assert await seen(engine, DISTRICT, InsuranceContribution) == set()


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("SELECT FROM account WHERE username = 'user2'", "uq_account_username"),
        (r"SELECT FROM person WHERE id_number_index = '\xab'", "uq_person_id_number_index"),
        ("SELECT FROM sign_in_session", "pk_sign_in_session"),
        ("SELECT FROM post", "ix_post_region_id"),
        ("SELECT FROM claim_line WHERE person_key = '王小明'", "ix_claim_line_person_key"),
    ],
)
async def test_the_policies_leave_the_indexes_of_use(
    engine: AsyncEngine, statement: str, index: str
) -> None:
    async with speaking(engine, DISTRICT.with_lookup_secret(str(an_id("none")))) as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        plan = "\n".join(await session.scalars(text(f"EXPLAIN {statement}")))
    assert index in plan

"""What has done its service is swept, and nothing younger: the database sees to it as well."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from models import Base, RateLimit, Request, SignIn, SignInSession, SignInTicket, SmsCode
from resolvers.kernel import sweep
from resolvers.kernel.background import JobContext, RetentionSettings
from resolvers.kernel.sweep import (
    sweep_codes,
    sweep_requests,
    sweep_sessions,
    sweep_sign_ins,
    sweep_tickets,
    sweep_tries,
)
from tests.factories.database import Database
from tests.factories.rows import (
    NATIONWIDE_ACTOR,
    a_session,
    a_sign_in,
    an_account,
    an_id,
    an_sms_code,
    insert_rows,
)
from tests.factories.world import NOW, World, a_world

KEEP = RetentionSettings(timedelta(days=30), timedelta(days=180), timedelta(days=1))
ALICE, BOB = an_account(1), an_account(2)


def a_request(key: str, days: int) -> Request:
    at = NOW - timedelta(days=days)
    return Request(
        account_id=ALICE.id, key=key, mutation="addPost", input_hash=b"-", answer=None, at=at
    )


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with a_world(database) as made:
        await made.add_rows(an_account(1), an_account(2))
        yield made


@pytest.fixture
def work(world: World) -> JobContext:
    return JobContext(service=world.service, retention=KEEP)


async def left(world: World, table: type[Base], *actors: Actor) -> list[str]:
    """List what is left of a table, as its owners see it."""
    found: set[str] = set()
    for actor in actors:
        async with AsyncSession(world.administration) as session:
            await set_rls_context(session, actor)
            for row in await session.scalars(select(table)):
                key = row.__mapper__.primary_key_from_instance(row)
                found.add(str(key[-1]))
    return sorted(found)


async def put(world: World, row: Base, actor: Actor) -> None:
    await insert_rows(world.administration, row, actor=actor)


async def test_x12_idempotency_keys_are_forgotten_after_their_time(
    world: World, work: JobContext
) -> None:
    alice = Actor(account=ALICE.id)
    for row in (a_request("old", 31), a_request("young", 29)):
        await put(world, row, alice)
    assert await sweep_requests(work) == 1
    assert await left(world, Request, alice) == ["young"]
    assert await sweep_requests(work) == 0


async def test_j3_sign_ins_that_expired_long_ago_are_forgotten(
    world: World, work: JobContext
) -> None:
    rows = {
        days: a_session(ALICE, n, expires_at=NOW - timedelta(days=days))
        for n, days in enumerate((181, 179, -1))
    }
    for row in rows.values():
        await put(world, row, Actor(account=ALICE.id))
    assert await sweep_sessions(work) == 1
    kept = await left(world, SignInSession, Actor(account=ALICE.id))
    assert kept == sorted(str(rows[days].id) for days in (179, -1))


def a_ticket(days: int, approved_in: SignInSession | None = None) -> SignInTicket:
    name = f"ticket {days}".encode()
    at = NOW - timedelta(days=days)
    return SignInTicket(
        id=an_id("ticket", days),
        ticket_hash=sha256(name).digest(),
        secret_hash=sha256(b"secret" + name).digest(),
        requested_at=at,
        expires_at=at,
        approved_by=approved_in.account_id if approved_in else None,
        approved_in=approved_in.id if approved_in else None,
    )


def asker(ticket: SignInTicket) -> Actor:
    return Actor(knows=ticket.secret_hash.hex())


async def test_j4_tickets_that_nobody_can_use_any_more_are_forgotten(
    world: World, work: JobContext
) -> None:
    old, young = a_ticket(2), a_ticket(0)
    for ticket in (old, young):
        await put(world, ticket, asker(ticket))
    assert await sweep_tickets(work) == 1
    assert await left(world, SignInTicket, asker(old), asker(young)) == [str(young.id)]
    assert await sweep_tickets(work) == 0


async def test_j4_a_sign_in_is_forgotten_together_with_the_tickets_that_were_approved_in_it(
    world: World, work: JobContext
) -> None:
    """Whichever job comes first, neither fails; that somebody signed in stays on file."""
    alice = Actor(account=ALICE.id)
    session = a_session(ALICE, expires_at=NOW - timedelta(days=181))
    ticket, entry = a_ticket(200, session), a_sign_in(ALICE)
    await put(world, session, alice)
    await put(world, entry, alice)
    await put(world, ticket, replace(asker(ticket), account=ALICE.id))
    assert await sweep_sessions(work) == 1
    assert await left(world, SignInTicket, asker(ticket)) == []
    assert await sweep_tickets(work) == 0
    assert await left(world, SignIn, alice) == [str(entry.id)]


async def test_pipl_19_who_signed_in_is_forgotten_after_its_time_and_by_nobody_before(
    world: World, work: JobContext
) -> None:
    """What is only added to is deleted by who sweeps alone, not by whose it is."""
    alice = Actor(account=ALICE.id)
    old, young = (a_sign_in(ALICE, n, at=NOW - timedelta(days=d)) for n, d in ((1, 1096), (2, 1)))
    for row in (old, young):
        await put(world, row, alice)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, alice)
        await session.execute(delete(SignIn))
    assert len(await left(world, SignIn, alice)) == 2
    assert await sweep_sign_ins(work) == 1
    assert await left(world, SignIn, alice) == [str(young.id)]


async def test_a_sweep_goes_piece_by_piece_until_nothing_is_left(
    world: World, work: JobContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweep, "PIECE", 2)
    for n in range(5):
        await put(world, a_request(f"old-{n}", 31), Actor(account=ALICE.id))
    assert [await sweep_requests(work) for _ in range(4)] == [2, 2, 1, 0]


async def test_tries_whose_windows_are_over_are_forgotten(world: World, work: JobContext) -> None:
    for name, hours in (("old", 25), ("young", 23)):
        row = RateLimit(bucket=name, window_start=NOW - timedelta(hours=hours), count=1)
        await put(world, row, Actor(knows=name))
    assert await sweep_tries(work) == 1
    assert await left(world, RateLimit, Actor(knows="old"), Actor(knows="young")) == ["young"]


async def test_j2_codes_that_nobody_can_use_any_more_are_forgotten(
    world: World, work: JobContext
) -> None:
    for name, hours in (("old", 25), ("young", 23)):
        row = an_sms_code(bucket=name, sent_at=NOW - timedelta(hours=hours))
        await put(world, row, Actor(knows=name))
    assert await sweep_codes(work) == 1
    assert await left(world, SmsCode, Actor(knows="old"), Actor(knows="young")) == ["young"]


@pytest.mark.parametrize("actor", [Actor(), Actor(account=BOB.id), NATIONWIDE_ACTOR])
async def test_x10_nobody_sweeps_who_does_not_say_before_when(world: World, actor: Actor) -> None:
    alice = Actor(account=ALICE.id)
    await put(world, a_request("old", 900), alice)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, actor)
        await session.execute(delete(Request))
    assert await left(world, Request, alice) == ["old"]


async def test_x10_whoever_sweeps_reaches_no_row_that_is_younger(world: World) -> None:
    """The instant is the database's to check: a forgotten filter deletes nothing young."""
    alice = Actor(account=ALICE.id)
    for row in (a_request("old", 2), a_request("young", 0)):
        await put(world, row, alice)
    async with AsyncSession(world.administration) as session, session.begin():
        await set_rls_context(session, Actor().with_sweep_cutoff(NOW - timedelta(days=1)))
        await session.execute(delete(Request))
    assert await left(world, Request, alice) == ["young"]

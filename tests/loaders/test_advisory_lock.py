"""What is locked by name: one key each, in one order, until the transaction ends."""

import asyncio
from collections.abc import Sequence
from itertools import product

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from loaders.advisory_lock import AdvisoryLock
from tests.factories.database import Database
from tests.factories.rows import an_id

PERSONS = [an_id(n) for n in range(1, 21)]
_WAITING = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")


@pytest.fixture
def connecting(database: Database) -> AsyncEngine:
    return create_async_engine(database.url, poolclass=NullPool)


def test_no_two_names_and_subjects_have_the_same_key() -> None:
    subjects = ["", *PERSONS, *(person.hex for person in PERSONS)]
    keys = [lock.compute_key(subject) for lock, subject in product(AdvisoryLock, subjects)]
    assert len(set(keys)) == len(keys)
    assert all(-(2**63) <= key < 2**63 for key in keys)


def test_keys_of_several_subjects_are_sorted_and_each_there_once() -> None:
    found = AdvisoryLock.BENEFITS.compute_keys([*reversed(PERSONS), *PERSONS])
    assert found == sorted({AdvisoryLock.BENEFITS.compute_key(person) for person in PERSONS})


async def test_many_who_lock_the_same_persons_in_any_order_wait_and_never_block(
    connecting: AsyncEngine,
) -> None:
    inside = 0

    async def lock_persons(persons: Sequence[object]) -> None:
        nonlocal inside
        async with AsyncSession(connecting) as session, session.begin():
            await AdvisoryLock.BENEFITS.lock_all(session, persons)
            inside += 1
            assert inside == 1
            await asyncio.sleep(0.01)
            inside -= 1

    orders = [PERSONS[n:] + PERSONS[:n] for n in range(8)]
    await asyncio.gather(*map(lock_persons, [*orders, *(order[::-1] for order in orders)]))


async def test_nothing_is_locked_where_there_is_no_subject(connecting: AsyncEngine) -> None:
    async with AsyncSession(connecting) as first, AsyncSession(connecting) as second:
        await AdvisoryLock.BENEFITS.lock_all(first, [])
        assert await AdvisoryLock.BENEFITS.try_lock(second)


async def test_a_lock_is_had_alone_or_shared_until_the_transaction_ends(
    connecting: AsyncEngine,
) -> None:
    lock, subject = AdvisoryLock.PUBLICITY, PERSONS[0]
    async with AsyncSession(connecting) as one, AsyncSession(connecting) as other:
        await lock.lock_shared(one, subject)
        await lock.lock_shared(other, subject)
        await other.commit()
        assert not await lock.try_lock(other, subject)
        assert await lock.try_lock(other, PERSONS[1])
        await one.commit()
        assert await lock.try_lock(other, subject)


async def test_a_starter_s_lock_outlives_its_transactions(connecting: AsyncEngine) -> None:
    lock = AdvisoryLock.MIGRATE
    async with AsyncSession(connecting) as later, AsyncSession(connecting) as watching:
        async with connecting.connect() as starter:
            await starter.execute(text(lock.select_session_lock()))
            await starter.commit()
            waiting = asyncio.create_task(lock.lock(later))
            while not await watching.scalar(_WAITING):
                assert not waiting.done()
        await waiting

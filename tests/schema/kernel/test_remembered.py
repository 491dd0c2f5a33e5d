"""S1: a process remembers what was granted for seconds, and never more accounts than it should."""

import asyncio
from datetime import timedelta
from uuid import UUID

import pytest
from cachetools import TTLCache

from resolvers.kernel import service
from rules.kernel.function import Function, Functions
from tests.factories.rows import an_id

CLAIMS = frozenset({Function.REVIEW_CLAIMS})
A, B, C = an_id("a"), an_id("b"), an_id("c")


def remembering(**life: int) -> TTLCache[UUID, Functions]:
    return service.build_functions_cache(timedelta(**life))


async def test_s1_what_is_older_than_its_life_is_not_recalled() -> None:
    known = remembering(milliseconds=200)
    known[A] = CLAIMS
    assert known.get(A) == CLAIMS
    assert known.get(B) is None
    await asyncio.sleep(0.21)
    assert known.get(A) is None


async def test_s1_what_is_recalled_often_is_not_recalled_for_longer() -> None:
    known = remembering(milliseconds=100)
    known[A] = CLAIMS
    for _ in range(11):
        known.get(A)
        await asyncio.sleep(0.01)
    assert known.get(A) is None


def test_s1_a_life_of_nothing_recalls_nothing() -> None:
    known = remembering()
    known[A] = CLAIMS
    assert known.get(A) is None


def test_s1_of_too_many_the_one_unused_for_longest_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(service, "MAX_REMEMBERED", 2)
    known = remembering(seconds=5)
    for account in (A, B, A, C):
        known[account] = CLAIMS
    assert [known.get(account) for account in (A, B, C)] == [CLAIMS, None, CLAIMS]


def test_s1_what_has_just_changed_is_forgotten_once_or_twice() -> None:
    known = remembering(seconds=5)
    known[A] = CLAIMS
    known.pop(A, None)
    known.pop(A, None)
    assert known.get(A) is None

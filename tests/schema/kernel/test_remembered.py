"""S1: a process remembers what was granted for seconds, and never more accounts than it should."""

from datetime import timedelta
from uuid import UUID

from resolvers.kernel.ttl_cache import TTLCache
from rules.kernel.function import Function
from tests.factories.rows import an_id
from tests.factories.world import NOW

CLAIMS = frozenset({Function.REVIEW_CLAIMS})
A, B, C = an_id("a"), an_id("b"), an_id("c")


def test_s1_what_is_older_than_its_life_is_not_recalled() -> None:
    known = TTLCache[UUID](timedelta(seconds=5))
    known.put(A, NOW, CLAIMS)
    assert known.get(A, NOW + timedelta(seconds=4)) == CLAIMS
    assert known.get(A, NOW + timedelta(seconds=5)) is None
    assert known.get(A, NOW - timedelta(seconds=1)) is None  # a clock that was set back
    assert known.get(B, NOW) is None


def test_s1_a_life_of_nothing_recalls_nothing() -> None:
    known = TTLCache[UUID](timedelta())
    known.put(A, NOW, CLAIMS)
    assert known.get(A, NOW) is None


def test_s1_whoever_was_read_longest_ago_is_forgotten_first() -> None:
    known = TTLCache[UUID](most=2)
    for account in (A, B, A, C):
        known.put(account, NOW, CLAIMS)
    assert [known.get(account, NOW) for account in (A, B, C)] == [CLAIMS, None, CLAIMS]
    known.remove(A)
    known.remove(A)
    assert known.get(A, NOW) is None

"""A checkpoint names where all chains end, and the checkpoint before (X9, ADR 0069)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rules.kernel.chain import ChainHead, ChainKey
from rules.kernel.checkpoint import build_checkpoint, compute_root
from tests.factories.rows import an_id

AT = datetime(2025, 3, 10, tzinfo=UTC)
HEADS: dict[ChainKey, ChainHead] = {
    an_id("unit", 1): ChainHead(4, b"4" * 32),
    an_id("unit", 2): ChainHead(2, b"2" * 32),
    "220104": ChainHead(3, b"3" * 32),
}


def test_x9_a_root_is_of_all_ends_in_whichever_order_they_are_read() -> None:
    assert compute_root(dict(reversed(HEADS.items()))) == compute_root(HEADS)
    for key, head in HEADS.items():
        less = {other: end for other, end in HEADS.items() if other != key}
        assert compute_root(less) != compute_root(HEADS)
        for other in (ChainHead(head.sequence + 1, head.hash), ChainHead(head.sequence, bytes(32))):
            assert compute_root(HEADS | {key: other}) != compute_root(HEADS)
    one, two = an_id("unit", 1), an_id("unit", 2)
    assert compute_root(HEADS | {one: HEADS[two], two: HEADS[one]}) != compute_root(HEADS)


def test_x9_a_checkpoint_counts_what_there_is_and_follows_the_one_before() -> None:
    first = build_checkpoint(HEADS, None, AT)
    second = build_checkpoint(HEADS, first, AT + timedelta(hours=1))
    assert (first.number, first.entries, first.chains) == (1, 9, 3)
    assert (second.number, second.previous) == (2, first.compute_digest())
    for other in (
        replace(first, number=2),
        replace(first, at=AT + timedelta(seconds=1)),
        replace(first, entries=8),
        replace(first, chains=2),
        replace(first, root=bytes(32)),
        replace(first, previous=first.root),
    ):
        assert other.compute_digest() != first.compute_digest()

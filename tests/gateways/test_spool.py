"""What is received lies on disk without a name, and not for long."""

import tracemalloc
from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import pytest

from gateways.spool import SizeExceeded, spool_file

PIECE = 64 * 1024


def left(directory: Path) -> list[Path]:
    return list(directory.iterdir())


async def sent(count: int, taken: list[int] | None = None) -> AsyncIterator[bytes]:
    for n in range(count):
        if taken is not None:
            taken.append(n)
        yield bytes([n % 256]) * PIECE


async def test_what_came_is_there_with_its_size_and_hash(tmp_path: Path) -> None:
    whole = b"".join([piece async for piece in sent(40)])
    async with spool_file(sent(40), len(whole), tmp_path) as came:
        came.file.seek(0)
        assert came.file.read() == whole
        assert (came.size, came.sha256) == (len(whole), sha256(whole).hexdigest())
        assert left(tmp_path) == []
    assert came.file.closed


async def test_nothing_at_all_may_come(tmp_path: Path) -> None:
    async with spool_file(sent(0), 10, tmp_path) as came:
        assert (came.size, came.sha256) == (0, sha256(b"").hexdigest())


async def test_more_than_was_to_come_is_not_read(tmp_path: Path) -> None:
    taken: list[int] = []
    with pytest.raises(SizeExceeded):
        async with spool_file(sent(3200, taken), 2 * PIECE, tmp_path):
            pass
    assert taken == [0, 1, 2]
    assert left(tmp_path) == []


async def test_a_sender_who_fails_leaves_nothing(tmp_path: Path) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"x" * PIECE
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        async with spool_file(failing(), 10 * PIECE, tmp_path):
            pass
    assert left(tmp_path) == []


async def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    tracemalloc.start()
    async with spool_file(sent(800), 800 * PIECE, tmp_path) as came:
        _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert came.size == 50 * 1024 * 1024
    assert peak < 4 * 1024 * 1024

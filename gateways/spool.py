"""A file that is being received: on disk and nameless, so that nothing of it outlives us."""

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

_BUFFER_BYTES = 1024 * 1024


class SizeExceeded(Exception):
    """More came than was to come; the rest was not read."""


@dataclass(frozen=True, slots=True)
class SpooledFile:
    """What came: its bytes, their number and their hash."""

    file: BinaryIO
    size: int
    sha256: str


@asynccontextmanager
async def spool_file(
    chunks: AsyncIterable[bytes], most: int, directory: Path
) -> AsyncIterator[SpooledFile]:
    """Receive at most so many bytes into a nameless file, some of them in memory at a time.

    Raises TooMuch, or whatever the sender's stream raises; the file is gone on every exit.
    """
    with tempfile.TemporaryFile(dir=directory) as file:
        size, digest, piece = 0, sha256(), bytearray()

        def keep() -> None:
            digest.update(piece)
            file.write(piece)

        async for chunk in chunks:
            size += len(chunk)
            if size > most:
                raise SizeExceeded
            piece += chunk
            if len(piece) >= _BUFFER_BYTES:
                await asyncio.to_thread(keep)
                piece.clear()
        await asyncio.to_thread(keep)
        yield SpooledFile(file, size, digest.hexdigest())

"""A file that is being received: on disk and nameless, so that nothing of it outlives us."""

import asyncio
import tempfile
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

_PIECE = 1024 * 1024


class TooMuch(Exception):
    """More came than was to come; the rest was not read."""


@dataclass(frozen=True, slots=True)
class Spooled:
    """What came: its bytes, their number and their hash."""

    file: BinaryIO
    size: int
    sha256: str


@asynccontextmanager
async def spooled(
    chunks: AsyncIterable[bytes], most: int, directory: Path
) -> AsyncIterator[Spooled]:
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
                raise TooMuch
            piece += chunk
            if len(piece) >= _PIECE:
                await asyncio.to_thread(keep)
                piece.clear()
        await asyncio.to_thread(keep)
        yield Spooled(file, size, digest.hexdigest())

"""Templates of rosters written row by row: the service never holds all of them (S10, S27)."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import ExitStack, aclosing
from typing import BinaryIO, TypeVar

from gateways.roster_file import Filled, write
from resolvers.service import Service
from rules.roster import Column

Row = TypeVar("Row")

MOST = 100_000
"""So far down reach the drop-downs of a template."""

AT_ONCE = 500
"""So many rows are read together."""


async def written(
    service: Service,
    title: str,
    columns: Sequence[Column],
    pieces: AsyncGenerator[Sequence[Row], None],
    fill: Callable[[Row], Filled],
) -> BinaryIO:
    """Write a template with rows in it, which come in pieces; give a nameless file."""
    loop = asyncio.get_running_loop()

    async def following() -> Sequence[Row] | None:
        return await anext(pieces, None)

    def rows() -> Iterator[Filled]:  # runs in the thread that writes
        while found := asyncio.run_coroutine_threadsafe(following(), loop).result():
            yield from map(fill, found)

    async with aclosing(pieces):
        with ExitStack() as undone:
            file = undone.enter_context(nameless(service))
            await asyncio.to_thread(write, file, title, columns, rows(), MOST)
            undone.pop_all()
    return file


def nameless(service: Service) -> BinaryIO:
    """Open a file that nobody else finds, and that is gone with whoever holds it."""
    return tempfile.TemporaryFile(dir=service.files.spool)

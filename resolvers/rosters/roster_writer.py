"""Templates of rosters with rows in them, written piece by piece (S10, S27)."""

import asyncio
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import ExitStack, aclosing
from typing import BinaryIO, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from gateways import roster_file
from gateways.roster_file import RowToCorrect, build_layout, lay_out_rows
from gateways.roster_file_child import RowContent as Laid
from resolvers.kernel.link import OpenedLink
from resolvers.kernel.service import Service
from rules.rosters.roster import RosterColumn

Row = TypeVar("Row")

MAX_TEMPLATE_ROWS = 100_000
"""So far down reach the drop-downs of a template."""

BATCH_SIZE = 500
"""So many rows are read together."""


async def write_filled_template(
    session: AsyncSession,
    service: Service,
    link: OpenedLink,
    title: str,
    columns: Sequence[RosterColumn],
    pieces: AsyncGenerator[Sequence[Row], None],
    *,
    fill: Callable[[Row], RowToCorrect],
) -> BinaryIO:
    """Have a template written with rows in it, and give a nameless file.

    Rows come in pieces: the service never holds all of them, and asks before each one whether the
    link's holder may still have it. The session that they are read by is closed behind the last.
    """

    def lay(rows: Sequence[Row]) -> Sequence[Laid]:
        return [*lay_out_rows(columns, map(fill, rows))]

    async def laid_out() -> AsyncIterator[Sequence[Laid]]:
        async for rows in pieces:
            await link.require_access(service)
            yield await asyncio.to_thread(lay, rows)
        # The child writes on for longer than a transaction may be silent: nothing is held for it.
        await session.close()

    async with aclosing(pieces):
        with ExitStack() as undone:
            file = undone.enter_context(open_nameless_file(service))
            how = build_layout(title, columns, MAX_TEMPLATE_ROWS)
            await roster_file.write_in_child(file, how, laid_out(), service.files.spool)
            undone.pop_all()
    return file


def open_nameless_file(service: Service) -> BinaryIO:
    """Open a file that nobody else finds, and that is gone with whoever holds it."""
    return tempfile.TemporaryFile(dir=service.files.spool)

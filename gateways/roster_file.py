"""Templates of rosters 人员模板 as Excel files: empty, or with the rows that failed (S10)."""

import tempfile
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateways import roster_file_child
from gateways.confined_child import Child, build_command, open_child
from gateways.roster_file_child import Heading, Layout, RowContent
from rules.rosters.roster import RosterColumn

CHILD = "gateways.roster_file_child"


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row to be corrected: its cells by column, and what is wrong, by column or in general."""

    texts: Mapping[str, str]
    comments: Mapping[str | None, Sequence[str]]


def build_layout(title: str, columns: Sequence[RosterColumn], most: int) -> Layout:
    """Return what the template of some columns looks like, for at most so many persons."""
    return {"title": title, "columns": [_build_heading(column) for column in columns], "most": most}


def _build_heading(column: RosterColumn) -> Heading:
    return {
        "heading": column.heading,
        "width": column.width,
        "format": "@" if column.text else "yyyy-mm-dd" if column.day else None,
        "required": column.required,
        "hint": column.hint,
        "example": column.example,
        "choices": None if column.choices is None else list(column.choices),
    }


def lay_out_rows(
    columns: Sequence[RosterColumn], rows: Iterable[RowToCorrect]
) -> Iterator[RowContent]:
    """Lay rows out over the columns; what is wrong in general is said in the first cell."""
    for row in rows:
        said = [list(row.comments.get(column.key, ())) for column in columns]
        said[0] += row.comments.get(None, ())
        yield [row.texts.get(c.key, "") for c in columns], ["\n".join(words) for words in said]


def write_template(
    file: BinaryIO,
    title: str,
    columns: Sequence[RosterColumn],
    rows: Iterable[RowToCorrect],
    most: int,
) -> None:
    """Write a template for at most so many persons, with rows in it where there are any."""
    roster_file_child.write_workbook(
        file, build_layout(title, columns, most), lay_out_rows(columns, rows)
    )


async def write_in_child(
    file: BinaryIO, layout: Layout, pieces: AsyncIterable[Sequence[RowContent]], room: Path
) -> None:
    """Write a template with rows that come in pieces, by a child that is gone on every exit.

    What the library keeps of each comment until the end, it keeps in the child; what it is not done
    with, the child keeps in `room`. Raises OSError where it can't write the file.
    """
    command = build_command(CHILD, file.fileno())
    with tempfile.TemporaryDirectory(dir=room) as own:
        around = {"TMPDIR": own}
        async with open_child(command, file, takes_frames=True, environment=around) as writer:
            with suppress(BrokenPipeError, ConnectionResetError):  # it tells by how it ends
                await _send_content(writer, layout, pieces)
            if await writer.wait() != 0:
                raise OSError("the workbook could not be written")


async def _send_content(
    writer: Child, layout: Layout, pieces: AsyncIterable[Sequence[RowContent]]
) -> None:
    await writer.send(layout)
    async for piece in pieces:
        if piece:
            await writer.send_rows(piece)
    await writer.send_end()

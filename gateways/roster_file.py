"""Templates of rosters 人员模板 as Excel files: empty, or with the rows that failed (S10)."""

import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateways import roster_file_child
from gateways.roster_file_child import Heading, Layout, RowContent
from rules.rosters.roster import RosterColumn

CHILD_PROGRAM = Path(roster_file_child.__file__)


@dataclass(frozen=True, slots=True)
class RowToCorrect:
    """A row to be corrected: its cells by column, and what is wrong, by column or in general."""

    texts: Mapping[str, str]
    comments: Mapping[str | None, Sequence[str]]


def build_layout(title: str, columns: Sequence[RosterColumn], most: int) -> Layout:
    """Say what the template of some columns looks like, for at most so many persons."""
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
    with tempfile.TemporaryDirectory(dir=room) as own:
        writer = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", str(CHILD_PROGRAM), str(file.fileno())),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            pass_fds=(file.fileno(),),
            env={"TMPDIR": own},
        )
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it tells by how it ends
                await _send_frames(writer, layout, pieces)
            if await writer.wait() != 0:
                raise OSError("the workbook could not be written")
        finally:
            with suppress(ProcessLookupError):
                writer.kill()
            await writer.wait()


async def _send_frames(
    writer: asyncio.subprocess.Process, layout: Layout, pieces: AsyncIterable[Sequence[RowContent]]
) -> None:
    if writer.stdin is None:
        raise OSError("a child without a pipe")
    await _send_frame(writer.stdin, layout)
    async for piece in pieces:
        if piece:
            await _send_frame(writer.stdin, piece)
    await _send_frame(writer.stdin, [])


async def _send_frame(pipe: asyncio.StreamWriter, frame: Layout | Sequence[RowContent]) -> None:
    """Send a frame, no faster than it is taken."""
    data = await asyncio.to_thread(_encode_frame, frame)
    pipe.write(len(data).to_bytes(4, "big"))
    pipe.write(data)
    await pipe.drain()


def _encode_frame(frame: Layout | Sequence[RowContent]) -> bytes:
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()

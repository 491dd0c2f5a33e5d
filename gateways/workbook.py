"""Excel workbooks, read by a confined child: rows of text cells, in bounded pieces (S10, X13).

Whatever a hostile file does, it does to the child: its memory, its time and its crash are its own.
"""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from rules.kernel.refusal import Reason, build_refusal

CHILD_PROGRAM = Path(__file__).with_name("workbook_child.py")
MAX_FRAME_BYTES = 16 << 20
TEXT_KIND, NUMBER_KIND, DAY_KIND, FORMULA_KIND = "t", "n", "d", "f"
"""What a cell is, one letter each."""


@dataclass(frozen=True, slots=True)
class WorkbookLimits:
    """How far a workbook may reach, and what reading it may cost."""

    most_rows: int = 100_000
    most_columns: int = 64
    longest_cell: int = 1000
    unpacked_mib: int = 512
    memory_mib: int = 1536
    cpu_seconds: int = 60
    patience_seconds: int = 60


class SheetRow(NamedTuple):
    """A row that has something in it: its number in the sheet, its cells, what each of them is.

    Days are written as 2024-10-01; a cell longer than may be is cut one character beyond that.
    """

    line: int
    cells: Sequence[str]
    kinds: str


class Sheet:
    """One sheet: its name, how many rows have something in them, which ranges are merged."""

    def __init__(self, head: dict[str, Any], frames: AsyncIterator[Any]) -> None:
        self.name: str = head["name"]
        self.sheets: Sequence[str] = head["sheets"]
        self.filled: int = head["filled"]
        self.merged: Sequence[str] = head["merged"]
        self._frames = frames

    async def pieces(self) -> AsyncIterator[Sequence[SheetRow]]:
        """Read the rows one piece after another, some hundreds of KB each."""
        async for rows in self._frames:
            yield [SheetRow(*row) for row in rows]


@asynccontextmanager
async def open_sheet(
    file: BinaryIO, limits: WorkbookLimits, sheet: str | None = None, child: Path = CHILD_PROGRAM
) -> AsyncIterator[Sheet]:
    """Open a workbook's sheet of a name, or its first one; the child is gone on every exit.

    Raises Refusal where the file is refused as a whole, by what is wrong with it.
    """
    given = json.dumps({**asdict(limits), "sheet": sheet})
    reader = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", str(child), str(file.fileno()), given),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        pass_fds=(file.fileno(),),
        env={},
        limit=1 << 16,
    )
    try:
        if reader.stdout is None:
            raise OSError("a child without a pipe")
        frames = _read_frames(reader.stdout, limits.patience_seconds)
        head = await anext(frames)
        yield Sheet(head, frames)
    finally:
        with suppress(ProcessLookupError):
            reader.kill()
        await reader.wait()


async def _read_frames(pipe: asyncio.StreamReader, patience: int) -> AsyncIterator[Any]:
    """Read frames up to the empty one; a child that breaks off died of the file."""
    while True:
        try:
            async with asyncio.timeout(patience):
                length = int.from_bytes(await pipe.readexactly(4), "big")
                if length > MAX_FRAME_BYTES:
                    raise build_refusal(Reason.WORKBOOK_TOO_COSTLY)
                frame = json.loads(await pipe.readexactly(length))
        except (asyncio.IncompleteReadError, TimeoutError) as gone:
            raise build_refusal(Reason.WORKBOOK_TOO_COSTLY) from gone
        if isinstance(frame, dict) and "refused" in frame:
            raise build_refusal(Reason(frame["refused"]), **frame["figures"])
        if frame == []:
            return
        yield frame

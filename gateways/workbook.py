"""Excel workbooks, read by a confined child: rows of text cells, in bounded pieces (S10, X13).

Whatever a hostile file does, it does to the child: its memory, its time and its crash are its own.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple

from gateways.confined_child import build_command, open_child
from gateways.file_content import detect_disguise
from gateways.frame import FrameError, RefusedError
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.sheet import SheetView

WORKBOOK_CHILD = "gateways.workbook_child"
TEXT_KIND, NUMBER_KIND, DAY_KIND, FORMULA_KIND = "t", "n", "d", "f"
ERROR_KIND, UNCOMPUTED_KIND = "e", "u"
"""What a cell is, one letter each: of the last two nobody knows what they should say."""

_HEAD_KEYS = {"name", "sheets", "filled", "merged"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookLimits:
    """How far a workbook may reach, and what reading it may cost."""

    most_rows: int = 100_000
    most_columns: int = 64
    longest_cell: int = 1000
    unpacked_mib: int = 512
    memory_mib: int = 256
    """Of address space: the largest roster, 100,000 rows of 9 columns, takes 123."""
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
        self.view = SheetView(
            name=self.name,
            hidden=head.get("hidden", False),
            others=head.get("others", ()),
            hidden_rows=head.get("hidden_rows", ()),
            hidden_row_count=head.get("hidden_row_count", 0),
            hidden_columns=head.get("hidden_columns", ()),
            filtered=head.get("filtered", False),
        )
        self._frames = frames

    async def pieces(self) -> AsyncIterator[Sequence[SheetRow]]:
        """Read the rows one piece after another, some hundreds of KB each."""
        with _translate_child_errors():
            async for rows in self._frames:
                yield [SheetRow(*row) for row in rows]


@asynccontextmanager
async def open_sheet(
    file: BinaryIO, limits: WorkbookLimits, sheet: str | None = None, child: str = WORKBOOK_CHILD
) -> AsyncIterator[Sheet]:
    """Open a workbook's sheet of a name, or its first one; the child is gone on every exit.

    Raises Refusal where the file is refused as a whole, by what is wrong with it.
    """
    disguise = await asyncio.to_thread(detect_disguise, file)
    if disguise is not None:
        raise Refusal(disguise)
    given = json.dumps({**asdict(limits), "sheet": sheet})
    async with open_child(build_command(child, file.fileno(), given), file) as reader:
        with _translate_child_errors():
            frames = reader.receive(limits.patience_seconds)
            head = await anext(frames, None)
            if not isinstance(head, dict) or not head.keys() >= _HEAD_KEYS:
                raise FrameError("no sheet")
        yield Sheet(head, frames)


@dataclass(slots=True, kw_only=True)
class SpooledSheet:
    """A sheet whose child is gone: its rows lie on disk, nameless, in pieces of so many.

    So whoever reads them may stop after any piece, and go on with any.
    """

    name: str
    filled: int
    merged: Sequence[str]
    view: SheetView
    head: SheetRow | None
    piece_rows: int
    _file: BinaryIO
    _offsets: list[int] = field(default_factory=lambda: [0])

    async def append(self, rows: Sequence[SheetRow]) -> None:
        """Add a piece, of fewer rows only where it is the last."""
        await asyncio.to_thread(self._write, rows)

    async def read_after(self, rows: int) -> Sequence[SheetRow]:
        """Read on after so many rows below the first, to the end of a piece; none at the end."""
        piece, passed = divmod(rows, self.piece_rows)
        if piece + 1 >= len(self._offsets):
            return []
        return (await asyncio.to_thread(self._read_piece, piece))[passed:]

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()

    def _write(self, rows: Sequence[SheetRow]) -> None:
        # As ASCII: workbooks hold halves of characters, which are no UTF-8 by themselves.
        self._file.write(json.dumps(rows).encode())
        self._offsets.append(self._file.tell())

    def _read_piece(self, piece: int) -> Sequence[SheetRow]:
        first, end = self._offsets[piece : piece + 2]
        self._file.seek(first)
        return [SheetRow(*row) for row in json.loads(self._file.read(end - first))]


async def spool_sheet(sheet: Sheet, piece_rows: int, directory: Path) -> SpooledSheet:
    """Read a sheet to its end; its first row is the head. The caller closes what it is given."""
    file = TemporaryFile(dir=directory)  # noqa: SIM115 - it outlives this function
    spooled = SpooledSheet(
        name=sheet.name,
        filled=sheet.filled,
        merged=sheet.merged,
        view=sheet.view,
        head=None,
        piece_rows=piece_rows,
        _file=file,
    )
    try:
        some = list[SheetRow]()
        async for rows in sheet.pieces():
            some += rows
            if spooled.head is None and some:
                spooled.head = some.pop(0)
            while len(some) >= piece_rows:
                await spooled.append(some[:piece_rows])
                del some[:piece_rows]
        if some:
            await spooled.append(some)
    except BaseException:
        file.close()
        raise
    return spooled


@contextmanager
def _translate_child_errors() -> Iterator[None]:
    """Refuse a file as its child does; a child that breaks off died of the file."""
    try:
        yield
    except RefusedError as no:
        known = no.reason in Reason.__members__
        reason = Reason[no.reason] if known else Reason.WORKBOOK_TOO_COSTLY
        raise build_refusal(reason, **(no.figures if known else {})) from no
    except FrameError as gone:
        raise build_refusal(Reason.WORKBOOK_TOO_COSTLY) from gone

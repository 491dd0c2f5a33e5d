"""Tables of any of three formats, told by what the file holds: CSV, Excel, Parquet (X13)."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from hashlib import file_digest
from pathlib import Path

from gateways.csv_file import CsvFile, Record, UnreadableFileError
from gateways.workbook import NUMBER_KIND, WORKBOOK_CHILD, SheetRow, WorkbookLimits, open_sheet

PARQUET_CHILD = "gateways.parquet_child"
WORKBOOK_LIMITS = WorkbookLimits(
    most_rows=1_048_576,
    unpacked_mib=2048,
    memory_mib=4096,
    cpu_seconds=600,
    patience_seconds=300,
)
"""An authority's export may fill a sheet to its last row; more takes CSV or Parquet."""

MAX_EXACT_DIGITS = 15
"""So many digits of a number does a spreadsheet keep."""


class ConfinedFile:
    """A table that a confined child reads: whatever it does to a reader, it does to the child."""

    def __init__(self, path: Path, child: str) -> None:
        self.path, self._child = path, child
        self.size = self.done = 0
        try:
            with path.open("rb") as file:
                self.digest = file_digest(file, "sha256").digest()
        except OSError as error:
            raise UnreadableFileError(f"Can't read {path.name}: {error.strerror}.") from error

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows some at a time, the header first; `size` is known from then on.

        Raises Refusal where the file is refused as a whole, by what is wrong with it.
        """
        width = 0
        with self.path.open("rb") as file:
            async with open_sheet(file, WORKBOOK_LIMITS, child=self._child) as sheet:
                self.size = sheet.filled
                async for lines in sheet.pieces():
                    self.done += len(lines)
                    width = width or (len(_trim_cells(lines[0])) if lines else 0)
                    yield [Record(line.line, _pad_cells(line, width)) for line in lines]


def open_table(path: Path) -> CsvFile | ConfinedFile:
    """Open a table by what its first bytes say that it is, whatever it is called."""
    head = b""
    with suppress(OSError), path.open("rb") as file:
        head = file.read(4)
    if head == b"PAR1":
        return ConfinedFile(path, PARQUET_CHILD)
    workbook = head.startswith(b"PK") or head == b"\xd0\xcf\x11\xe0"
    return ConfinedFile(path, WORKBOOK_CHILD) if workbook else CsvFile(path)


def _trim_cells(line: SheetRow) -> Sequence[str]:
    cells = [*line.cells]
    while cells and not cells[-1].strip():
        cells.pop()
    return cells


def _pad_cells(line: SheetRow, width: int) -> Sequence[str]:
    """Return as many cells of a row as the header has; more only where they hold something."""
    cells = [
        _format_number(text) if kind == NUMBER_KIND else text
        for text, kind in zip(line.cells, line.kinds, strict=True)
    ]
    cells += [""] * (width - len(cells))
    return cells if len(cells) == width or any(c.strip() for c in cells[width:]) else cells[:width]


def _format_number(number: str) -> str:
    """Spell a number with its power of ten where the last of its digits are lost already."""
    if len(number) > MAX_EXACT_DIGITS and number.isdigit():
        return f"{float(number):.{MAX_EXACT_DIGITS - 1}E}"
    return number

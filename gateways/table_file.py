"""Tables of any of three formats, told by what the file holds: CSV, Excel, Parquet (X13)."""

from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import file_digest
from pathlib import Path

from gateways.confined_child import ChildKilledError
from gateways.csv_file import CsvFile, Record, UnreadableFileError
from gateways.file_content import detect_disguise
from gateways.workbook import (
    ERROR_KIND,
    NUMBER_KIND,
    TEXT_KIND,
    UNCOMPUTED_KIND,
    WORKBOOK_CHILD,
    SheetRow,
    WorkbookLimits,
    open_sheet,
)
from rules.facts.fact_cell import ERROR_TEXT, UNCOMPUTED_TEXT
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.sheet import find_view_faults
from rules.kernel.text import is_blank

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
        with self.path.open("rb") as file, _translate_stop():
            async with open_sheet(file, WORKBOOK_LIMITS, child=self._child) as sheet:
                refuse_if(find_view_faults(sheet.view))
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
    with suppress(OSError), path.open("rb") as file:
        disguise = None if head == b"PAR1" else detect_disguise(file)
        if disguise is not None:
            raise Refusal(disguise)
    if head == b"PAR1":
        return ConfinedFile(path, PARQUET_CHILD)
    workbook = head.startswith(b"PK") or head == b"\xd0\xcf\x11\xe0"
    return ConfinedFile(path, WORKBOOK_CHILD) if workbook else CsvFile(path)


@contextmanager
def _translate_stop() -> Iterator[None]:
    """Refuse what was not read for no fault of its own: whoever sent it sends it again."""
    try:
        yield
    except ChildKilledError as gone:
        raise build_refusal(Reason.READING_STOPPED) from gone


def _trim_cells(line: SheetRow) -> Sequence[str]:
    cells = [*line.cells]
    while cells and is_blank(cells[-1]):
        cells.pop()
    return cells


def _pad_cells(line: SheetRow, width: int) -> Sequence[str]:
    """Return as many cells of a row as the header has; more only where they hold something."""
    cells = [
        text if kind == TEXT_KIND else _format_cell(text, kind)
        for text, kind in zip(line.cells, line.kinds, strict=True)
    ]
    cells += [""] * (width - len(cells))
    return cells[:width] if all(map(is_blank, cells[width:])) else cells


def _format_cell(text: str, kind: str) -> str:
    """Spell a cell as a fact's reader takes it; one without a value is not spelled as empty."""
    if kind == ERROR_KIND:
        return ERROR_TEXT
    if kind == UNCOMPUTED_KIND:
        return UNCOMPUTED_TEXT
    return _format_number(text) if kind == NUMBER_KIND else text


def _format_number(number: str) -> str:
    """Spell a number with its power of ten where the last of its digits are lost already."""
    if len(number) > MAX_EXACT_DIGITS and number.isdigit():
        return f"{float(number):.{MAX_EXACT_DIGITS - 1}E}"
    return number

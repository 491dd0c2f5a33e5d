"""Reads a workbook in a process of its own, which may die of it: `run_child(FD, LIMITS)`.

It knows nothing of the service. It answers in frames: first what the sheet is, or why the file is
refused by name; then its rows, some at a time.
"""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from gateways.frame import END, RefusedError, limit_resources, write_answer

TagHandler = Callable[[str, Mapping[str, str]], None]

FRAME_BYTES = 1 << 18
CHUNK_BYTES = 1 << 16
MAX_ENTRIES = 2000
MAX_COMPRESSION_RATIO = 300
SMALL_BYTES = 4 << 20
"""What is this small unpacked may be packed as tightly as it likes."""

ENCRYPTED_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""An office document behind a password is no package any more, but an old-style container."""

DAMAGE_ERRORS = BadZipFile, CalamineError, KeyError, ValueError, expat.ExpatError, EOFError, OSError

BYTES_PER_MIB, MAX_MERGED_RANGES = 1 << 20, 10
MAX_NAMED = 10
"""So many rows or columns are named where something is wrong with them."""
MAX_SIDE_SHEET_BYTES = 8 << 20
LONGEST_BLANK = 256
_BLANKS_PATTERN = re.compile(
    "[\\s\\x00-\\x1f\\x7f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f"
    "\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffb]+"
)
"""Blanks of all kinds, and characters that nobody sees."""
MAX_ROW_BYTES = 1 << 11
"""So many bytes of XML has a row at most, on average: twice what a roster's widest rows take."""


def run_child(number: str, given: str) -> None:
    """Read the workbook behind a file descriptor, within limits, and write its frames."""
    limits = json.loads(given)
    limit_resources(limits["memory_mib"] * BYTES_PER_MIB, limits["cpu_seconds"], 0)
    with os.fdopen(int(number), "rb") as file:
        frames = build_frames(file, limits)
        write_answer(sys.stdout.buffer, frames, DAMAGE_ERRORS, "WORKBOOK_DAMAGED")


def build_frames(file: BinaryIO, limits: Mapping[str, object]) -> Iterator[object]:
    """Yield what the sheet is, then its rows.

    Raises RefusedError where it is refused.
    """
    most_rows, most_columns = int(str(limits["most_rows"])), int(str(limits["most_columns"]))
    longest, wanted = int(str(limits["longest_cell"])), limits["sheet"]
    file.seek(0)
    if file.read(len(ENCRYPTED_SIGNATURE)) == ENCRYPTED_SIGNATURE:
        raise RefusedError("WORKBOOK_ENCRYPTED")
    with ZipFile(file) as package:
        known = _require_sound_package(package, int(str(limits["unpacked_mib"])) * BYTES_PER_MIB)
        sheets, unseen = _list_sheets(package, known)
        name = str(wanted) if wanted in sheets else next(iter(sheets), "")
        if not name:
            raise RefusedError("WORKBOOK_DAMAGED")
        look, entry = _SheetScanner(most_rows, most_columns), known[sheets[name].lower()]
        if entry.file_size > BYTES_PER_MIB + most_rows * MAX_ROW_BYTES:
            raise RefusedError("WORKBOOK_TOO_COSTLY")
        _parse_entry(package, entry, look)
        others = {n: known[at.lower()] for n, at in sheets.items() if n != name}
        filled = [n for n, at in others.items() if _holds_cells(package, at)]
        looks = {n: _scan_side_sheet(package, others[n], most_rows, most_columns) for n in filled}
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    reader = _SheetReader(book.get_sheet_by_name(name), look)
    yield {
        "name": name,
        "sheets": list(sheets),
        "merged": look.merged,
        "hidden": name in unseen,
        "others": [n for n in filled if _holds_something_seen(book, n, looks[n])],
        **reader.survey(most_columns),
    }
    yield from _frame_rows(reader, longest)


class _SheetReader:
    """Reads a sheet's rows that hold something: text, or an error, or a formula without a value.

    The library reads all but the first as nothing at all.
    """

    def __init__(self, sheet: CalamineSheet, look: "_SheetScanner") -> None:
        self._sheet, self._look = sheet, look
        self._left = sheet.start[1] if sheet.start else 0
        self._odd: dict[int, int] = {}
        for line, column in (*look.errors, *look.formulas):
            self._odd[line] = max(column, self._odd.get(line, 0))

    def iterate_rows(self) -> Iterator[tuple[int, list[object]]]:
        """Give the rows that hold something, with their numbers."""
        line = 0
        for line, cells in enumerate(self._sheet.iter_rows(), start=1):
            row: list[object] = [*[""] * self._left, *cells]
            row += [""] * (self._odd.get(line, 0) - len(row))
            if self._holds_something(line, row):
                yield line, row
        for beyond in sorted(at for at in self._odd if at > line):
            wide: list[object] = [""] * self._odd[beyond]
            if self._holds_something(beyond, wide):
                yield beyond, wide

    def find_kinds(self, line: int, row: Sequence[object]) -> str:
        """Say what each cell of a row is, a letter each."""
        if line not in self._odd:
            return "".join(map(_find_cell_kind, row))
        return "".join(self._find_odd_kind((line, n), cell) for n, cell in enumerate(row, start=1))

    def _find_odd_kind(self, at: tuple[int, int], cell: object) -> str:
        if at in self._look.errors:
            return "e"
        if at not in self._look.formulas:
            return _find_cell_kind(cell)
        # Excel writes an empty text for a formula that comes to one; others write nothing at all.
        computed, text = self._look.formulas[at]
        return "u" if not computed or (cell in ("", None) and not text) else "f"

    def _holds_something(self, line: int, row: Sequence[object]) -> bool:
        if not all(map(_is_blank, row)):
            return True
        return line in self._odd and not {"e", "u"}.isdisjoint(self.find_kinds(line, row))

    def _is_seen(self, line: int, row: Sequence[object], column: int) -> bool:
        """Tell whether a cell shows something: text, an error, or a formula without a value."""
        if column > len(row):
            return False
        return not _is_blank(row[column - 1]) or self.find_kinds(line, row)[column - 1] in "eu"

    def survey(self, most_columns: int) -> dict[str, object]:
        """Count the rows that hold something, and tell what nobody sees of them."""
        filled, lines = 0, list[int]()
        hidden = {n for n in self._look.hidden_columns if n <= most_columns}
        columns: set[int] = set()
        for line, row in self.iterate_rows():
            filled += 1
            if line in self._look.hidden_rows:
                lines.append(line)
            if len(columns) < len(hidden):
                columns |= {n for n in hidden if self._is_seen(line, row, n)}
        return {
            "filled": filled,
            "hidden_rows": lines[:MAX_NAMED],
            "hidden_row_count": len(lines),
            "hidden_columns": sorted(columns)[:MAX_NAMED],
            "filtered": self._look.filtered,
        }


def _is_blank(cell: object) -> bool:
    """Tell whether a cell shows nothing: it is empty, or all that it holds is unseen."""
    if cell is None or cell == "":
        return True
    return isinstance(cell, str) and len(cell) < LONGEST_BLANK and not _BLANKS_PATTERN.sub("", cell)


def _scan_side_sheet(
    package: ZipFile, entry: ZipInfo, most_rows: int, most_columns: int
) -> "_SheetScanner | None":
    """Look at the tags of a sheet that is not read; None for one that is large, or reaches far."""
    if entry.file_size > MAX_SIDE_SHEET_BYTES:
        return None
    look = _SheetScanner(most_rows, most_columns)
    try:
        _parse_entry(package, entry, look)
    except RefusedError:
        return None
    return look


def _holds_something_seen(book: CalamineWorkbook, name: str, look: "_SheetScanner | None") -> bool:
    """Tell whether anything is seen on a sheet, be it an error; of what was not looked at, yes."""
    if look is None:
        return True
    reader = _SheetReader(book.get_sheet_by_name(name), look)
    return next(reader.iterate_rows(), None) is not None


def _frame_rows(reader: _SheetReader, longest: int) -> Iterator[object]:
    some: list[object] = []
    size = 0
    for line, cells in reader.iterate_rows():
        texts = [_format_cell(cell)[: longest + 1] for cell in cells]
        some.append([line, texts, reader.find_kinds(line, cells)])
        size += sum(map(len, texts)) + len(texts) * 4
        if size > FRAME_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some
    yield END


def _format_cell(cell: object) -> str:
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float() if cell.is_integer() and abs(cell) < 1e21:
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return "" if cell is None else str(cell)


def _find_cell_kind(cell: object) -> str:
    if isinstance(cell, (datetime, date)):
        return "d"
    return "n" if isinstance(cell, (bool, int, float, time, timedelta)) else "t"


def _require_sound_package(package: ZipFile, most: int) -> dict[str, ZipInfo]:
    """Refuse by name what no honest workbook is; give its entries by their names in small."""
    entries = package.infolist()
    known = {entry.filename.lower().lstrip("/"): entry for entry in entries}
    if len(entries) > MAX_ENTRIES or len(known) != len(entries):
        raise RefusedError("WORKBOOK_DAMAGED")
    if any(entry.flag_bits & 1 for entry in entries):
        raise RefusedError("WORKBOOK_ENCRYPTED")
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in known):
        raise RefusedError("WORKBOOK_MACROS")
    if any("/externallinks/" in name for name in known):
        raise RefusedError("WORKBOOK_EXTERNAL_LINKS")
    unpacked, packed = (sum(getattr(e, n) for e in entries) for n in ("file_size", "compress_size"))
    if unpacked > most or (unpacked > SMALL_BYTES and unpacked > MAX_COMPRESSION_RATIO * packed):
        raise RefusedError("WORKBOOK_BOMB", mib=unpacked // BYTES_PER_MIB)
    for sign, kind in (
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "ods"),
        ("index.xml", "numbers"),
    ):
        if sign in known:
            raise RefusedError("WORKBOOK_OTHER_FORMAT", format=kind)
    if "xl/workbook.xml" not in known:
        raise RefusedError("WORKBOOK_DAMAGED")
    return known


def _list_sheets(package: ZipFile, known: Mapping[str, ZipInfo]) -> tuple[dict[str, str], set[str]]:
    """List the sheets by name, and in which entry each lies; and which of them are hidden."""
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}
    unseen: set[str] = set()

    def sheet(tag: str, given: Mapping[str, str]) -> None:
        if tag == "sheet":
            by = next((v for k, v in given.items() if k.rpartition(":")[2] == "id"), "")
            named.append((given.get("name", ""), by))
            if given.get("state", "visible") != "visible":
                unseen.add(given.get("name", ""))

    def relation(tag: str, given: Mapping[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            targets[given.get("Id", "")] = given.get("Target", "")

    _parse_entry(package, known["xl/workbook.xml"], sheet)
    _parse_entry(package, known["xl/_rels/workbook.xml.rels"], relation)
    return {name: _to_entry_name(targets[by]) for name, by in named if by in targets}, unseen


class _FoundError(Exception):
    """Ends a search."""


def _holds_cells(package: ZipFile, entry: ZipInfo) -> bool:
    """Tell whether a sheet has any cell with a value."""

    def search(tag: str, given: Mapping[str, str]) -> None:
        if tag in {"v", "is", "f"}:
            raise _FoundError

    try:
        _parse_entry(package, entry, search)
    except _FoundError:
        return True
    return False


def _to_entry_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"


class _SheetScanner:
    """Looks at the tags of a sheet: how far it reaches, what is computed, merged, hidden, wrong.

    Of each formula it keeps whether a value stands beside it, and whether that is a text.
    """

    def __init__(self, most_rows: int, most_columns: int) -> None:
        self.most_rows, self.most_columns = most_rows, most_columns
        self.formulas: dict[tuple[int, int], tuple[bool, bool]] = {}
        self.errors: set[tuple[int, int]] = set()
        self.merged: list[str] = []
        self.hidden_rows: set[int] = set()
        self.hidden_columns: set[int] = set()
        self.filtered = False
        self.row = self.column = 0
        self.type = ""

    def __call__(self, tag: str, given: Mapping[str, str]) -> None:
        """Take up the beginning of a tag."""
        if tag == "c":
            at = given.get("r")
            self.row, self.column = _parse_cell_reference(at) if at else (self.row, self.column + 1)
            self.type = given.get("t", "")
            if self.type == "e":
                self._require_within_limits()
                self.errors.add((self.row, self.column))
        elif tag in ("v", "is"):
            self._require_within_limits()
            if (self.row, self.column) in self.formulas:
                self.formulas[self.row, self.column] = True, self.type == "str"
        elif tag == "row":
            self.row, self.column = int(given.get("r", self.row + 1)), 0
            if _is_hidden(given, "ht"):
                self.hidden_rows.add(self.row)
        elif tag == "f":
            self._require_within_limits()
            self.formulas[self.row, self.column] = False, False
        elif tag == "col" and _is_hidden(given, "width"):
            last = min(int(given.get("max", 0)), self.most_columns)
            self.hidden_columns.update(range(int(given.get("min", 1)), last + 1))
        elif tag == "filterColumn":
            self.filtered = True
        elif tag == "mergeCell" and len(self.merged) < MAX_MERGED_RANGES:
            self.merged.append(given.get("ref", "")[:20])

    def _require_within_limits(self) -> None:
        if self.row > self.most_rows:
            raise RefusedError("WORKBOOK_TOO_LONG", most=self.most_rows, line=self.row)
        if self.column > self.most_columns:
            raise RefusedError("WORKBOOK_TOO_WIDE", most=self.most_columns, line=self.row)


def _is_hidden(given: Mapping[str, str], size: str) -> bool:
    """Tell whether a row or column is hidden, or as good as that: of no height or width."""
    return given.get("hidden") in {"1", "true"} or float(given.get(size) or 1) == 0


def _parse_cell_reference(at: str) -> tuple[int, int]:
    letters = at.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + int(letter, 36) - 9
    return int(at[len(letters) :]), column


def _parse_entry(package: ZipFile, entry: ZipInfo, tell: TagHandler) -> None:
    """Call `tell` for each tag of an entry as it begins; take no entity of a document type."""
    parser = expat.ParserCreate()

    def begin(tag: str, given: dict[str, str]) -> None:
        tell(tag.rpartition(":")[2], given)

    def refuse(*_: object) -> None:
        raise RefusedError("WORKBOOK_DAMAGED")

    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    with package.open(entry) as stream:
        while piece := stream.read(CHUNK_BYTES):
            parser.Parse(piece, False)
    parser.Parse(b"", True)

"""Reads a workbook in a process of its own, which may die of it: `run_child(FD, LIMITS)`.

It knows nothing of the service. It answers in frames: first what the sheet is, or why the file is
refused by name; then its rows, some at a time.
"""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import BinaryIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineWorkbook

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
        sheets = _list_sheets(package, known)
        name = str(wanted) if wanted in sheets else next(iter(sheets), "")
        if not name:
            raise RefusedError("WORKBOOK_DAMAGED")
        look, entry = _SheetScanner(most_rows, most_columns), known[sheets[name].lower()]
        if entry.file_size > BYTES_PER_MIB + most_rows * MAX_ROW_BYTES:
            raise RefusedError("WORKBOOK_TOO_COSTLY")
        _parse_entry(package, entry, look)
    file.seek(0)
    sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_name(name)
    left = sheet.start[1] if sheet.start else 0

    def rows() -> Iterator[tuple[int, list[object]]]:
        for line, cells in enumerate(sheet.iter_rows(), start=1):
            if any(cell not in ("", None) for cell in cells):
                yield line, [""] * left + list(cells)

    filled = sum(1 for _ in rows())
    yield {"name": name, "sheets": list(sheets), "filled": filled, "merged": look.merged}
    yield from _frame_rows(rows(), look.formulas, longest)


def _frame_rows(
    rows: Iterable[tuple[int, list[object]]], formulas: set[tuple[int, int]], longest: int
) -> Iterator[object]:
    some: list[object] = []
    size = 0
    for line, cells in rows:
        texts = [_format_cell(cell)[: longest + 1] for cell in cells]
        kinds = "".join(
            "f" if (line, n) in formulas else _find_cell_kind(cell)
            for n, cell in enumerate(cells, start=1)
        )
        some.append([line, texts, kinds])
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
    if "xl/workbook.xml" not in known:
        raise RefusedError("WORKBOOK_DAMAGED")
    return known


def _list_sheets(package: ZipFile, known: Mapping[str, ZipInfo]) -> dict[str, str]:
    """List the sheets by name, and in which entry each lies."""
    named: list[tuple[str, str]] = []
    targets: dict[str, str] = {}

    def sheet(tag: str, given: Mapping[str, str]) -> None:
        if tag == "sheet":
            by = next((v for k, v in given.items() if k.rpartition(":")[2] == "id"), "")
            named.append((given.get("name", ""), by))

    def relation(tag: str, given: Mapping[str, str]) -> None:
        if tag == "Relationship" and given.get("Type", "").endswith("/worksheet"):
            targets[given.get("Id", "")] = given.get("Target", "")

    _parse_entry(package, known["xl/workbook.xml"], sheet)
    _parse_entry(package, known["xl/_rels/workbook.xml.rels"], relation)
    return {name: _to_entry_name(targets[by]) for name, by in named if by in targets}


def _to_entry_name(target: str) -> str:
    return target.removeprefix("/") if target.startswith(("/", "xl/")) else f"xl/{target}"


class _SheetScanner:
    """Looks at the tags of a sheet: how far it reaches, what is computed, what is merged."""

    def __init__(self, most_rows: int, most_columns: int) -> None:
        self.most_rows, self.most_columns = most_rows, most_columns
        self.formulas: set[tuple[int, int]] = set()
        self.merged: list[str] = []
        self.row = self.column = 0

    def __call__(self, tag: str, given: Mapping[str, str]) -> None:
        """Take up the beginning of a tag."""
        if tag == "c":
            at = given.get("r")
            self.row, self.column = _parse_cell_reference(at) if at else (self.row, self.column + 1)
        elif tag in ("v", "is"):
            self._require_within_limits()
        elif tag == "row":
            self.row, self.column = int(given.get("r", self.row + 1)), 0
        elif tag == "f":
            self._require_within_limits()
            self.formulas.add((self.row, self.column))
        elif tag == "mergeCell" and len(self.merged) < MAX_MERGED_RANGES:
            self.merged.append(given.get("ref", "")[:20])

    def _require_within_limits(self) -> None:
        if self.row > self.most_rows:
            raise RefusedError("WORKBOOK_TOO_LONG", most=self.most_rows, line=self.row)
        if self.column > self.most_columns:
            raise RefusedError("WORKBOOK_TOO_WIDE", most=self.most_columns, line=self.row)


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

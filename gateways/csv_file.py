"""Tables as CSV files: read line by line, in UTF-8 or GB 18030, whatever their size (X13)."""

import codecs
import csv
from collections.abc import AsyncGenerator, Iterator, Sequence
from hashlib import sha256
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from rules.kernel.text import is_blank

READ_SIZE_BYTES = 1 << 20
BATCH_SIZE = 5_000
PROGRESS_INTERVAL_ROWS = 1_000
ENCODINGS = ("utf-8-sig", "gb18030")
OTHER_DELIMITERS = {"\t": "tabs", ";": "semicolons", "|": "bars", "，": "full-width commas"}
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class UnreadableFileError(Exception):
    """The file as a whole can't be read; the message says why, and what to do."""


class Record(NamedTuple):
    """A row of a file: the line on which it begins, its cells."""

    line: int
    cells: Sequence[str]


class CsvFile:
    """A CSV file that was looked through once: its size, its digest, how it is encoded."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size, self.digest, self.encoding = _inspect_file(path)
        self.done = 0

    def iterate_records(self) -> Iterator[Record]:
        """Read the rows one after another, the header first; empty lines are passed over.

        Raises UnreadableFileError where the file breaks off or is no CSV.
        """
        with (
            self.path.open("rb") as raw,
            TextIOWrapper(raw, encoding=self.encoding, newline="") as text,
        ):
            rows = csv.reader(text, strict=True)
            begun, first = 1, True
            try:
                for n, cells in enumerate(rows):
                    if n % PROGRESS_INTERVAL_ROWS == 0:
                        self.done = raw.tell()
                    if not all(map(is_blank, cells)):
                        _require_commas(self.path.name, cells, first=first)
                        first = False
                        yield Record(begun, cells)
                    begun = rows.line_num + 1
            except csv.Error as error:
                where = f"{self.path.name}, line {begun}"
                cure = "Check the quotation marks."
                raise UnreadableFileError(f"{where}: no CSV from here on. {cure}") from error

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows some at a time, the header first."""
        records = self.iterate_records()
        while piece := list(islice(records, BATCH_SIZE)):
            yield piece


def _require_commas(name: str, cells: Sequence[str], *, first: bool) -> None:
    """Refuse a file whose headings are divided otherwise, and say what divides them."""
    if not first or len(cells) > 1:
        return
    other = next((said for sign, said in OTHER_DELIMITERS.items() if sign in cells[0]), None)
    if other:
        cure = "Save it as CSV, comma delimited (UTF-8)."
        raise UnreadableFileError(f"{name}: its columns are divided by {other}. {cure}")


def _inspect_file(path: Path) -> tuple[int, bytes, str]:
    decoders = {name: codecs.getincrementaldecoder(name)() for name in ENCODINGS}
    size, digest = 0, sha256()
    try:
        with path.open("rb") as file:
            while piece := file.read(READ_SIZE_BYTES):
                size += len(piece)
                digest.update(piece)
                _drop_misfits(decoders, piece)
    except OSError as error:
        raise UnreadableFileError(f"Can't read {path.name}: {error.strerror}.") from error
    _drop_misfits(decoders, b"", final=True)
    encoding = next(iter(decoders), None)
    if encoding is None or size == 0:
        wrong = "is empty" if size == 0 else "is neither UTF-8 nor GB 18030 text"
        if size and _is_utf_16(path):
            wrong = 'is "Unicode text" (UTF-16)'
        raise UnreadableFileError(f"{path.name} {wrong}. Export it as CSV, UTF-8.")
    return size, digest.digest(), encoding


def _is_utf_16(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) in UTF_16_MARKS


def _drop_misfits(
    decoders: dict[str, codecs.IncrementalDecoder], piece: bytes, *, final: bool = False
) -> None:
    """Drop the encodings that don't fit; neither of them has a use for NUL."""
    for name in list(decoders):
        try:
            fits = "\0" not in decoders[name].decode(piece, final)
        except UnicodeDecodeError:
            fits = False
        if not fits:
            del decoders[name]

"""What a file is by its content: by its first bytes, and for packages by what lies inside."""

import struct
from collections.abc import Callable, Mapping
from typing import BinaryIO

from models import FileType
from rules.kernel.refusal import Fault, Reason, fault

_SIGNATURES = {
    b"%PDF-": FileType.PDF,
    b"\xff\xd8\xff": FileType.JPEG,
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": FileType.PNG,
}
_MAX_HEAD_BYTES = 1024
"""So far from both ends do readers of PDF look for what makes it one."""
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHUNK_HEAD, _CHECKSUM_BYTES, _MAX_CHUNKS = struct.Struct(">L4s"), 4, 100_000
_SEGMENT_HEAD, _JPEG_SIZE, _MAX_SEGMENTS = struct.Struct(">BBH"), struct.Struct(">B2H"), 1000
_SCAN_SEGMENT = 0xDA
_SIZE_SEGMENTS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PACKAGE_SIGNATURE = b"PK\x03\x04"

_END_RECORD = struct.Struct("<4s4H2LH")
_ENTRY_RECORD = struct.Struct("<4s6H3L5H2L")
_MAX_COMMENT_BYTES = 0xFFFF
_MAX_DIRECTORY_BYTES = 1024 * 1024
"""Of a package's table of contents; an office document's has some kilobytes."""

_CONTENT_TYPES_NAME = b"[Content_Types].xml"
_MACROS_NAME = b"vbaProject.bin"

_CONTAINER_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of the containers in which office programs kept documents before 2007, and keep locked ones."""
_ENCRYPTED_NAME = "EncryptedPackage".encode("utf-16-le")
_OLD_WORKBOOK_NAMES = ("Workbook".encode("utf-16-le"), "Book".encode("utf-16-le"))
_SEARCH_BYTES, _MAX_SEARCHED_BYTES = 1 << 20, 256 << 20
_MAX_PAGE_HEAD_BYTES = 1024
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_PAGE_STARTS = ("<html", "<!doctype html", "<table", "<meta", "<head", "<body", "<style")


def detect_type(file: BinaryIO) -> FileType | None:
    """Return what a file is; None for anything that nobody hands in, macros included."""
    file.seek(0)
    head = file.read(_MAX_HEAD_BYTES)
    if b"%PDF-" in head[1:]:
        return None  # readers look for that so far into a file: it is a document as well
    found = next((known for sign, known in _SIGNATURES.items() if head.startswith(sign)), None)
    if found is None:
        is_package = head.startswith(_PACKAGE_SIGNATURE)
        return _detect_package_type(_list_entries(file)) if is_package else None
    is_sound = _STRUCTURES[found](file)
    # A package is read from its end, whatever stands before it.
    return found if is_sound and _find_end_record(_read_tail(file)) is None else None


def _is_whole_document(file: BinaryIO) -> bool:
    """Return whether a PDF ends as one, with no more behind its end than readers pass over."""
    file.seek(max(0, file.seek(0, 2) - _MAX_HEAD_BYTES))
    return b"%%EOF" in file.read()


def _is_jpeg(file: BinaryIO) -> bool:
    """Return whether a JPEG's segments lead to an image that has a size, and to its data."""
    file.seek(len(b"\xff\xd8"))
    has_size = False
    for _ in range(_MAX_SEGMENTS):
        start = file.read(_SEGMENT_HEAD.size)
        if len(start) < _SEGMENT_HEAD.size:
            return False
        mark, kind, length = _SEGMENT_HEAD.unpack(start)
        if mark != 0xFF or length < 2:
            return False
        if kind == _SCAN_SEGMENT:
            return has_size
        if kind in _SIZE_SEGMENTS:
            _, _, width = _JPEG_SIZE.unpack(file.read(_JPEG_SIZE.size).ljust(5, b"\0"))
            has_size = width > 0  # the height may follow later
            length -= _JPEG_SIZE.size
        file.seek(length - 2, 1)
    return False


def _is_png(file: BinaryIO) -> bool:
    """Return whether a PNG's chunks hold an image with a size, and end where the file does."""
    end = file.seek(0, 2)
    place, has_data = len(_PNG_SIGNATURE), False
    for _ in range(_MAX_CHUNKS):
        file.seek(place)
        start = file.read(_CHUNK_HEAD.size)
        if len(start) < _CHUNK_HEAD.size:
            return False
        length, name = _CHUNK_HEAD.unpack(start)
        if name == b"IHDR" and 0 in struct.unpack(">2L", file.read(8).ljust(8, b"\0")):
            return False
        has_data = has_data or name == b"IDAT"
        place += _CHUNK_HEAD.size + length + _CHECKSUM_BYTES
        if name == b"IEND":
            return bool(has_data and place == end)
    return False


_STRUCTURES: Mapping[FileType, Callable[[BinaryIO], bool]] = {
    FileType.PDF: _is_whole_document,
    FileType.JPEG: _is_jpeg,
    FileType.PNG: _is_png,
}


def detect_disguise(file: BinaryIO) -> Fault | None:
    """Say what a file is that should be a workbook and is something else by another name.

    Office programs open all of these without a word, so whoever sends them takes them for one.
    """
    file.seek(0)
    head = file.read(_MAX_PAGE_HEAD_BYTES)
    if head.startswith(_CONTAINER_SIGNATURE):
        return _detect_container_kind(file)
    plain = head.decode("utf-16" if head[:2] in _UTF_16_MARKS else "latin-1", "ignore").lower()
    start = plain.lstrip("\u00ef\u00bb\u00bf\ufeff \t\r\n")
    if start.startswith("<?xml") and "spreadsheet" in start:
        return fault(Reason.WORKBOOK_OTHER_FORMAT, format="XML")
    if start.startswith(_PAGE_STARTS):
        return fault(Reason.WORKBOOK_OTHER_FORMAT, format="HTML")
    return None


def _detect_container_kind(file: BinaryIO) -> Fault:
    """Tell a workbook behind a password from one of the format before 2007."""
    file.seek(0)
    kept, left = b"", _MAX_SEARCHED_BYTES
    old = False
    while left > 0 and (piece := file.read(_SEARCH_BYTES)):
        left -= len(piece)
        known = kept + piece
        if _ENCRYPTED_NAME in known:
            return fault(Reason.WORKBOOK_ENCRYPTED)
        old = old or any(name in known for name in _OLD_WORKBOOK_NAMES)
        kept = known[-len(_ENCRYPTED_NAME) :]
    return (
        fault(Reason.WORKBOOK_OTHER_FORMAT, format="xls") if old else fault(Reason.WORKBOOK_DAMAGED)
    )


def _detect_package_type(names: set[bytes]) -> FileType | None:
    if any(name.endswith(_MACROS_NAME) for name in names):
        return None
    if b"OFD.xml" in names:
        return FileType.OFD
    if _CONTENT_TYPES_NAME not in names:
        return None
    if b"word/document.xml" in names:
        return FileType.DOCX
    return FileType.XLSX if b"xl/workbook.xml" in names else None


def _list_entries(file: BinaryIO) -> set[bytes]:
    """List the names in a package's table of contents; none of a package that is not sound.

    Nothing is unpacked, and no more is read than a table of contents of ordinary size.
    """
    found = _find_end_record(_read_tail(file))
    if found is None:
        return set()
    count, length, offset = found
    if length > _MAX_DIRECTORY_BYTES or offset + length > file.seek(0, 2):
        return set()
    file.seek(offset)
    return _parse_directory(file.read(length), count)


def _read_tail(file: BinaryIO) -> bytes:
    """Read as much of a file's end as holds the end of a package."""
    file.seek(max(0, file.seek(0, 2) - _END_RECORD.size - _MAX_COMMENT_BYTES))
    return file.read()


def _find_end_record(tail: bytes) -> tuple[int, int, int] | None:
    """Find a package's end: how many entries it names, in how many bytes, and from where."""
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END_RECORD.size:
        return None
    _, _, _, _, count, length, offset, comment = _END_RECORD.unpack_from(tail, place)
    whole = place + _END_RECORD.size + comment == len(tail)
    return (count, length, offset) if whole else None


def _parse_directory(directory: bytes, count: int) -> set[bytes]:
    names: list[bytes] = []
    place = 0
    while place + _ENTRY_RECORD.size <= len(directory):
        entry = _ENTRY_RECORD.unpack_from(directory, place)
        if entry[0] != b"PK\x01\x02":
            return set()
        name_length, extra_length, comment_length = entry[10:13]
        place += _ENTRY_RECORD.size
        names.append(directory[place : place + name_length])
        place += name_length + extra_length + comment_length
    return set(names) if (place, len(names)) == (len(directory), count) else set()

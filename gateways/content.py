"""What a file is by its content: by its first bytes, and for packages by what lies inside."""

import struct
from typing import BinaryIO

from models import FileType

_SIGNATURES = {
    b"%PDF-": FileType.PDF,
    b"\xff\xd8\xff": FileType.JPEG,
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR": FileType.PNG,
}
_LONGEST_SIGNATURE = 16
_PACKAGE = b"PK\x03\x04"

_END = struct.Struct("<4s4H2LH")
_ENTRY = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT = 0xFFFF
_LARGEST_DIRECTORY = 1024 * 1024
"""Of a package's table of contents; an office document's has some kilobytes."""

_CONTENT_TYPES = b"[Content_Types].xml"
_MACROS = b"vbaProject.bin"


def type_of(file: BinaryIO) -> FileType | None:
    """Tell what a file is; None for anything that nobody hands in, macros included."""
    file.seek(0)
    head = file.read(_LONGEST_SIGNATURE)
    for signature, found in _SIGNATURES.items():
        if head.startswith(signature):
            return found
    return _package_type(_entries(file)) if head.startswith(_PACKAGE) else None


def _package_type(names: set[bytes]) -> FileType | None:
    if any(name.endswith(_MACROS) for name in names):
        return None
    if b"OFD.xml" in names:
        return FileType.OFD
    if _CONTENT_TYPES not in names:
        return None
    if b"word/document.xml" in names:
        return FileType.DOCX
    return FileType.XLSX if b"xl/workbook.xml" in names else None


def _entries(file: BinaryIO) -> set[bytes]:
    """List the names in a package's table of contents; none of a package that is not sound.

    Nothing is unpacked, and no more is read than a table of contents of ordinary size.
    """
    size = file.seek(0, 2)
    file.seek(max(0, size - _END.size - _LONGEST_COMMENT))
    tail = file.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        return set()
    _, _, _, _, count, length, offset, comment = _END.unpack_from(tail, place)
    whole = place + _END.size + comment == len(tail)
    if not whole or length > _LARGEST_DIRECTORY or offset + length > size:
        return set()
    file.seek(offset)
    return _names(file.read(length), count)


def _names(directory: bytes, count: int) -> set[bytes]:
    names: list[bytes] = []
    place = 0
    while place + _ENTRY.size <= len(directory):
        entry = _ENTRY.unpack_from(directory, place)
        if entry[0] != b"PK\x01\x02":
            return set()
        name_length, extra_length, comment_length = entry[10:13]
        place += _ENTRY.size
        names.append(directory[place : place + name_length])
        place += name_length + extra_length + comment_length
    return set(names) if (place, len(names)) == (len(directory), count) else set()

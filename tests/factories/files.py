"""Files as people hand them in, small and real; and some that only pretend."""

import io
import struct
import zlib
from zipfile import ZIP_DEFLATED, ZipFile

from models import FileType

HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
CONTENT_TYPES_ENTRY = b"[Content_Types].xml"


def a_pdf(size: int = 2000) -> bytes:
    head, tail = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", b"\n%%EOF\n"
    return head + b"0" * max(0, size - len(head) - len(tail)) + tail


def a_jpeg() -> bytes:
    """An image of one grey point."""
    parts = (
        (0xE0, b"JFIF\x00\x01\x01\0\0\x01\0\x01\0\0"),
        (0xDB, b"\0" + b"\x01" * 64),
        (0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0"),
        (0xC4, b"\0" + b"\x01" + b"\0" * 15 + b"\0"),
        (0xC4, b"\x10" + b"\x01" + b"\0" * 15 + b"\0"),
        (0xDA, b"\x01\x01\0\0\x3f\0"),
    )
    segments = (struct.pack(">BBH", 0xFF, kind, len(data) + 2) + data for kind, data in parts)
    return b"\xff\xd8" + b"".join(segments) + b"\x3f\xff\xd9"


def a_png() -> bytes:
    head = _build_png_chunk(b"IHDR", struct.pack(">2L5B", 1, 1, 8, 0, 0, 0, 0))
    image = _build_png_chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + head + image + _build_png_chunk(b"IEND", b"")


def _build_png_chunk(name: bytes, data: bytes) -> bytes:
    check = struct.pack(">L", zlib.crc32(name + data))
    return struct.pack(">L", len(data)) + name + data + check


def a_package(*names: str, comment: bytes = b"") -> bytes:
    file = io.BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name in names:
            package.writestr(name, f"<{name}/>")
        package.comment = comment
    return file.getvalue()


def a_docx(*more: str) -> bytes:
    return a_package("[Content_Types].xml", "_rels/.rels", "word/document.xml", *more)


def an_xlsx(*more: str) -> bytes:
    return a_package("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", *more)


def an_ofd() -> bytes:
    return a_package("OFD.xml", "Doc_0/Document.xml")


FILE_BY_TYPE = {
    FileType.PDF: ("材料.pdf", a_pdf()),
    FileType.JPEG: ("照片.jpg", a_jpeg()),
    FileType.PNG: ("照片.png", a_png()),
    FileType.DOCX: ("协议.docx", a_docx()),
    FileType.XLSX: ("花名册.xlsx", an_xlsx()),
    FileType.OFD: ("公文.ofd", an_ofd()),
}

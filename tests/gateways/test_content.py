"""J8: what a file is by its content, whatever its name says."""

import io
import tracemalloc

import pytest

from gateways.file_content import detect_type
from models import FileType
from tests.factories.files import (
    FILE_BY_TYPE,
    HTML,
    a_docx,
    a_jpeg,
    a_package,
    a_pdf,
    a_png,
    an_xlsx,
)


@pytest.mark.parametrize("kind", FILE_BY_TYPE)
def test_each_type_is_known_by_its_content(kind: FileType) -> None:
    _, content = FILE_BY_TYPE[kind]
    assert detect_type(io.BytesIO(content)) is kind


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(HTML, id="a page"),
        pytest.param(b"\xef\xbb\xbf" + HTML, id="a page with a mark"),
        pytest.param(HTML + a_pdf(), id="a page before a pdf"),
        pytest.param(b"\n" + a_pdf(), id="a line before a pdf"),
        pytest.param(b"%PDF", id="the start of a start"),
        pytest.param(b"\x89PNG\r\n\x1a\n<script>", id="a signature alone"),
        pytest.param(a_png() + b"x", id="a picture with a tail"),
        pytest.param(a_png() + a_docx(), id="a picture that is a document too"),
        pytest.param(a_jpeg() + a_docx(), id="a photograph that is a document too"),
        pytest.param(a_pdf() + an_xlsx(), id="a pdf that is a sheet too"),
        pytest.param(a_jpeg()[:6] + b"%PDF-1.7" + a_jpeg()[14:], id="a photograph and a pdf"),
        pytest.param(b"\xff\xd8\xff\xe0" + HTML, id="a photograph's start before a page"),
        pytest.param(a_jpeg()[:40], id="a photograph without an image"),
        pytest.param(a_png()[:40], id="a picture without its image"),
        pytest.param(a_pdf()[:-6], id="a pdf without its end"),
        pytest.param(a_pdf() + HTML * 20, id="a pdf before pages"),
        pytest.param(b"GIF89a" + HTML, id="a gif"),
        pytest.param(b"MZ" + b"\0" * 100, id="a program"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000, id="an old office file"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="an svg"),
        pytest.param(a_package("a.txt"), id="some package"),
        pytest.param(a_package("[Content_Types].xml", "ppt/presentation.xml"), id="slides"),
        pytest.param(a_package("word/document.xml"), id="half a document"),
        pytest.param(a_docx("word/vbaProject.bin"), id="a document with macros"),
        pytest.param(an_xlsx("xl/vbaProject.bin"), id="a sheet with macros"),
        pytest.param(a_docx()[:-1], id="a cut package"),
        pytest.param(a_docx() + b"x", id="a package with a tail"),
        pytest.param(a_docx()[:40], id="a package without its end"),
        pytest.param(b"x" + a_docx(), id="a package behind something"),
        pytest.param(
            b"PK\x03\x04" + b"\0" * 18 + b"PK\x05\x06" + b"\xff" * 18, id="an end of lies"
        ),
        pytest.param(b"PK\x03\x04" + b"PK\x05\x06", id="an end cut short"),
    ],
)
def test_whatever_is_none_of_them_is_nothing(content: bytes) -> None:
    assert detect_type(io.BytesIO(content)) is None


def test_a_photograph_may_have_what_telephones_put_behind_it() -> None:
    assert detect_type(io.BytesIO(a_jpeg() + b"\0MotionPhoto_Data" * 9)) is FileType.JPEG


def test_a_package_may_have_a_comment() -> None:
    parts = ("[Content_Types].xml", "word/document.xml")
    assert detect_type(io.BytesIO(a_package(*parts, comment=b"c" * 60_000))) is FileType.DOCX


def test_a_package_whose_table_of_contents_lies_about_itself_is_nothing() -> None:
    content = bytearray(a_docx())
    end = content.rindex(b"PK\x05\x06")
    for place, value in ((10, 999), (12, 7), (16, 5)):
        changed = content.copy()
        changed[end + place] = value & 0xFF
        changed[end + place + 1] = value >> 8
        assert detect_type(io.BytesIO(bytes(changed))) is None


def test_a_package_with_a_table_of_contents_beyond_measure_is_not_read() -> None:
    names = [f"{n:05}{'x' * 250}" for n in range(6000)]
    content = a_package("[Content_Types].xml", "word/document.xml", *names)
    file = io.BytesIO(content)
    tracemalloc.start()
    assert detect_type(file) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1024 * 1024

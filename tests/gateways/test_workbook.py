"""S10: workbooks are read row by row, and hostile ones are refused by name; the service lives."""

import io
import tempfile
from collections.abc import Iterator
from datetime import date
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

from gateways.workbook import (
    DAY_KIND,
    FORMULA_KIND,
    NUMBER_KIND,
    TEXT_KIND,
    Sheet,
    SheetRow,
    WorkbookLimits,
    open_sheet,
)
from rules.kernel.refusal import Reason, Refusal
from tests.factories.workbook import MAIN_NAMESPACE, a_raw_workbook, a_sheet, a_workbook

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'


async def read(data: bytes, limits: WorkbookLimits | None = None) -> tuple[Sheet, list[SheetRow]]:
    with tempfile.TemporaryFile() as file:
        file.write(data)
        file.flush()
        async with open_sheet(file, limits or WorkbookLimits()) as sheet:
            return sheet, [line async for piece in sheet.pieces() for line in piece]


async def refused(data: bytes, limits: WorkbookLimits | None = None) -> Reason:
    with pytest.raises(Refusal) as said:
        await read(data, limits)
    return said.value.fault.reason


async def test_rows_come_with_their_numbers_and_with_what_their_cells_are() -> None:
    rows: list[list[object]] = [
        ["姓名", "日期"],
        [],
        ["张三", "2024-01-02", 510000199001011234, "=1+1", 1.5],
    ]
    sheet, lines = await read(a_workbook(rows, "人员名单"))
    assert (sheet.name, sheet.filled, sheet.merged) == ("人员名单", 2, [])
    assert lines[0] == SheetRow(1, ["姓名", "日期", "", "", ""], "ttttt")
    assert lines[1].line == 3
    assert lines[1].kinds == TEXT_KIND + TEXT_KIND + NUMBER_KIND + FORMULA_KIND + NUMBER_KIND
    assert lines[1].cells[:2] == ["张三", "2024-01-02"]
    assert lines[1].cells[3:] == ["42", "1.5"]


async def test_columns_keep_their_places_where_the_first_ones_are_empty() -> None:
    _, lines = await read(a_raw_workbook(a_sheet("C2", "D3")))
    assert lines == [SheetRow(2, ["", "", "1", ""], "ttnt"), SheetRow(3, ["", "", "", "1"], "tttn")]


async def test_a_day_that_excel_keeps_as_a_number_is_read_as_a_day() -> None:
    _, lines = await read(_with_day(date(2024, 2, 29)))
    assert lines == [SheetRow(1, ["2024-02-29"], DAY_KIND)]


def _with_day(day: date) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        page = book.add_worksheet()
        page.write_datetime(0, 0, day, book.add_format({"num_format": "yyyy-mm-dd"}))
    return file.getvalue()


async def test_a_long_sheet_comes_in_pieces_and_whole() -> None:
    rows = [[f"{n}", "x" * 200] for n in range(3000)]
    _, lines = await read(a_workbook(rows))
    assert [line.cells[0] for line in lines] == [f"{n}" for n in range(3000)]


async def test_an_empty_sheet_has_no_rows() -> None:
    sheet, lines = await read(a_workbook([]))
    assert (sheet.filled, lines) == (0, [])


async def test_a_cell_that_is_too_long_is_cut_one_character_beyond() -> None:
    _, lines = await read(a_workbook([["x" * 2000]]), WorkbookLimits(longest_cell=10))
    assert lines[0].cells == ["x" * 11]


async def test_s10_a_far_cell_is_refused_by_name() -> None:
    assert await refused(a_raw_workbook(a_sheet("A1", "XFD1048576"))) is Reason.WORKBOOK_TOO_LONG
    assert await refused(a_raw_workbook(a_sheet("A1", "XFD2"))) is Reason.WORKBOOK_TOO_WIDE


async def test_s10_too_many_rows_are_refused_and_as_many_as_may_be_are_not() -> None:
    limits = WorkbookLimits(most_rows=3)
    assert await refused(a_workbook([["x"]] * 4), limits) is Reason.WORKBOOK_TOO_LONG
    assert len((await read(a_workbook([["x"]] * 3), limits))[1]) == 3


def _packed(name: str, text: str | bytes = "") -> bytes:
    return a_raw_workbook(a_sheet("A1"), {name: str(text)})


def hostile() -> Iterator[tuple[str, bytes, Reason]]:
    bomb = io.BytesIO(a_raw_workbook(a_sheet("A1")))
    with ZipFile(bomb, "a", ZIP_DEFLATED) as package:
        package.writestr("xl/media/zeros.bin", b"\0" * (64 << 20))
    yield "bomb", bomb.getvalue(), Reason.WORKBOOK_BOMB
    yield "macros", _packed("xl/vbaProject.bin"), Reason.WORKBOOK_MACROS
    linked = _packed("xl/externalLinks/externalLink1.xml", "<x/>")
    yield "links", linked, Reason.WORKBOOK_EXTERNAL_LINKS
    container = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096
    yield "password", container, Reason.WORKBOOK_ENCRYPTED
    yield "no zip", b"PK\x03\x04" + b"\0" * 100, Reason.WORKBOOK_DAMAGED
    yield "twice", _packed("XL/WORKBOOK.XML", "<x/>"), Reason.WORKBOOK_DAMAGED
    entities = a_raw_workbook(a_sheet("A1", before=DOCTYPE))
    yield "entities", entities, Reason.WORKBOOK_DAMAGED
    yield "no XML", a_raw_workbook("<worksheet><sheetData>"), Reason.WORKBOOK_DAMAGED
    whole = a_workbook([["x"]])
    yield "cut off", whole[: len(whole) // 2], Reason.WORKBOOK_DAMAGED
    yield "garbled place", a_raw_workbook(a_sheet("Ä1")), Reason.WORKBOOK_DAMAGED


@pytest.mark.parametrize(
    ("data", "reason"), [h[1:] for h in hostile()], ids=[h[0] for h in hostile()]
)
async def test_s10_a_hostile_workbook_is_refused_by_name(data: bytes, reason: Reason) -> None:
    assert await refused(data) is reason
    assert len((await read(a_workbook([["x"]])))[1]) == 1  # the service lives on


async def test_s10_a_sheet_that_is_larger_than_its_rows_may_be_is_refused_unread() -> None:
    far = a_sheet("A1", "XFD1048576").replace("<sheetData>", f"<sheetData>{' ' * (2 << 20)}")
    assert (
        await refused(a_raw_workbook(far), WorkbookLimits(most_rows=3))
        is Reason.WORKBOOK_TOO_COSTLY
    )
    assert await refused(a_raw_workbook(far)) is Reason.WORKBOOK_TOO_LONG


async def test_s10_a_child_that_runs_out_of_memory_is_a_refusal_by_name() -> None:
    row = "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in range(20))
    rows = f"<row>{row}</row>" * 50_000
    sheet = f'<worksheet xmlns="{MAIN_NAMESPACE}"><sheetData>{rows}</sheetData></worksheet>'
    limits = WorkbookLimits(memory_mib=96)
    assert await refused(a_raw_workbook(sheet), limits) is Reason.WORKBOOK_TOO_COSTLY


async def test_s10_a_child_that_takes_too_long_is_a_refusal_by_name() -> None:
    rows = [["x"] * 20] * 3000
    limits = WorkbookLimits(patience_seconds=0)
    assert await refused(a_workbook(rows), limits) is Reason.WORKBOOK_TOO_COSTLY


async def test_merged_cells_are_told() -> None:
    merged = '</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    sheet, _ = await read(a_raw_workbook(a_sheet("A1").replace("</sheetData>", merged)))
    assert sheet.merged == ["A1:B2"]

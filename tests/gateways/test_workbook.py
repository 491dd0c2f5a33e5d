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
    ERROR_KIND,
    FORMULA_KIND,
    NUMBER_KIND,
    TEXT_KIND,
    UNCOMPUTED_KIND,
    Sheet,
    SheetRow,
    WorkbookLimits,
    open_sheet,
)
from rules.kernel.refusal import Reason, Refusal
from rules.kernel.sheet import find_view_faults
from rules.kernel.text import is_blank
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
    locked = container + "EncryptedPackage".encode("utf-16-le") + b"\0" * (2 << 20)
    yield "password", locked, Reason.WORKBOOK_ENCRYPTED
    across = container.ljust((1 << 20) - 9, b"\0") + "EncryptedPackage".encode("utf-16-le")
    yield "password across two pieces", across, Reason.WORKBOOK_ENCRYPTED
    old = container + "Workbook".encode("utf-16-le")
    yield "before 2007", old, Reason.WORKBOOK_OTHER_FORMAT
    yield "some other container", container, Reason.WORKBOOK_DAMAGED
    page = "\ufeff\n<html xmlns:x='urn:schemas-microsoft-com:office:excel'><table>"
    yield "page", page.encode(), Reason.WORKBOOK_OTHER_FORMAT
    yield "page in UTF-16", page.encode("utf-16"), Reason.WORKBOOK_OTHER_FORMAT
    xml = b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:'
    yield "XML", xml + b'schemas-microsoft-com:office:spreadsheet">', Reason.WORKBOOK_OTHER_FORMAT
    yield "binary", _packed("xl/workbook.bin"), Reason.WORKBOOK_OTHER_FORMAT
    yield "open document", _packed("content.xml"), Reason.WORKBOOK_OTHER_FORMAT
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


@pytest.mark.slow
async def test_s10_the_largest_roster_is_read_within_a_quarter_of_a_gib() -> None:
    limits = WorkbookLimits(most_rows=100_001)
    assert limits.memory_mib <= 256
    row = ["张三", "110101199003070011", "登记失业人员", "2022-03-01", "2023-02-28"]
    more = ["91510100MA6000000X", "成都某某有限公司", "中国银行成都分行", "6217000010001234569"]
    content = a_workbook([*row, *more, n] for n in range(100_001))
    _, lines = await read(content, limits)
    assert len(lines) == 100_001


async def test_s10_a_child_that_takes_too_long_is_a_refusal_by_name() -> None:
    rows = [["x"] * 20] * 3000
    limits = WorkbookLimits(patience_seconds=0)
    assert await refused(a_workbook(rows), limits) is Reason.WORKBOOK_TOO_COSTLY


async def test_merged_cells_are_told() -> None:
    merged = '</sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>'
    sheet, _ = await read(a_raw_workbook(a_sheet("A1").replace("</sheetData>", merged)))
    assert sheet.merged == ["A1:B2"]


def a_cell(at: str, inside: str = "<v>1</v>", kind: str = "") -> str:
    """Write a cell in a row of its own."""
    line = at.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    of = f' t="{kind}"' if kind else ""
    return f'<row r="{line}"><c r="{at}"{of}>{inside}</c></row>'


def a_sheet_of(*rows: str, before: str = "", after: str = "") -> bytes:
    """Write a sheet of raw rows, and what stands before and after them."""
    inside = f"{before}<sheetData>{''.join(rows)}</sheetData>{after}"
    return a_raw_workbook(f'<worksheet xmlns="{MAIN_NAMESPACE}">{inside}</worksheet>')


@pytest.mark.parametrize(
    ("inside", "type_", "kind", "text"),
    [
        ("<v>#N/A</v>", "e", ERROR_KIND, ""),
        ("<f>NA()</f><v>#N/A</v>", "e", ERROR_KIND, ""),
        ("<f>A1</f>", "", UNCOMPUTED_KIND, ""),
        ("<f>A1</f><v></v>", "", UNCOMPUTED_KIND, ""),
        ("<f>A1</f><v/>", "", UNCOMPUTED_KIND, ""),
        ("<f>A1</f>", "str", UNCOMPUTED_KIND, ""),
        ("<f>A1</f><v>x</v>", "str", FORMULA_KIND, "x"),
        ("<f>A1</f><v>7</v>", "", FORMULA_KIND, "7"),
    ],
)
async def test_s10_a_cell_without_a_value_is_told_from_an_empty_one(
    inside: str, type_: str, kind: str, text: str
) -> None:
    """In the last row and column too, beyond all that the library knows of."""
    rows = a_cell("A1"), a_cell("C2", inside, type_)
    sheet, lines = await read(a_sheet_of(*rows))
    assert (sheet.filled, lines[1].line) == (2, 2)
    assert (lines[1].cells[2], lines[1].kinds[2]) == (text, kind)


async def test_s10_formulas_that_come_to_no_text_make_no_row() -> None:
    row = a_cell("A2", '<f>IF(B2=1,B2,"")</f><v></v>', "str")
    assert len((await read(a_sheet_of(a_cell("A1"), row)))[1]) == 1


@pytest.mark.parametrize(
    "blank", [" ", "\u3000", "\xa0", "\u200b", "\ufeff", "\u2060 \xad", "\u3164", "\t\n", "\u2800"]
)
async def test_s10_rows_of_blanks_are_none(blank: str) -> None:
    sheet, lines = await read(a_workbook([["x"], [blank, "", blank], [blank]]))
    assert (sheet.filled, len(lines)) == (1, 1)
    assert is_blank(blank)


async def test_s10_what_is_hidden_is_told() -> None:
    hidden = a_cell("A2").replace("<row", '<row hidden="1"')
    flat = a_cell("A4").replace("<row", '<row ht="0" customHeight="1"')
    empty = '<row r="5" hidden="1"/>'
    columns = '<cols><col min="1" max="1" hidden="1"/><col min="3" max="16384" hidden="1"/></cols>'
    rows = a_cell("A1"), hidden, a_cell("A3"), flat, empty
    sheet, lines = await read(a_sheet_of(*rows, before=columns))
    assert len(lines) == 4
    assert (sheet.view.hidden_rows, sheet.view.hidden_row_count) == ([2, 4], 2)
    assert (sheet.view.hidden_columns, sheet.view.filtered) == ([1], False)
    reasons = [each.reason for each in find_view_faults(sheet.view)]
    assert reasons == [Reason.ROWS_HIDDEN, Reason.COLUMNS_HIDDEN]


async def test_s10_rows_that_a_filter_hides_are_told_as_such() -> None:
    hidden = a_cell("A2").replace("<row", '<row hidden="1"')
    filter_ = '<autoFilter ref="A1:A2"><filterColumn colId="0"/></autoFilter>'
    sheet, _ = await read(a_sheet_of(a_cell("A1"), hidden, after=filter_))
    (wrong,) = find_view_faults(sheet.view)
    assert (wrong.reason, wrong.figures["rows"]) == (Reason.ROWS_FILTERED, "2")


async def test_s10_other_sheets_are_told_if_they_show_anything_and_hidden_ones_too() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("one").write(0, 0, "x")
        book.add_worksheet("none")
        book.add_worksheet("blank").write(0, 0, "\u3000")
        two = book.add_worksheet("two")
        two.write(3, 3, 1)
        two.hide()
    sheet, _ = await read(file.getvalue())
    assert list(sheet.view.others) == ["two"]
    assert [each.reason for each in find_view_faults(sheet.view, {"two"})] == []
    (wrong,) = find_view_faults(sheet.view)
    assert (wrong.reason, wrong.figures["others"]) == (Reason.SHEETS_BESIDE, "two")


async def test_s10_a_hidden_sheet_is_told_where_it_is_the_one_that_is_read() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        book.add_worksheet("one").write(0, 0, "x")
        book.add_worksheet("two").activate()
        book.get_worksheet_by_name("one").hide()
    sheet, _ = await read(file.getvalue())
    assert [each.reason for each in find_view_faults(sheet.view)] == [Reason.SHEET_HIDDEN]

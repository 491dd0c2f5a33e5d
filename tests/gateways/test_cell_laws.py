"""S10, X8, X13: what holds for every cell of a file that is written or read."""

import asyncio
import csv
import io
import json
import tempfile
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from gateways import workbook_child
from gateways.bank_file import BANK_HEADINGS, BankRow, format_csv, format_xlsx
from gateways.csv_file import CsvFile, Record
from gateways.roster_file import RowToCorrect, write_template
from gateways.table_writer import write_csv, write_xlsx
from gateways.workbook import WorkbookLimits
from rules.desk.export import ExportCell, escape_formula
from rules.facts.fact_cell import parse_day_cell, parse_month_cell, strip_cell
from rules.hiring.hire_form import HIRING_FORM
from rules.kernel.month import to_month
from tests.factories.properties import AMOUNTS, DAYS, PLAIN_TEXT, for_all, to_full_width

FORMULA_SIGNS = "=+-@＝＋－＠−﹢﹣﹦﹫"
FORMULA_STARTS = f"{FORMULA_SIGNS}\t\r\n"
"""What a spreadsheet may take for the beginning of a formula; full-width, East Asian ones too."""
BEFORE = '"“”‘’`,;| \u3000\u200b\ufeff\u2060\xa0\0\u061c\u180e\u202a\u202e\u2066\u2069'
"""What may stand before it: quotes, separators, blanks, and what nobody sees."""
HOSTILE = st.tuples(
    st.text(st.sampled_from(BEFORE), max_size=3),
    st.sampled_from([*FORMULA_STARTS, ""]),
    PLAIN_TEXT,
).map("".join)
CELLS: st.SearchStrategy[Any] = HOSTILE | AMOUNTS | st.integers(0, 10**9)
TABLES = st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=5)
HEADINGS = ("一", "二", "三")
LIMITS = asdict(WorkbookLimits()) | {"sheet": None}
MADE = datetime(2025, 3, 10, 4, tzinfo=UTC)


async def in_pages(rows: Sequence[Sequence[ExportCell]]) -> AsyncIterator[Any]:
    for n in range(0, len(rows), 2):
        yield rows[n : n + 2]


def written(pieces: AsyncIterator[bytes]) -> bytes:
    async def collect() -> bytes:
        return b"".join([piece async for piece in pieces])

    return asyncio.run(collect())


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def is_formula(text: str) -> bool:
    """A tab or an end of a line begins a cell; what is quoted or divided begins behind that."""
    return text[:1] in {*"\t\r\n"} or text.lstrip(BEFORE)[:1] in {*FORMULA_SIGNS}


@for_all(cell=CELLS)
def test_no_cell_of_a_plain_file_begins_like_a_formula(cell: ExportCell) -> None:
    spelt = escape_formula(cell)
    if isinstance(cell, str):
        assert not is_formula(spelt)
        assert spelt in {cell, f"'{cell}"}
        assert spelt == cell or not cell[0].isalnum()
    else:
        assert spelt == str(cell)


@for_all(rows=TABLES)
def test_a_list_written_as_csv_is_read_as_it_was(rows: list[list[ExportCell]]) -> None:
    head, *found = read_csv(written(write_csv(HEADINGS, in_pages(rows))))
    assert head == [*HEADINGS]
    assert found == [[escape_formula(cell) for cell in row] for row in rows]


@for_all(rows=TABLES)
def test_a_csv_file_is_read_row_by_row_as_it_was_written(rows: list[list[ExportCell]]) -> None:
    texts = [[escape_formula(cell).replace("\0", "") for cell in row] for row in rows]
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *texts])
    for mark in ("", "\ufeff"):
        with tempfile.TemporaryDirectory() as room:
            path = Path(room, "list.csv")
            path.write_bytes(f"{mark}{text.getvalue()}".encode())
            file = CsvFile(path)
            found = [*file.iterate_records()]
        assert file.encoding == "utf-8-sig"
        assert found[0] == Record(1, [*HEADINGS])
        filled = [row for row in texts if any(cell.strip() for cell in row)]
        assert [[*record.cells] for record in found[1:]] == filled
        lines = [record.line for record in found]
        assert lines == sorted({*lines})


@for_all(rows=TABLES)
def test_a_list_written_as_a_workbook_holds_values_and_no_formula(
    rows: list[list[ExportCell]],
) -> None:
    content = written(write_xlsx(HEADINGS, in_pages(rows)))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    _, *found = sheet.to_python()
    assert b"<f>" not in content
    found += [[""] * 3] * (len(rows) - len(found))  # rows of nothing at its end are no rows
    for row, read in zip(rows, found, strict=True):
        for cell, value in zip(row, read, strict=True):
            if isinstance(cell, str):
                assert value == cell
            else:
                assert Decimal(repr(value)) == cell


@for_all(
    payments=st.lists(
        st.builds(
            BankRow,
            number=st.integers(1, 9999),
            reference=st.sampled_from(["B-1", "B-2"]),
            name=HOSTILE,
            account=st.text(st.sampled_from("0123456789"), min_size=6, max_size=32),
            bank=HOSTILE,
            amount=AMOUNTS,
            purpose=HOSTILE,
        ),
        max_size=4,
    )
)
def test_x8_a_bank_s_file_says_every_digit_and_its_control_line_the_sum(
    payments: list[BankRow],
) -> None:
    head, *rows, control = read_csv(format_csv(payments, "B"))
    assert head == [*BANK_HEADINGS]
    assert [row[3] for row in rows] == [payment.account for payment in payments]
    assert [Decimal(row[5]) for row in rows] == [payment.amount for payment in payments]
    assert control[2] == f"{len(payments)}笔"
    assert Decimal(control[5]) == sum((p.amount for p in payments), Decimal(0))
    assert not any(is_formula(cell) for row in rows for cell in row)
    content = format_xlsx(payments, "B", MADE)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    assert sheet.to_python() == [head, *rows, control]


COLUMNS = HIRING_FORM.columns


@for_all(rows=st.lists(st.lists(HOSTILE, min_size=len(COLUMNS), max_size=len(COLUMNS)), max_size=3))
def test_s10_a_template_with_rows_is_read_as_it_was_written_and_computes_nothing(
    rows: list[list[str]],
) -> None:
    keys = [column.key for column in COLUMNS]
    given = [RowToCorrect(dict(zip(keys, row, strict=True)), {}) for row in rows]
    with tempfile.TemporaryFile() as file:
        write_template(file, "名单", COLUMNS, given, 10)
        head, *frames = workbook_child.build_frames(file, LIMITS)
    assert json.dumps(head)
    lines: list[Any] = [line for frame in frames if isinstance(frame, list) for line in frame]
    by_line = {number: (cells, kinds) for number, cells, kinds in lines}
    assert by_line[1][0] == [column.heading for column in COLUMNS]
    for number, row in enumerate(rows, start=2):
        cells, kinds = by_line.get(number, ([""] * len(row), "t" * len(row)))
        assert [*cells] == row
        assert {*kinds} == {"t"}


VISIBLE = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=12)


@for_all(text=VISIBLE.filter(lambda text: text[0] != "'"))
def test_x13_what_surrounds_a_cell_and_its_width_change_nothing(text: str) -> None:
    for typed in (text, f" {text}\u3000", to_full_width(text), f"'{text}", f"\u3000'{text}\n"):
        assert strip_cell(typed) == text


@for_all(blanks=st.text(st.sampled_from(" \u3000\t\n\u00a0'"), max_size=1))
def test_x13_blanks_are_nothing(blanks: str) -> None:
    assert strip_cell(blanks) == ""


@for_all(day=DAYS)
def test_x13_a_day_and_a_month_are_read_in_every_notation_of_a_bureau(day: date) -> None:
    y, m, d = day.year, day.month, day.day
    for cell in (
        day.isoformat(),
        f"{day:%Y%m%d}",
        f"{y}/{m}/{d}",
        f"{y}.{m:02}.{d}",
        f"{y}年{m}月{d}日",
        f"{day.isoformat()} 00:00:00",
    ):
        assert parse_day_cell(strip_cell(to_full_width(cell))) == day
    for cell in (f"{day:%Y-%m}", f"{y}{m:02}", f"{y}/{m}", f"{y}年{m}月", f"{day:%Y-%m}-01"):
        assert parse_month_cell(cell) == to_month(day)

"""Files for the bank: the same bytes for the same payments, and nothing that a spreadsheet runs."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from gateways.bank_file import BANK_HEADINGS, BankRow, format_csv, format_xlsx

MADE = datetime(2025, 3, 10, 4, tzinfo=UTC)
LONG = "6222020200112233446"


def a_row(**changes: Any) -> BankRow:
    plain = BankRow(
        number=1,
        reference="B-00001",
        name="长春某公司",
        account=LONG,
        bank="工商银行 朝阳支行",
        amount=Decimal("5880"),
        purpose="补贴",
    )
    return plain._replace(**changes)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def read_xlsx(content: bytes) -> list[list[object]]:
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_x8_both_formats_say_the_same_and_end_with_a_control_line() -> None:
    rows = [a_row(), a_row(number=2, reference="B-00002", amount=Decimal("0.10"))]
    found = read_csv(format_csv(rows, "B"))
    assert found[0] == [*BANK_HEADINGS]
    assert found[1] == ["1", "B-00001", "长春某公司", LONG, "工商银行 朝阳支行", "5880.00", "补贴"]
    assert found[-1] == ["合计", "B", "2笔", "", "", "5880.10", ""]
    written = [[value or "" for value in row] for row in read_xlsx(format_xlsx(rows, "B", MADE))]
    assert written == found


def test_x8_the_same_payments_make_the_same_bytes() -> None:
    rows = [a_row(number=n) for n in range(1, 50)]
    assert format_csv(rows, "B") == format_csv(rows, "B")
    assert format_xlsx(rows, "B", MADE) == format_xlsx(rows, "B", MADE)


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", "\r=1"])
def test_a_name_is_never_a_formula(name: str) -> None:
    """X8: what a spreadsheet would run has an apostrophe before it, in either format."""
    rows = [a_row(name=name)]
    assert read_csv(format_csv(rows, "B"))[1][2] == f"'{name}"
    sheet = openpyxl.load_workbook(io.BytesIO(format_xlsx(rows, "B", MADE))).active
    assert sheet is not None
    assert {c.data_type for row in sheet.iter_rows() for c in row if c.value} == {"s"}


def test_quotes_and_commas_stay_within_their_cell() -> None:
    assert read_csv(format_csv([a_row(name='甲"乙",丙')], "B"))[1][2] == '甲"乙",丙'


def test_a_batch_without_payments_still_has_its_control_line() -> None:
    assert read_csv(format_csv([], "B"))[-1] == ["合计", "B", "0笔", "", "", "0.00", ""]

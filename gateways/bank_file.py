"""What a bank is given of a batch: the same payments always make the same bytes (X8)."""

import csv
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import NamedTuple

from xlsxwriter import Workbook

from gateways.table_writer import PLAIN_TEXT_OPTIONS
from rules.desk.export import escape_formula

BANK_HEADINGS = ("序号", "付款编号", "收款人户名", "收款人账号", "开户银行", "金额(元)", "用途")
TOTAL_WORD = "合计"
_COLUMN_WIDTHS = (8, 30, 32, 28, 36, 14, 28)


class BankRow(NamedTuple):
    """One payment as the bank reads it."""

    number: int
    reference: str
    name: str
    account: str
    bank: str
    amount: Decimal
    purpose: str

    def to_cells(self) -> tuple[str, ...]:
        """Spell the row, all of it as text: no digit of an account is lost."""
        amount = f"{self.amount:.2f}"
        return tuple(
            escape_formula(text)
            for text in (
                str(self.number),
                self.reference,
                self.name,
                self.account,
                self.bank,
                amount,
                self.purpose,
            )
        )


def format_csv(rows: Sequence[BankRow], number: str) -> bytes:
    """Write a batch as CSV in UTF-8, with a mark for Excel; a control line comes last."""
    text = StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(BANK_HEADINGS)
    writer.writerows(row.to_cells() for row in rows)
    writer.writerow(_build_control_line(rows, number))
    return text.getvalue().encode("utf-8-sig")


def format_xlsx(rows: Sequence[BankRow], number: str, made_at: datetime) -> bytes:
    """Write a batch as a workbook of text cells; a control line comes last."""
    made = BytesIO()
    with Workbook(made, {"in_memory": True, **PLAIN_TEXT_OPTIONS}) as book:
        book.set_properties({"title": number, "created": made_at.replace(tzinfo=None)})
        as_text = book.add_format({"num_format": "@"})
        heading = book.add_format({"num_format": "@", "bold": True})
        sheet = book.add_worksheet("发放明细")
        for column, width in enumerate(_COLUMN_WIDTHS):
            sheet.set_column(column, column, width, as_text)
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, BANK_HEADINGS, heading)
        for line, cells in enumerate(_list_lines(rows, number), 1):
            for column, text in enumerate(cells):
                sheet.write_string(line, column, text, as_text)
    return made.getvalue()


def _list_lines(rows: Sequence[BankRow], number: str) -> Iterable[tuple[str, ...]]:
    yield from (row.to_cells() for row in rows)
    yield _build_control_line(rows, number)


def _build_control_line(rows: Sequence[BankRow], number: str) -> tuple[str, ...]:
    total = sum((row.amount for row in rows), Decimal(0))
    return (TOTAL_WORD, number, f"{len(rows)}笔", "", "", f"{total:.2f}", "")

"""Tables as files: CSV that Excel reads as UTF-8, and xlsx whose cells are nothing but values."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from decimal import Decimal
from tempfile import SpooledTemporaryFile

from xlsxwriter import Workbook

from rules.desk.export import ExportCell, escape_formula

MAX_MEMORY_BYTES = 4 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
PLAIN_TEXT_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
"""Texts stay texts: an ID number is no number, and a name no formula."""

RowPages = AsyncIterator[Sequence[Sequence[ExportCell]]]


async def write_csv(headings: Sequence[str], pages: RowPages) -> AsyncIterator[bytes]:
    """Write a CSV file piece by piece, as its rows come."""
    yield "\ufeff".encode()
    yield _format_lines([headings])
    async for page in pages:
        yield _format_lines(page)


def _format_lines(rows: Sequence[Sequence[ExportCell]]) -> bytes:
    text = io.StringIO()
    # All in quotation marks: where others divide cells by semicolons, no text makes a new one.
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([escape_formula(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


async def write_xlsx(headings: Sequence[str], pages: RowPages) -> AsyncIterator[bytes]:
    """Write an xlsx file, row by row to disk where it gets big, and give it piece by piece."""
    with SpooledTemporaryFile(MAX_MEMORY_BYTES) as file:
        book = Workbook(file, {"constant_memory": True, **PLAIN_TEXT_OPTIONS})
        try:
            sheet, number = book.add_worksheet(), 0
            sheet.write_row(0, 0, headings)
            async for page in pages:
                for row in page:
                    number += 1
                    for column, cell in enumerate(row):
                        if isinstance(cell, Decimal | int):
                            sheet.write_number(number, column, float(cell))
                        else:
                            sheet.write_string(number, column, cell)
        finally:
            await asyncio.to_thread(book.close)  # packs all of it
        file.seek(0)
        while piece := file.read(CHUNK_BYTES):
            yield piece

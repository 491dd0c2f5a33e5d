"""Writes a roster's workbook, in a process of its own where it is long: `run_child(FD)`.

It knows nothing of the service. Frames come on its input: first what the sheet looks like, then
rows, some at a time.
"""

import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import BinaryIO, TypedDict

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gateways.frame import limit_resources, read_frames

MAX_MEMORY_BYTES, MAX_CPU_SECONDS, MAX_FILE_BYTES = 1 << 30, 300, 2 << 30
"""A roster of 100,000 rows takes a fifth of the first two."""

ROWS_SHEET_NAME, INSTRUCTIONS_SHEET_NAME = "人员名单", "填写说明"
CREATED_AT = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same template is the same file, byte for byte, whenever it is made."""

WORKBOOK_OPTIONS: dict[str, object] = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
INSTRUCTION_TITLES = ("列名", "是否必填", "填写要求", "可选内容", "示例")
GENERAL_INSTRUCTIONS = (
    "在“人员名单”中填写，每人一行；不要修改表头，不要增加或删除列，不要合并单元格，不要使用公式。",
    "号码列已设为文本格式：Excel会丢失数字第15位以后的内容，粘贴时请选择“只保留文本”。",
    "日期按 2024-10-01 的格式填写。",
    "上传后由系统校验，校验本身不会申领任何补贴；未通过的人员可下载后更正，单独上传。",
)
COMMENT_OPTIONS = {"x_scale": 2.5, "y_scale": 1.5, "author": "校验结果"}

RowContent = tuple[Sequence[str], Sequence[str]]
"""The texts of a row's cells, and what is wrong with each: empty where nothing is."""


class Heading(TypedDict):
    """A column as its cells and the instructions show it."""

    heading: str
    width: int
    format: str | None
    required: bool
    hint: str
    example: str
    choices: list[str] | None


class Layout(TypedDict):
    """What a sheet looks like, for at most so many rows."""

    title: str
    columns: list[Heading]
    most: int


def run_child(number: str) -> None:
    """Write the workbook that is told of on the input, behind a file descriptor."""
    limit_resources(MAX_MEMORY_BYTES, MAX_CPU_SECONDS, MAX_FILE_BYTES)
    given = read_frames(sys.stdin.buffer)
    layout = next(given)
    with tempfile.TemporaryDirectory() as room, os.fdopen(int(number), "w+b") as file:
        write_workbook(file, layout, chain.from_iterable(given), room)


def write_workbook(
    file: BinaryIO, layout: Layout, rows: Iterable[RowContent], room: str | None = None
) -> None:
    """Write a template, with rows in it where there are any; `room` is for what is half done."""
    columns = layout["columns"]
    with Workbook(file, WORKBOOK_OPTIONS | {"tmpdir": room}) as book:
        book.set_properties({"title": layout["title"], "created": CREATED_AT})
        page, help_ = (
            book.add_worksheet(ROWS_SHEET_NAME),
            book.add_worksheet(INSTRUCTIONS_SHEET_NAME),
        )
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FCE4D6"})
        _lay_out_columns(book, page, columns, head, layout["most"])
        for line, row in enumerate(rows, start=1):
            _fill_row(page, line, row, wrong)
        _write_instructions(help_, layout["title"], columns, head)


def _lay_out_columns(
    book: Workbook, page: Worksheet, columns: Sequence[Heading], head: Format, most: int
) -> None:
    formats = {form: book.add_format({"num_format": form}) for form in ("@", "yyyy-mm-dd")}
    for place, column in enumerate(columns):
        form = formats.get(column["format"] or "")
        page.set_column(place, place, column["width"], form)
        page.data_validation(1, place, most, place, _build_validation(column))
        page.write_string(0, place, column["heading"], head)
    page.freeze_panes(1, 0)


def _build_validation(column: Heading) -> dict[str, object]:
    told: dict[str, object] = {
        "input_title": column["heading"][:32],
        "input_message": f"{column['hint']}例：{column['example']}"[:255],
    }
    if column["choices"] is None:
        return told | {"validate": "any"}
    return told | {
        "validate": "list",
        "source": column["choices"],
        "error_title": column["heading"][:32],
        "error_message": "请从下拉列表中选择。",
    }


def _fill_row(page: Worksheet, line: int, row: RowContent, wrong: Format) -> None:
    for place, (cell, said) in enumerate(zip(*row, strict=True)):
        if said:
            page.write(line, place, cell, wrong)
            page.write_comment(line, place, said, COMMENT_OPTIONS)
        elif cell:
            page.write_string(line, place, cell)


def _write_instructions(
    page: Worksheet, title: str, columns: Sequence[Heading], head: Format
) -> None:
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 10)
    page.set_column(2, 4, 44)
    page.write_string(0, 0, title, head)
    for line, said in enumerate(GENERAL_INSTRUCTIONS, start=1):
        page.write_string(line, 0, f"{line}. {said}")
    below = len(GENERAL_INSTRUCTIONS) + 2
    for place, said in enumerate(INSTRUCTION_TITLES):
        page.write_string(below, place, said, head)
    for line, column in enumerate(columns, start=below + 1):
        needed = "必填" if column["required"] else "选填"
        choices = "、".join(column["choices"] or ())
        told = (column["heading"], needed, column["hint"], choices, column["example"])
        for place, said in enumerate(told):
            page.write_string(line, place, said)

"""Templates of rosters 人员模板 as Excel files: empty, or with the rows that failed (S10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from gateways.table_writer import TEXTS_STAY
from rules.roster import Column

SHEET, INSTRUCTIONS = "人员名单", "填写说明"
MADE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""The same template is the same file, byte for byte, whenever it is made."""

TITLES = ("列名", "是否必填", "填写要求", "可选内容", "示例")
GENERAL = (
    "在“人员名单”中填写，每人一行；不要修改表头，不要增加或删除列，不要合并单元格，不要使用公式。",
    "号码列已设为文本格式：Excel会丢失数字第15位以后的内容，粘贴时请选择“只保留文本”。",
    "日期按 2024-10-01 的格式填写。",
    "上传后由系统校验，校验本身不会申领任何补贴；未通过的人员可下载后更正，单独上传。",
)
COMMENT = {"x_scale": 2.5, "y_scale": 1.5, "author": "校验结果"}


@dataclass(frozen=True, slots=True)
class Filled:
    """A row to be corrected: its cells by column, and what is wrong, by column or in general."""

    texts: Mapping[str, str]
    comments: Mapping[str | None, Sequence[str]]


def write(
    file: BinaryIO, title: str, columns: Sequence[Column], rows: Iterable[Filled], most: int
) -> None:
    """Write a template for at most so many persons, with rows in it where there are any."""
    with Workbook(file, {"constant_memory": True, **TEXTS_STAY}) as book:
        book.set_properties({"title": title, "created": MADE})
        page, help_ = book.add_worksheet(SHEET), book.add_worksheet(INSTRUCTIONS)
        head = book.add_format({"bold": True, "bg_color": "#DDEBF7", "border": 1})
        wrong = book.add_format({"num_format": "@", "bg_color": "#FCE4D6"})
        _lay_out(book, page, columns, head, most)
        for line, row in enumerate(rows, start=1):
            _fill(page, line, columns, row, wrong)
        _explain(help_, title, columns, head)


def _lay_out(
    book: Workbook, page: Worksheet, columns: Sequence[Column], head: Format, most: int
) -> None:
    text, day = (book.add_format({"num_format": form}) for form in ("@", "yyyy-mm-dd"))
    for place, column in enumerate(columns):
        form = text if column.text else day if column.day else None
        page.set_column(place, place, column.width, form)
        page.data_validation(1, place, most, place, _validation(column))
        page.write_string(0, place, column.heading, head)
    page.freeze_panes(1, 0)


def _validation(column: Column) -> dict[str, object]:
    told: dict[str, object] = {
        "input_title": column.heading[:32],
        "input_message": f"{column.hint}例：{column.example}"[:255],
    }
    if column.choices is None:
        return told | {"validate": "any"}
    return told | {
        "validate": "list",
        "source": list(column.choices),
        "error_title": column.heading[:32],
        "error_message": "请从下拉列表中选择。",
    }


def _fill(
    page: Worksheet, line: int, columns: Sequence[Column], row: Filled, wrong: Format
) -> None:
    for place, column in enumerate(columns):
        own = row.comments.get(column.key, ())
        said = [*own, *row.comments.get(None, ())] if place == 0 else own
        cell = row.texts.get(column.key, "")
        if said:
            page.write(line, place, cell, wrong)
            page.write_comment(line, place, "\n".join(said), COMMENT)
        elif cell:
            page.write_string(line, place, cell)


def _explain(page: Worksheet, title: str, columns: Sequence[Column], head: Format) -> None:
    page.set_column(0, 0, 26)
    page.set_column(1, 1, 10)
    page.set_column(2, 4, 44)
    page.write_string(0, 0, title, head)
    for line, said in enumerate(GENERAL, start=1):
        page.write_string(line, 0, f"{line}. {said}")
    below = len(GENERAL) + 2
    for place, said in enumerate(TITLES):
        page.write_string(below, place, said, head)
    for line, column in enumerate(columns, start=below + 1):
        needed = "必填" if column.required else "选填"
        choices = "、".join(column.choices or ())
        for place, said in enumerate(
            (column.heading, needed, column.hint, choices, column.example)
        ):
            page.write_string(line, place, said)

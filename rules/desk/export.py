"""Lists as files 导出: which there are, what their columns are called, how a cell is written."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from rules.kernel.month import to_local_day
from rules.kernel.region import get_region_name
from rules.kernel.term import get_chinese_term

MAX_EXPORT_ROWS = 100_000
"""So many rows a file has at most: a spreadsheet takes more, whoever reads it does not."""


class ExportList(StrEnum):
    """What is written into a file. 导出内容"""

    CLAIMS = "CLAIMS"
    CLAIM_LINES = "CLAIM_LINES"
    STATISTICS = "STATISTICS"


class ExportFormat(StrEnum):
    """As what kind of file. 导出格式"""

    CSV = "CSV"
    XLSX = "XLSX"


ExportCell = str | Decimal | int

EXPORT_HEADINGS: Mapping[ExportList, Sequence[str]] = {
    ExportList.CLAIMS: (
        "单位名称",
        "统一社会信用代码",
        "行政区划",
        "补贴类型",
        "申报事项",
        "办理状态",
        "申领月份",
        "申请年度",
        "金额（元）",
        "提交日期",
        "记录标识",
        "受理编号",
    ),
    ExportList.CLAIM_LINES: (
        "单位名称",
        "统一社会信用代码",
        "行政区划",
        "补贴类型",
        "申报状态",
        "明细状态",
        "申领月份",
        "申请年度",
        "提交日期",
        "姓名",
        "公民身份号码",
        "金额（元）",
        "记录标识",
        "受理编号",
    ),
    ExportList.STATISTICS: (
        "行政区划",
        "补贴类型",
        "提交月份",
        "明细状态",
        "人数",
        "申报数",
        "明细数",
        "申报金额（元）",
        "有效金额（元）",
    ),
}
"""The headings, as officials know them; a file has no other language."""

_FORMULA_PATTERN = re.compile(
    r"""["'“”‘’`,;|\s\x00\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20\u2212\ufe62\ufe63\ufe66\ufe6b]"""
    r"|[\t\r\n]"
)
"""How a formula begins for a spreadsheet: also full-width or small, behind what divides or quotes
cells, and behind what nobody sees. A tab or an end of a line may begin a cell of its own."""


NOT_SUBMITTED_TEXT = "未提交"
"""What stands for the month of what was not submitted."""


def format_cell(value: object, *, codes: bool = False) -> ExportCell:
    """Write a value as a cell: codes in words unless they are wanted, nothing as a blank.

    Days and months are written as people write them.
    """
    match value:
        case None:
            return ""
        case Decimal() | int():
            return value
        case StrEnum():
            return value.value if codes else get_chinese_term(value)
        case datetime():
            return to_local_day(value).isoformat()
        case date():
            return f"{value:%Y-%m}"
        case _:
            return str(value)


def format_region(code: str, *, codes: bool) -> str:
    """Write a region as a cell: in words unless its code is wanted."""
    return code if codes else get_region_name(code)


def escape_formula(cell: ExportCell) -> str:
    """Spell a cell for a plain file, so that no spreadsheet takes a text for a formula."""
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and _FORMULA_PATTERN.match(text) else text

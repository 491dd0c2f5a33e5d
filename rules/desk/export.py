"""Lists as files 导出: which there are, what their columns are called, how a cell is written."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from rules.kernel.month import to_local_day
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
        "行政区划",
        "补贴类型",
        "办理状态",
        "申领月份",
        "申请年度",
        "金额（元）",
        "提交日期",
        "记录标识",
    ),
    ExportList.CLAIM_LINES: (
        "单位名称",
        "行政区划",
        "补贴类型",
        "申报状态",
        "明细状态",
        "申领月份",
        "申请年度",
        "姓名",
        "公民身份号码",
        "金额（元）",
        "记录标识",
    ),
    ExportList.STATISTICS: (
        "行政区划",
        "行政区划名称",
        "补贴类型",
        "申报月份",
        "明细状态",
        "人数",
        "申报数",
        "明细数",
        "申报金额（元）",
        "有效金额（元）",
    ),
}
"""The headings, as officials know them; a file has no other language."""

_FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for the beginning of a formula; some take full-width signs alike."""


def format_cell(value: object) -> ExportCell:
    """Write a value as a cell, days as people write them, codes in words, nothing as a blank."""
    match value:
        case None:
            return ""
        case Decimal() | int():
            return value
        case StrEnum():
            return get_chinese_term(value)
        case datetime():
            return to_local_day(value).isoformat()
        case date():
            return f"{value:%Y-%m}"
        case _:
            return str(value)


def escape_formula(cell: ExportCell) -> str:
    """Spell a cell for a plain file, so that no spreadsheet takes a text for a formula."""
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_PREFIXES) else text

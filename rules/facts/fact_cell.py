"""The cells of a file of external facts, as bureaus write them (X13, X18)."""

import re
from collections.abc import Callable
from datetime import date
from functools import lru_cache

from models import Education, RegistrationStanding
from rules.kernel.identity import parse_credit_code, parse_loaded_id_number, parse_mobile
from rules.kernel.month import parse_date, parse_month
from rules.kernel.personal_text import parse_line
from rules.kernel.refusal import Reason, Unreadable
from rules.kernel.region import parse_region
from rules.kernel.text import build_words, find_word, read_text

MIDNIGHT_PATTERN = r"(?: 0?0:00(?::00)?)?"
DAY_PATTERNS = (
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(rf"([0-9]{{4}})[-/.年]([0-9]{{1,2}})[-/.月]([0-9]{{1,2}})日?{MIDNIGHT_PATTERN}"),
)
MONTH_PATTERNS = (
    re.compile(r"([0-9]{4})([0-9]{2})"),
    re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?"),
    re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-01{MIDNIGHT_PATTERN}"),
)
"""With separators or without; digits alone only in full, for nothing is guessed."""

SERIAL_PATTERN = re.compile(r"[3-6][0-9]{4}(?:\.[0-9]+)?")
"""A day as spreadsheets count it, from 1900 on, where its cell was not formatted as one."""

FLAG_WORDS = build_words(
    dict.fromkeys(("是", "1", "Y", "YES", "TRUE", "作废", "已作废"), True)
    | dict.fromkeys(("", "否", "0", "N", "NO", "FALSE", "有效", "未作废"), False)
)
OPEN_ENDED_WORD = "无固定期限"
OPEN_ENDED_WORDS = build_words(
    dict.fromkeys(
        (
            OPEN_ENDED_WORD,
            "无固定期限合同",
            "无固定期限劳动合同",
            "长期",
            "OPEN-ENDED",
            "OPENENDED",
        ),
        OPEN_ENDED_WORD,
    )
)
"""What stands in place of a contract's last day."""

EDUCATION_NAMES = build_words(
    {
        "初中": Education.JUNIOR_MIDDLE,
        "高中": Education.SENIOR_MIDDLE,
        "普通高中": Education.SENIOR_MIDDLE,
        "中职": Education.SECONDARY_VOCATIONAL,
        "中专": Education.SECONDARY_VOCATIONAL,
        "中等专科": Education.SECONDARY_VOCATIONAL,
        "中等职业教育": Education.SECONDARY_VOCATIONAL,
        "中等职业学校": Education.SECONDARY_VOCATIONAL,
        "职业高中": Education.SECONDARY_VOCATIONAL,
        "技校": Education.TECHNICAL_SCHOOL,
        "技工学校": Education.TECHNICAL_SCHOOL,
        "技工院校": Education.TECHNICAL_SCHOOL,
        "技师学院": Education.TECHNICAL_SCHOOL,
        "高职": Education.JUNIOR_COLLEGE,
        "高职高专": Education.JUNIOR_COLLEGE,
        "高等职业教育": Education.JUNIOR_COLLEGE,
        "大专": Education.JUNIOR_COLLEGE,
        "专科": Education.JUNIOR_COLLEGE,
        "大学专科": Education.JUNIOR_COLLEGE,
        "本科": Education.BACHELOR,
        "大学本科": Education.BACHELOR,
        "硕士": Education.MASTER,
        "硕士研究生": Education.MASTER,
        "博士": Education.DOCTOR,
        "博士研究生": Education.DOCTOR,
        **{education.value: education for education in Education},
    }
)
"""How GB/T 4658 and everyday use name schooling. 学历"""

STANDING_NAMES = build_words(
    {
        "存续": RegistrationStanding.ACTIVE,
        "在业": RegistrationStanding.ACTIVE,
        "在营": RegistrationStanding.ACTIVE,
        "开业": RegistrationStanding.ACTIVE,
        "正常": RegistrationStanding.ACTIVE,
        "登记成立": RegistrationStanding.ACTIVE,
        "存续（在营、开业、在册）": RegistrationStanding.ACTIVE,
        "歇业": RegistrationStanding.SUSPENDED,
        "停业": RegistrationStanding.SUSPENDED,
        "吊销": RegistrationStanding.REVOKED,
        "撤销": RegistrationStanding.REVOKED,
        "吊销，未注销": RegistrationStanding.REVOKED,
        "注销": RegistrationStanding.DEREGISTERED,
        "吊销，已注销": RegistrationStanding.DEREGISTERED,
        **{standing.value: standing for standing in RegistrationStanding},
    }
)
"""How registers of units say how one stands. 登记状态"""

FactCellParser = Callable[[str], object]

cache_reading = lru_cache(maxsize=1 << 14)
"""Keeps what was read: files repeat their days, months and employers a thousand times over.

Never of a name or a number of somebody's (X11).
"""


ERROR_TEXT, UNCOMPUTED_TEXT = "#ERROR!", "#UNCOMPUTED!"
"""What stands for a cell of a workbook that shows an error, or for a formula without a value."""

ERROR_PATTERN = re.compile(
    r"#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|CONNECT!|BUSY!"
    r"|UNKNOWN!|GETTING_DATA|ERROR!|#+)|Err:[0-9]{3}",
    re.IGNORECASE,
)
"""What spreadsheets write where they have no value, and ### where a column was too narrow."""


def is_error_text(cell: str) -> bool:
    """Tell whether a cell says that its spreadsheet had no value for it."""
    return bool(ERROR_PATTERN.fullmatch(cell))


def strip_cell(cell: str) -> str:
    """Take off what spreadsheets leave around a value: blanks, and the apostrophe before a text."""
    return read_text(read_text(cell).removeprefix("'"))


@cache_reading
def parse_day_cell(cell: str) -> date | Unreadable:
    """Read a day: 2024-10-01, 2024/10/1, 20241001, 2024年10月1日."""
    found = next((found for form in DAY_PATTERNS if (found := form.fullmatch(cell))), None)
    if found is None:
        serial = SERIAL_PATTERN.fullmatch(cell)
        return Unreadable(Reason.DAY_IS_SERIAL if serial else Reason.NOT_A_DATE)
    year, month, number = found.groups()
    return parse_date(f"{year}-{month:0>2}-{number:0>2}")


@cache_reading
def parse_month_cell(cell: str) -> date | Unreadable:
    """Read a month as its first day: 2024-10, 202410, 2024/10, 2024年10月."""
    found = next((found for form in MONTH_PATTERNS if (found := form.fullmatch(cell))), None)
    if found is None:
        serial = SERIAL_PATTERN.fullmatch(cell)
        return Unreadable(Reason.DAY_IS_SERIAL if serial else Reason.NOT_A_MONTH)
    return parse_month(f"{found[1]}-{found[2]:0>2}")


def parse_last_day_cell(cell: str) -> date | str | Unreadable:
    """Read a contract's last day, or that it has none 无固定期限."""
    return find_word(cell, OPEN_ENDED_WORDS) or parse_day_cell(cell)


@cache_reading
def parse_credit_code_cell(cell: str) -> str | Unreadable:
    """Read an employer's credit code. 统一社会信用代码"""
    return parse_credit_code(cell)


def parse_employer_cell(cell: str) -> str | Unreadable:
    """Read an employer's credit code; empty where a person pays alone 灵活就业人员."""
    return parse_credit_code_cell(cell) if cell else ""


@cache_reading
def parse_flag_cell(cell: str) -> bool | Unreadable:
    """Read a yes or no."""
    found = find_word(cell, FLAG_WORDS)
    return Unreadable(Reason.NOT_A_FLAG) if found is None else found


def parse_education_cell(cell: str) -> Education | Unreadable:
    """Read somebody's highest schooling. 学历"""
    return find_word(cell, EDUCATION_NAMES) or Unreadable(Reason.NOT_A_SCHOOLING)


def parse_text_cell(cell: str) -> str | Unreadable:
    """Read a line of text."""
    return parse_line(cell, 100)


def parse_standing_cell(cell: str) -> RegistrationStanding | Unreadable:
    """Read how a unit stands in the register. 登记状态"""
    return find_word(cell, STANDING_NAMES) or Unreadable(Reason.NOT_A_STANDING)


def parse_mobile_cell(cell: str) -> str | Unreadable:
    """Read a mobile. 手机号码"""
    return parse_mobile(cell)


def parse_representative_number_cell(cell: str) -> str | Unreadable:
    """Read a representative's ID number; it is compared alone, so of no day (X18)."""
    return parse_loaded_id_number(cell, date.max)


parse_region_cell: FactCellParser = parse_region

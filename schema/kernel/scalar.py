"""The scalars: strict in what they read, and silent about the value that they can't read."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

from rules.accounts.account import parse_account_name
from rules.kernel import value
from rules.kernel.identity import (
    parse_account_number,
    parse_credit_code,
    parse_id_number,
    parse_mobile,
)
from rules.kernel.money import parse_money
from rules.kernel.month import parse_date, parse_month, to_local_day
from rules.kernel.personal_text import parse_line, parse_paragraph
from rules.kernel.region import parse_region
from rules.kernel.text import parse_text
from rules.training.completion import parse_score

SCALARS_PAGE = "docs/scalars.md"
"""What each scalar takes and gives, beside `schema.graphql`: no address outside is needed."""
MAX_TEXT_LENGTH = 100
MAX_PARAGRAPH_LENGTH = 2000


def _define_scalar(
    name: str,
    description: str,
    read: Callable[[object], object],
    write: Callable[[Any], str] = str,
) -> ScalarDefinition:
    return strawberry.scalar(
        name=name,
        description=description,
        specified_by_url=f"{SCALARS_PAGE}#{name.lower()}",
        serialize=write,
        parse_value=read,
    )


def _parse_id_number(text: object) -> object:
    return parse_id_number(text, to_local_day(datetime.now(UTC)))


def _format_hundredths(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _format_month(month: date) -> str:
    return f"{month:%Y-%m}"


SCALARS: dict[object, ScalarDefinition] = {
    value.Money: _define_scalar(
        "Money",
        'An amount in yuan as text with at most two decimals, never a float: "2256.00". 元',
        parse_money,
        _format_hundredths,
    ),
    value.Score: _define_scalar(
        "Score",
        'A score from 0 to 100 as text with at most two decimals: "85.50". 成绩（百分制）',
        parse_score,
        _format_hundredths,
    ),
    value.Day: _define_scalar(
        "Date", 'A calendar day in Asia/Shanghai: "2024-10-01". 日期', parse_date, date.isoformat
    ),
    datetime: replace(
        DEFAULT_SCALAR_REGISTRY[datetime],
        description='An instant with its offset from UTC: "2024-10-01T01:30:00+00:00"; output '
        "only. 时间",
        specified_by_url=f"{SCALARS_PAGE}#datetime",
    ),
    value.YearMonth: _define_scalar(
        "YearMonth",
        'A calendar month in Asia/Shanghai: "2024-10". 月份',
        parse_month,
        _format_month,
    ),
    value.IdNumber: _define_scalar(
        "IdNumber",
        "A resident ID number or permit of 18 characters with a valid checksum; input only. "
        "公民身份号码",
        _parse_id_number,
    ),
    value.MobileNumber: _define_scalar(
        "MobileNumber", "A mainland mobile number; input only. 手机号码", parse_mobile
    ),
    value.CardNumber: _define_scalar(
        "CardNumber",
        "The number of a unit's bank account, 6 to 32 digits; input only. 银行账号",
        parse_account_number,
    ),
    value.CreditCode: _define_scalar(
        "CreditCode",
        "A unified social credit code of 18 characters with a valid checksum; input only. "
        "统一社会信用代码",
        parse_credit_code,
    ),
    value.AccountName: _define_scalar(
        "AccountName",
        "The name of a new account: 4 to 32 small letters, digits, dots, _ and -, a letter first; "
        "input only. 账号名",
        parse_account_name,
    ),
    value.RegionCode: _define_scalar(
        "RegionCode", "A region's six-digit code of GB/T 2260. 行政区划代码", parse_region
    ),
    value.Text: _define_scalar(
        "Text",
        f"A line of 1 to {MAX_TEXT_LENGTH} printable characters, without an ID, mobile or card "
        "number. 单行文本",
        lambda text: parse_line(text, MAX_TEXT_LENGTH),
    ),
    value.Code: _define_scalar(
        "Code",
        f"A line of 1 to {MAX_TEXT_LENGTH} printable characters that others have given, such as a "
        "bank's serial number. 编号",
        lambda text: parse_text(text, MAX_TEXT_LENGTH),
    ),
    value.Paragraph: _define_scalar(
        "Paragraph",
        f"Up to {MAX_PARAGRAPH_LENGTH} printable characters, line breaks included. ID, mobile and "
        "card numbers in it are masked. 多行文本",
        lambda text: parse_paragraph(text, MAX_PARAGRAPH_LENGTH),
    ),
    value.RowId: DEFAULT_SCALAR_REGISTRY[strawberry.ID],
}

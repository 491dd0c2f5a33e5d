"""The scalars: strict in what they read, and silent about the value that they can't read."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import strawberry
from strawberry.schema.types.scalar import DEFAULT_SCALAR_REGISTRY
from strawberry.types.scalar import ScalarDefinition

from rules.accounts.account import read_account_name
from rules.kernel import value
from rules.kernel.identity import read_card_number, read_credit_code, read_id_number, read_mobile
from rules.kernel.money import read_money
from rules.kernel.month import day_of, read_date, read_month
from rules.kernel.region import read_region
from rules.kernel.text import read_text
from rules.training.completion import read_score

TEXT_LENGTH = 100
PARAGRAPH_LENGTH = 2000


def _scalar(
    name: str,
    description: str,
    read: Callable[[object], object],
    write: Callable[[Any], str] = str,
) -> ScalarDefinition:
    return strawberry.scalar(name=name, description=description, serialize=write, parse_value=read)


def _read_id_number(text: object) -> object:
    return read_id_number(text, day_of(datetime.now(UTC)))


def _write_hundredths(amount: Decimal) -> str:
    return f"{amount:.2f}"


def _write_month(month: date) -> str:
    return f"{month:%Y-%m}"


SCALARS: dict[object, ScalarDefinition] = {
    value.Money: _scalar(
        "Money",
        'An amount in yuan as text with at most two decimals, never a float: "2256.00". 元',
        read_money,
        _write_hundredths,
    ),
    value.Score: _scalar(
        "Score",
        'A score from 0 to 100 as text with at most two decimals: "85.50". 成绩（百分制）',
        read_score,
        _write_hundredths,
    ),
    value.Day: _scalar(
        "Date", 'A calendar day in Asia/Shanghai: "2024-10-01". 日期', read_date, date.isoformat
    ),
    value.YearMonth: _scalar(
        "YearMonth", 'A calendar month in Asia/Shanghai: "2024-10". 月份', read_month, _write_month
    ),
    value.IdNumber: _scalar(
        "IdNumber",
        "A resident ID number or permit of 18 characters with a valid checksum; input only. "
        "公民身份号码",
        _read_id_number,
    ),
    value.MobileNumber: _scalar(
        "MobileNumber", "A mainland mobile number; input only. 手机号码", read_mobile
    ),
    value.CardNumber: _scalar(
        "CardNumber",
        "A bank account's number, 12 to 19 digits with a Luhn check digit; input only. 银行账号",
        read_card_number,
    ),
    value.CreditCode: _scalar(
        "CreditCode",
        "A unified social credit code of 18 characters with a valid checksum; input only. "
        "统一社会信用代码",
        read_credit_code,
    ),
    value.AccountName: _scalar(
        "AccountName",
        "The name of a new account: 4 to 32 small letters, digits, dots, _ and -, a letter first; "
        "input only. 账号名",
        read_account_name,
    ),
    value.RegionCode: _scalar(
        "RegionCode", "A region's six-digit code of GB/T 2260. 行政区划代码", read_region
    ),
    value.Text: _scalar(
        "Text",
        f"A line of 1 to {TEXT_LENGTH} printable characters. 单行文本",
        lambda text: read_text(text, TEXT_LENGTH),
    ),
    value.Paragraph: _scalar(
        "Paragraph",
        f"Up to {PARAGRAPH_LENGTH} printable characters, line breaks included. 多行文本",
        lambda text: read_text(text, PARAGRAPH_LENGTH, lines=True),
    ),
    value.RowId: DEFAULT_SCALAR_REGISTRY[strawberry.ID],
}

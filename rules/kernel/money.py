"""Amounts, in yuan; decimals, never floats."""

import decimal
import re
from decimal import Decimal

from rules.kernel.refusal import Reason, Unreadable

# Ten digits are what the columns hold; [0-9], since \d takes the digits of every script.
AMOUNT_PATTERN = re.compile(r"(0|[1-9][0-9]{0,9})(\.[0-9]{1,2})?")

ROUNDING_MODES = {
    "HALF_UP 0.01": (decimal.ROUND_HALF_UP, Decimal("0.01")),
    "HALF_EVEN 0.01": (decimal.ROUND_HALF_EVEN, Decimal("0.01")),
    "DOWN 0.01": (decimal.ROUND_DOWN, Decimal("0.01")),
    "HALF_UP 1": (decimal.ROUND_HALF_UP, Decimal(1)),
    "DOWN 1": (decimal.ROUND_DOWN, Decimal(1)),
}
"""What money.rounding may say, as Python's decimals say it."""


def parse_money(text: object) -> Decimal | Unreadable:
    """Read an amount of yuan written as text, from 0 to 9999999999.99 (section 4)."""
    if not isinstance(text, str) or not AMOUNT_PATTERN.fullmatch(text):
        return Unreadable(Reason.NOT_AN_AMOUNT)
    return Decimal(text).quantize(Decimal("0.01"))


def round_amount(amount: Decimal, rounding: str) -> Decimal:
    """Round an amount as money.rounding says; the result always has two decimals."""
    manner, step = ROUNDING_MODES[rounding]
    # Whole yuan get their decimals back, and adding nought turns the -0.00 that a small negative
    # amount is rounded to into 0.00: amounts are compared as they are written.
    return amount.quantize(step, rounding=manner).quantize(Decimal("0.01")) + Decimal(0)

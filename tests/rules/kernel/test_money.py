from decimal import Decimal

import pytest

from rules.kernel.money import ROUNDING_MODES, parse_money, round_amount
from rules.kernel.refusal import Reason, Unreadable


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0", "0.00"),
        ("2256", "2256.00"),
        ("2256.5", "2256.50"),
        ("0.01", "0.01"),
        ("9999999999.99", "9999999999.99"),
    ],
)
def test_j25_an_amount_is_written_as_text_with_at_most_two_decimals(text: str, amount: str) -> None:
    assert str(parse_money(text)) == amount


@pytest.mark.parametrize(
    "text",
    [
        "-1",
        "-0",
        "+1",
        "1.234",
        "10000000000",
        "1e3",
        "1_0",
        "1,000",
        ".5",
        "5.",
        "007",
        "",
        " 1",
        "1\n",
        "NaN",
        "Infinity",
        "２２５６",
        "٢٢٥٦",
        "¥5",
        2256,
        2256.0,
        True,
        None,
        Decimal(5),
    ],
)
def test_j25_nothing_else_is_an_amount(text: object) -> None:
    assert parse_money(text) == Unreadable(Reason.NOT_AN_AMOUNT)


@pytest.mark.parametrize(
    ("amount", "result"),
    [
        ("0.005", "0.01"),
        ("0.015", "0.02"),
        ("2.675", "2.68"),
        ("-0.005", "-0.01"),
        ("-0.001", "0.00"),
        ("5", "5.00"),
    ],
)
def test_x5_half_a_fen_is_rounded_up(amount: str, result: str) -> None:
    assert str(round_amount(Decimal(amount), "HALF_UP 0.01")) == result


def test_x6_money_rounding_may_say_otherwise() -> None:
    assert round_amount(Decimal("0.019"), "DOWN 0.01") == Decimal("0.01")
    assert str(round_amount(Decimal("1127.50"), "HALF_UP 1")) == "1128.00"
    with pytest.raises(KeyError):
        round_amount(Decimal(1), "as you like")


@pytest.mark.parametrize("rounding", ROUNDING_MODES)
def test_x5_the_greatest_amount_can_be_rounded(rounding: str) -> None:
    assert round_amount(Decimal("9999999999.99") * Decimal("1.6"), rounding) > 0

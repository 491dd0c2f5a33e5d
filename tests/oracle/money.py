"""Amounts as exact fractions, and what the rulebook's section 4 says of Jilin's minimum wage."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

CHANGCHUN = ("220102", "220103", "220104", "220105", "220106", "220112", "220113")
JILIN_CITY = ("220202", "220203", "220204", "220211")
SONGYUAN, YANJI, HUNCHUN = ("220702",), ("222401",), ("222404",)
SIPING, LIAOYUAN = ("220302", "220303"), ("220402", "220403")
TONGHUA, BAISHAN = ("220502", "220503"), ("220602", "220605")
QIANGUO, FUSONG = ("220721",), ("220621",)
OTHERS = (
    *("220122", "220182", "220183", "220184", "220221", "220281", "220282", "220283", "220284"),
    *("220322", "220323", "220382", "220421", "220422", "220521", "220523", "220524", "220581"),
    *("220582", "220622", "220623", "220681", "220722", "220723", "220781", "220802", "220821"),
    *("220822", "220881", "220882", "222402", "222403", "222405", "222406", "222424", "222426"),
)

WAGES = (
    (
        (date(2021, 12, 1), date(2024, 9, 30)),
        1540,
        {
            1880: CHANGCHUN,
            1760: JILIN_CITY + SONGYUAN + YANJI + HUNCHUN,
            1640: SIPING + LIAOYUAN + TONGHUA + BAISHAN + QIANGUO + FUSONG,
        },
    ),
    (
        (date(2024, 10, 1), date.max),
        1780,
        {2120: CHANGCHUN, 1920: JILIN_CITY + BAISHAN + SONGYUAN + YANJI + HUNCHUN},
    ),
)


def find_minimum_wage(region: str, month: date) -> Fraction | None:
    """Find the minimum wage of a district and a month; none before the first that is known."""
    for (first, last), others, places in WAGES:
        if first <= month <= last:
            return Fraction(next((w for w, where in places.items() if region in where), others))
    return None


def round_to_fen(amount: Fraction) -> Fraction:
    """Round half up to 0.01."""
    return Fraction((amount * 100 + Fraction(1, 2)).__floor__(), 100)


def to_fraction(amount: Decimal | str | int) -> Fraction:
    return Fraction(str(amount))

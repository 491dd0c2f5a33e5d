"""Properties: what holds for any value, searched with Hypothesis; the same examples in every run.

With JIUYE_NIGHTLY=1 the search goes further, and elsewhere each time.
"""

import os
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from rules.kernel.month import to_month

NIGHTLY = os.environ.get("JIUYE_NIGHTLY") == "1"
EXAMPLES, NIGHTLY_EXAMPLES = 60, 3000
PROPERTY_SETTINGS = settings(
    max_examples=NIGHTLY_EXAMPLES if NIGHTLY else EXAMPLES,
    derandomize=not NIGHTLY,
    database=None,
    deadline=None,
    print_blob=True,
)

Test = Callable[..., None]


def for_all(**strategies: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """Run a test for many values of its arguments, the smallest that fails being told."""

    def decorate(test: Test) -> Test:
        return PROPERTY_SETTINGS(given(**strategies)(test))

    return decorate


CREDIT_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BIRTHS = st.dates(date(1900, 1, 1), date(2025, 3, 10))
DAYS = st.dates(date(1900, 1, 1), date(2200, 12, 31))
MONTHS = DAYS.map(to_month)
AMOUNTS = st.decimals(0, Decimal("9999999999.99"), places=2, allow_nan=False)
SMALL_AMOUNTS = st.decimals(0, 10_000, places=2, allow_nan=False)
ANY_TEXT = st.text(max_size=40)
PLAIN_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30)
"""What can be stored and typed: no half characters, nothing unseen that steers a terminal."""

ORIGINS = st.sampled_from(
    [
        *("11", "15", "21", "23", "31", "37", "41", "46", "50", "54", "61", "65"),
        *("81", "82", "83"),  # permits of Hong Kong, Macao and Taiwan
        *("91", "93", "99"),  # foreign permanent residents
    ]
)


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    """Make up a resident ID or a permit with its checksum."""
    body = f"{draw(ORIGINS)}{draw(st.integers(0, 9999)):04d}"
    body += f"{draw(BIRTHS):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return body + ric.calc_check_digit(f"{body}0")


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Make up a unified social credit code with its checksum."""
    body = draw(st.sampled_from("123456789ANY")) + draw(st.sampled_from(CREDIT_CODE_CHARACTERS))
    body += f"{draw(st.integers(0, 999_999)):06d}"
    body += "".join(draw(st.sampled_from(CREDIT_CODE_CHARACTERS)) for _ in range(9))
    return body + uscc.calc_check_digit(f"{body}0")


@st.composite
def card_numbers(draw: st.DrawFn) -> str:
    """Make up the number of a bank card with its checksum."""
    length = draw(st.integers(11, 18))
    body = str(draw(st.integers(10 ** (length - 1), 10**length - 1)))
    return body + luhn.calc_check_digit(body)


def to_full_width(text: str) -> str:
    """Spell printable ASCII as it comes from a Chinese input method."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)

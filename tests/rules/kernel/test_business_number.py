"""X26: a number is read as it is said and typed."""

import pytest

from rules.kernel.business_number import (
    PREFIX_BY_KIND,
    find_kind,
    format_business_number,
    format_series,
    parse_business_number,
)
from rules.kernel.record_kind import RecordKind


@pytest.mark.parametrize(
    "typed",
    [
        "BT-220104-2026-00017",
        "bt-220104-2026-17",
        "BT220104202617",
        "ＢＴ－２２０１０４－２０２６－０００１７",
        " BT 220104 2026 17 ",
        "BT—220104—2026—017",
    ],
)
def test_x26_dashes_zeros_capitals_and_widths_make_no_difference(typed: str) -> None:
    assert parse_business_number(typed) == "BT-220104-2026-00017"


def test_x26_a_number_beyond_five_digits_is_written_whole() -> None:
    series = format_series("BT", "220104", 2026)
    assert format_business_number(series, 123456) == "BT-220104-2026-123456"
    assert parse_business_number("BT 220104 2026 123456") == "BT-220104-2026-123456"


def test_x26_what_is_no_number_stays_as_it_is_and_is_of_no_kind() -> None:
    for typed in ("", "17", "BT-2201-2026-1", "BT-220104-2026-"):
        assert parse_business_number(typed) == typed
    assert find_kind("XX-220104-2026-00001") is None


def test_x26_each_kind_has_a_prefix_of_its_own() -> None:
    assert len(set(PREFIX_BY_KIND.values())) == len(PREFIX_BY_KIND)
    assert find_kind("RY-220104-2026-00001") is RecordKind.INTERN

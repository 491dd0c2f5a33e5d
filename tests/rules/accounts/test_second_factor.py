"""J3: codes of an authenticator, by the examples of RFC 6238 and RFC 4226."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.accounts.second_factor import (
    build_totp_uri,
    find_recovery_code,
    find_step,
    parse_totp_code,
)

SECRET = b"12345678901234567890"


def at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


@pytest.mark.parametrize(
    ("seconds", "code", "step"),
    [
        (59, "287082", 0x1),
        (1111111109, "081804", 0x23523EC),
        (1111111111, "050471", 0x23523ED),
        (1234567890, "005924", 0x273EF07),
        (2000000000, "279037", 0x3F940AA),
        (20000000000, "353130", 0x27BC86AA),
    ],
)
def test_j3_a_code_is_reckoned_as_the_standard_has_it(seconds: int, code: str, step: int) -> None:
    assert find_step(SECRET, code, at(seconds), None) == step


def test_j3_a_clock_may_be_half_a_minute_wrong_and_no_more() -> None:
    shown = at(1111111111)
    code, step = "050471", 0x23523ED
    near = [find_step(SECRET, code, shown + timedelta(seconds=30 * n), None) for n in (-1, 0, 1)]
    assert near == [step] * 3
    assert find_step(SECRET, code, shown + timedelta(seconds=60), None) is None
    assert find_step(SECRET, code, shown - timedelta(seconds=60), None) is None


def test_j3_no_code_is_good_twice_nor_one_of_before() -> None:
    present = at(1111111111)
    assert find_step(SECRET, "050471", present, 0x23523EC) == 0x23523ED
    assert find_step(SECRET, "050471", present, 0x23523ED) is None
    assert find_step(SECRET, "081804", present, 0x23523ED) is None


@pytest.mark.parametrize("typed", ["050471", " 050 471 ", "０５０４７１", "050471\u200b"])
def test_j3_a_code_is_read_however_it_was_typed(typed: str) -> None:
    assert parse_totp_code(typed) == "050471"


@pytest.mark.parametrize("typed", ["", "05047", "0504711", "abcdef", "٠٥٠٤٧١", "0" * 70])
def test_j3_what_is_no_six_digits_is_no_code(typed: str) -> None:
    assert parse_totp_code(typed) is None


def test_j3_a_recovery_code_is_good_once() -> None:
    codes = ["7K2M-0XQ4-AAAA", "8K2M-0XQ4-AAAA"]
    assert find_recovery_code(codes, codes[1], ()) == 1
    assert find_recovery_code(codes, codes[1], (1,)) is None
    assert find_recovery_code(codes, "9K2M-0XQ4-AAAA", ()) is None


def test_j3_an_authenticator_is_told_secret_account_and_issuer() -> None:
    uri = build_totp_uri(SECRET, "amy", "Jiuye")
    assert uri.startswith("otpauth://totp/Jiuye:amy?")
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in uri
    assert "issuer=Jiuye" in uri

"""J3: which devices are known."""

from datetime import UTC, datetime, timedelta

import pytest

from rules.accounts.sign_in import DEVICE_LIFE, DeviceToken, parse_device_token

NOW = datetime(2026, 3, 1, tzinfo=UTC)
TOKEN = DeviceToken("a" * 32, int(NOW.timestamp()), "b" * 64)


def test_j3_a_device_is_known_for_its_time_and_not_before() -> None:
    assert parse_device_token(TOKEN.text, NOW) == TOKEN
    assert parse_device_token(TOKEN.text, NOW + DEVICE_LIFE) == TOKEN
    assert parse_device_token(TOKEN.text, NOW + DEVICE_LIFE + timedelta(seconds=1)) is None
    assert parse_device_token(TOKEN.text, NOW - timedelta(seconds=1)) is None


@pytest.mark.parametrize(
    "text",
    [
        *(None, "", "..", f"{TOKEN.text}0", f" {TOKEN.text}", TOKEN.text.upper(), TOKEN.text[1:]),
        *(f"{'a' * 32}.{'9' * 400}.{'b' * 64}", f"{'a' * 32}.١٢٣.{'b' * 64}"),
    ],
)
def test_j3_what_is_no_device_token_is_nobodys(text: str | None) -> None:
    assert parse_device_token(text, NOW) is None

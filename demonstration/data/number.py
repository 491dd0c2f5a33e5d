"""Ids and numbers of the demonstration: valid in form, and nobody's."""

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from stdnum import luhn
from stdnum.cn import ric, uscc

OPENED_AT = datetime(2026, 1, 5, 1, tzinfo=UTC)
"""When the demonstration's service opened; months of 2024 were entered in arrears 补报."""

NOBODYS_REGION = "229900"
"""No such county exists in Jilin: numbers that begin with it can't be anybody's."""

NOBODYS_REGION_IN_SICHUAN = "519900"
"""Nor does this one in Sichuan, whose figures count for an employer that it names (X21)."""


def build_identifier(at: datetime, *names: object) -> UUID:
    """Return the id of what was made at an instant: shaped like a UUIDv7, the same everywhere."""
    digest = sha256("/".join(map(str, names)).encode()).digest()
    bits = (int(at.timestamp() * 1000) << 80) | int.from_bytes(digest[:10], "big")
    bits = bits & ~(0xF000 << 64) | (0x7000 << 64)
    bits = bits & ~(0xC000 << 48) | (0x8000 << 48)
    return UUID(int=bits)


def to_working_instant(day: date, minutes: int = 0) -> datetime:
    """Return an instant of a working day: so many minutes after nine in Shanghai."""
    return datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + timedelta(minutes=minutes)


def build_id_number(serial: int, born: date, *, female: bool) -> str:
    """Make a resident ID with a valid checksum; its last but one digit tells the sex."""
    sequence = (serial * 2 + (0 if female else 1)) % 1000
    body = f"{NOBODYS_REGION}{born:%Y%m%d}{sequence:03d}"
    return f"{body}{ric.calc_check_digit(f'{body}0')}"


def build_credit_code(number: int, where: str = NOBODYS_REGION) -> str:
    """Make a unified social credit code with a valid check character."""
    body = f"91{where}MA{number:07d}"
    return f"{body}{uscc.calc_check_digit(body)}"


def build_mobile(serial: int) -> str:
    """Make a mobile number."""
    return f"1990000{serial:04d}"


def build_card_number(number: int) -> str:
    """Make a bank account's number of 19 digits with its Luhn check digit."""
    body = f"6299{number:014d}"
    return f"{body}{luhn.calc_check_digit(body)}"

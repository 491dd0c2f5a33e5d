"""How large the measured database is, and the deterministic ids and words of its rows."""

from datetime import UTC, date, datetime
from hashlib import blake2b
from uuid import UUID

from models import RegionLevel
from rules.kernel.region import REGIONS

UNITS = 2_000
POSTS_EACH = 4
INTERNS_EACH = 30
CLAIMS_EACH = 10
LINES_EACH = 5
MONTHS = (5, 6)
"""How many reports an intern has: 5 and 6 by turns, the sixth of them a draft."""

START_MONTHS = tuple(date(2025, month, 1) for month in (1, 2, 3, 4))
FROM_MONTH, TO_MONTH = "2025-01", "2025-08"
"""The months that the flagship query asks for; a few reports lie beyond."""

DISTRICTS = tuple(
    code for code in REGIONS if code[:2] == "22" and REGIONS[code].level is RegionLevel.DISTRICT
)[:20]
OFFICERS_DISTRICT = DISTRICTS[0]
KEY = blake2b(b"the key of the measured services", digest_size=32).digest()
BORN = datetime(2025, 1, 1, tzinfo=UTC)


def compute_data_key(key: bytes) -> bytes:
    """Compute the key that seals where `key` signs: the service refuses one key for both."""
    return blake2b(key, digest_size=32, person=b"data").digest()


def made(kind: str, number: int) -> UUID:
    """Make the UUIDv7 of a kind's row: a second later than the one before."""
    milliseconds = int(BORN.timestamp() + number) * 1000
    tail = int.from_bytes(noise(kind, number, 10))
    return UUID(
        int=milliseconds << 80 | 7 << 76 | (tail >> 68 & 0xFFF) << 64 | 2 << 62 | tail >> 18
    )


def noise(kind: str, number: int, size: int) -> bytes:
    """Give bytes that look random and are the same in every run."""
    return blake2b(f"{kind} {number}".encode(), digest_size=size).digest()


def later(first: date, months: int) -> date:
    """Give the first day of a month some months later."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def unit_of_claim(number: int) -> int:
    """Tell whose claim it is: claims come in by turns from all over the province."""
    return number * 769 % UNITS

"""Numbers that people say on the telephone, and type as they heard them 受理编号 (X26)."""

import re
from collections.abc import Mapping

from rules.kernel.record_kind import RecordKind
from rules.kernel.text import read_text

PREFIX_BY_KIND: Mapping[RecordKind, str] = {
    RecordKind.DECLARATION: "SB",
    RecordKind.INTERN: "RY",
    RecordKind.CLAIM: "BT",
}
"""How the numbers of a kind begin: by the initials of 申报, 人员, 补贴."""
KIND_BY_PREFIX = {prefix: kind for kind, prefix in PREFIX_BY_KIND.items()}

_NUMBER_PATTERN = re.compile(r"([A-Z]{2})([0-9]{6})([0-9]{4})([0-9]{1,9})", re.ASCII)
_SEPARATORS = re.compile(r"[\W_]+")


def format_series(prefix: str, region: str, year: int) -> str:
    """Name the series that a number is counted in: of a kind, a region, a year."""
    return f"{prefix}-{region}-{year:04d}"


def format_business_number(series: str, place: int) -> str:
    """Write a number from its place in its series, counted from 1."""
    return f"{series}-{place:05d}"


def parse_business_number(text: str) -> str:
    """Read a number however it was typed: without dashes, zeros or capitals, in any width.

    What is no number comes back as it was read, and is nobody's.
    """
    typed = read_text(text)
    found = _NUMBER_PATTERN.fullmatch(_SEPARATORS.sub("", typed).upper())
    if found is None:
        return typed
    prefix, region, year, place = found.groups()
    return format_business_number(format_series(prefix, region, int(year)), int(place))


def find_kind(number: str) -> RecordKind | None:
    """Return of which kind of record a number is, if of any."""
    return KIND_BY_PREFIX.get(number[:2])

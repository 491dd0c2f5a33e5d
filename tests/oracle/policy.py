"""Which figure counts: the most specific region's, on the day that decides (X6, X21)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A figure as it was approved."""

    region: str
    since: date
    until: date | None
    value: str


def is_within(region: str, wider: str) -> bool:
    """Ask whether a region lies in another: 220102 in 220100, that in 220000, all in 000000."""
    stem = wider
    while stem.endswith("00"):
        stem = stem[:-2]
    return region.startswith(stem)


def choose_entry(entries: list[Entry], region: str, day: date) -> Entry | None:
    """Choose the figure of a region and a day."""
    good = [
        e
        for e in entries
        if e.since <= day and (e.until is None or day <= e.until) and is_within(region, e.region)
    ]
    return max(good, key=lambda e: len(e.region.rstrip("0")), default=None)

"""Which figure counts: the most specific region's, on the day that decides (X6, X21)."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A figure as it was approved."""

    region: str
    since: date
    until: date | None
    value: str
    category: str | None = None


@dataclass(frozen=True, kw_only=True)
class Amount:
    """An amount that may be another from some day on."""

    first: Fraction
    since: date | None = None
    then: Fraction = Fraction(0)

    def on(self, day: date) -> Fraction:
        """Return the amount of a day."""
        return self.first if self.since is None or day < self.since else self.then


def is_within(region: str, wider: str) -> bool:
    """Ask whether a region lies in another: 220102 in 220100, that in 220000, all in 000000."""
    stem = wider
    while stem.endswith("00"):
        stem = stem[:-2]
    return region.startswith(stem)


def choose_entry(entries: list[Entry], region: str, day: date, category: str) -> Entry | None:
    """Choose the figure of a region, a day and a category."""
    good = [
        e
        for e in entries
        if e.since <= day
        and (e.until is None or day <= e.until)
        and is_within(region, e.region)
        and e.category in {None, category}
    ]
    return max(good, key=lambda e: len(e.region.rstrip("0")), default=None)

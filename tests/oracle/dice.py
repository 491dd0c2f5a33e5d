"""Chance that likes borders: month-ends, leap days, the day before, the day, the day after."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import TypeVar

from tests.oracle.days import first_of, move_months

T = TypeVar("T")
NEAR = (-31, -2, -1, -1, 0, 0, 0, 1, 1, 2, 31)
LEAP_DAY = date(2024, 2, 29)
ODD_NUMBERS = (1, 1, 2, 15, 27, 28, 29, 30, 31, 31)


class Dice(random.Random):
    """A seeded source of cases."""

    def pick(self, *options: T) -> T:
        return self.choice(options)

    def pick_from(self, options: Sequence[T]) -> T:
        return self.choice(options)

    def often(self, share: float = 0.8) -> bool:
        return self.random() < share

    def day(self, first: date, last: date) -> date:
        """Draw a day; one in two has a number that some months lack or begin with."""
        day = first + timedelta(days=self.randint(0, (last - first).days))
        if first <= LEAP_DAY <= last and self.often(0.05):
            return LEAP_DAY
        if self.often(0.5):
            day = move_months(first_of(day), 1) - timedelta(days=1) if self.often(0.3) else day
            day = move_months(date(day.year, 1, self.pick_from(ODD_NUMBERS)), day.month - 1)
        return min(max(day, first), last)

    def near(self, day: date) -> date:
        """Draw a day on or beside a border."""
        return day + timedelta(days=self.pick_from(NEAR))

    def month(self, first: date, last: date) -> date:
        return first_of(self.day(first, last))

    def amount(self, border: Fraction) -> Fraction:
        """Draw an amount of whole fen on or beside a border."""
        by = self.pick(-100_000, -100, -1, -1, 0, 0, 0, 1, 1, 100, 100_000)
        return max(Fraction(0), Fraction((border * 100).__floor__() + by, 100))

"""Whether a publicity lasts long enough (X7)."""

from datetime import date

from tests.oracle.days import count_days


def is_long_enough(first: date, last: date, days: int, *, working: bool) -> bool:
    """Ask whether so many working or calendar days lie in a window, both ends included."""
    return first <= last and count_days(first, last, working=working) >= days

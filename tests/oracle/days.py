"""Days, months and years as people count them (Civil Code art. 202), and working days (X7).

Like all of this folder but the cases and the comparison, written from the rulebook alone.
"""

from collections.abc import Iterator
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
LONGEST_MONTH, SHORTEST_MONTH = 31, 28


def move_months(day: date, months: int) -> date:
    """Find the day of the same number some months on, or that month's last day (S32)."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    number = day.day
    while True:
        try:
            return date(year, month, number)
        except ValueError:
            number -= 1


def first_of(day: date) -> date:
    return day - timedelta(days=day.day - 1)


def list_months_between(first: date, last: date) -> list[date]:
    """List the first days of all months that a stretch of days touches."""
    months = [first_of(first)]
    while move_months(months[-1], 1) <= last:
        months.append(move_months(months[-1], 1))
    return months


def find_last_day(start: date, months: int) -> date:
    """Find a term's last day: the eve of the same number, else the month's last day (S32)."""
    same = move_months(start, months)
    return same - ONE_DAY if same.day == start.day else same


def lasts_months(start: date, end: date, months: int) -> bool:
    """Ask whether the days up to an end fill so many months."""
    return end >= find_last_day(start, months)


def measure(start: date, end: date) -> tuple[int, int]:
    """Measure a stretch in whole months and the days that are left over."""
    months = 0
    while lasts_months(start, end, months + 1):
        months += 1
    return months, (end - find_last_day(start, months)).days


def count_years(born: date, on: date) -> int | None:
    """Count somebody's years on a day.

    None where it is not said: born on 29 February, on 28 February of a year without a 29th.
    """
    years = 0
    while move_months(born, 12 * (years + 1)) <= on:
        years += 1
    on_its_eve = years and move_months(born, 12 * years) == on and on.day != born.day
    return None if on_its_eve else years


def _stretch(first: str, last: str) -> Iterator[date]:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day
        day += ONE_DAY


HOLIDAYS = {
    day
    for first, last in (
        # The State Council's notices for 2024 and 2025, typed from them.
        *(("2024-01-01", "2024-01-01"), ("2024-02-10", "2024-02-17")),
        *(("2024-04-04", "2024-04-06"), ("2024-05-01", "2024-05-05")),
        *(("2024-06-10", "2024-06-10"), ("2024-09-15", "2024-09-17")),
        *(("2024-10-01", "2024-10-07"), ("2025-01-01", "2025-01-01")),
        *(("2025-01-28", "2025-02-04"), ("2025-04-04", "2025-04-06")),
        *(("2025-05-01", "2025-05-05"), ("2025-05-31", "2025-06-02")),
        ("2025-10-01", "2025-10-08"),
    )
    for day in _stretch(first, last)
}
MAKE_UP_DAYS = {
    date.fromisoformat(day)
    for day in (
        *("2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11"),
        *("2024-09-14", "2024-09-29", "2024-10-12"),
        *("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
    )
}
KNOWN_YEARS = (2024, 2025)


def is_working_day(day: date) -> bool:
    if day in MAKE_UP_DAYS:
        return True
    return day.isoweekday() < 6 and day not in HOLIDAYS


def count_days(first: date, last: date, *, working: bool) -> int:
    """Count the days of a publicity window, both ends included (X7)."""
    days = _stretch(first.isoformat(), last.isoformat())
    return sum(1 for day in days if not working or is_working_day(day))

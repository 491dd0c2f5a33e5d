"""Months and days of the calendar; a month is the date of its first day."""

import calendar
import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from rules.kernel.refusal import Reason, Unreadable

SHANGHAI_TIME_ZONE = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset all year round since 1992."""

EARLIEST_DATE = date(1900, 1, 1)
LATEST_DATE = date(9999, 12, 30)
"""The day before the last: asyncpg takes the very last for infinity."""

MONTH_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}")
DAY_PATTERN = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_month(text: object) -> date | Unreadable:
    """Read a month of the form 2024-09 as its first day (J25)."""
    if not isinstance(text, str) or not MONTH_PATTERN.fullmatch(text):
        return Unreadable(Reason.NOT_A_MONTH)
    return _parse_within_bounds(f"{text}-01", Reason.NOT_A_MONTH)


def parse_date(text: object) -> date | Unreadable:
    """Read a day of the form 2024-09-30, from 1900 to the end of 9999 (J31)."""
    if not isinstance(text, str) or not DAY_PATTERN.fullmatch(text):
        return Unreadable(Reason.NOT_A_DATE)
    return _parse_within_bounds(text, Reason.NOT_A_DATE)


def to_month(day: date) -> date:
    """Return the month of a day (J24)."""
    return day.replace(day=1)


def compute_month_end(month: date) -> date:
    """Return the last day of a month (J24)."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


@lru_cache(maxsize=1 << 12)
def add_months(day: date, months: int) -> date:
    """Move a day by so many months: to the same number, or else to the month's last day (J23).

    On that day so many months are full (Civil Code, art. 202; S7, S32): six from 08-29 on 02-28.
    All reckoning with months is this one; `compute_term_end` stands on it too. Where the calendar
    ends, it stays at its last day.
    """
    month = _add_to_month(day, months)
    if month is None:
        return date.max
    return min(compute_month_end(month), month + timedelta(days=day.day - 1))


def list_months(first: date, last: date) -> tuple[date, ...]:
    """List the months from the first day's to the last day's, both included (J24, J26)."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(add_months(to_month(first), month) for month in range(count))


def to_local_month(instant: datetime) -> date:
    """Return the month of an instant, in Asia/Shanghai (section 4)."""
    return to_month(to_local_day(instant))


def to_local_day(instant: datetime) -> date:
    """Return the day of an instant, in Asia/Shanghai (section 4).

    Raises ValueError for an instant without a time zone.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    # UTC has still the day before until eight in the morning there.
    return instant.astimezone(SHANGHAI_TIME_ZONE).date()


def to_start_instant(day: date) -> datetime:
    """Return the instant at which a day begins in Asia/Shanghai (section 4)."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI_TIME_ZONE)


def add_days(day: date, days: int = 1) -> date:
    """Return a day so many days later; the readable ones all have a next (section 4)."""
    return day + timedelta(days=days)


def is_running_in(starts_on: date, ends_on: date, month: date) -> bool:
    """Return whether an internship ran on at least one day of a month (J24)."""
    return max(starts_on, to_month(month)) <= min(ends_on, compute_month_end(month))


def compute_term_end(start: date, months: int) -> date:
    """Return the last day of a term from a day: the eve of the same number (S6, S32).

    Where the month has none of that number, it is the month's last day (Civil Code, art. 202).
    """
    if _add_to_month(start, months) is None:
        return date.max
    same = add_months(start, months)
    return add_days(same, -1) if same.day == start.day else same


def compute_one_year_term_end(start: date) -> date:
    """Return the last day of the year that begins on a day (S32)."""
    return compute_term_end(start, 12)


def _parse_within_bounds(text: str, reason: Reason) -> date | Unreadable:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Unreadable(reason)
    return day if EARLIEST_DATE <= day <= LATEST_DATE else Unreadable(reason)


def _add_to_month(day: date, months: int) -> date | None:
    """Return the month so many after a day's; None beyond the calendar's end."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1) if years <= date.max.year else None

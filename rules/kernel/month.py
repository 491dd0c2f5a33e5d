"""Months and days of the calendar; a month is the date of its first day."""

import calendar
import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from rules.kernel.refusal import Reason, Unreadable

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has kept one offset all year round since 1992."""

EARLIEST = date(1900, 1, 1)
LATEST = date(9999, 12, 30)
"""The day before the last: asyncpg takes the very last for infinity."""

MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read_month(text: object) -> date | Unreadable:
    """Read a month of the form 2024-09 as its first day (J25)."""
    if not isinstance(text, str) or not MONTH.fullmatch(text):
        return Unreadable(Reason.NOT_A_MONTH)
    return _read(f"{text}-01", Reason.NOT_A_MONTH)


def read_date(text: object) -> date | Unreadable:
    """Read a day of the form 2024-09-30, from 1900 to the end of 9999 (J31)."""
    if not isinstance(text, str) or not DAY.fullmatch(text):
        return Unreadable(Reason.NOT_A_DATE)
    return _read(text, Reason.NOT_A_DATE)


def first_of(day: date) -> date:
    """Give the month of a day (J24)."""
    return day.replace(day=1)


def last_day(month: date) -> date:
    """Give the last day of a month (J24)."""
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


@lru_cache(maxsize=1 << 12)
def add_months(day: date, months: int) -> date:
    """Move a day by so many months; where that month is shorter, to its last day (J23).

    Where the calendar ends, it stays at its last day.
    """
    month = _month_after(day, months)
    if month is None:
        return date.max
    return min(last_day(month), month + timedelta(days=day.day - 1))


def months_between(first: date, last: date) -> tuple[date, ...]:
    """List the months from the first day's to the last day's, both included (J24, J26)."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return tuple(add_months(first_of(first), month) for month in range(count))


def month_of(instant: datetime) -> date:
    """Give the month of an instant, in Asia/Shanghai (section 4)."""
    return first_of(day_of(instant))


def day_of(instant: datetime) -> date:
    """Give the day of an instant, in Asia/Shanghai (section 4)."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """Give the instant at which a day begins in Asia/Shanghai (section 4)."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def after(day: date, days: int = 1) -> date:
    """Give a day so many days later; the readable ones all have a next (section 4)."""
    return day + timedelta(days=days)


def ran_in(starts_on: date, ends_on: date, month: date) -> bool:
    """Tell whether an internship ran on at least one day of a month (J24)."""
    return max(starts_on, first_of(month)) <= min(ends_on, last_day(month))


def term_end(start: date, months: int) -> date:
    """Give the last day of a term of so many months: the day before the anniversary (S6, S32)."""
    month = _month_after(start, months)
    if month is None:
        return date.max
    return min(month + timedelta(days=start.day - 2), last_day(month))


def year_after(start: date) -> date:
    """Give the last day of the year that begins on a day (S32)."""
    return term_end(start, 12)


def _read(text: str, reason: Reason) -> date | Unreadable:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return Unreadable(reason)
    return day if EARLIEST <= day <= LATEST else Unreadable(reason)


def _month_after(day: date, months: int) -> date | None:
    """Give the month so many after a day's; None beyond the calendar's end."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(years, month + 1, 1) if years <= date.max.year else None

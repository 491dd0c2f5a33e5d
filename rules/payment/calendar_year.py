"""Working days 工作日: the week, but for holidays and make-up days 节假日与调休 (X7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from rules.kernel.month import add_days
from rules.kernel.parameter_key import DayCount
from rules.kernel.refusal import Fault, Reason, build_refusal, fault
from rules.kernel.viewer import Viewer

SATURDAY_WEEKDAY = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100
MAX_PUBLICITY_DAYS = 366
"""A publicity that begins later, or lasts longer, is a slip of the keyboard in any region."""

SpecialDaysOfYear = Mapping[date, bool]
"""The days of a year that differ from the week: whether each is worked."""


class Calendar:
    """The years that are known in a region."""

    def __init__(self, years: Mapping[int, SpecialDaysOfYear]) -> None:
        self._years = years

    def is_working_day(self, day: date) -> bool:
        """Return whether a day is worked; a year that nobody entered is refused, never guessed."""
        if day.year not in self._years:
            raise build_refusal(Reason.CALENDAR_MISSING, year=day.year)
        return self._years[day.year].get(day, day.weekday() < SATURDAY_WEEKDAY)

    def find_last_day(self, first: date, days: DayCount) -> date:
        """Return the last of so many days from a first one on, which counts if it is worked (X7).

        At working days that is the last day that is worked; a year without data is refused.
        """
        if not days.working:
            return add_days(first, days.number - 1)
        worked = (day for n in count() if self.is_working_day(day := add_days(first, n)))
        return next(day for n, day in enumerate(worked, 1) if n == days.number)


def list_years(first: date, days: DayCount) -> Collection[int]:
    """Name the years that a window may reach into: even holidays don't triple its days (X7)."""
    return range(first.year, add_days(first, 3 * days.number + 30).year + 1)


def find_window_faults(
    first: date, last: date, today: date, days: DayCount, calendar: Calendar
) -> Iterable[Fault]:
    """Judge the first and last day of a publicity: not in the past, and long enough (S17, X7)."""
    if first < today:
        yield fault(Reason.PUBLICITY_IN_PAST, "firstDay", today=today)
    if first > add_days(today, MAX_PUBLICITY_DAYS):
        yield fault(Reason.PUBLICITY_TOO_FAR, "firstDay", days=MAX_PUBLICITY_DAYS)
        return
    if last < first:
        yield fault(Reason.DATES_REVERSED, "lastDay")
        return
    if last > add_days(first, MAX_PUBLICITY_DAYS):
        yield fault(Reason.PUBLICITY_TOO_FAR, "lastDay", days=MAX_PUBLICITY_DAYS)
    least = calendar.find_last_day(first, days)
    if last < least:
        reason = Reason.WORKING_DAYS_TOO_FEW if days.working else Reason.CALENDAR_DAYS_TOO_FEW
        yield fault(reason, "lastDay", days=days.number, least=least)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday, or a day that makes up for one."""

    day: date
    working: bool
    name: str


def parse_special_days(
    days: Sequence[Mapping[str, Any]], *, viewer: Viewer
) -> Sequence[SpecialDay]:
    """Read the special days of a year as they are kept (X7)."""
    return [SpecialDay(date.fromisoformat(e["day"]), e["working"], e["name"]) for e in days]


def find_year_faults(year: int, days: Iterable[tuple[date, bool]]) -> Iterable[Fault]:
    """Judge the special days that are entered for a year; all faults at once (X7).

    A make-up day lies on a weekend: it would be worked anyway.
    """
    if not FIRST_YEAR <= year <= LAST_YEAR:
        yield fault(Reason.NUMBER_OUT_OF_RANGE, "year", least=FIRST_YEAR, most=LAST_YEAR)
    listed = [*days]
    if not listed:
        yield fault(Reason.LIST_EMPTY, "days")
    seen: set[date] = set()
    for n, (day, working) in enumerate(listed):
        if day.year != year:
            yield fault(Reason.DAY_OUTSIDE_YEAR, "days", n, "day", year=year)
        if day in seen:
            yield fault(Reason.LISTED_TWICE, "days", n, "day")
        if working and day.weekday() < SATURDAY_WEEKDAY:
            yield fault(Reason.WORKED_ANYWAY, "days", n, "working")
        seen.add(day)

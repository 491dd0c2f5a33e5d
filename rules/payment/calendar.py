"""Working days 工作日: the week, but for holidays and make-up days 节假日与调休 (X7)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from typing import Any

from rules.kernel.month import after
from rules.kernel.parameter_key import Days
from rules.kernel.refusal import Fault, Reason, fault, refused
from rules.kernel.viewer import Viewer

SATURDAY = 5
FIRST_YEAR, LAST_YEAR = 2000, 2100
SANE_DAYS = 366
"""A publicity that begins later, or lasts longer, is a slip of the keyboard in any region."""

Year = Mapping[date, bool]
"""The days of a year that differ from the week: whether each is worked."""


class Calendar:
    """The years that are known in a region."""

    def __init__(self, years: Mapping[int, Year]) -> None:
        self._years = years

    def works(self, day: date) -> bool:
        """Tell whether a day is worked; a year that nobody entered is refused, never guessed."""
        if day.year not in self._years:
            raise refused(Reason.CALENDAR_MISSING, year=day.year)
        return self._years[day.year].get(day, day.weekday() < SATURDAY)

    def last_day(self, first: date, days: Days) -> date:
        """Give the last of so many days from a first one on, which counts if it is worked (X7).

        At working days that is the last day that is worked; a year without data is refused.
        """
        if not days.working:
            return after(first, days.number - 1)
        worked = (day for n in count() if self.works(day := after(first, n)))
        return next(day for n, day in enumerate(worked, 1) if n == days.number)


def years_of(first: date, days: Days) -> Collection[int]:
    """Name the years that a window may reach into: even holidays don't triple its days (X7)."""
    return range(first.year, after(first, 3 * days.number + 30).year + 1)


def window_faults(
    first: date, last: date, today: date, days: Days, calendar: Calendar
) -> Iterable[Fault]:
    """Judge the first and last day of a publicity: not in the past, and long enough (S17, X7)."""
    if first < today:
        yield fault(Reason.PUBLICITY_IN_PAST, "firstDay", today=today)
    if first > after(today, SANE_DAYS):
        yield fault(Reason.PUBLICITY_TOO_FAR, "firstDay", days=SANE_DAYS)
        return
    if last < first:
        yield fault(Reason.DATES_REVERSED, "lastDay")
        return
    if last > after(first, SANE_DAYS):
        yield fault(Reason.PUBLICITY_TOO_FAR, "lastDay", days=SANE_DAYS)
    least = calendar.last_day(first, days)
    if last < least:
        reason = Reason.WORKING_DAYS_TOO_FEW if days.working else Reason.CALENDAR_DAYS_TOO_FEW
        yield fault(reason, "lastDay", days=days.number, least=least)


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A holiday, or a day that makes up for one."""

    day: date
    working: bool
    name: str


def special_days(days: Sequence[Mapping[str, Any]], *, viewer: Viewer) -> Sequence[SpecialDay]:
    """Read the special days of a year as they are kept (X7)."""
    return [SpecialDay(date.fromisoformat(e["day"]), e["working"], e["name"]) for e in days]


def year_faults(year: int, days: Iterable[tuple[date, bool]]) -> Iterable[Fault]:
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
        if working and day.weekday() < SATURDAY:
            yield fault(Reason.WORKED_ANYWAY, "days", n, "working")
        seen.add(day)

"""X7, S17: what holds for every publicity, against counting its days one by one."""

from collections.abc import Mapping
from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from gateways.holiday_calendar import list_known_years
from rules.kernel.parameter_key import DayCount
from rules.kernel.refusal import Reason, Refusal
from rules.payment.calendar_year import Calendar, find_window_faults, list_years
from tests.factories.properties import for_all

DAY = timedelta(days=1)
LISTED: Mapping[int, Mapping[date, bool]] = {
    year: {date.fromisoformat(str(d["day"])): bool(d["working"]) for d in days}
    for year, days in list_known_years()
}
FIRSTS = st.dates(date(2020, 1, 1), date(2025, 12, 31))
COUNTS = st.integers(1, 40)


@st.composite
def made_up_years(draw: st.DrawFn) -> Mapping[int, Mapping[date, bool]]:
    """Make up holidays and make-up days of two years that nobody has lived through yet."""
    days = draw(st.dictionaries(st.dates(date(2040, 1, 1), date(2041, 12, 31)), st.booleans()))
    return {
        year: {day: working for day, working in days.items() if day.year == year}
        for year in (2040, 2041)
    }


def is_worked(day: date, years: Mapping[int, Mapping[date, bool]]) -> bool:
    special = years[day.year]
    return special[day] if day in special else day.isoweekday() <= 5


def count_worked(first: date, last: date, years: Mapping[int, Mapping[date, bool]]) -> int:
    days = (first + n * DAY for n in range((last - first).days + 1))
    return sum(is_worked(day, years) for day in days)


@for_all(first=FIRSTS, number=COUNTS)
def test_x7_a_publicity_ends_on_the_working_day_that_makes_its_number_full(
    first: date, number: int
) -> None:
    last = Calendar(LISTED).find_last_day(first, DayCount(number, working=True))
    assert count_worked(first, last, LISTED) == number
    assert is_worked(last, LISTED)
    assert last.year in list_years(first, DayCount(number, working=True))


@for_all(first=FIRSTS, number=COUNTS)
def test_x7_the_years_that_are_looked_up_are_enough(first: date, number: int) -> None:
    days = DayCount(number, working=True)
    looked_up = {year: LISTED[year] for year in list_years(first, days) if year in LISTED}
    assert Calendar(looked_up).find_last_day(first, days) == Calendar(LISTED).find_last_day(
        first, days
    )


@for_all(years=made_up_years(), first=st.dates(date(2040, 1, 1), date(2040, 12, 31)), number=COUNTS)
def test_x7_holidays_and_make_up_days_decide_whichever_they_are(
    years: Mapping[int, Mapping[date, bool]], first: date, number: int
) -> None:
    last = Calendar(years).find_last_day(first, DayCount(number, working=True))
    assert count_worked(first, last, years) == number
    assert is_worked(last, years)


@for_all(first=FIRSTS, number=COUNTS)
def test_x7_calendar_days_are_all_counted(first: date, number: int) -> None:
    last = Calendar({}).find_last_day(first, DayCount(number, working=False))
    assert (last - first).days + 1 == number


@for_all(first=st.dates(date(2040, 1, 1), date(2040, 12, 31)), number=COUNTS)
def test_x7_a_year_that_nobody_entered_is_refused_and_never_guessed(
    first: date, number: int
) -> None:
    days = DayCount(number, working=True)
    lacking: dict[int, dict[date, bool]] = {2040: {}}
    last = Calendar({**lacking, 2041: {}}).find_last_day(first, days)
    if last.year == 2040:
        assert Calendar(lacking).find_last_day(first, days) == last
        return
    with pytest.raises(Refusal) as refused:
        Calendar(lacking).find_last_day(first, days)
    assert refused.value.fault.reason is Reason.CALENDAR_MISSING
    assert refused.value.fault.figures == {"year": "2041"}


@for_all(
    today=FIRSTS,
    wait=st.integers(-20, 400),
    length=st.integers(-5, 400),
    number=COUNTS,
    working=st.booleans(),
)
def test_s17_a_window_is_taken_exactly_where_it_is_long_enough_and_not_in_the_past(
    today: date, wait: int, length: int, number: int, working: bool
) -> None:
    first = today + wait * DAY
    last, days = first + length * DAY, DayCount(number, working=working)
    faults = find_window_faults(first, last, today, days, Calendar(LATER))
    reasons = {fault.reason for fault in faults}
    counted = count_worked(first, last, LATER) if working else length + 1
    too_few = Reason.WORKING_DAYS_TOO_FEW if working else Reason.CALENDAR_DAYS_TOO_FEW
    expected = {Reason.PUBLICITY_IN_PAST} if wait < 0 else set()
    if wait > 366 or (length >= 0 and length > 366):
        expected |= {Reason.PUBLICITY_TOO_FAR}
    if wait <= 366 and length < 0:
        expected |= {Reason.DATES_REVERSED}
    if wait <= 366 and 0 <= length <= 366 and counted < number:
        expected |= {too_few}
    assert reasons == expected


LATER = {**LISTED, 2019: {}, 2027: {}, 2028: {}}

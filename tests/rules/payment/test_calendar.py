"""X7: which days are worked, and how long a publicity must last."""

from collections.abc import Iterable, Mapping
from datetime import date

import pytest

from gateways.holiday_calendar import list_known_years
from rules.kernel.parameter_key import DayCount
from rules.kernel.refusal import Fault, Reason, Refusal
from rules.payment.calendar_year import Calendar, find_window_faults, find_year_faults, list_years

FIVE = DayCount(5, working=True)
TODAY = date(2025, 1, 1)


def known(*years: int) -> Calendar:
    listed: Mapping[int, Iterable[Mapping[str, object]]] = dict(list_known_years())
    return Calendar(
        {
            year: {date.fromisoformat(str(d["day"])): bool(d["working"]) for d in listed[year]}
            for year in years
        }
    )


def reasons(faults: Iterable[Fault]) -> list[tuple[Reason, tuple[str | int, ...]]]:
    return [(fault.reason, fault.path) for fault in faults]


def test_x7_every_year_since_2020_comes_with_the_library() -> None:
    assert set(range(2020, 2027)) <= {year for year, _ in list_known_years()}


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 3, 10), True),
        (date(2025, 3, 15), False),
        (date(2025, 1, 26), True),  # a Sunday that makes up for the Spring Festival
        (date(2025, 1, 28), False),  # New Year's Eve, a Tuesday
        (date(2025, 10, 8), False),
        (date(2025, 10, 11), True),
    ],
)
def test_x7_holidays_and_make_up_days_go_before_the_week(day: date, worked: bool) -> None:
    assert known(2025).is_working_day(day) is worked


@pytest.mark.parametrize(
    ("first", "days", "last"),
    [
        (date(2025, 3, 10), FIVE, date(2025, 3, 14)),
        (date(2025, 3, 12), FIVE, date(2025, 3, 18)),
        (date(2025, 3, 15), FIVE, date(2025, 3, 21)),  # a Saturday is no day of it
        (date(2025, 1, 24), FIVE, date(2025, 2, 6)),  # over the Spring Festival
        (date(2025, 3, 10), DayCount(1, working=True), date(2025, 3, 10)),
        (date(2025, 3, 10), DayCount(7, working=False), date(2025, 3, 16)),
        (date(2025, 1, 28), DayCount(1, working=False), date(2025, 1, 28)),
    ],
)
def test_x7_the_first_day_counts_if_it_is_worked(first: date, days: DayCount, last: date) -> None:
    assert known(2025).find_last_day(first, days) == last


def test_x7_a_window_goes_on_into_the_next_year() -> None:
    assert known(2024, 2025).find_last_day(date(2024, 12, 30), FIVE) == date(2025, 1, 6)
    assert 2025 in list_years(date(2024, 12, 30), FIVE)


def test_x7_a_year_that_nobody_entered_is_refused_and_never_guessed() -> None:
    with pytest.raises(Refusal) as no:
        known(2024).find_last_day(date(2024, 12, 30), FIVE)
    assert no.value.fault == Fault(Reason.CALENDAR_MISSING, (), {"year": "2025"})
    assert known(2024).find_last_day(date(2024, 12, 30), DayCount(7, working=False)) == date(
        2025, 1, 5
    )


def test_x7_a_year_is_refused_only_where_the_window_reaches_it() -> None:
    assert known(2025).find_last_day(date(2025, 12, 24), FIVE) == date(2025, 12, 30)


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2025, 3, 10), date(2025, 3, 14), []),
        (date(2025, 3, 10), date(2025, 3, 13), [(Reason.WORKING_DAYS_TOO_FEW, ("lastDay",))]),
        (date(2024, 12, 31), date(2025, 3, 14), [(Reason.PUBLICITY_IN_PAST, ("firstDay",))]),
        (
            date(2024, 12, 31),
            date(2024, 12, 30),
            [(Reason.PUBLICITY_IN_PAST, ("firstDay",)), (Reason.DATES_REVERSED, ("lastDay",))],
        ),
        (date(2026, 3, 10), date(2026, 3, 20), [(Reason.PUBLICITY_TOO_FAR, ("firstDay",))]),
        (date(2025, 3, 10), date(2052, 3, 14), [(Reason.PUBLICITY_TOO_FAR, ("lastDay",))]),
        (date(9999, 12, 30), date(9999, 12, 30), [(Reason.PUBLICITY_TOO_FAR, ("firstDay",))]),
    ],
)
def test_s17_a_window_begins_today_or_later_and_is_long_enough(
    first: date, last: date, found: list[object]
) -> None:
    calendar = known(2024, 2025, 2026)
    assert reasons(find_window_faults(first, last, TODAY, FIVE, calendar)) == found


def test_x7_calendar_days_are_counted_as_such_and_a_short_window_is_told_its_last_day() -> None:
    first, last = date(2025, 3, 10), date(2025, 3, 15)
    (fault,) = find_window_faults(first, last, TODAY, DayCount(7, working=False), known())
    assert fault.reason is Reason.CALENDAR_DAYS_TOO_FEW
    assert fault.figures == {"days": "7", "least": "2025-03-16"}


def test_x7_all_that_is_wrong_with_a_year_is_told_at_once() -> None:
    days = [
        (date(2027, 1, 1), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2027, 1, 4), True),
    ]
    assert reasons(find_year_faults(2027, days)) == [
        (Reason.DAY_OUTSIDE_YEAR, ("days", 1, "day")),
        (Reason.LISTED_TWICE, ("days", 2, "day")),
        (Reason.WORKED_ANYWAY, ("days", 3, "working")),
    ]
    assert reasons(find_year_faults(1800, [])) == [
        (Reason.NUMBER_OUT_OF_RANGE, ("year",)),
        (Reason.LIST_EMPTY, ("days",)),
    ]

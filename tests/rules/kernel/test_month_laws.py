"""J23, J24, S32: what holds for every month and term, against counting day by day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import assume
from hypothesis import strategies as st

from rules.kernel.month import (
    add_days,
    add_months,
    compute_month_end,
    compute_one_year_term_end,
    compute_term_end,
    is_running_in,
    list_months,
    parse_date,
    parse_month,
    to_local_day,
    to_month,
    to_start_instant,
)
from rules.kernel.refusal import Unreadable
from tests.factories.properties import ANY_TEXT, DAYS, MONTHS, for_all

COUNTS = st.integers(0, 600)
DAY = timedelta(days=1)


def number(day: date) -> int:
    """Count the months since year nought."""
    return day.year * 12 + day.month - 1


def has_day(month: date, day: int) -> bool:
    return day <= compute_month_end(month).day


@for_all(day=DAYS)
def test_a_month_lasts_from_its_first_day_to_the_eve_of_the_next(day: date) -> None:
    first, last = to_month(day), compute_month_end(to_month(day))
    assert first.day == 1
    assert first <= day <= last
    assert (last + DAY).day == 1
    assert number(last + DAY) == number(first) + 1
    assert all((first + n * DAY).month == day.month for n in range((last - first).days))


@for_all(day=DAYS, months=COUNTS)
def test_j23_months_are_added_to_the_same_day_or_the_last_one(day: date, months: int) -> None:
    found = add_months(day, months)
    assert number(found) == number(day) + months
    expected = day.day if has_day(to_month(found), day.day) else compute_month_end(found).day
    assert found.day == expected


@for_all(month=MONTHS, one=COUNTS, other=COUNTS)
def test_months_added_one_after_another_are_added_at_once(
    month: date, one: int, other: int
) -> None:
    assert add_months(add_months(month, one), other) == add_months(month, one + other)
    assert add_months(month, 0) == month


@for_all(day=DAYS, earlier=DAYS, months=COUNTS)
def test_whoever_begins_later_never_ends_earlier(day: date, earlier: date, months: int) -> None:
    low, high = sorted((day, earlier))
    assert add_months(low, months) <= add_months(high, months)
    assert compute_term_end(low, months + 1) <= compute_term_end(high, months + 1)
    assert add_months(low, months) < add_months(low, months + 1)


@for_all(first=DAYS, months=st.integers(0, 60))
def test_j24_the_months_of_a_time_are_each_listed_once_in_order(first: date, months: int) -> None:
    last = add_months(first, months)
    found = list_months(first, last)
    assert len(found) == months + 1
    assert (found[0], found[-1]) == (to_month(first), to_month(last))
    assert all(month.day == 1 for month in found)
    assert all(number(two) == number(one) + 1 for one, two in pairwise(found))
    assert list_months(last + 31 * DAY, first) == ()


@for_all(start=DAYS, months=st.integers(1, 240))
def test_s32_a_term_ends_on_the_eve_of_the_same_day_or_on_the_months_last(
    start: date, months: int
) -> None:
    month = add_months(to_month(start), months)
    expected = (
        month.replace(day=start.day) - DAY
        if has_day(month, start.day)
        else compute_month_end(month)
    )
    assert compute_term_end(start, months) == expected
    if months == 12:
        assert compute_one_year_term_end(start) == expected


@for_all(start=DAYS, months=st.integers(1, 240))
def test_s32_a_term_ends_on_the_day_on_which_its_months_are_full_or_the_day_before(
    start: date, months: int
) -> None:
    """Civil Code, article 202: there is one way to reckon with months."""
    full = add_months(start, months)
    assert compute_term_end(start, months) == (full - DAY if full.day == start.day else full)
    assert full - start >= timedelta(days=28 * months)
    assert add_months(full, -months) <= start


@for_all(start=DAYS)
def test_s32_a_year_has_365_days_or_366(start: date) -> None:
    days = (compute_one_year_term_end(start) - start).days + 1
    leap = any(
        date(year, 2, 28) + DAY != date(year, 3, 1)
        and start <= date(year, 2, 29) <= compute_one_year_term_end(start)
        for year in (start.year, start.year + 1)
    )
    assert days == (366 if leap else 365)
    assert compute_one_year_term_end(start) == compute_term_end(start, 12)


@for_all(start=DAYS, one=st.integers(1, 24), other=st.integers(1, 24))
def test_s32_a_term_that_follows_a_term_ends_with_both_together(
    start: date, one: int, other: int
) -> None:
    """From the 28th or before: later days may meet a month that has none of their number."""
    assume(start.day <= 28)
    follows = add_days(compute_term_end(start, one))
    assert compute_term_end(follows, other) == compute_term_end(start, one + other)


@for_all(starts=DAYS, length=st.integers(0, 500), month=st.integers(-2, 20))
def test_j24_an_internship_runs_in_a_month_that_has_one_of_its_days(
    starts: date, length: int, month: int
) -> None:
    ends = starts + length * DAY
    asked = add_months(to_month(starts - 62 * DAY), month + 2)
    days = (starts + n * DAY for n in range(length + 1))
    expected = any(to_month(day) == asked for day in days)
    assert is_running_in(starts, ends, asked) == expected


@for_all(day=DAYS)
def test_what_is_written_of_a_day_or_month_is_read_again(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_month(f"{day:%Y-%m}") == to_month(day)


@for_all(text=st.text(st.sampled_from("0123456789-/ ２W"), max_size=11) | ANY_TEXT)
def test_what_is_read_as_a_day_or_month_is_written_alike(text: str) -> None:
    day, month = parse_date(text), parse_month(text)
    assert isinstance(day, Unreadable) or day.isoformat() == text
    assert isinstance(month, Unreadable) or f"{month:%Y-%m}" == text


@for_all(day=DAYS, seconds=st.integers(0, 86_399))
def test_an_instant_belongs_to_the_day_that_has_begun_in_shanghai(day: date, seconds: int) -> None:
    begins = to_start_instant(day)
    assert to_local_day(begins + timedelta(seconds=seconds)) == day
    assert to_local_day(begins - timedelta(microseconds=1)) == day - DAY
    assert to_start_instant(add_days(day)) - begins == DAY

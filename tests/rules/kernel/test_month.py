from datetime import UTC, date, datetime

import pytest

from rules.kernel.month import (
    add_months,
    compute_month_end,
    compute_one_year_term_end,
    compute_term_end,
    is_running_in,
    list_months,
    parse_date,
    parse_month,
    to_local_day,
    to_local_month,
    to_month,
)
from rules.kernel.refusal import Reason, Unreadable


def test_j25_a_month_is_the_date_of_its_first_day() -> None:
    assert parse_month("2024-09") == date(2024, 9, 1)
    assert parse_month("9999-12") == date(9999, 12, 1)


@pytest.mark.parametrize(
    "text",
    [
        "2024-13",
        "2024-00",
        "2024-9",
        "202409",
        "2024-09-01",
        " 2024-09",
        "2024-09\n",
        "1899-12",
        "10000-01",
        "２０２４-０９",
        "",
        None,
        202409,
        2024.09,
    ],
)
def test_j25_nothing_else_is_a_month(text: object) -> None:
    assert parse_month(text) == Unreadable(Reason.NOT_A_MONTH)


def test_j31_a_day_is_read_from_its_one_form() -> None:
    assert parse_date("2024-02-29") == date(2024, 2, 29)
    assert parse_date("1900-01-01") == date(1900, 1, 1)
    assert parse_date("9999-12-30") == date(9999, 12, 30)


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29",
        "2026-W01-1",
        "20240229",
        "2024-2-29",
        "2024-02-29T00:00",
        "1899-12-31",
        "9999-12-31",
        "10000-01-01",
        "0000-01-01",
        "2024-02-29\n",
        "２０２４-０２-２９",
        None,
        20240229,
    ],
)
def test_j31_nothing_else_is_a_day(text: object) -> None:
    assert parse_date(text) == Unreadable(Reason.NOT_A_DATE)


def test_j24_months_are_listed_with_both_ends_across_a_year() -> None:
    months = list_months(date(2023, 11, 30), date(2024, 2, 1))
    assert months == (date(2023, 11, 1), date(2023, 12, 1), date(2024, 1, 1), date(2024, 2, 1))
    assert list_months(date(2024, 2, 1), date(2024, 1, 31)) == ()
    assert len(list_months(date(9999, 11, 30), date(9999, 12, 30))) == 2


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, date(2023, 2, 28)),
        (date(2024, 12, 1), 1, date(2025, 1, 1)),
        (date(2024, 1, 15), -1, date(2023, 12, 15)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 3, 5), 0, date(2024, 3, 5)),
        (date(9999, 11, 30), 1, date(9999, 12, 30)),
        (date(9999, 12, 30), 1, date.max),
        (date(9999, 12, 1), 1200, date.max),
        (date(1900, 1, 1), -12, date(1899, 1, 1)),
    ],
)
def test_j23_months_are_added_by_the_calendar(day: date, months: int, moved: date) -> None:
    assert add_months(day, months) == moved


def test_j24_a_month_has_a_first_and_a_last_day() -> None:
    assert to_month(date(2024, 2, 29)) == date(2024, 2, 1)
    assert compute_month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert compute_month_end(date(2024, 12, 31)) == date(2024, 12, 31)
    assert compute_month_end(date(9999, 12, 1)) == date.max


def test_j24_an_evening_in_utc_is_the_next_month_in_shanghai() -> None:
    assert to_local_month(datetime(2024, 9, 30, 15, 59, 59, tzinfo=UTC)) == date(2024, 9, 1)
    assert to_local_month(datetime(2024, 9, 30, 16, 0, tzinfo=UTC)) == date(2024, 10, 1)
    assert to_local_day(datetime(2024, 12, 31, 16, 0, tzinfo=UTC)) == date(2025, 1, 1)


def test_j24_an_instant_without_a_zone_has_no_month() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_local_month(datetime(2024, 9, 30, 16, 0))


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "ran"),
    [
        (date(2024, 9, 30), date(2025, 9, 29), True),
        (date(2024, 1, 1), date(2024, 9, 1), True),
        (date(2024, 9, 10), date(2024, 9, 10), True),
        (date(2024, 10, 1), date(2025, 9, 30), False),
        (date(2024, 1, 1), date(2024, 8, 31), False),
        (date(2024, 9, 12), date(2024, 9, 11), False),
    ],
)
def test_j24_one_day_in_a_month_is_enough(starts_on: date, ends_on: date, ran: bool) -> None:
    assert is_running_in(starts_on, ends_on, date(2024, 9, 1)) is ran


@pytest.mark.parametrize(
    ("start", "last"),
    [
        (date(2020, 3, 1), date(2021, 2, 28)),
        (date(2019, 3, 1), date(2020, 2, 29)),
        (date(2020, 2, 29), date(2021, 2, 28)),
        (date(2020, 1, 1), date(2020, 12, 31)),
        (date(2023, 2, 28), date(2024, 2, 27)),
    ],
)
def test_s32_a_year_runs_to_the_day_before_the_anniversary(start: date, last: date) -> None:
    assert compute_one_year_term_end(start) == last


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2024, 8, 31), 6, date(2025, 2, 28)),
        (date(2024, 7, 15), 6, date(2025, 1, 14)),
        (date(2024, 1, 30), 1, date(2024, 2, 29)),
        (date(9998, 12, 30), 12, date(9999, 12, 29)),
        (date(9999, 1, 1), 12, date.max),
        (date(9999, 12, 30), 12, date.max),
    ],
)
def test_s6_a_term_in_months_ends_within_its_last_month(
    start: date, months: int, last: date
) -> None:
    assert compute_term_end(start, months) == last

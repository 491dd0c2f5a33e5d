from datetime import date
from uuid import UUID

import pytest

from models import Status
from rules.internship.change_request import (
    find_effective_date_faults,
    find_post_in_month,
    find_reported_month_faults,
    require_changes,
    require_current_base,
)
from rules.internship.early_end import ReportState
from rules.internship.monthly_report import ReportableTerm
from rules.kernel.refusal import Reason, Refusal

START, END = date(2024, 8, 1), date(2025, 7, 31)
TODAY = date(2025, 3, 10)


def test_x16_what_differs_is_told_with_old_and_new_value() -> None:
    base = {"name": "测试", "headcount": "5"}
    assert require_changes(base, {"name": "测试", "headcount": "7"}) == {"headcount": ["5", "7"]}


def test_x16_a_request_that_changes_nothing_is_refused() -> None:
    with pytest.raises(Refusal) as no:
        require_changes({"name": "测试"}, {"name": "测试"})
    assert no.value.fault.reason is Reason.CHANGE_NOTHING


def test_x16_a_request_against_other_values_is_stale() -> None:
    require_current_base({"name": "a"}, {"name": "a"})
    with pytest.raises(Refusal) as no:
        require_current_base({"name": "a"}, {"name": "b"})
    assert no.value.fault.reason is Reason.CHANGE_STALE


@pytest.mark.parametrize(
    ("moves", "on", "expected"),
    [
        (False, None, None),
        (False, date(2024, 9, 1), Reason.CHANGE_DATE_NEEDLESS),
        (True, None, Reason.CHANGE_DATE_MISSING),
        (True, date(2024, 7, 31), Reason.CHANGE_DATE_OUTSIDE),
        (True, START, None),
        (True, END, None),
        (True, date(2025, 8, 1), Reason.CHANGE_DATE_OUTSIDE),
    ],
)
def test_j40_another_post_takes_a_day_of_the_term(
    moves: bool, on: date | None, expected: Reason | None
) -> None:
    found = [fault.reason for fault in find_effective_date_faults(moves, on, START, END, [])]
    assert found == ([expected] if expected else [])


def test_j40_posts_change_in_the_order_of_their_days() -> None:
    since = [START, date(2024, 11, 1)]
    (fault,) = find_effective_date_faults(True, date(2024, 10, 31), START, END, since)
    assert fault.figures == {"first": "2024-11-01", "last": "2025-07-31"}
    assert list(find_effective_date_faults(True, date(2024, 11, 1), START, END, since)) == []


def reported(month: int, days: int = 10) -> ReportState:
    return ReportState(
        id=UUID(int=month),
        month=date(2024, month, 1),
        status=Status.APPROVED,
        days_attended=days,
        least_days=15,
    )


def test_x16_a_term_that_leaves_reported_months_out_is_refused_with_their_names() -> None:
    months = [reported(8), reported(9), reported(12)]
    term = ReportableTerm(True, date(2024, 9, 1), date(2024, 11, 30))
    (fault,) = find_reported_month_faults(months, term, TODAY)
    assert (fault.reason, fault.figures) == (Reason.MONTHS_REPORTED, {"months": "2024-08, 2024-12"})
    assert list(find_reported_month_faults(months[1:2], term, TODAY)) == []


def test_x16_a_term_that_cuts_reported_days_short_is_refused() -> None:
    term = ReportableTerm(True, date(2024, 9, 22), date(2024, 11, 30))
    (fault,) = find_reported_month_faults([reported(9, 10)], term, TODAY)
    assert fault.figures == {"months": "2024-09"}


MOVED = [(START, "first"), (date(2024, 10, 15), "second"), (date(2024, 12, 1), "third")]


@pytest.mark.parametrize(
    ("month", "post"),
    [(8, "first"), (10, "first"), (11, "second"), (12, "third")],
)
def test_j40_a_month_goes_by_the_post_of_its_first_day(month: int, post: str) -> None:
    assert find_post_in_month(MOVED, date(2024, month, 1), START, "now") == post


def test_j40_the_month_in_which_it_began_goes_by_the_day_it_began() -> None:
    moved = [(date(2024, 8, 10), "first"), (date(2024, 8, 20), "second")]
    assert find_post_in_month(moved, date(2024, 8, 1), date(2024, 8, 10), "now") == "first"
    assert find_post_in_month(moved, date(2024, 8, 1), date(2024, 8, 5), "now") == "first"


def test_j40_who_never_moved_has_one_post() -> None:
    assert find_post_in_month([], date(2024, 8, 1), START, "now") == "now"

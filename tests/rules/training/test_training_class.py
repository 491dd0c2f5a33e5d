"""S22, S24, S33: the days and numbers of classes, and when they go on."""

from datetime import date

import pytest

from models import Status
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer
from rules.training.training_class import (
    find_day_faults,
    find_revocation_faults,
    find_submission_faults,
    format_class_number,
    is_claimed,
)
from tests.factories.failures import AllFailures

TODAY = date(2025, 3, 10)
BEFORE, LATER = date(2025, 3, 9), date(2025, 3, 20)
ANYBODY = Viewer(language=Language.EN)


@pytest.mark.parametrize(("place", "written"), [(1, "001"), (32, "032"), (1000, "1000")])
def test_s22_a_number_is_made_of_region_opening_and_place(place: int, written: str) -> None:
    assert format_class_number("510104", LATER, place) == f"510104-20250320-{written}"


@pytest.mark.parametrize("ends_on", [TODAY, LATER])
def test_s22_a_class_may_open_today_and_end_the_same_day(ends_on: date) -> None:
    assert list(find_day_faults(TODAY, ends_on, TODAY)) == []


def test_s22_an_opening_in_the_past_and_an_end_before_it_are_told_together() -> None:
    found = find_day_faults(BEFORE, date(2025, 3, 8), TODAY)
    assert [(fault.reason, fault.path) for fault in found] == [
        (Reason.OPENING_IN_PAST, ("opensOn",)),
        (Reason.DATES_REVERSED, ("endsOn",)),
    ]


def test_s22_a_day_planned_before_may_stay_though_it_has_passed() -> None:
    assert list(find_day_faults(BEFORE, LATER, TODAY, planned=BEFORE)) == []
    (fault,) = find_day_faults(BEFORE, LATER, TODAY, planned=LATER)
    assert fault.reason is Reason.OPENING_IN_PAST


def test_s24_a_class_is_submitted_in_time_for_a_course_that_is_offered() -> None:
    assert not list(find_submission_faults(TODAY, TODAY, offered=True, sent_before=False))
    found = find_submission_faults(BEFORE, TODAY, offered=False, sent_before=False)
    assert [(fault.reason, fault.path) for fault in found] == [
        (Reason.COURSE_WITHDRAWN, ()),
        (Reason.OPENING_IN_PAST, ()),
    ]


def test_s24_a_class_that_was_sent_in_time_may_come_back_late() -> None:
    assert not list(find_submission_faults(BEFORE, TODAY, offered=True, sent_before=True))


@pytest.mark.parametrize("held", [True, False])
@pytest.mark.parametrize("completing", [True, False])
def test_s33_a_class_is_revoked_while_nothing_stands_on_it(held: bool, completing: bool) -> None:
    found = [fault.reason for fault in find_revocation_faults(held=held, completing=completing)]
    expected = [Reason.CLASS_CLAIMED] * held + [Reason.CLASS_COMPLETING] * completing
    assert found == expected


def test_s33_a_claim_that_is_no_draft_and_not_gone_takes_the_course() -> None:
    with AllFailures() as failures:
        for status in Status:
            with failures.at(status):
                idle = status in {Status.DRAFT, Status.WITHDRAWN, Status.REFUSED}
                assert is_claimed([(Status.DRAFT,), (status,)], viewer=ANYBODY) is not idle
                assert is_claimed([], viewer=ANYBODY) is False

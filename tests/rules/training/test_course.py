"""S20: what may be entered as a course, and for which edition a class may be opened."""

from decimal import Decimal

import pytest

from rules.kernel.refusal import Reason
from rules.training.course import (
    MAX_COURSE_HOURS,
    EditionState,
    find_code_faults,
    find_course_faults,
    find_edition_faults,
    normalize_code,
)

FEE = Decimal("500.00")


@pytest.mark.parametrize(
    ("typed", "kept"), [("aqsc-01", "AQSC-01"), ("ＡＱ０１", "AQ01"), ("AQSC-01", "AQSC-01")]
)
def test_s20_a_code_is_kept_in_half_width_capitals(typed: str, kept: str) -> None:
    assert normalize_code(typed) == kept


@pytest.mark.parametrize("code", ["A1", "AQSC-01", "A" * 32])
def test_s20_a_course_of_one_hour_and_one_fen_is_a_course(code: str) -> None:
    assert list(find_course_faults(code, 1, Decimal("0.01"))) == []
    assert list(find_course_faults(code, MAX_COURSE_HOURS, FEE)) == []


@pytest.mark.parametrize("code", ["A", "-A1", "A" * 33, "安全", "A 1", "A_1"])
def test_s20_what_is_no_code_is_refused(code: str) -> None:
    (fault,) = find_course_faults(code, 20, FEE)
    assert (fault.reason, fault.path) == (Reason.COURSE_CODE_MALFORMED, ("code",))


def test_s20_all_that_is_wrong_with_a_course_is_told_at_once() -> None:
    found = find_course_faults("?", 0, Decimal(1_000_001))
    assert [(fault.reason, fault.path) for fault in found] == [
        (Reason.COURSE_CODE_MALFORMED, ("code",)),
        (Reason.NUMBER_OUT_OF_RANGE, ("hours",)),
        (Reason.AMOUNT_ABSURD, ("fee",)),
    ]


def test_s20_another_region_s_code_is_taken() -> None:
    assert list(find_code_faults("510000", None)) == []
    assert list(find_code_faults("510000", "510000")) == []
    (fault,) = find_code_faults("510000", "220000")
    assert (fault.reason, fault.path) == (Reason.COURSE_CODE_TAKEN, ("code",))


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        (EditionState(1, 1, last_offered=True), None),
        (EditionState(2, 2, last_offered=True), None),
        (EditionState(1, 2, last_offered=True), Reason.COURSE_OUTDATED),
        (EditionState(1, 2, last_offered=False), Reason.COURSE_WITHDRAWN),
        (EditionState(2, 2, last_offered=False), Reason.COURSE_WITHDRAWN),
    ],
)
def test_s20_a_class_is_opened_for_the_last_edition_while_it_is_offered(
    chosen: EditionState, reason: Reason | None
) -> None:
    assert [fault.reason for fault in find_edition_faults(chosen)] == ([reason] if reason else [])

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from models import LineState, Status
from rules.internship.early_end import (
    AffectedLine,
    LineRemedy,
    ReportOutcome,
    ReportState,
    ReservingLine,
    build_explanation,
    evaluate_report,
    find_affected_lines,
    is_month_attended,
    split_supplement,
)
from rules.internship.monthly_report import ReportableTerm
from rules.kernel.explanation import describe_line_amount
from rules.kernel.viewer import Viewer

TODAY = date(2025, 3, 10)
START = date(2024, 8, 1)
PAY = Decimal("1880.00")


def report(
    month: int, days: int = 22, status: Status = Status.APPROVED, year: int = 2024
) -> ReportState:
    return ReportState(
        id=UUID(int=month),
        month=date(year, month, 1),
        status=status,
        days_attended=days,
        least_days=15,
    )


def ended(on: date) -> ReportableTerm:
    return ReportableTerm(True, START, on)


def line(state: LineState, *months: int, number: int = 1) -> ReservingLine:
    return ReservingLine(UUID(int=100 + number), state, {UUID(int=m): PAY for m in months})


YEAR = [report(month) for month in (8, 9, 10, 11)]


def remedies(lines: Sequence[ReservingLine], on: date, least: int = 3) -> list[AffectedLine]:
    return find_affected_lines(lines, YEAR, ended(on), TODAY, least)


@pytest.mark.parametrize(
    ("month", "days", "expected"),
    [
        (9, 22, ReportOutcome.STANDS),
        (10, 10, ReportOutcome.STANDS),
        (10, 11, ReportOutcome.REOPEN),
        (11, 0, ReportOutcome.VOID),
        (12, 22, ReportOutcome.VOID),
    ],
)
def test_j39_months_after_the_end_are_void_and_the_last_one_is_judged_anew(
    month: int, days: int, expected: ReportOutcome
) -> None:
    assert evaluate_report(report(month, days), ended(date(2024, 10, 10)), TODAY) is expected


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REFUSED, Status.VOIDED])
def test_j39_what_is_gone_stays_as_it_is(status: Status) -> None:
    assert (
        evaluate_report(report(12, 22, status), ended(date(2024, 8, 1)), TODAY)
        is ReportOutcome.STANDS
    )


def test_j24_an_end_on_the_last_day_of_a_month_takes_nothing_of_it() -> None:
    assert evaluate_report(report(10, 31), ended(date(2024, 10, 31)), TODAY) is ReportOutcome.STANDS


def test_j29_the_last_month_counts_with_the_days_that_there_were() -> None:
    assert is_month_attended(report(10, 22), ended(date(2024, 10, 15)), TODAY)
    assert not is_month_attended(report(10, 22), ended(date(2024, 10, 14)), TODAY)
    assert not is_month_attended(report(11, 22), ended(date(2024, 10, 31)), TODAY)
    assert not is_month_attended(report(9, 22, Status.SUBMITTED), ended(date(2024, 10, 31)), TODAY)


@pytest.mark.parametrize(
    ("state", "remedy"),
    [
        (LineState.OPEN, LineRemedy.STRIKE),
        (LineState.IN_PUBLICITY, LineRemedy.STRIKE),
        (LineState.PAYABLE, LineRemedy.STRIKE),
        (LineState.IN_BATCH, LineRemedy.WAIT),
        (LineState.PAID, LineRemedy.CLAW_BACK),
        (LineState.STRUCK, None),
        (LineState.PUBLICITY_FAILED, None),
        (LineState.CLAWED_BACK, LineRemedy.CLAW_BACK),
    ],
)
def test_j39_unpaid_lines_are_struck_and_paid_ones_are_clawed_back(
    state: LineState, remedy: LineRemedy | None
) -> None:
    found = remedies([line(state, 8, 9, 10, 11)], date(2024, 10, 31))
    assert [each.remedy for each in found] == ([remedy] if remedy else [])


def test_j39_only_the_months_after_the_end_come_back_of_a_paid_line() -> None:
    (found,) = remedies([line(LineState.PAID, 8, 9, 10, 11)], date(2024, 10, 31))
    assert found == AffectedLine(
        id=UUID(int=101), remedy=LineRemedy.CLAW_BACK, reports=(UUID(int=11),), amount=PAY
    )


def test_j39_a_line_that_holds_none_of_them_is_left_alone() -> None:
    lines = [line(LineState.OPEN, 8, 9, 10), line(LineState.PAID, 11, number=2)]
    found = remedies(lines, date(2024, 10, 31))
    assert [each.id for each in found] == [UUID(int=102)]


def test_j29_with_fewer_months_than_it_takes_all_of_it_comes_back() -> None:
    lines = [line(LineState.PAID, 8, 9, 10), line(LineState.OPEN, 11, number=2)]
    found = remedies(lines, date(2024, 9, 30))
    assert [(each.remedy, each.amount) for each in found] == [
        (LineRemedy.CLAW_BACK, PAY * 3),
        (LineRemedy.STRIKE, PAY),
    ]


def test_j29_a_line_of_earlier_months_alone_goes_with_the_months_that_unlocked_it() -> None:
    (found,) = remedies([line(LineState.PAID, 8, 9)], date(2024, 9, 30))
    assert found.amount == PAY * 2


def test_j39_a_paid_last_month_comes_back_only_if_too_few_days_are_left_of_it() -> None:
    held = [line(LineState.PAID, 8, 9, 10)]
    assert remedies(held, date(2024, 10, 15)) == []
    (found,) = remedies(held, date(2024, 10, 14), least=2)
    assert found.reports == (UUID(int=10),)


def test_j39_an_unpaid_line_goes_with_the_last_month_that_must_be_corrected() -> None:
    (found,) = remedies([line(LineState.OPEN, 8, 9, 10)], date(2024, 10, 15))
    assert (found.remedy, found.amount) == (LineRemedy.STRIKE, PAY)


def test_j30_a_month_that_was_void_before_still_comes_back_of_a_paid_line() -> None:
    reports = [*YEAR[:3], report(11, 22, Status.VOIDED)]
    held = [line(LineState.PAID, 8, 9, 10, 11)]
    (found,) = find_affected_lines(held, reports, ended(date(2024, 10, 31)), TODAY, 3)
    assert found.reports == (UUID(int=11),)


def test_x5_a_clawback_explains_itself_month_by_month() -> None:
    kept = build_explanation([(date(2024, 11, 1), PAY), (date(2024, 10, 1), PAY)])
    assert kept["months"] == ["2024-10", "2024-11"]
    told = describe_line_amount(kept, viewer=Viewer())
    assert told.amount == PAY * 2
    assert list(told.formula) == ["追回金额 = 1880.00 (2024-10) + 1880.00 (2024-11) = 3760.00元"]


@pytest.mark.parametrize(
    ("amount", "gaps", "shares"),
    [
        ("200.00", ("100.00", "100.00", "0.00"), ("100.00", "100.00", "0.00")),
        ("100.00", ("50.00", "50.00", "50.00"), ("33.33", "33.34", "33.33")),
        ("100.00", ("-20.00", "120.00"), ("0.00", "100.00")),
        ("10.00", ("0.00", "0.00"), ("5.00", "5.00")),
        ("10.00", (), ()),
    ],
)
def test_j39_a_supplement_is_split_over_the_months_that_it_paid_for_to_the_cent(
    amount: str, gaps: Sequence[str], shares: Sequence[str]
) -> None:
    """X20."""
    lacking = {UUID(int=n): Decimal(gap) for n, gap in enumerate(gaps)}
    found = split_supplement(Decimal(amount), lacking)
    assert [*map(str, found.values())] == [*shares]

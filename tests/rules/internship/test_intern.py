from datetime import date, timedelta
from typing import Any

import pytest

from models import Education, InternCategory
from rules.internship.intern import (
    COLLEGE_EDUCATIONS,
    VOCATIONAL_EDUCATIONS,
    PersonRecords,
    ProposedTerm,
    find_category_faults,
    find_term_faults,
)
from rules.kernel.refusal import Fault, Reason
from tests.factories.parameter import a_parameter, build_seed_policy

GRADUATE = InternCategory.GRADUATE
SECONDARY = InternCategory.SECONDARY_VOCATIONAL
YOUTH = InternCategory.UNEMPLOYED_YOUTH
REGION = "220104"
AGREED = date(2024, 7, 15)
POLICY = build_seed_policy()


def known(**more: Any) -> PersonRecords:
    values: dict[str, Any] = {
        "birth_date": date(2003, 5, 4),
        "education": Education.BACHELOR,
        "graduated_on": date(2024, 6, 30),
        "unemployed": [(date(2024, 1, 1), None)],
    }
    return PersonRecords(**(values | more))


def faults(category: InternCategory, agreed_on: date = AGREED, **more: Any) -> list[Fault]:
    return list(find_category_faults(category, known(**more), agreed_on, REGION, POLICY))


def reasons(category: InternCategory, agreed_on: date = AGREED, **more: Any) -> list[Reason]:
    return [fault.reason for fault in faults(category, agreed_on, **more)]


@pytest.mark.parametrize(
    ("left", "agreed_on", "fresh"),
    [
        (date(2022, 6, 30), date(2024, 6, 30), True),
        (date(2022, 6, 30), date(2024, 7, 1), False),
        (date(2024, 6, 30), date(2024, 6, 30), True),
        (date(2024, 6, 30), date(2024, 6, 29), False),
        (date(2024, 2, 29), date(2026, 2, 28), True),
        (date(2024, 2, 29), date(2026, 3, 1), False),
        (date(2022, 2, 28), date(2024, 2, 28), True),
        (date(2022, 2, 28), date(2024, 2, 29), False),
        (None, AGREED, False),
    ],
)
def test_j17_a_graduate_is_out_of_school_for_two_years_and_not_a_day_more(
    left: date | None, agreed_on: date, fresh: bool
) -> None:
    expected = [] if fresh else [Reason.NOT_A_GRADUATE]
    assert reasons(GRADUATE, agreed_on, graduated_on=left) == expected


@pytest.mark.parametrize("education", [None, *Education])
def test_j17_schooling_decides_who_is_a_graduate_and_who_is_vocational(
    education: Education | None,
) -> None:
    assert (reasons(GRADUATE, education=education) == []) is (education in COLLEGE_EDUCATIONS)
    assert (reasons(SECONDARY, education=education) == []) is (education in VOCATIONAL_EDUCATIONS)


@pytest.mark.parametrize(
    ("month", "insured"),
    [
        (date(2019, 1, 1), True),
        (date(2024, 6, 1), True),
        (date(2024, 7, 1), True),
        (date(2024, 8, 1), False),
    ],
)
@pytest.mark.parametrize("agreed_on", [date(2024, 7, 1), date(2024, 7, 31)])
def test_j17_a_graduate_has_no_contribution_up_to_the_month_of_the_agreement(
    month: date, insured: bool, agreed_on: date
) -> None:
    expected = [Reason.INSURED] if insured else []
    assert reasons(GRADUATE, agreed_on, insured_months=[month]) == expected


def test_j17_the_latest_contribution_before_the_agreement_is_named() -> None:
    months = [date(2024, 8, 1), date(2024, 3, 1), date(2023, 1, 1)]
    (fault,) = faults(GRADUATE, insured_months=months)
    assert fault.figures == {"month": "2024-03"}


@pytest.mark.parametrize(
    ("born", "agreed_on", "age"),
    [
        (date(2008, 7, 16), date(2024, 7, 15), 15),
        (date(2008, 7, 15), date(2024, 7, 15), 16),
        (date(1999, 7, 16), date(2024, 7, 15), 24),
        (date(1999, 7, 15), date(2024, 7, 15), 25),
        (date(2000, 2, 29), date(2025, 2, 28), 24),
        (date(2000, 2, 29), date(2025, 3, 1), 25),
    ],
)
def test_j17_youth_is_16_to_24_on_the_day_of_the_agreement_birthdays_included(
    born: date, agreed_on: date, age: int
) -> None:
    found = faults(YOUTH, agreed_on, birth_date=born)
    if 16 <= age <= 24:
        assert found == []
    else:
        (fault,) = found
        assert fault.reason is Reason.AGE_OUTSIDE
        assert fault.figures == {"age": str(age), "range": "16-24"}


@pytest.mark.parametrize(
    ("since", "until", "registered"),
    [
        (AGREED, None, True),
        (AGREED + timedelta(days=1), None, False),
        (AGREED - timedelta(days=1), AGREED - timedelta(days=1), False),
        (AGREED - timedelta(days=1), AGREED, True),
        (AGREED, AGREED, True),
    ],
)
def test_j17_youth_is_registered_unemployed_on_the_very_day(
    since: date, until: date | None, registered: bool
) -> None:
    expected = [] if registered else [Reason.NOT_REGISTERED_UNEMPLOYED]
    assert reasons(YOUTH, unemployed=[(since, until)]) == expected


def test_j17_one_of_several_registrations_is_enough_and_none_is_not() -> None:
    over = (date(2023, 1, 1), date(2023, 2, 1))
    assert reasons(YOUTH, unemployed=[over, (AGREED, None)]) == []
    assert reasons(YOUTH, unemployed=[over]) == [Reason.NOT_REGISTERED_UNEMPLOYED]
    assert reasons(YOUTH, unemployed=[]) == [Reason.NOT_REGISTERED_UNEMPLOYED]


@pytest.mark.parametrize(("month", "insured"), [(6, False), (7, True), (8, False)])
def test_j17_a_youths_insurance_has_stopped_before_the_month_of_the_agreement(
    month: int, insured: bool
) -> None:
    expected = [Reason.INSURED] if insured else []
    assert reasons(YOUTH, insured_months=[date(2024, month, 1)]) == expected


def test_j17_all_faults_of_a_category_are_told_at_once() -> None:
    found = faults(
        YOUTH, birth_date=date(1990, 1, 1), unemployed=[], insured_months=[AGREED.replace(day=1)]
    )
    assert [f.reason for f in found] == [
        Reason.AGE_OUTSIDE,
        Reason.NOT_REGISTERED_UNEMPLOYED,
        Reason.INSURED,
    ]
    assert {f.path for f in found} == {("category",)}


def test_j17_a_vocational_graduate_has_graduated_and_neither_age_nor_insurance_counts() -> None:
    more: dict[str, Any] = {
        "education": Education.TECHNICAL_SCHOOL,
        "birth_date": date(1985, 1, 1),
        "insured_months": [date(2024, 7, 1)],
        "unemployed": [],
    }
    assert reasons(SECONDARY, graduated_on=AGREED, **more) == []
    assert reasons(SECONDARY, graduated_on=date(2005, 7, 1), **more) == []
    tomorrow = AGREED + timedelta(days=1)
    assert reasons(SECONDARY, graduated_on=tomorrow, **more) == [Reason.NOT_VOCATIONAL]
    assert reasons(SECONDARY, graduated_on=None, **more) == [Reason.NOT_VOCATIONAL]


def test_j17_the_figures_are_parameters() -> None:
    policy = build_seed_policy(
        [
            a_parameter("internship.graduate_window_years", "3", region=REGION),
            a_parameter("internship.youth_age", "18-35", region=REGION),
        ]
    )
    old = known(graduated_on=date(2021, 7, 15), birth_date=date(1990, 1, 1))
    for category in (GRADUATE, YOUTH):
        assert list(find_category_faults(category, old, AGREED, REGION, policy)) == []


def term_faults(agreed: str, starts: str, ends: str, today: str = "2025-03-10") -> list[Reason]:
    proposed = ProposedTerm(*map(date.fromisoformat, (agreed, starts, ends)))
    return [f.reason for f in find_term_faults(proposed, REGION, date.fromisoformat(today), POLICY)]


@pytest.mark.parametrize(
    ("starts", "ends", "short_enough"),
    [
        ("2024-08-01", "2025-07-31", True),
        ("2024-08-01", "2025-08-01", False),
        ("2024-02-29", "2025-02-28", True),
        ("2024-02-29", "2025-03-01", False),
        ("2024-08-15", "2025-08-14", True),
        ("2024-08-15", "2025-08-15", False),
        ("2024-08-01", "2024-08-01", True),
    ],
)
def test_j23_a_term_has_at_most_twelve_months(starts: str, ends: str, short_enough: bool) -> None:
    expected = [] if short_enough else [Reason.TERM_TOO_LONG]
    assert term_faults("2024-02-01", starts, ends) == expected


def test_j15_an_agreement_is_signed_by_today_and_by_the_first_day() -> None:
    assert term_faults("2025-03-10", "2025-03-10", "2025-05-31") == []
    assert term_faults("2025-03-11", "2025-03-11", "2025-05-31") == [Reason.DATE_IN_FUTURE]
    assert term_faults("2024-08-02", "2024-08-01", "2024-09-30") == [Reason.AGREED_AFTER_START]


def test_j15_an_agreement_is_signed_at_most_twelve_months_before_the_first_day() -> None:
    assert term_faults("2024-03-10", "2025-03-10", "2025-05-31") == []
    assert term_faults("2024-03-09", "2025-03-10", "2025-05-31") == [Reason.DATE_TOO_EARLY]
    assert term_faults("1900-01-01", "2025-03-10", "2025-05-31") == [Reason.DATE_TOO_EARLY]
    assert term_faults("2025-03-10", "9999-12-30", "9999-12-30") == [Reason.DATE_TOO_EARLY]


def test_j15_all_faults_of_a_term_are_told_at_once() -> None:
    assert term_faults("2026-01-01", "2025-06-01", "2025-05-31") == [
        Reason.DATE_IN_FUTURE,
        Reason.AGREED_AFTER_START,
        Reason.DATES_REVERSED,
    ]

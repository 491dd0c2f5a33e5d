"""J15, J17, J23, J24, J25: each fault of an internship with its place and its figures."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import strategies as st

from models import Education, InternCategory
from rules.internship.intern import (
    PersonRecords,
    ProposedTerm,
    find_category_faults,
    find_term_faults,
)
from rules.internship.internship import choose_free_slots, choose_kept_slots, count_slots
from rules.internship.monthly_report import (
    ReportableTerm,
    assess_report,
    find_month_faults,
    find_report_faults,
)
from rules.kernel.month import compute_term_end
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Fault, Reason
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.factories.properties import DAYS, for_all

R, REGION, TODAY = Reason, "220104", date(2025, 3, 10)
POLICY = build_seed_policy()
TERM = ProposedTerm(date(2024, 8, 1), date(2024, 8, 1), date(2025, 7, 31))
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"agreed_on": date(2023, 8, 1)}, []),
        (
            {"agreed_on": date(2023, 7, 31)},
            [Fault(R.DATE_TOO_EARLY, ("agreedOn",), {"months": "12"})],
        ),
        ({"agreed_on": date(2024, 8, 2)}, [Fault(R.AGREED_AFTER_START, ("agreedOn",), {})]),
        (
            {"agreed_on": TODAY + DAY},
            [
                Fault(R.DATE_IN_FUTURE, ("agreedOn",), {}),
                Fault(R.AGREED_AFTER_START, ("agreedOn",), {}),
            ],
        ),
        ({"ends_on": date(2024, 8, 1)}, []),
        ({"ends_on": date(2024, 7, 31)}, [Fault(R.DATES_REVERSED, ("endsOn",), {})]),
        ({"ends_on": date(2025, 8, 1)}, [Fault(R.TERM_TOO_LONG, ("endsOn",), {"months": "12"})]),
    ],
)
def test_j15_j23_what_is_wrong_with_a_term_is_told_at_its_place(
    changes: dict[str, date], expected: list[Fault]
) -> None:
    term = replace(TERM, **changes)
    assert [*find_term_faults(term, REGION, TODAY, POLICY)] == expected


def test_j17_what_is_wrong_with_a_category_is_told_at_its_place() -> None:
    on = date(2024, 8, 1)
    person = PersonRecords(
        birth_date=date(2003, 5, 4),
        education=Education.SENIOR_MIDDLE,
        graduated_on=date(2024, 6, 30),
        insured_months=[date(2024, 5, 1), date(2024, 7, 1), date(2024, 9, 1)],
        unemployed=[(date(2024, 1, 1), None)],
    )
    insured = Fault(R.INSURED, ("category",), {"month": "2024-07"})
    told = {
        category: [*find_category_faults(category, person, on, REGION, POLICY)]
        for category in InternCategory
    }
    assert told[InternCategory.GRADUATE] == [
        Fault(R.NOT_A_GRADUATE, ("category",), {"years": "2"}),
        insured,
    ]
    assert told[InternCategory.SECONDARY_VOCATIONAL] == [Fault(R.NOT_VOCATIONAL, ("category",), {})]
    now = replace(person, insured_months=[date(2024, 8, 1)])
    youth = find_category_faults(InternCategory.UNEMPLOYED_YOUTH, now, on, REGION, POLICY)
    assert [*youth] == [Fault(R.INSURED, ("category",), {"month": "2024-08"})]


def test_j24_j25_what_is_wrong_with_a_report_is_told_at_its_place() -> None:
    term = ReportableTerm(approved=False, starts_on=date(2024, 8, 1), ends_on=date(2024, 9, 30))
    most = Decimal("999999.99")
    absurd = Decimal(10**9)
    found = find_report_faults(
        term, date(2024, 10, 1), 32, absurd, absurd, ("rows", 3), today=TODAY
    )
    told = [*found]
    at = ("rows", 3)
    not_run = {"month": "2024-10", "starts": "2024-08-01", "ends": "2024-09-30"}
    assert told[:3] == [
        Fault(R.INTERN_NOT_APPROVED, (*at, "internId"), {}),
        Fault(R.MONTH_NOT_RUN, (*at, "internId"), not_run),
        Fault(R.DAYS_OUTSIDE_MONTH, (*at, "daysAttended"), {"most": "31"}),
    ]
    assert [(f.reason, f.path) for f in told[3:]] == [
        (R.AMOUNT_ABSURD, (*at, "wagePaid")),
        (R.AMOUNT_ABSURD, (*at, "insurancePaid")),
    ]
    assert [*find_month_faults(date(2025, 4, 1), TODAY)] == [
        Fault(R.MONTH_IN_FUTURE, ("month",), {})
    ]
    good = replace(term, approved=True)
    assert [*find_report_faults(good, date(2024, 9, 1), 30, most, most, at, today=TODAY)] == []


def test_j27_the_days_demanded_may_differ_by_category() -> None:
    given = {
        "minimum_wage": "1880",
        "internship.wage_floor_ratio": "1.2",
        "internship.allowance_ratio": "0.6",
        "money.rounding": "HALF_UP 0.01",
    }
    policy = Policy([a_parameter(key, value) for key, value in given.items()])
    with pytest.raises(MissingParameter, match="min_days"):
        assess_report("GRADUATE", REGION, date(2024, 9, 1), 20, Decimal(9000), policy)
    own = [
        a_parameter("internship.min_days", days, category=category)
        for days, category in (("10", "GRADUATE"), ("21", "UNEMPLOYED_YOUTH"))
    ]
    each = Policy([*(a_parameter(key, value) for key, value in given.items()), *own])
    for category, least in (("GRADUATE", 10), ("UNEMPLOYED_YOUTH", 21)):
        found = assess_report(category, REGION, date(2024, 9, 1), 20, Decimal(9000), each)
        assert found.min_days == least


@for_all(starts=DAYS, days=st.integers(0, 800))
def test_j23_a_term_takes_thirty_slots_a_month_and_one_for_each_odd_day(
    starts: date, days: int
) -> None:
    ends = starts + days * DAY
    whole = 0
    while compute_term_end(starts, whole + 1) <= ends:
        whole += 1
    odd = (ends - compute_term_end(starts, whole)).days if whole else days + 1
    assert count_slots(starts, ends) == 30 * whole + min(30, odd)
    assert count_slots(starts, ends) <= count_slots(starts, ends + DAY)


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(1, 20)), max_size=5).map(
    lambda spans: [(first, first + length) for first, length in spans]
)


def listed(spans: list[tuple[int, int]]) -> list[int]:
    return [n for first, last in spans for n in range(first, last)]


@for_all(need=st.integers(0, 80), spans=SPANS)
def test_j23_an_internship_keeps_the_lowest_of_its_slots(
    need: int, spans: list[tuple[int, int]]
) -> None:
    apart: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if not apart or apart[-1][1] <= first:
            apart.append((first, last))
    kept = listed([*choose_kept_slots(need, apart[::-1])])
    assert kept == listed(apart)[:need]


@for_all(need=st.integers(0, 80))
def test_j23_whoever_has_no_slots_yet_takes_the_first(need: int) -> None:
    assert listed([*choose_free_slots(need, [])]) == [*range(need)]

import json
from datetime import date
from decimal import Decimal

import pytest

from models.internship.intern import InternCategory
from rules.internship.monthly_report import (
    ReportableTerm,
    ReportAssessment,
    assess_report,
    find_month_faults,
    find_report_faults,
)
from rules.kernel.parameter import MissingParameter, Policy
from rules.kernel.refusal import Reason
from tests.factories.parameter import a_parameter, build_seed_policy

YOUTH = InternCategory.UNEMPLOYED_YOUTH
GRADUATE = InternCategory.GRADUATE
VOCATIONAL = InternCategory.SECONDARY_VOCATIONAL

SEPTEMBER, OCTOBER = date(2024, 9, 1), date(2024, 10, 1)
NANGUAN, NONGAN, YANJI = "220102", "220122", "222401"
TERM = ReportableTerm(approved=True, starts_on=date(2024, 8, 31), ends_on=date(2025, 3, 10))


def assessed(
    category: InternCategory = YOUTH,
    region: str = NANGUAN,
    month: date = SEPTEMBER,
    *,
    days: int = 22,
    wage: str = "9000",
    policy: Policy | None = None,
) -> ReportAssessment:
    return assess_report(
        category, region, month, days, Decimal(wage), policy or build_seed_policy()
    )


@pytest.mark.parametrize(
    ("category", "month", "floor", "payable"),
    [
        (YOUTH, SEPTEMBER, "2256.00", "1128.00"),
        (GRADUATE, SEPTEMBER, "3008.00", "1880.00"),
        (VOCATIONAL, SEPTEMBER, "3008.00", "1880.00"),
        (YOUTH, OCTOBER, "2544.00", "1272.00"),
        (GRADUATE, OCTOBER, "3392.00", "2120.00"),
    ],
)
def test_j27_changchuns_floors_are_the_manuals_until_september_2024(
    category: InternCategory, month: date, floor: str, payable: str
) -> None:
    result = assessed(category, month=month)
    assert (str(result.floor), str(result.payable)) == (floor, payable)


@pytest.mark.parametrize(
    ("category", "floor", "payable"),
    [(YOUTH, "2136.00", "1068.00"), (GRADUATE, "2848.00", "1780.00")],
)
def test_j27_outside_the_cities_floor_and_subsidy_follow_the_lowest_minimum_wage(
    category: InternCategory, floor: str, payable: str
) -> None:
    result = assessed(category, NONGAN, OCTOBER)
    assert (str(result.floor), str(result.payable)) == (floor, payable)


@pytest.mark.parametrize(("category", "floor"), [(YOUTH, "2256.00"), (GRADUATE, "3008.00")])
def test_j27_a_wage_of_exactly_the_floor_is_enough(category: InternCategory, floor: str) -> None:
    result = assessed(category, wage=floor)
    assert result.payable is not None
    assert result.why == ()


@pytest.mark.parametrize(("category", "wage"), [(YOUTH, "2255.99"), (GRADUATE, "3007.99")])
def test_j27_a_wage_below_the_floor_leaves_the_subsidy_empty(
    category: InternCategory, wage: str
) -> None:
    result = assessed(category, wage=wage)
    assert result.payable is None
    assert result.why == (Reason.WAGE_BELOW_FLOOR,)


def test_j27_what_was_enough_in_september_is_too_little_in_october() -> None:
    assert assessed(wage="2256", month=SEPTEMBER).payable == Decimal(1128)
    assert assessed(wage="2256", month=OCTOBER).payable is None


def test_j27_fifteen_days_are_paid_whole_and_fourteen_not_at_all() -> None:
    assert assessed(days=15).payable == Decimal(1128)
    fourteen = assessed(days=14)
    assert fourteen.payable is None
    assert fourteen.why == (Reason.TOO_FEW_DAYS,)
    assert fourteen.min_days == 15


def test_j27_both_shortfalls_are_told_at_once() -> None:
    result = assessed(days=0, wage="0")
    assert result.payable is None
    assert result.why == (Reason.WAGE_BELOW_FLOOR, Reason.TOO_FEW_DAYS)


def test_j27_any_day_of_the_month_stands_for_the_month() -> None:
    result = assessed(month=date(2024, 9, 30))
    assert result.floor == Decimal(2256)
    assert assessed(month=date(2024, 10, 31)).floor == Decimal(2544)


def test_j27_a_ratio_that_begins_within_a_month_does_not_count_for_it() -> None:
    ratio = a_parameter(
        "internship.wage_floor_ratio", "2", region=NANGUAN, effective_from=date(2024, 9, 2)
    )
    assert assessed(month=date(2024, 9, 30), policy=build_seed_policy([ratio])).floor == Decimal(
        2256
    )
    assert assessed(month=OCTOBER, policy=build_seed_policy([ratio])).floor == Decimal(4240)


def test_j27_the_floor_is_compared_as_it_is_shown() -> None:
    ratio = a_parameter("internship.wage_floor_ratio", "1.2345", region=NANGUAN)
    wage = a_parameter("minimum_wage", "1880.01", region=NANGUAN, effective_from=SEPTEMBER)
    result = assessed(wage="2320.87", policy=build_seed_policy([ratio, wage]))
    assert result.floor == Decimal("2320.87")
    assert result.payable is not None


def test_x6_a_figure_that_is_not_confirmed_makes_the_assessment_unconfirmed() -> None:
    days = a_parameter("internship.min_days", "15", region="220000")
    assert not assessed().confirmed
    assert assessed(policy=build_seed_policy([days])).confirmed
    assert not assessed(region=YANJI, policy=build_seed_policy([days])).confirmed
    assert assessed().explanation["confirmed"] is False


def test_x5_an_amount_explains_itself_in_two_languages() -> None:
    explanation = json.loads(json.dumps(assessed().explanation))
    assert explanation["payable"] == "1128.00"
    assert explanation["inputs"] == {
        "category": "UNEMPLOYED_YOUTH",
        "region": NANGUAN,
        "month": "2024-09",
        "daysAttended": 22,
        "wagePaid": "9000.00",
    }
    assert "1880 × 0.6 = 1128.00" in explanation["formula"]["zh"][-1]
    assert "1880 × 0.6 = 1128.00" in explanation["formula"]["en"][-1]
    assert [used["key"] for used in explanation["parameters"]] == [
        "minimum_wage",
        "internship.wage_floor_ratio",
        "internship.allowance_ratio",
        "internship.min_days",
        "money.rounding",
    ]
    assert explanation["parameters"][0]["effectiveTo"] == "2024-09-30"


def test_x5_an_empty_amount_says_why() -> None:
    explanation = json.loads(json.dumps(assessed(days=14, wage="2255.99").explanation))
    assert explanation["payable"] is None
    assert explanation["why"] == ["WAGE_BELOW_FLOOR", "TOO_FEW_DAYS"]
    assert "2255.99" in explanation["formula"]["zh"][1]
    assert "14" in explanation["formula"]["zh"][2]
    assert len(explanation["formula"]["zh"]) == len(explanation["formula"]["en"])


def test_x5_each_of_many_reports_names_its_own_parameters_only() -> None:
    policy = build_seed_policy()
    assessed(region=NANGUAN, policy=policy)
    second = assessed(region=NONGAN, policy=policy)
    again = assessed(region=NANGUAN, policy=policy)
    for result in (second, again):
        parameters = result.explanation["parameters"]
        assert isinstance(parameters, list)
        assert len(parameters) == 5
    assert len({parameter.id for parameter in policy.used}) == len(policy.used) == 6


def test_x6_a_missing_figure_is_named_and_nothing_is_guessed() -> None:
    with pytest.raises(MissingParameter) as missing:
        assessed(month=date(2021, 11, 1))
    assert missing.value.key == "minimum_wage"
    with pytest.raises(MissingParameter):
        assessed(region="510116")


def faults(
    *,
    term: ReportableTerm = TERM,
    month: date = SEPTEMBER,
    days: int = 0,
    wage: str = "0",
    today: date = date(2025, 6, 1),
) -> list[str]:
    found = find_report_faults(
        term, month, days, Decimal(wage), Decimal(0), ("rows", 3), today=today
    )
    return [f"{'.'.join(map(str, f.path))} {f.reason}" for f in found]


@pytest.mark.parametrize(
    ("month", "most"),
    [(date(2024, 8, 1), 1), (SEPTEMBER, 30), (date(2025, 2, 1), 28), (date(2025, 3, 1), 10)],
)
def test_j25_no_more_days_are_attended_than_the_internship_ran(month: date, most: int) -> None:
    assert faults(month=month, days=most) == []
    assert faults(month=month, days=0) == []
    for days in (most + 1, -1):
        assert faults(month=month, days=days) == ["rows.3.daysAttended DAYS_OUTSIDE_MONTH"]


@pytest.mark.parametrize(
    ("month", "today", "most"),
    [
        (date(2024, 8, 1), date(2024, 8, 30), 0),
        (SEPTEMBER, date(2024, 9, 1), 1),
        (SEPTEMBER, date(2024, 9, 17), 17),
        (SEPTEMBER, date(2024, 10, 2), 30),
        (date(2025, 3, 1), date(2025, 3, 31), 10),
    ],
)
def test_j25_no_day_is_attended_that_has_not_come_yet(month: date, today: date, most: int) -> None:
    assert faults(month=month, days=most, today=today) == []
    late = find_report_faults(
        TERM, month, most + 1, Decimal(0), Decimal(0), ("rows", 3), today=today
    )
    assert [(f.reason, f.figures) for f in late] == [
        (Reason.DAYS_OUTSIDE_MONTH, {"most": str(most)})
    ]


@pytest.mark.parametrize("month", [date(2024, 7, 1), date(2025, 4, 1)])
def test_j24_outside_its_term_nothing_is_reported_of_an_internship(month: date) -> None:
    assert faults(month=month, days=22) == ["rows.3.internId MONTH_NOT_RUN"]


def test_j25_all_that_is_wrong_with_a_row_is_told_with_its_path() -> None:
    drafted = ReportableTerm(approved=False, starts_on=OCTOBER, ends_on=date(2025, 3, 10))
    assert faults(term=drafted, days=31, wage="1000000.01") == [
        "rows.3.internId INTERN_NOT_APPROVED",
        "rows.3.internId MONTH_NOT_RUN",
        "rows.3.daysAttended DAYS_OUTSIDE_MONTH",
        "rows.3.wagePaid AMOUNT_ABSURD",
    ]


def test_j24_the_current_month_may_be_reported_and_the_next_one_not() -> None:
    assert list(find_month_faults(SEPTEMBER, date(2024, 9, 1))) == []
    assert [f.reason for f in find_month_faults(OCTOBER, date(2024, 9, 30))] == [
        Reason.MONTH_IN_FUTURE
    ]

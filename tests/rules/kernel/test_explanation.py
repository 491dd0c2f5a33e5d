import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models import Status
from models.internship.intern import InternCategory
from rules.internship.monthly_report import assess_report
from rules.kernel.explanation import (
    Explanation,
    build_line_explanation,
    describe_line_amount,
    describe_report_amount,
)
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Language, Viewer
from tests.factories.parameter import a_parameter, build_seed_policy

ENGLISH, CHINESE = Viewer(language=Language.EN), Viewer(language=Language.ZH)
AUGUST, OCTOBER = date(2024, 8, 1), date(2024, 10, 1)


def kept(value: Any) -> Any:
    """Give a value as it comes back from the database."""
    return json.loads(json.dumps(value))


def reported(wage: str = "3008", days: int = 22, viewer: Viewer = ENGLISH) -> Explanation:
    found = assess_report(
        InternCategory.GRADUATE, "220104", AUGUST, days, Decimal(wage), build_seed_policy()
    )
    return describe_report_amount(kept(found.explanation), Status.APPROVED, viewer=viewer)


def test_x5_a_payable_report_shows_its_sum_and_no_shortfall() -> None:
    explained = reported()
    assert explained.amount == Decimal("1880.00")
    assert explained.shortfalls == []
    assert explained.formula[-1].endswith("1880 × 1.0 = 1880.00 yuan")


@pytest.mark.parametrize(
    ("viewer", "words"),
    [
        (ENGLISH, "The wage of 3007.99 yuan is below the floor of 3008.00 yuan for 2024-08."),
        (CHINESE, "实发工资3007.99元低于最低标准3008.00元（2024-08）。"),
    ],
)
def test_x5_an_empty_amount_says_why_with_its_figures(viewer: Viewer, words: str) -> None:
    explained = reported("3007.99", viewer=viewer)
    assert explained.amount is None
    assert [(why.reason, why.message) for why in explained.shortfalls] == [
        (Reason.WAGE_BELOW_FLOOR, words)
    ]


def test_x5_too_few_days_name_both_numbers() -> None:
    (why,) = reported(days=14).shortfalls
    assert why.message == "14 days attended; at least 15 are needed."


def test_x5_the_parameters_come_with_dates_region_and_source() -> None:
    wage, ratio, *_ = reported().parameters
    assert (wage.key, wage.value, wage.region) == ("minimum_wage", "1880", "220104")
    assert (wage.effective_from, wage.effective_to) == (date(2021, 12, 1), date(2024, 9, 30))
    assert ratio.category == "GRADUATE"
    assert all(parameter.source for parameter in reported().parameters)


def test_x5_a_line_names_its_months_and_their_sum_in_two_languages() -> None:
    months = [(AUGUST, Decimal("1880.00")), (OCTOBER, Decimal("2120.00"))]
    row = kept(build_line_explanation(months, [a_parameter()]))
    english, chinese = (
        describe_line_amount(row, viewer=ENGLISH),
        describe_line_amount(row, viewer=CHINESE),
    )
    terms = "1880.00 (2024-08) + 2120.00 (2024-10) = 4000.00"
    assert english.formula == [f"living allowance = {terms} yuan"]
    assert chinese.formula == [f"生活费补贴 = {terms}元"]
    assert english.amount == Decimal("4000.00")


def test_x6_a_line_is_confirmed_only_if_all_that_it_used_is() -> None:
    sure, unsure = a_parameter(), a_parameter("internship.min_days", "15", confirmed=False)
    assert build_line_explanation([], [sure])["confirmed"] is True
    assert build_line_explanation([], [sure, unsure])["confirmed"] is False


def test_x6_what_was_used_is_kept_whole() -> None:
    row = kept(build_line_explanation([], [a_parameter(effective_to=OCTOBER)]))
    (used,) = describe_line_amount(row, viewer=ENGLISH).parameters
    assert (used.unit, used.effective_to, used.confirmed) == ("unit", OCTOBER, True)

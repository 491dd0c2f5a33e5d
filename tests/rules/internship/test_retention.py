from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from models import EndReason
from rules.internship.mentoring import MentoringEvaluation
from rules.internship.mentoring_retention import (
    YearRetention,
    build_line_explanation,
    compute_retention,
    is_counted,
)
from rules.kernel.refusal import Reason
from tests.factories.failures import AllFailures
from tests.factories.parameter import a_parameter, build_seed_policy
from tests.rules.internship.test_mentoring import REGION, judged


def year_of(kept: int, ended: int, parameters: Any = ()) -> YearRetention:
    lost = judged(contracts=[])
    rows: list[MentoringEvaluation] = [judged()] * kept + [lost] * (ended - kept)
    return compute_retention(rows, 2024, REGION, build_seed_policy(parameters))


@pytest.mark.parametrize(
    ("kept", "ended", "enough"),
    [
        (1, 2, True),
        (1, 3, False),
        (50, 100, True),
        (49, 99, False),
        (50, 101, False),
        (0, 1, False),
    ],
)
def test_j34_half_of_a_years_interns_are_retained_and_not_one_less(
    kept: int, ended: int, enough: bool
) -> None:
    found = year_of(kept, ended)
    assert (found.retained, found.ended) == (kept, ended)
    assert (found.lacking is None) is enough
    if found.lacking is not None:
        assert found.lacking.reason is Reason.RETENTION_TOO_LOW


def test_j34_a_year_in_which_nobody_ended_comes_to_nothing() -> None:
    lacking = year_of(0, 0).lacking
    assert lacking is not None
    assert lacking.reason is Reason.NOBODY_ENDED


def test_j34_the_ratio_is_a_parameter_and_compared_exactly() -> None:
    third = [a_parameter("mentoring.retention_ratio", "0.3333", region=REGION)]
    assert year_of(1, 3, third).lacking is None
    more = [a_parameter("mentoring.retention_ratio", "0.3334", region=REGION)]
    assert year_of(1, 3, more).lacking is not None


def test_j37_who_counts_as_ended_is_a_parameter() -> None:
    """A term that ran out without a reduction counts: else the unit would choose its ratio."""
    with AllFailures() as failures:
        for reason in [None, *EndReason]:
            with failures.at(reason):
                completed = reason is not EndReason.COULD_NOT_COMPLETE
                assert is_counted(reason, 2024, REGION, build_seed_policy()) is completed
                everyone = build_seed_policy(
                    [a_parameter("mentoring.denominator", "ALL_ENDED", region=REGION)]
                )
                assert is_counted(reason, 2024, REGION, everyone) is True


def test_x5_a_line_explains_its_amount_by_ratio_findings_and_parameters() -> None:
    kept = build_line_explanation(judged(), year_of(3, 4), REGION)
    assert kept["formula"]["en"] == [
        "retention in 2024 = retained ÷ ended = 3 ÷ 4 = 0.7500, at least 0.5",
        "mentoring subsidy = 2000 yuan / person × 1 = 2000.00 yuan",
    ]
    assert [finding["outcome"] for finding in kept["findings"]] == ["PASS"] * 4
    assert {cited["key"] for cited in kept["parameters"]} == {
        "mentoring.denominator",
        "mentoring.retention_ratio",
        "mentoring.contract_months",
        "mentoring.amount",
        "money.rounding",
    }
    assert Decimal(kept["amount"]) == 2000
    assert kept["inputs"] == {"region": REGION, "year": 2024, "endedOn": "2024-10-31"}


def test_x6_a_line_on_an_unconfirmed_figure_says_so() -> None:
    unsure = [a_parameter("mentoring.amount", "2000", region=REGION, confirmed=False)]
    assert (
        build_line_explanation(judged(parameters=unsure), year_of(1, 1), REGION)["confirmed"]
        is False
    )
    assert build_line_explanation(judged(), year_of(1, 1), REGION)["confirmed"] is True


def test_x21_the_years_ratio_is_that_of_its_last_day() -> None:
    changed = [
        a_parameter("mentoring.retention_ratio", "0.9", effective_from=date(2024, 12, 31)),
    ]
    assert year_of(1, 2, changed).least == Decimal("0.9")
    later = [a_parameter("mentoring.retention_ratio", "0.9", effective_from=date(2025, 1, 1))]
    assert year_of(1, 2, later).least == Decimal("0.5")

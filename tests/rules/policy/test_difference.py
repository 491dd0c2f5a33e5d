"""X20: what approved lines should have come to by back-dated parameters, and what follows."""

from datetime import date
from decimal import Decimal

import pytest

from models import DifferenceState, InternCategory, LineState
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.policy.difference import (
    AttendedMonth,
    Settlement,
    build_explanation,
    choose_settlement,
    compute_difference,
    compute_due_at_rate,
    compute_due_for_months,
    find_difference_fault,
)
from tests.factories.failures import AllFailures
from tests.factories.parameter import a_parameter, build_seed_policy

WHO = Viewer()
MONTH = date(2024, 8, 1)
GRADUATE = str(InternCategory.GRADUATE)


def attended(wage: str = "3400.00", days: int = 22) -> AttendedMonth:
    return AttendedMonth(
        month=MONTH, category=GRADUATE, region="220104", days=days, wage=Decimal(wage)
    )


def test_x20_months_are_computed_again_by_the_parameters_of_today() -> None:
    before = compute_due_for_months([attended()], build_seed_policy())
    higher = a_parameter("minimum_wage", "1980", region="220104", effective_from=MONTH)
    after = compute_due_for_months([attended()], build_seed_policy([higher]))
    assert (before.amount, after.amount) == (Decimal("1880.00"), Decimal("1980.00"))
    assert higher in after.used


def test_x20_a_month_that_falls_below_a_raised_floor_is_due_nothing() -> None:
    higher = a_parameter("minimum_wage", "2200", region="220104", effective_from=MONTH)
    assert compute_due_for_months([attended("3100.00")], build_seed_policy([higher])).amount == 0


def test_x20_a_flat_rate_is_taken_from_the_region_and_day_fixed_at_submission() -> None:
    later = a_parameter(
        "mentoring.amount", "2500", region="220000", effective_from=date(2025, 1, 1)
    )
    policy = build_seed_policy([later])
    old = compute_due_at_rate("mentoring.amount", "220104", date(2024, 12, 31), GRADUATE, policy)
    new = compute_due_at_rate("mentoring.amount", "220104", date(2025, 1, 1), GRADUATE, policy)
    assert (old.amount, new.amount) == (Decimal("2000.00"), Decimal("2500.00"))


def test_x5_a_difference_explains_itself() -> None:
    kept = build_explanation(
        compute_due_for_months([attended()], build_seed_policy()), Decimal("1800.00")
    )
    assert kept["amount"] == "80.00"
    assert kept["formula"]["en"][-1] == "difference = due 1880.00 - granted 1800.00 = 80.00 yuan"
    assert {cited["key"] for cited in kept["parameters"]} >= {"minimum_wage", "money.rounding"}


@pytest.mark.parametrize(
    ("granted", "due", "how"),
    [("100", "120", Settlement.SUPPLEMENT), ("120", "100", Settlement.CLAW_BACK)],
)
def test_x20_too_little_is_supplemented_and_too_much_clawed_back(
    granted: str, due: str, how: Settlement
) -> None:
    amounts = Decimal(granted), Decimal(due)
    assert choose_settlement(*amounts, viewer=WHO) is how
    assert compute_difference(*amounts, viewer=WHO) == amounts[1] - amounts[0]
    assert find_difference_fault(DifferenceState.OPEN, *amounts, LineState.PAID, how) is None
    (other,) = set(Settlement) - {how}
    barred = find_difference_fault(DifferenceState.OPEN, *amounts, LineState.PAID, other)
    assert barred is not None
    assert barred.reason is Reason.DIFFERENCE_OTHER_WAY


def test_x20_a_difference_is_settled_once() -> None:
    with AllFailures() as failures:
        for state in [s for s in DifferenceState if s is not DifferenceState.OPEN]:
            with failures.at(state):
                amounts = Decimal(100), Decimal(120)
                barred = find_difference_fault(
                    state, *amounts, LineState.PAID, Settlement.SUPPLEMENT
                )
                assert barred is not None
                assert barred.reason is Reason.DIFFERENCE_SETTLED


def test_x20_what_is_not_paid_is_not_clawed_back() -> None:
    with AllFailures() as failures:
        for line in [s for s in LineState if s is not LineState.PAID]:
            with failures.at(line):
                amounts = Decimal(120), Decimal(100)
                barred = find_difference_fault(
                    DifferenceState.OPEN, *amounts, line, Settlement.CLAW_BACK
                )
                assert barred is not None
                assert (barred.reason, barred.figures) == (
                    Reason.DIFFERENCE_UNPAID,
                    {"state": str(line)},
                )

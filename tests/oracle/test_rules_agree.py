"""The rules decide money and entitlement as a second computation does, written by other means."""

from datetime import date
from fractions import Fraction

import pytest

from tests.factories.failures import AllFailures
from tests.oracle import hiring, internship
from tests.oracle.campaign import RULES
from tests.oracle.compared import Compared, Tally, compare_cases
from tests.oracle.days import count_days, find_last_day, lasts_months, measure, move_months
from tests.oracle.dice import Dice
from tests.oracle.internship import Contract, Rates, Report, Spell
from tests.oracle.money import find_minimum_wage, round_to_fen

SEED = 20251129
FEW, MANY = 300, 10_000
LEAST_SHARE = 0.08
"""Of each rule's cases so many at least are granted something, and so many are not."""


def assert_agreed(tally: Tally, cases: int) -> None:
    assert tally.differences == [], "\n".join(tally.describe())
    with AllFailures() as failures:
        for rule in RULES:
            with failures.at(rule):
                decided = cases - tally.open[rule]
                assert tally.cases[rule] == cases
                assert decided >= 0.8 * cases, "the rulebook decides most cases"
                share = tally.granted[rule] / decided
                assert LEAST_SHARE <= share <= 1 - LEAST_SHARE / 4, f"{share:.2f} are granted"


def test_the_rules_agree_with_the_second_computation() -> None:
    """J17, J23, J27, J29, J30, J34, J35, J37, J39: internships.

    S4, S5, S6, S7, S8, S9, S10, S12, S13, S20, S21, S25, S31, S32; X6, X7, X21: the others.
    """
    assert_agreed(compare_cases(RULES, SEED, FEW), FEW)


@pytest.mark.slow
def test_the_rules_agree_with_the_second_computation_on_many_cases() -> None:
    assert_agreed(compare_cases(RULES, SEED + 1, MANY), MANY)


def test_a_difference_is_counted_and_told() -> None:
    def compare(dice: Dice) -> Compared:
        return Compared("a case", Fraction(2), Fraction(1), granted=True)

    tally = compare_cases({"J27": compare}, 1, 5)
    *told, by_rule, last = tally.describe()
    assert told[0] == "J27: a case\n    rulebook: 2\n    service:  1"
    assert by_rule == "J27: cases=5 granted=5 open=0 differences=5"
    assert last == "cases=5 differences=5"


def test_the_second_computation_says_what_the_rulebook_says_in_figures() -> None:
    """Section 4, J27: the amounts that the rulebook itself names."""
    then, now = date(2024, 9, 1), date(2024, 10, 1)
    wages = {"220104": (1880, 2120), "220202": (1760, 1920), "220122": (1540, 1780)}
    for region, (before, after) in wages.items():
        assert find_minimum_wage(region, then) == Fraction(before)
        assert find_minimum_wage(region, now) == Fraction(after)
    payable = {
        (category, minimum, wage): internship.compute_payable(
            Fraction(minimum), category, Report(month=then, days=15, wage=Fraction(wage)), Rates()
        )
        for category, minimum, wage in (
            ("UNEMPLOYED_YOUTH", 1880, 2256),
            ("GRADUATE", 1880, 3008),
            ("GRADUATE", 1880, 3007),
            ("UNEMPLOYED_YOUTH", 1780, 9000),
            ("SECONDARY_VOCATIONAL", 1780, 9000),
        )
    }
    assert list(payable.values()) == [1128, 1880, None, 1068, 1780]
    assert round_to_fen(Fraction("0.005")) == Fraction("0.01")


def test_the_second_computation_counts_days_as_the_rulebook_does() -> None:
    """S32, X7: the days that the rulebook itself names, and two windows counted by hand."""
    assert lasts_months(date(2020, 3, 1), date(2021, 2, 28), 12)
    assert not lasts_months(date(2020, 3, 1), date(2021, 2, 27), 12)
    assert move_months(date(2025, 8, 29), 6) == date(2026, 2, 28)
    assert find_last_day(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert measure(date(2024, 8, 15), date(2025, 2, 20)) == (6, 6)
    assert count_days(date(2025, 9, 26), date(2025, 10, 11), working=True) == 7
    assert count_days(date(2025, 9, 26), date(2025, 10, 11), working=False) == 16


def test_the_second_computation_judges_the_rulebooks_own_examples() -> None:
    """S32: a contract of 08-31, a contribution of that month, registered since 02-27."""
    one = hiring.Hire(
        service=False,
        group=hiring.UNEMPLOYED,
        employer="here",
        contract=Contract(employer="here", start=date(2025, 8, 31), open_ended=True),
        today=date(2025, 9, 15),
        latest_month=date(2025, 8, 1),
        insured=((date(2025, 8, 1), "here", "510104"),),
        unemployed=((date(2025, 2, 27), None),),
        place="510104",
    )
    assert hiring.find_hire_date(one) == date(2025, 8, 31)
    assert hiring.compute_amount(one, hiring.Rates()) == 1000
    twelve = Spell("one", date(2024, 1, 1), date(2024, 6, 30))
    more = Spell("two", date(2024, 7, 1), date(2025, 1, 1))
    assert internship.find_spell_faults(more, [twelve], Rates()) == {"TOO_LONG"}

"""Posts 岗位 (J10, J11)."""

from collections.abc import Iterable
from decimal import Decimal

from rules.kernel import input_check
from rules.kernel.refusal import Fault

MAX_HEADCOUNT = 10_000


def find_figure_faults(headcount: int, monthly_wage: Decimal) -> Iterable[Fault]:
    """Judge a post's figures (J10)."""
    yield from input_check.find_range_faults(headcount, 1, MAX_HEADCOUNT, "headcount")
    yield from input_check.find_amount_faults(monthly_wage, "monthlyWage")

"""Posts 岗位 (J10, J11)."""

from collections.abc import Iterable
from decimal import Decimal

from rules.kernel import check
from rules.kernel.refusal import Fault

MOST_HEADCOUNT = 10_000


def figures(headcount: int, monthly_wage: Decimal) -> Iterable[Fault]:
    """Judge a post's figures (J10)."""
    yield from check.between(headcount, 1, MOST_HEADCOUNT, "headcount")
    yield from check.amount(monthly_wage, "monthlyWage")

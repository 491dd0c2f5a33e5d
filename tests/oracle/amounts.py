"""Amounts that change on a day, as both computations take them (X6, X21)."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from rules.kernel.parameter import Parameter
from tests.factories.parameter import a_parameter
from tests.oracle.dice import Dice
from tests.oracle.policy import Amount

BEFORE = date(2020, 1, 1)


def draw_amount(dice: Dice, day: date) -> Amount:
    """Draw an amount that becomes another on a day, or does not."""
    first, then = dice.sample(("2000", "1000", "1500.5", "1200.125", "333.335"), 2)
    since = day if dice.often(0.6) else None
    return Amount(first=Fraction(first), since=since, then=Fraction(then))


def to_decimal(amount: Fraction) -> Decimal:
    return Decimal(amount.numerator) / Decimal(amount.denominator)


def write_amount(amount: Fraction) -> str:
    """Write an amount as a parameter's value or a wage is typed."""
    return f"{to_decimal(amount):f}"


def list_amounts(key: str, amount: Amount, region: str) -> Iterator[Parameter]:
    """List an amount's parameters for the service."""
    until = amount.since - timedelta(days=1) if amount.since else None
    first, then = write_amount(amount.first), write_amount(amount.then)
    yield a_parameter(key, first, region=region, effective_from=BEFORE, effective_to=until)
    if amount.since:
        yield a_parameter(key, then, region=region, effective_from=amount.since)

"""Checks that many inputs share; each gives a fault or nothing."""

from collections.abc import Hashable, Iterable
from decimal import Decimal

from rules.kernel.refusal import Fault, Path, Reason, fault

MAX_AMOUNT_YUAN = Decimal(1_000_000)
"""Beyond this a single wage or contribution is a slip of the keyboard, in any province."""


def find_amount_faults(value: Decimal, *path: str | int) -> Iterable[Fault]:
    """Refuse an amount beyond reason."""
    if value > MAX_AMOUNT_YUAN:
        yield fault(Reason.AMOUNT_ABSURD, *path, most=MAX_AMOUNT_YUAN)


def find_range_faults(value: int, least: int, most: int, *path: str | int) -> Iterable[Fault]:
    """Refuse a number outside its bounds, both included."""
    if not least <= value <= most:
        yield fault(Reason.NUMBER_OUT_OF_RANGE, *path, least=least, most=most)


def find_list_length_faults(count: int, limit: int, *path: str | int) -> Iterable[Fault]:
    """Refuse a list that is empty or too long; its items may be alike."""
    if not count:
        yield fault(Reason.LIST_EMPTY, *path)
    if count > limit:
        yield fault(Reason.LIST_TOO_LONG, *path, most=limit)


def find_list_faults(items: list[Hashable], most: int, path: Path) -> Iterable[Fault]:
    """Refuse a list that is empty, too long, or names something twice."""
    if not items:
        yield fault(Reason.LIST_EMPTY, *path)
    if len(items) > most:
        yield fault(Reason.LIST_TOO_LONG, *path, most=most)
    seen: set[Hashable] = set()
    for n, item in enumerate(items):
        if item in seen:
            yield fault(Reason.LISTED_TWICE, *path, n)
        seen.add(item)

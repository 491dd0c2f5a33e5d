from collections.abc import Hashable
from decimal import Decimal

import pytest

from rules.kernel.input_check import (
    MAX_AMOUNT_YUAN,
    find_amount_faults,
    find_list_faults,
    find_range_faults,
)
from rules.kernel.refusal import Reason


def test_j27_a_wage_of_the_largest_sane_amount_passes_and_a_cent_more_does_not() -> None:
    assert list(find_amount_faults(MAX_AMOUNT_YUAN, "wage")) == []
    (fault,) = find_amount_faults(MAX_AMOUNT_YUAN + Decimal("0.01"), "rows", 3, "wagePaid")
    assert fault.reason is Reason.AMOUNT_ABSURD
    assert fault.path == ("rows", 3, "wagePaid")
    assert fault.figures == {"most": "1000000"}


@pytest.mark.parametrize(("value", "inside"), [(0, False), (1, True), (5, True), (6, False)])
def test_j10_both_bounds_of_a_number_are_inside(value: int, inside: bool) -> None:
    assert (list(find_range_faults(value, 1, 5, "headcount")) == []) is inside


def test_j25_an_empty_list_is_refused() -> None:
    (fault,) = find_list_faults([], 3, ("records",))
    assert (fault.reason, fault.path) == (Reason.LIST_EMPTY, ("records",))


def test_j25_every_repetition_is_named_by_its_place_and_a_long_list_besides() -> None:
    items: list[Hashable] = ["a", "b", "a", "a"]
    found = list(find_list_faults(items, 3, ("records",)))
    assert [(f.reason, f.path) for f in found] == [
        (Reason.LIST_TOO_LONG, ("records",)),
        (Reason.LISTED_TWICE, ("records", 2)),
        (Reason.LISTED_TWICE, ("records", 3)),
    ]


def test_j25_a_list_of_just_the_most_passes() -> None:
    assert list(find_list_faults(["a", "b", "c"], 3, ("records",))) == []

from decimal import Decimal

import pytest

from models import Status
from rules.internship.post import find_figure_faults, find_place_fault
from rules.kernel.refusal import Reason


@pytest.mark.parametrize("headcount", [1, 10_000])
@pytest.mark.parametrize("wage", ["0.00", "1000000.00"])
def test_j10_a_post_within_reason_passes(headcount: int, wage: str) -> None:
    assert list(find_figure_faults(headcount, Decimal(wage))) == []


@pytest.mark.parametrize("headcount", [-3, 0, 10_001])
def test_j10_a_headcount_beyond_reason_is_refused_with_its_bounds(headcount: int) -> None:
    (fault,) = find_figure_faults(headcount, Decimal(3100))
    assert (fault.reason, fault.path) == (Reason.NUMBER_OUT_OF_RANGE, ("headcount",))
    assert fault.figures == {"least": "1", "most": "10000"}


def test_j10_both_faults_of_a_post_are_told_at_once() -> None:
    found = list(find_figure_faults(0, Decimal("1000000.01")))
    assert [f.reason for f in found] == [Reason.NUMBER_OUT_OF_RANGE, Reason.AMOUNT_ABSURD]
    assert found[1].path == ("monthlyWage",)


def test_j10_a_closed_post_takes_nobody_new_and_keeps_who_is_there() -> None:
    def reason(status: Status, *, is_there: bool) -> Reason | None:
        found = find_place_fault(status, is_there=is_there)
        return found.reason if found else None

    assert reason(Status.APPROVED, is_there=False) is None
    assert reason(Status.CLOSED, is_there=True) is None
    assert reason(Status.CLOSED, is_there=False) is Reason.POST_CLOSED
    assert reason(Status.RETURNED, is_there=True) is Reason.POST_NOT_APPROVED

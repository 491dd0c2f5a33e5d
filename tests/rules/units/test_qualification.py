from datetime import date

import pytest

from rules.kernel.action import Action
from rules.kernel.refusal import Reason
from rules.kernel.viewer import Viewer
from rules.units.qualification import find_qualification_fault, find_validity_faults

FIRST = date(2024, 1, 1)


@pytest.mark.parametrize("last", [None, FIRST, date(2024, 12, 31)])
def test_s4_a_qualification_may_hold_for_a_day_for_years_or_until_another_word(
    last: date | None,
) -> None:
    assert list(find_validity_faults(FIRST, last)) == []


def test_s4_a_qualification_does_not_end_before_it_begins() -> None:
    (fault,) = find_validity_faults(FIRST, date(2023, 12, 31))
    assert (fault.reason, fault.path) == (Reason.DATES_REVERSED, ("validTo",))


def test_s4_x4_beside_another_of_its_kind_one_is_neither_sent_nor_approved() -> None:
    barred = {a for a in Action if find_qualification_fault(a, True, viewer=Viewer())}
    assert barred == {Action.SUBMIT, Action.APPROVE}
    assert not any(find_qualification_fault(a, False, viewer=Viewer()) for a in Action)

from decimal import Decimal

import pytest

from models import DeclarationEnd
from rules.internship.declaration import (
    find_figure_faults,
    find_renewal_fault,
    require_approved,
    require_complete_profile,
    require_staff,
)
from rules.kernel.refusal import Reason, Refusal
from rules.units.unit import PROFILE_FIELDS


def faults(interns: int = 10, wage: str = "3100", staff: int = 1) -> list[tuple[Reason, str]]:
    return [(f.reason, str(f.path[0])) for f in find_figure_faults(interns, Decimal(wage), staff)]


@pytest.mark.parametrize("interns", [1, 10_000])
def test_j8_figures_within_reason_pass(interns: int) -> None:
    assert faults(interns, "1000000") == []


@pytest.mark.parametrize("interns", [-1, 0, 10_001])
def test_j8_a_plan_of_no_interns_or_of_absurdly_many_is_refused(interns: int) -> None:
    assert faults(interns) == [(Reason.NUMBER_OUT_OF_RANGE, "plannedInterns")]


def test_j8_all_faults_of_a_declaration_are_told_at_once() -> None:
    assert faults(0, "1000000.01", 201) == [
        (Reason.NUMBER_OUT_OF_RANGE, "plannedInterns"),
        (Reason.AMOUNT_ABSURD, "monthlyWage"),
        (Reason.LIST_TOO_LONG, "staff"),
    ]


def test_j6_a_declaration_waits_for_a_complete_profile_and_names_what_lacks() -> None:
    profile: dict[str, object] = dict.fromkeys(PROFILE_FIELDS, "given")
    require_complete_profile(profile)
    with pytest.raises(Refusal) as refused:
        require_complete_profile(profile | {"address": None, "industry": ""})
    assert refused.value.fault.reason is Reason.PROFILE_INCOMPLETE
    assert refused.value.fault.figures == {
        "missing_zh": "行业、地址",
        "missing_en": "industry, address",
    }


def test_j8_a_declaration_without_staff_is_not_submitted() -> None:
    require_staff(1)
    with pytest.raises(Refusal) as refused:
        require_staff(0)
    assert refused.value.fault.reason is Reason.STAFF_MISSING
    assert refused.value.fault.path == ("staff",)


def test_j10_j14_whatever_needs_an_approved_declaration_is_refused_without_one() -> None:
    assert require_approved("row") == "row"
    with pytest.raises(Refusal) as refused:
        require_approved(None)
    assert refused.value.fault.reason is Reason.DECLARATION_NOT_APPROVED


def test_j7_a_lost_status_may_be_declared_anew_a_deregistered_unit_may_not() -> None:
    assert find_renewal_fault([]) is None
    assert find_renewal_fault([DeclarationEnd.STATUS_LOST] * 2) is None
    found = find_renewal_fault([DeclarationEnd.STATUS_LOST, DeclarationEnd.DEREGISTERED])
    assert found is not None
    assert found.reason is Reason.UNIT_DEREGISTERED

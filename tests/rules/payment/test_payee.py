"""To whom nothing is paid (S14, X19)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from models import AccountHolder, Clawback
from rules.internship import early_end
from rules.kernel.refusal import Reason
from rules.payment.clawback import build_explanation, find_amount_faults, is_of_end
from rules.payment.payee import find_person_payee_fault, find_unit_payee_fault

UNIT, LIQUIDATOR = AccountHolder.UNIT, AccountHolder.LIQUIDATOR


def test_s14_a_person_is_paid_in_their_own_name_however_it_is_spelled() -> None:
    assert find_person_payee_fault("阿卜杜拉·买买提", "阿卜杜拉 • 买买提") is None
    barred = find_person_payee_fault("王芳", "王方")
    assert barred is not None
    assert barred.reason is Reason.PAYEE_NOT_THE_PERSON


@pytest.mark.parametrize(
    ("name", "holder", "ended", "paid"),
    [
        ("长春某公司", UNIT, False, True),
        ("长春某公司", UNIT, True, True),
        ("别的公司", UNIT, True, False),
        ("清算组", LIQUIDATOR, False, False),
        ("清算组", LIQUIDATOR, True, True),
    ],
)
def test_x19_a_unit_is_paid_in_its_own_name_or_its_liquidators_once_it_has_ended(
    name: str, holder: AccountHolder, ended: bool, paid: bool
) -> None:
    barred = find_unit_payee_fault(name, holder, ["长春某公司"], ended)
    assert (barred is None) == paid
    assert barred is None or barred.reason is Reason.PAYEE_NOT_THE_UNIT


def test_j7_a_unit_is_paid_in_a_name_that_it_had_until_lately() -> None:
    names = ["长春新名公司", "长春某公司"]
    assert find_unit_payee_fault("长春某公司", UNIT, names, ended=False) is None
    assert find_unit_payee_fault("长春新名公司", UNIT, names, ended=False) is None
    assert find_unit_payee_fault("别的公司", UNIT, names, ended=False) is not None


def test_j39_what_an_end_proposes_is_told_from_what_an_officer_does() -> None:
    """Also where no reduction says so: an internship that never began has none."""
    paid = Decimal("100.00")
    of_end = early_end.build_explanation([(date(2024, 10, 1), paid)])
    assert is_of_end(Clawback(explanation=of_end))
    assert is_of_end(Clawback(explanation={}, reduction_id=UUID(int=1)))
    assert not is_of_end(Clawback(explanation=build_explanation(paid, paid)))


def test_x15_a_clawback_is_a_part_of_what_was_paid() -> None:
    paid = Decimal("100.00")
    fits = {
        amount: not list(find_amount_faults(Decimal(amount), paid)) for amount in ("0", "1", "100")
    }
    assert fits == {"0": False, "1": True, "100": True}
    assert list(find_amount_faults(Decimal("100.01"), paid))
    assert build_explanation(paid, Decimal("40.00"), Decimal(0))["amount"] == "40.00"

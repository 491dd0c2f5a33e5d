"""To whom a line is paid, and when the account is not theirs (S14, X19)."""

from collections.abc import Iterable
from dataclasses import dataclass

from models import AccountHolder, SealedPlace
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import is_same_name, normalize_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """An account as it stands when a line is paid; its number stays sealed (X11)."""

    name: str
    bank: str
    number_sealed: bytes
    number_place: SealedPlace
    number_masked: str


def find_person_payee_fault(payee_name: str, person_name: str) -> Fault | None:
    """Return why a line is not paid into an account: it is not in the person's own name (S14)."""
    same = is_same_name(payee_name, person_name)
    return None if same else fault(Reason.PAYEE_NOT_THE_PERSON)


def find_unit_payee_fault(
    account_name: str, holder: AccountHolder, unit_names: Iterable[str], ended: bool
) -> Fault | None:
    """Return why a unit is not paid into an account: it is neither its own nor a liquidator's.

    A liquidator's serves only once the unit's declaration has ended (X19); one in a name that the
    unit had before is its own for a while (J7).
    """
    if holder is AccountHolder.LIQUIDATOR:
        return None if ended else fault(Reason.PAYEE_NOT_THE_UNIT)
    own = {normalize_name(name) for name in unit_names}
    return None if normalize_name(account_name) in own else fault(Reason.PAYEE_NOT_THE_UNIT)

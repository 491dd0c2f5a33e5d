"""To whom a line is paid, and when the account is not theirs (S14, X19)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

import orjson

from models import AccountHolder, SealedPlace
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.kernel.text import is_same_name, normalize_name
from rules.units.unit import FormerName, list_account_names, parse_former_names


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


class NamedAccounts(NamedTuple):
    """In which names a unit's accounts are its own, and in whose names some accounts stand."""

    name: str
    former: Sequence[FormerName]
    region: str
    accounts: Mapping[UUID, tuple[str, AccountHolder]]


def parse_named_accounts(text: str | None) -> NamedAccounts | None:
    """Read them as they are told in one text."""
    if text is None:
        return None
    name, former, region, accounts = orjson.loads(text)
    named = {UUID(id): (whose, AccountHolder(holder)) for id, (whose, holder) in accounts.items()}
    return NamedAccounts(name, parse_former_names(former), region, named)


def has_former_names(unit: NamedAccounts | None) -> bool:
    """Return whether the parameters are asked for: how long a name serves is one (J7)."""
    return unit is not None and bool(unit.former)


def find_account_faults(
    unit: NamedAccounts | None, today: date, policy: Policy
) -> Mapping[UUID, Fault]:
    """Find into which of a unit's accounts nothing is paid, by their names (X19, J7).

    A liquidator's is judged at the act: who pays does not see how the declaration stands.
    """
    if unit is None:
        return {}
    own = list_account_names(unit.name, unit.former, unit.region, today, policy)
    judged = {
        id: find_unit_payee_fault(name, holder, own, ended=True)
        for id, (name, holder) in unit.accounts.items()
    }
    return {id: why for id, why in judged.items() if why}

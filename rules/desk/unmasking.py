"""Personal data that an officer may look at, with a reason 查看敏感信息 (X11)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from models import (
    AccountAppeal,
    Applicant,
    BankAccount,
    Base,
    ClaimLine,
    DeclarationStaff,
    Intern,
    Person,
    Unit,
)
from rules.kernel.check import some
from rules.kernel.refusal import Fault, Reason, fault

SHOWN_FOR = timedelta(minutes=10)
"""So long the same request, sent again, shows the same; after that it takes a reason anew."""


class PersonalField(StrEnum):
    """What is masked until somebody gives a reason. 敏感信息项"""

    ID_NUMBER = "ID_NUMBER"
    MOBILE = "MOBILE"
    CARD_NUMBER = "CARD_NUMBER"
    CONTACT_NAME = "CONTACT_NAME"
    CONTACT_MOBILE = "CONTACT_MOBILE"
    REPRESENTATIVE_ID = "REPRESENTATIVE_ID"
    REPRESENTATIVE_MOBILE = "REPRESENTATIVE_MOBILE"


class Sealed(NamedTuple):
    """Which column holds it, as what it was sealed, and whether the record's person has it."""

    column: str
    field: str
    of_person: bool = False


_F = PersonalField
_ID_NUMBER = Sealed("id_number_sealed", "id_number")
_MOBILE = Sealed("mobile_sealed", "mobile")
_OF_PERSON = {
    _F.ID_NUMBER: _ID_NUMBER._replace(of_person=True),
    _F.MOBILE: _MOBILE._replace(of_person=True),
}

SEALED: Mapping[type[Base], Mapping[PersonalField, Sealed]] = {
    Person: {_F.ID_NUMBER: _ID_NUMBER, _F.MOBILE: _MOBILE},
    Intern: _OF_PERSON,
    ClaimLine: {**_OF_PERSON, _F.CARD_NUMBER: Sealed("payee_number_sealed", "bank_account")},
    BankAccount: {_F.CARD_NUMBER: Sealed("number_sealed", "bank_account")},
    DeclarationStaff: {_F.MOBILE: _MOBILE},
    Applicant: {_F.MOBILE: _MOBILE},
    AccountAppeal: {
        _F.CONTACT_NAME: Sealed("contact_name_sealed", "name"),
        _F.CONTACT_MOBILE: Sealed("contact_mobile_sealed", "mobile"),
    },
    Unit: {
        _F.CONTACT_MOBILE: Sealed("contact_mobile_sealed", "mobile"),
        _F.REPRESENTATIVE_ID: Sealed("representative_id_sealed", "id_number"),
        _F.REPRESENTATIVE_MOBILE: Sealed("representative_mobile_sealed", "mobile"),
    },
}
"""What each kind of record keeps sealed; an intern's and a line's person may live elsewhere."""


def faults(table: type[Base], fields: Sequence[PersonalField]) -> Iterable[Fault]:
    """Refuse to ask for nothing, for something twice, or for what a record does not have."""
    yield from some([*fields], len(PersonalField), ("fields",))
    known: Collection[PersonalField] = SEALED.get(table, ())
    for n, field in enumerate(fields):
        if field not in known:
            yield fault(Reason.FIELD_NOT_KEPT, "fields", n, field=field)


def still_shown(at: datetime, now: datetime) -> bool:
    """Tell whether a request that is sent again shows again what it showed (X11, X12)."""
    return now < at + SHOWN_FOR

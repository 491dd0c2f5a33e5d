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
from rules.kernel.input_check import find_list_faults
from rules.kernel.refusal import Fault, Reason, fault

REPLAY_PERIOD = timedelta(minutes=10)
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


class SealedColumn(NamedTuple):
    """Which column holds it, as what it was sealed, and whether the record's person has it."""

    column: str
    field: str
    of_person: bool = False


_F = PersonalField
_ID_NUMBER_COLUMN = SealedColumn("id_number_sealed", "id_number")
_MOBILE_COLUMN = SealedColumn("mobile_sealed", "mobile")
_PERSON_COLUMNS = {
    _F.ID_NUMBER: _ID_NUMBER_COLUMN._replace(of_person=True),
    _F.MOBILE: _MOBILE_COLUMN._replace(of_person=True),
}

SEALED_COLUMNS: Mapping[type[Base], Mapping[PersonalField, SealedColumn]] = {
    Person: {_F.ID_NUMBER: _ID_NUMBER_COLUMN, _F.MOBILE: _MOBILE_COLUMN},
    Intern: _PERSON_COLUMNS,
    ClaimLine: {
        **_PERSON_COLUMNS,
        _F.CARD_NUMBER: SealedColumn("payee_number_sealed", "bank_account"),
    },
    BankAccount: {_F.CARD_NUMBER: SealedColumn("number_sealed", "bank_account")},
    DeclarationStaff: {_F.MOBILE: _MOBILE_COLUMN},
    Applicant: {_F.MOBILE: _MOBILE_COLUMN},
    AccountAppeal: {
        _F.ID_NUMBER: _ID_NUMBER_COLUMN,
        _F.CONTACT_NAME: SealedColumn("contact_name_sealed", "name"),
        _F.CONTACT_MOBILE: SealedColumn("contact_mobile_sealed", "mobile"),
    },
    Unit: {
        _F.CONTACT_MOBILE: SealedColumn("contact_mobile_sealed", "mobile"),
        _F.REPRESENTATIVE_ID: SealedColumn("representative_id_sealed", "id_number"),
        _F.REPRESENTATIVE_MOBILE: SealedColumn("representative_mobile_sealed", "mobile"),
    },
}
"""What each kind of record keeps sealed; an intern's and a line's person may live elsewhere."""


def find_field_faults(table: type[Base], fields: Sequence[PersonalField]) -> Iterable[Fault]:
    """Refuse to ask for nothing, for something twice, or for what a record does not have."""
    yield from find_list_faults([*fields], len(PersonalField), ("fields",))
    known: Collection[PersonalField] = SEALED_COLUMNS.get(table, ())
    for n, field in enumerate(fields):
        if field not in known:
            yield fault(Reason.FIELD_NOT_KEPT, "fields", n, field=field)


def is_still_shown(at: datetime, now: datetime) -> bool:
    """Return whether a request that is sent again shows again what it showed (X11, X12)."""
    return now < at + REPLAY_PERIOD

"""Personal data that an officer may look at, with a reason 查看敏感信息 (X11)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from models import (
    AccountAppeal,
    Applicant,
    BankAccount,
    Base,
    ClaimLine,
    DeclarationStaff,
    Intern,
    Person,
    SealedColumn,
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


_F = PersonalField
_PERSON_COLUMNS: Mapping[PersonalField, SealedColumn] = {
    _F.ID_NUMBER: Person.id_number_sealed,
    _F.MOBILE: Person.mobile_sealed,
}

SEALED_COLUMNS: Mapping[type[Base], Mapping[PersonalField, SealedColumn]] = {
    Person: _PERSON_COLUMNS,
    Intern: _PERSON_COLUMNS,
    ClaimLine: {**_PERSON_COLUMNS, _F.CARD_NUMBER: ClaimLine.payee_number_sealed},
    BankAccount: {_F.CARD_NUMBER: BankAccount.number_sealed},
    DeclarationStaff: {_F.MOBILE: DeclarationStaff.mobile_sealed},
    Applicant: {_F.MOBILE: Applicant.mobile_sealed},
    AccountAppeal: {
        _F.ID_NUMBER: AccountAppeal.id_number_sealed,
        _F.CONTACT_NAME: AccountAppeal.contact_name_sealed,
        _F.CONTACT_MOBILE: AccountAppeal.contact_mobile_sealed,
    },
    Unit: {
        _F.CONTACT_MOBILE: Unit.contact_mobile_sealed,
        _F.REPRESENTATIVE_ID: Unit.representative_id_sealed,
        _F.REPRESENTATIVE_MOBILE: Unit.representative_mobile_sealed,
    },
}
"""What each kind of record keeps sealed; of an intern and a line, what their person's row does."""


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

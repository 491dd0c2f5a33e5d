"""What a provider of identity says 统一身份认证: a person's number, or a unit's code (X18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rules.kernel.identity import parse_credit_code, parse_id_number
from rules.kernel.personal_text import parse_line
from rules.kernel.refusal import Fault, Path, Reason, Unreadable, fault

MAX_NAME_LENGTH = 100
CLOCK_LEEWAY_SECONDS = 60
"""By so much a provider's clock may differ from ours."""


class SignInSubject(StrEnum):
    """As whom somebody signs in: for themself, or for a unit as its legal person. 登录身份"""

    PERSON = "PERSON"
    UNIT = "UNIT"


@dataclass(frozen=True, slots=True)
class ProvenSubject:
    """Who was proved: the ID number or credit code, and the name where it was told."""

    number: str
    name: str


def read_person_claims(
    claims: Mapping[str, object], number_claim: str, name_claim: str, today: date, path: Path
) -> ProvenSubject | Fault:
    """Read a person's ID number and name; a provider that tells neither proves nothing (X18)."""
    number = parse_id_number(claims.get(number_claim), today)
    name = parse_line(claims.get(name_claim), MAX_NAME_LENGTH)
    if isinstance(number, Unreadable) or isinstance(name, Unreadable):
        return fault(Reason.PROVIDER_TELLS_TOO_LITTLE, *path)
    return ProvenSubject(number, name)


def read_unit_claims(
    claims: Mapping[str, object], code_claim: str, path: Path
) -> ProvenSubject | Fault:
    """Read a unit's credit code; its name is that of the register."""
    code = parse_credit_code(claims.get(code_claim))
    if isinstance(code, Unreadable):
        return fault(Reason.PROVIDER_TELLS_TOO_LITTLE, *path)
    return ProvenSubject(code, "")


def is_asked_anew(known_at: object, asked_at: int) -> bool:
    """Return whether a provider says that it knew somebody not before it was asked, in seconds."""
    return isinstance(known_at, int) and known_at >= asked_at - CLOCK_LEEWAY_SECONDS

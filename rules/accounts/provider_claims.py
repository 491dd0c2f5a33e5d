"""What a provider of identity says 统一身份认证: a person's number, or a unit's code (X18)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
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
    """Who was proved: the ID number or credit code, and the name where it was told.

    `known_at` is when the provider asked them last who they are, where it says so.
    """

    number: str
    name: str
    known_at: datetime | None = None


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


def read_known_at(known_at: object, now: datetime) -> datetime | None:
    """Read when a provider asked somebody last who they are (`auth_time`), never later than now.

    None where it does not say so, in seconds since 1970 (OIDC Core 2).
    """
    if not isinstance(known_at, int) or isinstance(known_at, bool) or known_at < 0:
        return None
    return now if known_at >= now.timestamp() else datetime.fromtimestamp(known_at, UTC)


def is_asked_anew(known_at: object, asked_at: int) -> bool:
    """Return whether a provider says that it knew somebody not before it was asked, in seconds."""
    return isinstance(known_at, int) and known_at >= asked_at - CLOCK_LEEWAY_SECONDS

"""What is kept for `jiuye tour`: the numbers of units yet to register, and those they will keep.

Each tour has a unit register under the next number. The authorities know already whom it employs
after their internship: nothing but a load of facts could tell that while the service runs (X13).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from demonstration.data.applicant import CATEGORIES, GIVEN, Applicant, applicant
from demonstration.data.number import (
    NOWHERE_IN_SICHUAN,
    at_nine,
    credit_code,
    id_number,
    identifier,
    mobile,
)
from demonstration.data.register import AS_OF, contribution
from models import Education, InsuranceContribution, LabourContract, Person
from rules.kernel.month import months_between

TOURS = 30
AGREED = date(2024, 7, 25)
KEPT_FROM = date(2024, 12, 1)
CONTRACTS: Sequence[date | None] = (date(2025, 11, 30), date(2025, 11, 29), None)
"""When the contracts of the three end: after a year, a day short of it, and never (J34)."""

INSURED = months_between(KEPT_FROM, date(2025, 2, 28))


def code_of(number: int) -> str:
    """Give the credit code under which a tour's unit registers (J1)."""
    return credit_code(8_000_000 + number)


def hirer_code_of(number: int) -> str:
    """Give the credit code under which a tour's enterprise of Sichuan registers (J1, X21)."""
    return credit_code(8_000_000 + number, NOWHERE_IN_SICHUAN)


def hired_of(number: int) -> Sequence[Applicant]:
    """Give those whom a tour's enterprise of Sichuan has hired; one is not on file yet (J16)."""
    return tuple(_hired(number, n, surname) for n, surname in enumerate(SURNAMES))


SURNAMES = "郑秦尤许何吕"
ON_FILE = (0, 1, 2, 3, 4)
"""Who of them has completed their information; facts put the last one on file (X13)."""


def _hired(number: int, n: int, surname: str) -> Applicant:
    born = date(1990, 1, 1) + timedelta(days=10 * number + n)
    return Applicant(
        serial=10_000 + 10 * number + n,
        name=f"{surname}{GIVEN[(number + n) % len(GIVEN)]}",
        born=born,
        id_number=id_number(700 + n, born, female=n % 2 == 0),
        mobile=mobile(3000 + 10 * number + n),
        education=Education.SENIOR_MIDDLE,
        school="四川省普通高级中学",
        graduated_on=None,
        registered_on=None,
        insured_in=(),
    )


def interns_of(number: int) -> Sequence[Applicant]:
    """Give the three persons who wait for a tour's unit, one of each category.

    The first has yet to register and to complete their information (J16).
    """
    first = 300 + 3 * number
    return tuple(applicant(first + n, c, AGREED) for n, c in enumerate(CATEGORIES))


def kept(number: int, n: int, row: Person) -> Iterator[InsuranceContribution | LabourContract]:
    """Mirror that a tour's unit employs and insures one of its three (J34, X13)."""
    employer = code_of(number)
    yield LabourContract(
        person_id=row.id,
        id=identifier(at_nine(KEPT_FROM), "contract", row.id),
        region=row.region,
        employer_credit_code=employer,
        signed_on=KEPT_FROM,
        starts_on=KEPT_FROM,
        ends_on=CONTRACTS[n],
        open_ended=CONTRACTS[n] is None,
        source="吉林省劳动用工备案系统",
        as_of=AS_OF,
        void=False,
    )
    for month in INSURED:
        yield contribution(row, month, employer)

"""What is kept for `jiuye tour`: the numbers of units yet to register, and those they will keep.

Each tour has a unit register under the next number. The authorities know already whom it employs
after their internship: nothing but a load of facts could tell that while the service runs (X13).
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from demonstration.data.applicant import CATEGORIES, GIVEN_NAMES, Applicant, build_applicant
from demonstration.data.number import (
    NOBODYS_REGION_IN_SICHUAN,
    build_credit_code,
    build_id_number,
    build_identifier,
    build_mobile,
    to_working_instant,
)
from demonstration.data.register import AS_OF, build_contribution
from models import Education, InsuranceContribution, LabourContract, Person
from rules.kernel.month import list_months

MAX_TOURS = 30
AGREED_ON = date(2024, 7, 25)
EMPLOYED_FROM = date(2024, 12, 1)
CONTRACT_ENDS: Sequence[date | None] = (date(2025, 11, 30), date(2025, 11, 29), None)
"""When the contracts of the three end: after a year, a day short of it, and never (J34)."""

INSURED_MONTHS = list_months(EMPLOYED_FROM, date(2025, 2, 28))


def build_unit_code(number: int) -> str:
    """Return the credit code under which a tour's unit registers (J1)."""
    return build_credit_code(8_000_000 + number)


def build_hirer_code(number: int) -> str:
    """Return the credit code under which a tour's enterprise of Sichuan registers (J1, X21)."""
    return build_credit_code(8_000_000 + number, NOBODYS_REGION_IN_SICHUAN)


def build_hired_persons(number: int) -> Sequence[Applicant]:
    """Return those whom a tour's enterprise of Sichuan has hired; one is not on file yet (J16)."""
    return tuple(
        _build_hired_person(number, n, surname) for n, surname in enumerate(HIRED_SURNAMES)
    )


HIRED_SURNAMES = "郑秦尤许何吕"
ON_FILE_PLACES = (0, 1, 2, 3, 4)
"""Who of them has completed their information; facts put the last one on file (X13)."""


def _build_hired_person(number: int, n: int, surname: str) -> Applicant:
    born = date(1990, 1, 1) + timedelta(days=10 * number + n)
    return Applicant(
        serial=10_000 + 10 * number + n,
        name=f"{surname}{GIVEN_NAMES[(number + n) % len(GIVEN_NAMES)]}",
        born=born,
        id_number=build_id_number(700 + n, born, female=n % 2 == 0),
        mobile=build_mobile(3000 + 10 * number + n),
        education=Education.SENIOR_MIDDLE,
        school="四川省普通高级中学",
        graduated_on=None,
        registered_on=None,
        insured_in=(),
    )


def build_tour_interns(number: int) -> Sequence[Applicant]:
    """Return the three persons who wait for a tour's unit, one of each category.

    The first has yet to register and to complete their information (J16).
    """
    first = 300 + 3 * number
    return tuple(build_applicant(first + n, c, AGREED_ON) for n, c in enumerate(CATEGORIES))


def build_employment_facts(
    number: int, n: int, row: Person
) -> Iterator[InsuranceContribution | LabourContract]:
    """Mirror that a tour's unit employs and insures one of its three (J34, X13)."""
    employer = build_unit_code(number)
    yield LabourContract(
        person_id=row.id,
        id=build_identifier(to_working_instant(EMPLOYED_FROM), "contract", row.id),
        region=row.region,
        employer_credit_code=employer,
        signed_on=EMPLOYED_FROM,
        starts_on=EMPLOYED_FROM,
        ends_on=CONTRACT_ENDS[n],
        open_ended=CONTRACT_ENDS[n] is None,
        source="吉林省劳动用工备案系统",
        as_of=AS_OF,
        void=False,
    )
    for month in INSURED_MONTHS:
        yield build_contribution(row, month, employer)

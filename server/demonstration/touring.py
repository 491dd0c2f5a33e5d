"""What is kept for `jiuye tour`: the numbers of units yet to register, and those they will keep.

Each tour has a unit register under the next number. The authorities know already whom it employs
after their internship: nothing but a load of facts could tell that while the service runs (X13).
"""

from collections.abc import Iterator, Sequence
from datetime import date

from models import InsuranceContribution, LabourContract, Person
from rules.month import months_between
from server.demonstration.applicant import CATEGORIES, Applicant, applicant
from server.demonstration.number import at_nine, credit_code, identifier
from server.demonstration.register import AS_OF, contribution

TOURS = 30
AGREED = date(2024, 7, 25)
KEPT_FROM = date(2024, 12, 1)
CONTRACTS: Sequence[date | None] = (date(2025, 11, 30), date(2025, 11, 29), None)
"""When the contracts of the three end: after a year, a day short of it, and never (J34)."""

INSURED = months_between(KEPT_FROM, date(2025, 2, 28))


def code_of(number: int) -> str:
    """Give the credit code under which a tour's unit registers (J1)."""
    return credit_code(8_000_000 + number)


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

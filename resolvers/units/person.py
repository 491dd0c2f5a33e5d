"""Persons on file 人员 (J15, J16)."""

from dataclasses import dataclass
from functools import partial

from sqlalchemy import select

from models import Education, Person
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.person_budget import budget_persons
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, limit_tries
from resolvers.kernel.sealed_number import build_sealed_columns, open_number
from resolvers.kernel.transaction import Transaction
from rules.internship.schooling import get_recorded_schooling
from rules.kernel.refusal import Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.text import is_same_name
from rules.kernel.value import Day, IdNumber, MobileNumber, RegionCode, RowId, Text


@dataclass(kw_only=True)
class PersonLookUp:
    """Whom a unit looks for: the full number and the name, never a part of either."""

    id_number: IdNumber
    name: Text


@change_in_part("school", "graduated_on")
class BasicInformation:
    """What a person tells of themself."""

    id: RowId
    version: int
    mobile: MobileNumber
    region: RegionCode
    education: Education
    school: Text | None = None
    graduated_on: Day | None = None


_NOTHING_KEPT = dict.fromkeys(
    ("mobile", "region", "education", "school", "graduated_on"), lambda: None
)


@limit_tries(LOOK_UP_LIMIT)
@budget_persons()
async def look_up_person(tx: Transaction, input: PersonLookUp) -> Person:
    """Find a person on file by full resident ID and name; limited (J15, J16). 人员查询."""
    return await get_completed_person(tx, input.id_number, input.name)


async def get_completed_person(tx: Transaction, id_number: str, name: str) -> Person:
    """Find a person who completed their own information, as an internship asks for (J15, J16)."""
    return await get_person_on_file(tx, id_number, name, completed=True)


async def get_person_on_file(
    tx: Transaction, id_number: str, name: str, *, completed: bool = False
) -> Person:
    """Find a person known by any official fact or themselves (S23); else one answer (J15).

    Whoever is not found is counted; once too many were, nobody is told of, known or not.
    """
    spent = tx.persons.find_fault()
    if spent is not None:
        raise Refusal(spent)
    indexes = tx.service.seal.compute_indexes("id_number", id_number)
    await tx.set_lookup_number(indexes)
    row = await tx.first(select(Person).where(Person.id_number_index.in_(indexes)))
    incomplete = completed and row is not None and row.completed_at is None
    if row is None or incomplete or not is_same_name(row.name, name):
        tx.persons.count_unknown()
        raise build_refusal(Reason.PERSON_NOT_ON_FILE, "idNumber")
    return row


async def complete_information(tx: Transaction, input: BasicInformation) -> Person:
    """Complete one's own basic information; a unit can then find the person (J16). 完善基本信息."""
    row = await tx.get_locked(Person, input.id, input.version)
    column = Person.mobile_sealed
    known = partial(open_number, tx.service.seal, column, row.id, row.mobile_sealed)
    # What an office told is not the person's own word: at first, they say all of it.
    input = fill_in(input, row, {"mobile": known} if row.completed_at else _NOTHING_KEPT)
    graduated = input.graduated_on
    if graduated is not None and graduated > tx.today:
        refuse_if([fault(Reason.DATE_IN_FUTURE, "graduatedOn")])
    for name, value in build_sealed_columns(tx.service.seal, column, row.id, input.mobile).items():
        setattr(row, name, value)
    row.region = input.region
    _keep_official_schooling(row)
    row.education = input.education
    row.school, row.graduated_on = input.school, graduated
    row.completed_at = tx.now
    tx.touch(row)
    await tx.session.flush()
    return row


def _keep_official_schooling(row: Person) -> None:
    """Put aside what an office told before the person says anything of their own (J17)."""
    if row.completed_at is None and row.source is not None:
        recorded = get_recorded_schooling(row)
        row.official_education, row.official_graduated_on = (
            recorded.education,
            recorded.graduated_on,
        )
        row.official_school = row.official_school or row.school
        row.official_source = row.official_source or row.source
        row.official_as_of = row.official_as_of or row.as_of

"""What ties persons to those who name them: nothing else of them is told (J15, X11).

A roster's row of somebody without a tie is answered as that of a number which nobody has.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, Uuid, and_, cast, column, func, select

from models import InsuranceContribution, Intern, LabourContract, Status, Trainee
from resolvers.kernel.decision_reader import DecisionReader

PersonAtEmployer = tuple[UUID, str]
"""A person, and the credit code of an employer."""


async def find_tied_persons(
    read: DecisionReader, unit_id: UUID, asked: Collection[PersonAtEmployer], own_code: str
) -> set[PersonAtEmployer]:
    """Return which persons have a contribution or contract at the employer that is named.

    At the unit itself an internship or a class of theirs, which an officer saw, ties as well.
    """
    if not asked:
        return set()
    persons = {person for person, _ in asked}
    paid, signed, working, attending = await read.load_about_persons(
        persons,
        _select_at_employers(InsuranceContribution, asked),
        _select_at_employers(LabourContract, asked),
        select(Intern.person_id).where(
            Intern.unit_id == unit_id,
            Intern.person_id.in_(persons),
            Intern.status == Status.APPROVED,
        ),
        select(Trainee.person_id).where(
            Trainee.unit_id == unit_id,
            Trainee.person_id.in_(persons),
            Trainee.place.is_not(None),
        ),
    )
    at_employers: set[PersonAtEmployer] = {(person, code) for person, code in [*paid, *signed]}
    own: Sequence[UUID] = [person for (person,) in [*working, *attending]]
    return at_employers | {(person, own_code) for person in own}


def _select_at_employers(
    table: type[InsuranceContribution] | type[LabourContract],
    asked: Collection[PersonAtEmployer],
) -> Select[UUID, str]:
    persons = cast([person for person, _ in asked], ARRAY(Uuid()))
    codes = cast([code for _, code in asked], ARRAY(String()))
    names = column("person", Uuid()), column("code", String())
    pairs = func.unnest(persons, codes).table_valued(*names).render_derived("asked")
    same = table.person_id == pairs.c.person, table.employer_credit_code == pairs.c.code
    return (
        select(table.person_id, table.employer_credit_code)
        .join(pairs, and_(*same))
        .where(table.void.is_(False))
        .distinct()
    )

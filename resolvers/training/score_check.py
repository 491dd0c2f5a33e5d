"""What a roster of scores is checked for: its rows are of the class's own trainees (S27)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from models import Person, Roster, Trainee, TrainingClass
from resolvers.kernel.reading import Reading
from resolvers.rosters.roster_person import Known, Persons
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER, NAME, Odd, Stated
from rules.training.score_roster import odd_cells


async def odd(read: Reading, roster: Roster, rows: Sequence[Stated]) -> Sequence[Sequence[Odd]]:
    """Tell which rows are of another class, or tell neither a score nor absence (S27)."""
    found = await read.all(
        select(TrainingClass.number).where(
            TrainingClass.unit_id == roster.unit_id, TrainingClass.id == roster.class_id
        )
    )
    ((number,),) = found
    return [list(odd_cells(row.values, number)) for row in rows]


async def _trainees(read: Reading, roster: Roster, indexes: Collection[bytes]) -> Known:
    found = await read.all(
        select(Person.id_number_index, Person.id, Trainee.name)
        .join(Trainee, Trainee.person_id == Person.id)
        .where(
            Trainee.unit_id == roster.unit_id,
            Trainee.class_id == roster.class_id,
            Person.id_number_index.in_(indexes),
        )
    )
    return {index: (id, name) for index, id, name in found}


TRAINEES = Persons(
    _trainees,
    (ID_NUMBER, fault(Reason.NOT_A_TRAINEE)),
    (NAME, fault(Reason.TRAINEE_NAMED_OTHERWISE)),
)
"""The class's own trainees: of these the unit may know that a number is another one's."""

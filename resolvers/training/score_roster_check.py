"""What a roster of scores is checked for: its rows are of the class's own trainees (S27)."""

from collections.abc import Collection, Sequence

from sqlalchemy import select

from models import Person, Roster, Trainee, TrainingClass
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.rosters.roster_person import NameablePersons, PersonsByIndex
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER_KEY, NAME_KEY, ColumnFault, StatedRow
from rules.training.score_roster import find_cell_faults


async def find_odd_scores(
    read: DecisionReader, roster: Roster, rows: Sequence[StatedRow]
) -> Sequence[Sequence[ColumnFault]]:
    """Return which rows are of another class, or tell neither a score nor absence (S27)."""
    found = await read.load_rows(
        select(TrainingClass.number).where(
            TrainingClass.unit_id == roster.unit_id, TrainingClass.id == roster.class_id
        )
    )
    ((number,),) = found
    return [list(find_cell_faults(row.values, number)) for row in rows]


async def _find_trainees(
    read: DecisionReader, roster: Roster, indexes: Collection[bytes]
) -> PersonsByIndex:
    found = await read.load_rows(
        select(Person.id_number_index, Person.id, Trainee.name)
        .join(Trainee, Trainee.person_id == Person.id)
        .where(
            Trainee.unit_id == roster.unit_id,
            Trainee.class_id == roster.class_id,
            Person.id_number_index.in_(indexes),
        )
    )
    return {index: (id, name) for index, id, name in found}


NAMEABLE_TRAINEES = NameablePersons(
    _find_trainees,
    (ID_NUMBER_KEY, fault(Reason.NOT_A_TRAINEE)),
    (NAME_KEY, fault(Reason.TRAINEE_NAMED_OTHERWISE)),
    anybody=False,
)
"""The class's own trainees: of these the unit may know that a number is another one's."""

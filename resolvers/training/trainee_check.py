"""What a roster of trainees is checked for: who is there already, and the controls (S21, S23)."""

from collections.abc import Sequence

from sqlalchemy import select

from models import Roster, Trainee, TrainingClass
from resolvers.kernel.policy import APPROVED_PARAMETERS, policy_of
from resolvers.kernel.reading import Reading
from resolvers.training.training import judged
from rules.kernel.finding import Finding
from rules.kernel.month import day_of
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER, Odd, Readied, Stated
from rules.training.training import PERSONAL
from rules.training.training_case import Attending


async def check(
    read: Reading, roster: Roster, rows: Sequence[Readied]
) -> Sequence[Sequence[Finding]]:
    """Judge who is to attend as of the day on which the roster was handed in (S20, S21).

    What is about the class is told where it is submitted: no row could cure it.
    """
    ((class_id, code, opens_on, ends_on),) = await read.all(
        select(
            TrainingClass.id,
            TrainingClass.course_code,
            TrainingClass.opens_on,
            TrainingClass.ends_on,
        ).where(TrainingClass.unit_id == roster.unit_id, TrainingClass.id == roster.class_id)
    )
    policy = policy_of(await read.all(APPROVED_PARAMETERS))
    unit_id, place = roster.unit_id, roster.place
    cases = [
        Attending(unit_id, class_id, row.person_id, place, code, opens_on, ends_on) for row in rows
    ]
    found = await judged(read, cases, day_of(roster.attached_at), policy)
    return [[f for f in each.findings if f.control in PERSONAL] for each in found]


async def already_there(
    read: Reading, roster: Roster, rows: Sequence[Stated]
) -> Sequence[Sequence[Odd]]:
    """Name whoever attends the class already (S23)."""
    found = await read.all(
        select(Trainee.person_id).where(
            Trainee.unit_id == roster.unit_id,
            Trainee.class_id == roster.class_id,
            Trainee.person_id.in_({row.person_id for row in rows}),
        )
    )
    there = {person_id for (person_id,) in found}
    told = [(ID_NUMBER, fault(Reason.TRAINEE_TWICE))]
    return [told if row.person_id in there else [] for row in rows]

"""What a roster of trainees is checked for: who is there already, and the controls (S21, S23)."""

from collections.abc import Sequence

from sqlalchemy import select

from models import Roster, Trainee, TrainingClass
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.policy import APPROVED_PARAMETERS, build_policy
from resolvers.training.training_evaluation import evaluate_trainings
from rules.kernel.finding import Finding
from rules.kernel.month import to_local_day
from rules.kernel.refusal import Reason, fault
from rules.rosters.roster import ID_NUMBER_KEY, CheckableRow, ColumnFault, StatedRow
from rules.training.training import TRAINEE_CONTROLS
from rules.training.training_case import ClassAttendance


async def evaluate_trainee_rows(
    read: DecisionReader, roster: Roster, rows: Sequence[CheckableRow]
) -> Sequence[Sequence[Finding]]:
    """Judge who is to attend as of the day on which the roster was handed in (S20, S21).

    What is about the class is told where it is submitted: no row could cure it.
    """
    ((class_id, code, opens_on, ends_on),) = await read.load_rows(
        select(
            TrainingClass.id,
            TrainingClass.course_code,
            TrainingClass.opens_on,
            TrainingClass.ends_on,
        ).where(TrainingClass.unit_id == roster.unit_id, TrainingClass.id == roster.class_id)
    )
    policy = build_policy(await read.load_rows(APPROVED_PARAMETERS))
    unit_id, place = roster.unit_id, roster.place
    cases = [
        ClassAttendance(
            unit_id=unit_id,
            class_id=class_id,
            person_id=row.person_id,
            region=place,
            course_code=code,
            opens_on=opens_on,
            ends_on=ends_on,
        )
        for row in rows
    ]
    found = await evaluate_trainings(read, cases, to_local_day(roster.attached_at), policy)
    return [[f for f in each.findings if f.control in TRAINEE_CONTROLS] for each in found]


async def find_enrolled_trainees(
    read: DecisionReader, roster: Roster, rows: Sequence[StatedRow]
) -> Sequence[Sequence[ColumnFault]]:
    """Name whoever attends the class already (S23)."""
    found = await read.load_rows(
        select(Trainee.person_id).where(
            Trainee.unit_id == roster.unit_id,
            Trainee.class_id == roster.class_id,
            Trainee.person_id.in_({row.person_id for row in rows}),
        )
    )
    there = {person_id for (person_id,) in found}
    told = [(ID_NUMBER_KEY, fault(Reason.TRAINEE_TWICE))]
    return [told if row.person_id in there else [] for row in rows]

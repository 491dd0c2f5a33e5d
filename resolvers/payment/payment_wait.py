"""Which lines wait for their trainee to complete the class before they are paid (S29)."""

from collections.abc import Sequence
from typing import TypeVarTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, tuple_

from models import ClaimLine, LineState, Trainee, TraineeOutcome, TrainingClass
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Fault
from rules.training.training_claim import find_waiting_fault

Columns = TypeVarTuple("Columns")


async def find_wait_faults(tx: Transaction, lines: Sequence[ClaimLine]) -> dict[UUID, Fault]:
    """Return why lines are not paid yet, by their id, where policy has payment wait (S29)."""
    ids = [line.id for line in lines if line.trainee_id]
    if not ids:
        return {}
    units = {line.unit_id for line in lines}
    where = ClaimLine.unit_id.in_(units), ClaimLine.id.in_(ids)
    rows = await tx.session.execute(
        _join_open_trainees(
            select(ClaimLine.id, TrainingClass.place, TrainingClass.opens_on)
        ).where(*where)
    )
    policy = await tx.load_policy()
    found: dict[UUID, Fault] = {}
    for id_, place, opens_on in rows:
        why = find_waiting_fault(TraineeOutcome.OPEN, place, opens_on, policy)
        found |= {id_: why} if why else {}
    return found


async def match_lines_not_waiting(
    tx: Transaction, low: str, high: str
) -> Sequence[ColumnElement[bool]]:
    """Write the condition that leaves the payable lines of a region out that wait (S29)."""
    in_question = _join_open_trainees(
        select(
            TrainingClass.unit_id, TrainingClass.id, TrainingClass.place, TrainingClass.opens_on
        ).distinct()
    ).where(ClaimLine.state == LineState.PAYABLE, ClaimLine.region.between(low, high))
    policy = await tx.load_policy()
    late = [
        (unit_id, id_)
        for unit_id, id_, place, opens_on in await tx.session.execute(in_question)
        if find_waiting_fault(TraineeOutcome.OPEN, place, opens_on, policy)
    ]
    if not late:
        return []
    trainees = select(Trainee.unit_id, Trainee.id).where(
        tuple_(Trainee.unit_id, Trainee.class_id).in_(late), Trainee.outcome == TraineeOutcome.OPEN
    )
    own = tuple_(ClaimLine.unit_id, ClaimLine.trainee_id)
    return [or_(ClaimLine.trainee_id.is_(None), own.not_in(trainees))]


def _join_open_trainees(statement: Select[*Columns]) -> Select[*Columns]:
    """Join lines with their trainees who have not completed yet, and with their classes."""
    of_line = ClaimLine.unit_id == Trainee.unit_id, ClaimLine.trainee_id == Trainee.id
    in_class = TrainingClass.unit_id == Trainee.unit_id, TrainingClass.id == Trainee.class_id
    joined = statement.select_from(Trainee).join(ClaimLine, and_(*of_line))
    return joined.join(TrainingClass, and_(*in_class)).where(Trainee.outcome == TraineeOutcome.OPEN)

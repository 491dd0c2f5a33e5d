"""What the scores of classes come to by now, told from a snapshot (S27)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, exists, select
from strawberry import Parent

from models import GONE, Completion, Status, Trainee, TraineeOutcome, TrainingClass
from resolvers.internship.candidate import missing_told
from resolvers.internship.month import own_unit
from resolvers.kernel.context import Info
from resolvers.training.completion import pass_mark
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.parameter import MissingParameter, Policy
from rules.training import completion as rules
from rules.training.completion import ClassStanding, Result


@dataclass(frozen=True, slots=True)
class CompletableClass:
    """A class that has ended, what its scores come to, and why it can't be completed yet."""

    training_class: TrainingClass
    pass_mark: Decimal
    completed: int
    not_completed: int
    open: int
    shortfalls: Sequence[Shortfall]


async def completable_classes(info: Info) -> list[CompletableClass]:
    """List the unit's classes that have ended and are to be completed (S27). 可办理结业的培训班."""
    unit_id, read = own_unit(info), info.context.loaders.snapshot
    today, language = info.context.service.today(), info.context.viewer.language
    ended = _uncompleted(unit_id).where(TrainingClass.ends_on <= today)
    classes = [row for (row,) in await read.all(ended)]
    results = defaultdict[UUID, list[Result]](list)
    columns = Trainee.class_id, Trainee.score, Trainee.scored_at
    own = Trainee.unit_id == unit_id, Trainee.class_id.in_([row.id for row in classes])
    for class_id, score, at in await read.all(select(*columns).where(*own)):
        results[class_id].append(Result(score, at is not None))
    policy, found = await info.context.policy(), []
    for row in classes:
        with missing_told():
            mark = pass_mark(policy, row)
        tally = rules.tally(results[row.id], mark)
        standing = ClassStanding(row.status, row.opens_on, row.ends_on, None)
        faults = rules.completing_faults(standing, tally, today, ())
        lacking = [explanation.shortfall(fault, language) for fault in faults]
        counts = tally.completed, tally.not_completed, tally.open
        found.append(CompletableClass(row, mark, *counts, lacking))
    return found


def _uncompleted(unit_id: UUID) -> Select[TrainingClass]:
    """Find a unit's approved classes that nobody has filed a completion of, newest first."""
    of = Completion.unit_id == TrainingClass.unit_id, Completion.class_id == TrainingClass.id
    filed = exists().where(*of, Completion.status.not_in(GONE))
    own = TrainingClass.unit_id == unit_id, TrainingClass.status == Status.APPROVED
    return select(TrainingClass).where(*own, ~filed).order_by(TrainingClass.id.desc())


async def expected_outcome(trainee: Parent[Trainee], info: Info) -> TraineeOutcome | None:
    """Tell what the score comes to by the pass mark, until that is final (S27). 预计结业情况."""
    if trainee.outcome is not TraineeOutcome.OPEN or trainee.scored_at is None:
        return trainee.outcome
    key = trainee.unit_id, trainee.class_id
    row = await info.context.loaders.one(Trainee.training_class).load(key)
    mark = _mark(await info.context.policy(), row) if row is not None else None
    return None if mark is None else rules.outcome(Result(trainee.score, True), mark)


def _mark(policy: Policy, row: TrainingClass) -> Decimal | None:
    try:
        return pass_mark(policy, row)
    except MissingParameter:
        return None

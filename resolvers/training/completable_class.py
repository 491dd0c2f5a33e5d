"""What the scores of classes come to by now, told from a snapshot (S27)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import Select, exists, select
from strawberry import Parent

from loaders.page import Page, Window, cut_page
from models import DISCARDED_STATUSES, Completion, Status, Trainee, TraineeOutcome, TrainingClass
from resolvers.internship.reporting_month import require_own_unit
from resolvers.kernel.context import Info
from resolvers.kernel.decision_reader import refuse_missing_parameters
from resolvers.training.completion import get_pass_mark
from rules.kernel import explanation
from rules.kernel.explanation import Shortfall
from rules.kernel.parameter import MissingParameter, Policy
from rules.training import completion as rules
from rules.training.completion import ClassState, TraineeResult


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletableClass:
    """A class that has ended, what its scores come to, and why it can't be completed yet."""

    training_class: TrainingClass
    pass_mark: Decimal
    completed: int
    not_completed: int
    open: int
    shortfalls: Sequence[Shortfall]

    @property
    def id(self) -> UUID:
        """Return the class's id, by which they come one after another."""
        return self.training_class.id


async def load_page_of_completable_classes(info: Info, window: Window) -> Page[CompletableClass]:
    """Cut a page from the unit's classes that have ended and are to be completed (S27)."""
    return cut_page(await load_completable_classes(info), window)


async def load_completable_classes(info: Info) -> list[CompletableClass]:
    """List the unit's classes that have ended and are to be completed (S27). 可办理结业的培训班."""
    unit_id, read = require_own_unit(info), info.context.loaders.snapshot
    today, language = info.context.service.today(), info.context.viewer.language
    ended = _select_uncompleted_classes(unit_id).where(TrainingClass.ends_on <= today)
    classes = [row for (row,) in await read.load_rows(ended)]
    results = defaultdict[UUID, list[TraineeResult]](list)
    columns = Trainee.class_id, Trainee.score, Trainee.scored_at
    own = Trainee.unit_id == unit_id, Trainee.class_id.in_([row.id for row in classes])
    for class_id, score, at in await read.load_rows(select(*columns).where(*own)):
        results[class_id].append(TraineeResult(score, at is not None))
    policy, found = await info.context.load_policy(), []
    for row in classes:
        with refuse_missing_parameters():
            mark = get_pass_mark(policy, row)
        tally = rules.tally_outcomes(results[row.id], mark)
        standing = ClassState(
            status=row.status, opens_on=row.opens_on, ends_on=row.ends_on, completion=None
        )
        faults = rules.find_completing_faults(standing, tally, today, ())
        lacking = [explanation.describe_shortfall(fault, language) for fault in faults]
        found.append(
            CompletableClass(
                training_class=row,
                pass_mark=mark,
                completed=tally.completed,
                not_completed=tally.not_completed,
                open=tally.open,
                shortfalls=lacking,
            )
        )
    return found


def _select_uncompleted_classes(unit_id: UUID) -> Select[TrainingClass]:
    """Find a unit's approved classes that nobody has filed a completion of, newest first."""
    of = Completion.unit_id == TrainingClass.unit_id, Completion.class_id == TrainingClass.id
    filed = exists().where(*of, Completion.status.not_in(DISCARDED_STATUSES))
    own = TrainingClass.unit_id == unit_id, TrainingClass.status == Status.APPROVED
    return select(TrainingClass).where(*own, ~filed).order_by(TrainingClass.id.desc())


async def load_expected_outcome(trainee: Parent[Trainee], info: Info) -> TraineeOutcome | None:
    """Tell what the score comes to by the pass mark, until that is final (S27). 预计结业情况."""
    if trainee.outcome is not TraineeOutcome.OPEN or trainee.scored_at is None:
        return trainee.outcome
    key = trainee.unit_id, trainee.class_id
    row = await info.context.loaders.get_parent_batch(Trainee.training_class).load(key)
    mark = _find_pass_mark(await info.context.load_policy(), row) if row is not None else None
    return (
        None if mark is None else rules.evaluate_outcome(TraineeResult(trainee.score, True), mark)
    )


def _find_pass_mark(policy: Policy, row: TrainingClass) -> Decimal | None:
    try:
        return get_pass_mark(policy, row)
    except MissingParameter:
        return None

"""Scores 成绩 of trainees, entered one by one or as a list (S28)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from loaders.key import parse_key
from models import Trainee
from resolvers.kernel.transaction import Transaction
from resolvers.training.completion import (
    ClassKey,
    LockedClass,
    ScoreEntry,
    lock_classes,
    record_scores,
)
from rules.kernel import input_check
from rules.kernel.refusal import refuse_if
from rules.kernel.value import RowId, Score
from rules.training import completion as rules

MAX_SCORES_AT_ONCE = 1000


@dataclass(kw_only=True)
class TraineeScore:
    """A trainee's score; or that they were absent, and have not completed the class."""

    id: RowId
    version: int
    score: Score | None = None
    absent: bool = False


@dataclass(kw_only=True)
class TraineeScores:
    """Scores of trainees; all of them are entered, or none."""

    trainees: list[TraineeScore]


async def score_trainee(tx: Transaction, input: TraineeScore) -> Trainee:
    """Enter a trainee's score, or that they were absent (S28). 登记学员成绩."""
    refuse_if(rules.find_score_faults(input.score, input.absent, ()))
    classes = await _lock_classes_of_trainees(tx, [input])
    row = await tx.get_locked(Trainee, input.id, input.version)
    await record_scores(tx, classes, [ScoreEntry(row, input.score)])
    return row


async def score_trainees(tx: Transaction, input: TraineeScores) -> Sequence[Trainee]:
    """Enter scores of many trainees, all of them or none (S28). 批量登记学员成绩."""
    given, at = input.trainees, "trainees"
    faults = [*input_check.find_list_faults([each.id for each in given], MAX_SCORES_AT_ONCE, (at,))]
    for n, each in enumerate(given):
        faults += rules.find_score_faults(each.score, each.absent, (at, n))
    refuse_if(faults)
    classes = await _lock_classes_of_trainees(tx, given)
    rows = await tx.require_many_locked(Trainee, [(each.id, each.version) for each in given], (at,))
    marks = [
        ScoreEntry(row, each.score, (at, n))
        for n, (row, each) in enumerate(zip(rows, given, strict=True))
    ]
    await record_scores(tx, classes, marks)
    return rows


async def _lock_classes_of_trainees(
    tx: Transaction, given: Sequence[TraineeScore]
) -> Mapping[ClassKey, LockedClass]:
    """Hold the classes of named trainees, before these."""
    named: list[tuple[UUID, ...]] = []
    for each in given:
        key = parse_key(each.id, Trainee)
        named += [key.parts] if key else []
    columns = select(Trainee.unit_id, Trainee.class_id).distinct()
    of_trainees = tuple_(Trainee.unit_id, Trainee.id).in_(named)
    found = await tx.session.execute(columns.where(of_trainees))
    return await lock_classes(tx, [(unit_id, class_id) for unit_id, class_id in found])

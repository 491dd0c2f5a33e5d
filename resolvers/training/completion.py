"""Scores 成绩 and the completion of classes 班级结业: what both hold and how (S27, S28)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_

from models import DISCARDED_STATUSES, Completion, Trainee, TrainingClass
from resolvers.kernel.transaction import Transaction
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Path, refuse_if
from rules.training import completion as rules
from rules.training.completion import ClassState, OutcomeTally, TraineeResult

ClassKey = tuple[UUID, UUID]
"""A class by its unit and id."""


@dataclass(frozen=True, slots=True)
class LockedClass:
    """A class that is held, and its completion if there is one that counts, held before it."""

    row: TrainingClass
    completion: Completion | None

    @property
    def class_state(self) -> ClassState:
        """Return how the class stands, for the rules."""
        completion = self.completion.status if self.completion else None
        return ClassState(
            status=self.row.status,
            opens_on=self.row.opens_on,
            ends_on=self.row.ends_on,
            completion=completion,
        )


@dataclass(frozen=True, slots=True)
class ScoreEntry:
    """What a trainee, who is held, is given: a score, or none for who was absent; said where."""

    trainee: Trainee
    score: Decimal | None
    path: Path = ()


async def lock_classes(
    tx: Transaction, keys: Collection[ClassKey]
) -> Mapping[ClassKey, LockedClass]:
    """Hold classes, their completions before them, each in the order of keys (X12).

    All who write scores or decide on a completion do it here first, and hold trainees after it: so
    that the counts of a completion are those of its scores.
    """
    await _lock_completions(tx, keys)
    rows = await tx.get_by_keys_locked(TrainingClass, keys)
    # Once more: it may have been made while the class was another's.
    standing = await _lock_completions(tx, keys)
    named = [(row, (row.unit_id, row.id)) for row in rows.values()]
    return {key: LockedClass(row, standing.get(key)) for row, key in named}


async def record_scores(
    tx: Transaction, classes: Mapping[ClassKey, LockedClass], marks: Sequence[ScoreEntry]
) -> None:
    """Write scores of trainees of classes that are held; all of them or none (S27, S28).

    What is wrong with a class is told once, where its first trainee is named.
    """
    first: dict[ClassKey, Path] = {}
    for mark in marks:
        first.setdefault(get_class_key(mark.trainee), mark.path)
    refuse_if(
        found
        for key, path in first.items()
        for found in rules.find_scoring_faults(classes[key].class_state, tx.today, path)
    )
    for mark in marks:
        row = mark.trainee
        if row.scored_at is None or row.score != mark.score:
            tx.change(row, {"score": mark.score, "scored_at": tx.now}, "SCORE")
    await tx.session.flush()
    await recount_completions(tx, [classes[key] for key in first])


async def recount_completions(tx: Transaction, classes: Collection[LockedClass]) -> None:
    """Keep the counts of completions true to the scores (S27)."""
    found = await tally_results(tx, [held.row for held in classes if held.completion])
    for held in classes:
        if held.completion:
            count = found[held.row.unit_id, held.row.id]
            counts = {"completed": count.completed, "not_completed": count.not_completed}
            if any(getattr(held.completion, name) != value for name, value in counts.items()):
                tx.change(held.completion, counts, "RECOUNT")
    await tx.session.flush()


async def tally_results(
    tx: Transaction, classes: Collection[TrainingClass]
) -> Mapping[ClassKey, OutcomeTally]:
    """Count the trainees of classes by what their scores come to (S27)."""
    policy, results = await tx.load_policy(), defaultdict[ClassKey, list[TraineeResult]](list)
    columns = Trainee.unit_id, Trainee.class_id, Trainee.score, Trainee.scored_at
    named = match_trainees(classes)
    for unit_id, class_id, mark, at in await tx.session.execute(select(*columns).where(named)):
        results[unit_id, class_id].append(TraineeResult(mark, at is not None))
    keyed = {(row.unit_id, row.id): row for row in classes}
    return {
        k: rules.tally_outcomes(results[k], get_pass_mark(policy, row)) for k, row in keyed.items()
    }


def get_pass_mark(policy: Policy, row: TrainingClass) -> Decimal:
    """Return the marks that pass in a class, or raise MissingParameter (S27, X21)."""
    return policy.get_decimal(rules.PASS_MARK_KEY, row.place, row.opens_on)


def get_class_key(trainee: Trainee) -> ClassKey:
    """Name the class of a trainee."""
    return trainee.unit_id, trainee.class_id


def match_trainees(classes: Iterable[TrainingClass]) -> ColumnElement[bool]:
    """Find trainees of classes."""
    keys = [(row.unit_id, row.id) for row in classes]
    return tuple_(Trainee.unit_id, Trainee.class_id).in_(keys)


async def _lock_completions(
    tx: Transaction, keys: Collection[ClassKey]
) -> Mapping[ClassKey, Completion]:
    of_classes = tuple_(Completion.unit_id, Completion.class_id).in_(keys)
    found = select(Completion).where(of_classes, Completion.status.not_in(DISCARDED_STATUSES))
    in_order = found.order_by(Completion.unit_id, Completion.id).with_for_update()
    rows = await tx.all(in_order.execution_options(populate_existing=True))
    return {(row.unit_id, row.class_id): row for row in rows}

"""The completion of a class 班级结业: drafted, submitted, reviewed (S27, S29, S33)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from models import ClaimLine, Completion, LineState, Status, Trainee, TraineeOutcome, TrainingClass
from resolvers.claims.line_life import held_where
from resolvers.kernel.transaction import Transaction
from resolvers.training import training_place
from resolvers.training.completion import (
    ClassKey,
    HeldClass,
    class_key,
    hold,
    pass_mark,
    recount,
    tallies,
    within,
)
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, InvalidInput, Path, Reason, fault, refuse_if, refused
from rules.kernel.review import paths_of
from rules.kernel.value import RowId
from rules.training import completion as rules
from rules.training.completion import Result, Tally
from rules.training.training_claim import waits

_FAILED = TraineeOutcome.NOT_COMPLETED


@dataclass(kw_only=True)
class ClassCompletion:
    """Which class is completed."""

    class_id: RowId


async def complete_class(tx: Transaction, input: ClassCompletion) -> Completion:
    """Draft a class's completion, once it has ended and nobody is open (S27). 办理班级结业."""
    named = await tx.found(TrainingClass, input.class_id, "classId")
    held = (await hold(tx, [(named.unit_id, named.id)])).get((named.unit_id, named.id))
    if held is None:
        raise refused(Reason.NOT_FOUND, "classId")
    if held.completion is not None:
        raise refused(Reason.COMPLETION_EXISTS, "classId")
    found = (await tallies(tx, [held.row]))[held.row.unit_id, held.row.id]
    refuse_if(rules.completing_faults(held.standing, found, tx.today, ("classId",)))
    row = Completion(
        unit_id=held.row.unit_id,
        region=held.row.region,
        class_id=held.row.id,
        completed=found.completed,
        not_completed=found.not_completed,
        status=Status.DRAFT,
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return row


async def submitted(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Judge completions again as they are submitted, and count once more (S27)."""
    classes, _ = await _judged(tx, rows)
    await recount(tx, list(classes.values()))


async def approved(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Make outcomes final; who has not completed the class gives the place back (S27, S33)."""
    classes, found = await _judged(tx, rows)
    policy = await tx.policy()
    refuse_if(
        fault
        for at, row in zip(paths_of(len(rows)), rows, strict=True)
        for fault in _undecidable(row, found[_key(row)], classes[_key(row)].row, policy, at)
    )
    marks = {key: pass_mark(policy, held.row) for key, held in classes.items()}
    trainees = await training_place.trainees_of(tx, classes.keys())
    for trainee in trainees:
        result = Result(trainee.score, trainee.scored_at is not None)
        came = rules.outcome(result, marks[class_key(trainee)])
        tx.change(trainee, {"outcome": came}, "COMPLETE")
    for held in classes.values():
        tx.change(held.row, {"completed_on": tx.today}, "COMPLETE")
    await training_place.free_trainees(tx, [row for row in trainees if row.outcome is _FAILED])


async def revoked(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Open the outcomes again, unless payment stands on them; places are taken again (S29, S33).

    Who has not completed gave the place back: it must still be theirs to have. Lines are held
    before the classes, as whoever decides on a claim holds them.
    """
    keys = [_key(row) for row in rows]
    await _waited(tx, await tx.by_keys(TrainingClass, keys))
    classes = await hold(tx, keys)
    trainees = await training_place.trainees_of(tx, classes.keys())
    states = await _paid_on(tx, classes, trainees)
    refuse_if(
        fault
        for at, row in zip(paths_of(len(rows)), rows, strict=True)
        for fault in rules.revoking_faults(states[_key(row)], at)
    )
    await _retake(tx, rows, trainees)
    for trainee in trainees:
        tx.change(trainee, {"outcome": TraineeOutcome.OPEN}, "REOPEN")
    for held in classes.values():
        tx.change(held.row, {"completed_on": None}, "REOPEN")
    await tx.session.flush()


async def _retake(tx: Transaction, rows: Sequence[Completion], trainees: Sequence[Trainee]) -> None:
    """Let who has not completed take the place again, or say who can't, by their place in class."""
    failed = [row for row in trainees if row.outcome is _FAILED]
    at = {
        trainee.id: (*path, "trainees", k)
        for path, row in zip(paths_of(len(rows)), rows, strict=True)
        for k, trainee in enumerate(each for each in trainees if class_key(each) == _key(row))
    }
    try:
        await training_place.retake(tx, failed)
    except InvalidInput as no:
        paths = [at[failed[int(each.path[1])].id] for each in no.faults]
        placed = zip(no.faults, paths, strict=True)
        raise InvalidInput(Fault(why.reason, path, why.figures) for why, path in placed) from no


async def _judged(
    tx: Transaction, rows: Sequence[Completion]
) -> tuple[Mapping[ClassKey, HeldClass], Mapping[ClassKey, Tally]]:
    """Hold classes, and refuse what is not at its end: it has not ended, or somebody is open."""
    classes = await hold(tx, [_key(row) for row in rows])
    found = await tallies(tx, [held.row for held in classes.values()])
    refuse_if(
        fault
        for at, key in zip(paths_of(len(rows)), map(_key, rows), strict=True)
        for fault in rules.completing_faults(classes[key].standing, found[key], tx.today, at)
    )
    return classes, found


def _undecidable(
    row: Completion, found: Tally, of: TrainingClass, policy: Policy, path: Path
) -> Iterable[Fault]:
    """Say why nobody can decide on a completion yet: on another or a doubtful pass mark (X6)."""
    yield from rules.deciding_faults(found, row.completed, row.not_completed, path)
    own = policy.afresh()
    pass_mark(own, of)
    if not own.confirmed:
        yield fault(Reason.PARAMETER_UNCONFIRMED, *path, keys="training.pass_mark")


async def _paid_on(
    tx: Transaction, classes: Mapping[ClassKey, HeldClass], trainees: Sequence[Trainee]
) -> Mapping[ClassKey, Sequence[LineState]]:
    """List, class by class, how the lines stand whose payment waited for completion (S29)."""
    found: dict[ClassKey, list[LineState]] = {key: [] for key in classes}
    of: dict[UUID | None, ClassKey] = {row.id: class_key(row) for row in trainees}
    # Once more: some may have been made while the classes were another's.
    for line in await _waited(tx, [held.row for held in classes.values()]):
        found[of[line.trainee_id]].append(line.state)
    return found


async def _waited(tx: Transaction, classes: Sequence[TrainingClass]) -> Sequence[ClaimLine]:
    """Hold the lines whose payment waited for classes' completion (S29, X21).

    So that none goes into a batch meanwhile.
    """
    policy, open_ = await tx.policy(), TraineeOutcome.OPEN
    waiting = [row for row in classes if waits(open_, row.place, row.opens_on, policy)]
    keys = tuple_(ClaimLine.unit_id, ClaimLine.trainee_id)
    trainees = select(Trainee.unit_id, Trainee.id).where(within(waiting))
    return (await held_where(tx, keys.in_(trainees)))[1]


def _key(row: Completion) -> ClassKey:
    return row.unit_id, row.class_id

"""The completion of a class 班级结业: drafted, submitted, reviewed (S27, S29, S33)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, tuple_

from models import ClaimLine, Completion, LineState, Status, Trainee, TraineeOutcome, TrainingClass
from resolvers.claims.claim_line_transitions import lock_lines_where
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from resolvers.payment import clawback
from resolvers.training import training_place
from resolvers.training.completion import (
    ClassKey,
    LockedClass,
    get_class_key,
    get_pass_mark,
    lock_classes,
    match_trainees,
    recount_completions,
    tally_results,
)
from rules.kernel.action import Action
from rules.kernel.parameter import Policy
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, InvalidInput, Path, Reason, build_refusal, fault, refuse_if
from rules.kernel.review import list_record_paths
from rules.kernel.value import RowId
from rules.training import completion as rules
from rules.training.completion import OutcomeTally, TraineeResult
from rules.training.training_claim import find_waiting_fault

_NOT_COMPLETED = TraineeOutcome.NOT_COMPLETED


@dataclass(kw_only=True)
class ClassCompletion:
    """Which class is completed."""

    class_id: RowId


async def complete_class(tx: Transaction, input: ClassCompletion) -> Completion:
    """Draft a class's completion, once it has ended and nobody is open (S27). 办理班级结业."""
    named = await tx.get(TrainingClass, input.class_id, "classId")
    held = (await lock_classes(tx, [(named.unit_id, named.id)])).get((named.unit_id, named.id))
    if held is None:
        raise build_refusal(Reason.NOT_FOUND, "classId")
    if held.completion is not None:
        raise build_refusal(Reason.COMPLETION_EXISTS, "classId")
    found = (await tally_results(tx, [held.row]))[held.row.unit_id, held.row.id]
    refuse_if(rules.find_completing_faults(held.class_state, found, tx.today, ("classId",)))
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


async def on_submit(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Judge completions again as they are submitted, and count once more (S27)."""
    classes, _ = await _lock_and_validate(tx, rows)
    await recount_completions(tx, list(classes.values()))


async def on_approve(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Make outcomes final; who has not completed the class gives the place back (S27, S33).

    A place that was paid for is given back by the clawback alone, which is proposed. Lines are held
    before the classes, as whoever decides on a claim holds them.
    """
    keys = [_get_class_key(row) for row in rows]
    await _lock_lines(tx, await tx.load_by_keys(TrainingClass, keys))
    classes, found = await _lock_and_validate(tx, rows)
    policy = await tx.load_policy()
    refuse_if(
        fault
        for at, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for fault in _find_decision_faults(
            row, found[_get_class_key(row)], classes[_get_class_key(row)].row, policy, at
        )
    )
    marks = {key: get_pass_mark(policy, held.row) for key, held in classes.items()}
    trainees = await training_place.lock_trainees(tx, classes.keys())
    for trainee in trainees:
        result = TraineeResult(trainee.score, trainee.scored_at is not None)
        came = rules.evaluate_outcome(result, marks[get_class_key(trainee)])
        tx.change(trainee, {"outcome": came}, "COMPLETE")
    for held in classes.values():
        tx.change(held.row, {"completed_on": tx.today}, "COMPLETE")
    failed = [row for row in trainees if row.outcome is _NOT_COMPLETED]
    paid = await _claw_back(tx, rows, classes, failed)
    await training_place.release_trainee_places(tx, [row for row in failed if row.id not in paid])


async def _claw_back(
    tx: Transaction,
    rows: Sequence[Completion],
    classes: Mapping[ClassKey, LockedClass],
    failed: Sequence[Trainee],
) -> set[UUID]:
    """Propose to claw back what was paid for who has not completed; give whom that is (S33)."""
    of: dict[UUID | None, ClassKey] = {row.id: get_class_key(row) for row in failed}
    lines = [
        line
        for line in await _lock_lines(tx, [held.row for held in classes.values()])
        if line.trainee_id in of
    ]
    refuse_if(
        why
        for at, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for why in rules.find_approving_faults(
            [line.state for line in lines if of[line.trainee_id] == _get_class_key(row)], at
        )
    )
    left = await clawback.load_amounts_left(tx, lines)
    paid = [line for line in lines if left.get(line.id, 0) > 0]
    policy = await tx.load_policy()
    for line in paid:
        attended = classes[of[line.trainee_id]].row
        if rules.is_clawed_back_on_non_completion(policy, attended.place, attended.opens_on):
            await clawback.propose_whole_clawback(tx, line, rules.NON_COMPLETION_CAUSE)
    return {line.trainee_id for line in paid if line.trainee_id}


async def on_revoke(tx: Transaction, rows: Sequence[Completion]) -> None:
    """Open the outcomes again, unless payment stands on them; places are taken again (S29, S33).

    Who has not completed gave the place back: it must still be theirs to have. Lines are held
    before the classes, as whoever decides on a claim holds them.
    """
    keys = [_get_class_key(row) for row in rows]
    await _lock_waiting_lines(tx, await tx.load_by_keys(TrainingClass, keys))
    classes = await lock_classes(tx, keys)
    trainees = await training_place.lock_trainees(tx, classes.keys())
    states = await _lock_line_states(tx, classes, trainees)
    refuse_if(
        fault
        for at, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for fault in rules.find_revoking_faults(states[_get_class_key(row)], at)
    )
    for line in await _lock_lines(tx, [held.row for held in classes.values()]):
        await clawback.void_pending_clawbacks(tx, line, rules.NON_COMPLETION_CAUSE)
    await _restore_places(tx, rows, trainees)
    for trainee in trainees:
        tx.change(trainee, {"outcome": TraineeOutcome.OPEN}, "REOPEN")
    for held in classes.values():
        tx.change(held.row, {"completed_on": None}, "REOPEN")
    await tx.session.flush()


async def _restore_places(
    tx: Transaction, rows: Sequence[Completion], trainees: Sequence[Trainee]
) -> None:
    """Restore the places of who has not completed, or refuse by their place in class."""
    failed = [row for row in trainees if row.outcome is _NOT_COMPLETED and row.place is None]
    at = {
        trainee.id: (*path, "trainees", k)
        for path, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for k, trainee in enumerate(
            each for each in trainees if get_class_key(each) == _get_class_key(row)
        )
    }
    try:
        await training_place.restore_places(tx, failed)
    except InvalidInput as no:
        paths = [at[failed[int(each.path[1])].id] for each in no.faults]
        placed = zip(no.faults, paths, strict=True)
        raise InvalidInput(why.moved_to(*path) for why, path in placed) from no


async def _lock_and_validate(
    tx: Transaction, rows: Sequence[Completion]
) -> tuple[Mapping[ClassKey, LockedClass], Mapping[ClassKey, OutcomeTally]]:
    """Hold classes, and refuse what is not at its end: it has not ended, or somebody is open."""
    classes = await lock_classes(tx, [_get_class_key(row) for row in rows])
    found = await tally_results(tx, [held.row for held in classes.values()])
    refuse_if(
        fault
        for at, key in zip(list_record_paths(len(rows)), map(_get_class_key, rows), strict=True)
        for fault in rules.find_completing_faults(
            classes[key].class_state, found[key], tx.today, at
        )
    )
    return classes, found


def _find_decision_faults(
    row: Completion, found: OutcomeTally, of: TrainingClass, policy: Policy, path: Path
) -> Iterable[Fault]:
    """Yield why nobody can decide on a completion yet: on another or a doubtful pass mark (X6)."""
    yield from rules.find_count_change_faults(found, row.completed, row.not_completed, path)
    own = policy.new_usage_recorder()
    get_pass_mark(own, of)
    if not own.confirmed:
        yield fault(Reason.PARAMETER_UNCONFIRMED, *path, keys="training.pass_mark")


async def _lock_line_states(
    tx: Transaction, classes: Mapping[ClassKey, LockedClass], trainees: Sequence[Trainee]
) -> Mapping[ClassKey, Sequence[LineState]]:
    """List, class by class, how the lines stand whose payment waited for completion (S29)."""
    found: dict[ClassKey, list[LineState]] = {key: [] for key in classes}
    of: dict[UUID | None, ClassKey] = {row.id: get_class_key(row) for row in trainees}
    # Once more: some may have been made while the classes were another's.
    for line in await _lock_waiting_lines(tx, [held.row for held in classes.values()]):
        found[of[line.trainee_id]].append(line.state)
    return found


async def _lock_lines(tx: Transaction, classes: Sequence[TrainingClass]) -> Sequence[ClaimLine]:
    """Hold all lines for trainees of classes (S33)."""
    keys = tuple_(ClaimLine.unit_id, ClaimLine.trainee_id)
    trainees = select(Trainee.unit_id, Trainee.id).where(match_trainees(classes))
    return (await lock_lines_where(tx, keys.in_(trainees)))[1]


async def _lock_waiting_lines(
    tx: Transaction, classes: Sequence[TrainingClass]
) -> Sequence[ClaimLine]:
    """Hold the lines whose payment waited for classes' completion (S29, X21).

    So that none goes into a batch meanwhile.
    """
    policy, open_ = await tx.load_policy(), TraineeOutcome.OPEN
    waiting = [row for row in classes if find_waiting_fault(open_, row.place, row.opens_on, policy)]
    keys = tuple_(ClaimLine.unit_id, ClaimLine.trainee_id)
    trainees = select(Trainee.unit_id, Trainee.id).where(match_trainees(waiting))
    return (await lock_lines_where(tx, keys.in_(trainees)))[1]


def _get_class_key(row: Completion) -> ClassKey:
    return row.unit_id, row.class_id


declare_transitions(
    RecordKind.COMPLETION,
    {
        Action.SUBMIT: on_submit,
        Action.APPROVE: on_approve,
        Action.REVOKE: on_revoke,
    },
    filing=(complete_class,),
)

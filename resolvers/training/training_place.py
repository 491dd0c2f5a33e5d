"""Places and days that classes take of their trainees' time, counted over all units (S21, S33)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import Range

from loaders.advisory_lock import AdvisoryLock
from models import ClaimLine, Status, Trainee, TrainingClass
from resolvers.kernel.decision_reader import TransactionReader
from resolvers.kernel.transaction import Transaction
from resolvers.training.training_evaluation import (
    ClassAttendance,
    TrainingEvaluation,
    evaluate_trainings,
)
from rules.kernel.refusal import Fault, Reason, fault, refuse_if
from rules.kernel.review import list_record_paths
from rules.training.training import CLASS_CONTROLS, PLACE_CONTROLS, TRAINEE_CONTROLS

ClassKey = tuple[UUID, UUID]


async def reserve_places(tx: Transaction, classes: Sequence[TrainingClass]) -> None:
    """Judge classes as they are submitted or approved; from then on they count (S20, S21, S33).

    Each trainee takes the lowest free place of the programme period, or keeps the one they have.
    All faults are told at once: those of a trainee by their place in the class, oldest first.
    """
    of_class = await _lock_trainees_by_class(tx, classes)
    rows = [row for each in classes for row in of_class[each.unit_id, each.id]]
    await lock_persons(tx, {row.person_id for row in rows})
    found = dict(
        zip([row.id for row in rows], await _evaluate_trainees(tx, classes, rows), strict=True)
    )
    refuse_if(
        why.at(*at)
        for at, each in zip(list_record_paths(len(classes)), classes, strict=True)
        for why in _find_place_faults(tx, each, of_class[each.unit_id, each.id], found)
    )
    for each in classes:
        for row in of_class[each.unit_id, each.id]:
            row.course_id = each.course_id
            _assign_place(tx, row, each, found[row.id])
    await tx.session.flush()


async def release_places(tx: Transaction, classes: Sequence[TrainingClass]) -> None:
    """Release what classes took that are withdrawn or refused, unless a claim stands on it."""
    of_class = await _lock_trainees_by_class(tx, classes)
    held = await _load_held_trainee_ids(tx, [row for rows in of_class.values() for row in rows])
    refuse_if(
        fault(Reason.TRAINEE_CLAIMED, *at, "trainees", n)
        for at, each in zip(list_record_paths(len(classes)), classes, strict=True)
        for n, row in enumerate(of_class[each.unit_id, each.id])
        if row.id in held
    )
    await release_trainee_places(tx, [row for rows in of_class.values() for row in rows])


async def release_trainee_places(tx: Transaction, trainees: Sequence[Trainee]) -> None:
    """Release the places and days of trainees, such as those who did not complete (S33).

    An override stays with the period for which it was given.
    """
    for row in trainees:
        row.during, row.place = Range(empty=True), None
    await tx.session.flush()


async def restore_places(tx: Transaction, trainees: Sequence[Trainee]) -> None:
    """Take again the places and days that trainees gave back, or refuse (S21, S33).

    Faults are told by the trainee's place in what is given.
    """
    await lock_persons(tx, {row.person_id for row in trainees})
    named = {(row.unit_id, row.class_id) for row in trainees}
    statement = select(TrainingClass).where(_CLASS_KEY_COLUMNS.in_(named))
    classes = {(each.unit_id, each.id): each for each in await tx.all(statement)}
    found = await _evaluate_trainees(tx, list(classes.values()), trainees)
    refuse_if(
        why.at("trainees", n)
        for n, each in enumerate(found)
        for why in each.list_faults(PLACE_CONTROLS)
    )
    for row, each in zip(trainees, found, strict=True):
        _assign_place(tx, row, classes[row.unit_id, row.class_id], each)
    await tx.session.flush()


_CLASS_KEY_COLUMNS = tuple_(TrainingClass.unit_id, TrainingClass.id)
_OVERRIDE_COLUMNS = ("override_reason", "overridden_by", "overridden_at")


async def lock_trainees(tx: Transaction, classes: Collection[ClassKey]) -> Sequence[Trainee]:
    """Hold the trainees of classes that are held, as they are now, in the order of keys (X12)."""
    named = tuple_(Trainee.unit_id, Trainee.class_id).in_(classes)
    in_order = select(Trainee).where(named).order_by(Trainee.unit_id, Trainee.id)
    # What the session read before it waited for the lock may be out of date.
    now = {"populate_existing": True}
    return await tx.all(in_order.with_for_update().execution_options(**now))


async def _lock_trainees_by_class(
    tx: Transaction, classes: Sequence[TrainingClass]
) -> Mapping[ClassKey, Sequence[Trainee]]:
    """Hold the trainees of classes that are held, each class's oldest first."""
    found: defaultdict[ClassKey, list[Trainee]] = defaultdict(list)
    for row in await lock_trainees(tx, [(each.unit_id, each.id) for each in classes]):
        found[row.unit_id, row.class_id].append(row)
    return found


async def lock_persons(tx: Transaction, persons: Collection[UUID]) -> None:
    """Lock persons, so that nobody else gives them places until the end."""
    await AdvisoryLock.TRAINING_PLACES.lock_all(tx.session, persons)


async def _evaluate_trainees(
    tx: Transaction, classes: Iterable[TrainingClass], rows: Sequence[Trainee]
) -> Sequence[TrainingEvaluation]:
    of = {(each.unit_id, each.id): each for each in classes}
    cases = [build_attending(of[row.unit_id, row.class_id], row.person_id) for row in rows]
    return await evaluate_trainings(TransactionReader(tx), cases, tx.today, await tx.load_policy())


def build_attending(row: TrainingClass, person_id: UUID) -> ClassAttendance:
    """See a person as somebody who attends a class (X21)."""
    return ClassAttendance(
        unit_id=row.unit_id,
        class_id=row.id,
        person_id=person_id,
        region=row.place,
        course_code=row.course_code,
        opens_on=row.opens_on,
        ends_on=row.ends_on,
    )


def _find_place_faults(
    tx: Transaction,
    row: TrainingClass,
    trainees: Sequence[Trainee],
    found: Mapping[UUID, TrainingEvaluation],
) -> Iterable[Fault]:
    """Yield what stands in the way of a class: what is about it once, and about each trainee.

    Who let a trainee through does not submit the class (X2).
    """
    if not trainees:
        yield fault(Reason.NOBODY_ATTENDS, "trainees")
        return
    yield from found[trainees[0].id].list_faults(CLASS_CONTROLS)
    for n, each in enumerate(trainees):
        for why in found[each.id].list_faults(TRAINEE_CONTROLS):
            yield why.at("trainees", n)
        own = tx.viewer.is_one_of(each.overridden_by)
        if own and row.status is not Status.SUBMITTED:
            yield fault(Reason.FOUR_EYES, "trainees", n)


def _assign_place(
    tx: Transaction, row: Trainee, of: TrainingClass, found: TrainingEvaluation
) -> None:
    """Write what was found for a trainee; an override was for its own period alone (S21)."""
    if found.place is None:
        raise TypeError("who passes has a place")
    if row.override_reason is not None and row.period_from != found.place.period_from:
        tx.change(row, dict.fromkeys(_OVERRIDE_COLUMNS), "LAPSE")
    row.during = Range(of.opens_on, of.ends_on + timedelta(days=1))
    row.place, row.most = found.place.number, found.place.most
    row.period_from = found.place.period_from


async def _load_held_trainee_ids(tx: Transaction, rows: Sequence[Trainee]) -> set[UUID]:
    """Return for which trainees a line is held (S33, X15)."""
    statement = select(ClaimLine.trainee_id).where(
        ClaimLine.unit_id.in_({row.unit_id for row in rows}),
        ClaimLine.trainee_id.in_([row.id for row in rows]),
        ClaimLine.held,
    )
    return {id_ for id_ in await tx.session.scalars(statement) if id_ is not None}

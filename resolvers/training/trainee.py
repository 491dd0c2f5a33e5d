"""Trainees 学员, entered one by one and taken out again (S23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select
from strawberry import Parent

from loaders.filter import NEWEST
from models import DISCARDED_STATUSES, ClaimLine, Completion, Person, Trainee, TrainingClass, Unit
from resolvers.kernel import history
from resolvers.kernel.context import Info
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.units.person import get_person_on_file
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.value import IdNumber, RowId, Text
from rules.kernel.workflow import PossibleAction
from rules.training import trainee as rules
from rules.training.completion import ClassState, find_scoring_faults


@dataclass(kw_only=True)
class TraineeDraft:
    """Who attends a class: the full number and the name of a person on file."""

    class_id: RowId
    id_number: IdNumber
    name: Text


@dataclass(kw_only=True)
class TraineeRemoval:
    """Who is taken out of their class, in which version they were read."""

    id: RowId
    version: int


class Enrolment(NamedTuple):
    """A person to be entered, and the roster's row that names them, if one does."""

    person: Person
    roster_row_id: UUID | None = None


@limit_tries(LOOK_UP_LIMIT)
async def add_trainee(tx: Transaction, input: TraineeDraft) -> Trainee:
    """Add a person on file to a class that is a draft or was returned; limited (S23). 新增学员."""
    held = await tx.get_locked(TrainingClass, input.class_id, None, "classId")
    _require_open_class(tx, held)
    person = await get_person_on_file(tx, input.id_number, input.name)
    same = Trainee.class_id == held.id, Trainee.person_id == person.id
    if await tx.first(select(Trainee).where(Trainee.unit_id == held.unit_id, *same)) is not None:
        raise build_refusal(Reason.TRAINEE_TWICE, "idNumber")
    (row,) = await enrol_trainees(tx, held, [Enrolment(person)])
    return row


async def enrol_trainees(
    tx: Transaction, of: TrainingClass, entries: Sequence[Enrolment]
) -> Sequence[Trainee]:
    """Enter persons into a class that is held and may be changed, and remember each (S23)."""
    unit = await tx.session.get_one(Unit, of.unit_id)
    rows = [
        Trainee(
            unit_id=of.unit_id,
            region=of.region,
            class_id=of.id,
            person_id=person.id,
            roster_row_id=roster_row_id,
            course_id=of.course_id,
            unit_name=unit.name,
            name=person.name,
            id_number_masked=person.id_number_masked,
        )
        for person, roster_row_id in entries
    ]
    for row in rows:
        tx.create(row)
    if tx.viewer.at_counter:
        history.bar_reviewer(tx, of)
    await tx.session.flush()
    return rows


async def remove_trainee(tx: Transaction, input: TraineeRemoval) -> TrainingClass:
    """Take a trainee out of a class that is a draft or was returned (S23, S33). 移出学员.

    Their place is given back with them; the histories of both remember it.
    """
    named = await tx.get(Trainee, input.id, "id")
    held = await lock_class_of_trainee(tx, named)
    row = await tx.get_locked(Trainee, input.id, input.version)
    _require_open_class(tx, held)
    lines = ClaimLine.unit_id == row.unit_id, ClaimLine.trainee_id == row.id
    if await tx.session.scalar(select(exists().where(*lines))):
        raise build_refusal(Reason.TRAINEE_CLAIMED)
    gone = {"trainees": [row.name, ""]}
    tx.session.add_all(history.build_audit_entry(tx, each, "REMOVE", gone) for each in (row, held))
    await tx.session.delete(row)
    await tx.session.flush()
    return held


async def lock_class_of_trainee(tx: Transaction, row: Trainee) -> TrainingClass:
    """Hold the class of a trainee as it is now: whoever changes its trainees holds it first."""
    own = TrainingClass.unit_id == row.unit_id, TrainingClass.id == row.class_id
    # What the session read before it waited for the lock may be out of date.
    now = {"populate_existing": True}
    statement = select(TrainingClass).where(*own).with_for_update().execution_options(**now)
    held = await tx.first(statement)
    if held is None:
        raise build_refusal(Reason.NOT_FOUND, "id")
    return held


async def list_trainee_actions(row: Parent[Trainee], info: Info) -> Sequence[PossibleAction]:
    """List what the viewer may do to the trainee next; their class decides (X4). 可办操作."""
    loaded = info.context.loaders.get_parent_batch(Trainee.training_class)
    of = await loaded.load((row.unit_id, row.class_id))
    if of is None:  # the person sees their own row alone
        return []
    all_ = await info.context.loaders.get_children_batch(Completion.training_class, NEWEST).load(
        (of.unit_id, of.id)
    )
    completion = next((each.status for each in all_ if each.status not in DISCARDED_STATUSES), None)
    standing = ClassState(
        status=of.status, opens_on=of.opens_on, ends_on=of.ends_on, completion=completion
    )
    unscored = next(iter(find_scoring_faults(standing, info.context.service.today(), ())), None)
    viewer = info.context.viewer
    return rules.list_possible_actions(of.status, of.submitted_by, unscored, viewer)


def _require_open_class(tx: Transaction, held: TrainingClass) -> None:
    barred = rules.find_removal_fault(held.status, held.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)

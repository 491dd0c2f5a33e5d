"""Trainees 学员, entered one by one and taken out again (S23)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from strawberry import Parent

from loaders.filter import NEWEST
from models import DISCARDED_STATUSES, Completion, Person, Trainee, TrainingClass, Unit
from resolvers.kernel import history
from resolvers.kernel.context import Info
from resolvers.kernel.person_budget import budget_persons
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.training import standing
from resolvers.training.training_evaluation import (
    ClassAttendance,
    TrainingEvaluation,
    evaluate_trainings,
)
from resolvers.training.training_place import build_attending
from resolvers.units.person import get_person_on_file
from rules.kernel.action_mutation import name_mutations
from rules.kernel.function import Function
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal
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
@budget_persons()
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
    (claimed,) = await tx.load_related(row, standing.CLAIMED)
    if claimed:
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
    loaders, viewer = info.context.loaders, info.context.viewer
    of = await loaders.get_parent_batch(Trainee.training_class).load((row.unit_id, row.class_id))
    if of is None:  # the person sees their own row alone
        return []
    asked = standing.COUNTER_ACCOUNTS, standing.CLAIMED
    accounts, claimed = await loaders.get_related_batch(Trainee, asked).load((row.unit_id, row.id))
    filed = viewer.is_one_of(of.submitted_by, *accounts)
    unoverridable = rules.find_overriding_fault(rules.TraineeClassState(of.status, filed))
    if unoverridable is None and Function.OVERRIDE_CONTROLS in viewer.functions:
        judged = loaders.get_judged_batch("trainings", partial(_judge_trainings, info))
        found = await judged.load(build_attending(of, row.person_id))
        unoverridable = found and rules.find_nothing_to_override(found)
    stands = rules.TraineeStanding(
        unremovable=rules.find_removal_fault(of.status, of.submitted_by, viewer, claimed=claimed),
        unscored=await _find_scoring_fault(of, info),
        unoverridable=unoverridable,
    )
    return name_mutations("Trainee", rules.list_possible_actions(stands, viewer))


async def _find_scoring_fault(of: TrainingClass, info: Info) -> Fault | None:
    """Say why scores may not be written now, if they may not (S28)."""
    all_ = await info.context.loaders.get_children_batch(Completion.training_class, NEWEST).load(
        (of.unit_id, of.id)
    )
    completion = next((each.status for each in all_ if each.status not in DISCARDED_STATUSES), None)
    state = ClassState(
        status=of.status, opens_on=of.opens_on, ends_on=of.ends_on, completion=completion
    )
    return next(iter(find_scoring_faults(state, info.context.service.today(), ())), None)


async def _judge_trainings(
    info: Info, cases: list[ClassAttendance]
) -> list[TrainingEvaluation | None]:
    """Judge all trainees of a list together; nothing is said where a figure is missing (X6)."""
    read, today = info.context.loaders.snapshot, info.context.service.today()
    try:
        return [*await evaluate_trainings(read, cases, today, await info.context.load_policy())]
    except MissingParameter:
        return [None for _ in cases]


def _require_open_class(tx: Transaction, held: TrainingClass) -> None:
    barred = rules.find_removal_fault(held.status, held.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)

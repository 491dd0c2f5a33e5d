"""Training classes 培训班: opened, changed, submitted and decided on (S22, S24, S33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Select, and_, select

from loaders.key import Key
from models import (
    DISCARDED_STATUSES,
    Claim,
    ClaimLine,
    Completion,
    Course,
    Status,
    Trainee,
    TrainingClass,
    Unit,
)
from resolvers.kernel.number_series import take_next_number
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from resolvers.training import course as courses
from resolvers.training import training_place
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, InvalidInput, Reason, Refusal, fault, refuse_if
from rules.kernel.review import list_record_paths
from rules.kernel.value import Day, RowId, Text
from rules.kernel.workflow import find_action_fault
from rules.training import course as course_rules
from rules.training import training_class as rules

NUMBER_SERIES = "training-class"


@dataclass(kw_only=True)
class TrainingClassDraft:
    """For which course a class is opened, what it is called, and from when to when it runs."""

    course_id: RowId
    name: Text
    opens_on: Day
    ends_on: Day


@change_in_part()
class TrainingClassChange(TrainingClassDraft):
    """What a class is to be from now on; its number stays once it was submitted."""

    id: RowId
    version: int


async def create_training_class(tx: Transaction, input: TrainingClassDraft) -> TrainingClass:
    """Draft a class of the unit for an online course; its number is given (S20, S22). 开班.

    The number 培训期号 is made of the unit's region and the planned opening day, without gaps.
    """
    unit = await tx.session.get_one(Unit, tx.unit_id)
    course = await courses.get_offered_course(tx, input.course_id, unit.region)
    refuse_if(
        [
            *rules.find_day_faults(input.opens_on, input.ends_on, tx.today),
            *await _find_course_faults(tx, course),
        ]
    )
    number = await _take_class_number(tx, unit.region, input.opens_on)
    row = TrainingClass(
        unit_id=unit.id,
        region=unit.region,
        status=Status.DRAFT,
        number=number,
        place=unit.region,
        **_build_values(input, course),
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return row


async def change_training_class(tx: Transaction, input: TrainingClassChange) -> TrainingClass:
    """Change a class that is a draft or was returned (S22). 修改培训班.

    The number of a draft follows its planned opening day; once it was submitted, it stays.
    It keeps the edition of its course on which it was opened, unless another one is chosen; what a
    claim names stays a class of that course (S33).
    """
    row = await tx.get_locked(TrainingClass, input.id, input.version)
    kind = RecordKind.TRAINING_CLASS
    barred = find_action_fault(kind, Action.CHANGE, row.status, row.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    kept = Key(Course.__name__, (row.course_id,))
    input = fill_in(input, row, {"course_id": kept.format_global_id})
    course = await courses.get_offered_course(tx, input.course_id, row.region)
    chosen = [] if course.id == row.course_id else await _find_course_faults(tx, course)
    if course.code != row.course_code and await tx.first(_select_claims(row)) is not None:
        chosen = [*chosen, fault(Reason.CLASS_CLAIMED, "courseId")]
    days = rules.find_day_faults(input.opens_on, input.ends_on, tx.today, row.opens_on)
    refuse_if([*days, *chosen])
    values = _build_values(input, course)
    if rules.is_renumbered(row.status, row.opens_on, input.opens_on):
        values["number"] = await _take_class_number(tx, row.region, input.opens_on)
    tx.change(row, values)
    await tx.session.flush()
    return row


async def _take_class_number(tx: Transaction, region: str, opens_on: date) -> str:
    """Take the next number of a region's day; last of all, for others wait for it (S22)."""
    series = rules.format_series(region, opens_on)
    place = await take_next_number(tx, f"{NUMBER_SERIES}:{series}")
    return rules.format_class_number(region, opens_on, place)


async def on_submit(tx: Transaction, rows: Sequence[TrainingClass]) -> None:
    """Judge classes as they are submitted, fix the region that decides, take places (S24, X21)."""
    offers = await courses.load_latest_editions(tx, {row.course_code for row in rows})
    own = [
        each
        for at, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for each in rules.find_submission_faults(
            row.opens_on,
            tx.today,
            *at,
            offered=offers[row.course_code].offered,
            sent_before=row.status is Status.RETURNED,
        )
    ]
    for row in rows:
        row.place = row.region
    try:
        await training_place.reserve_places(tx, rows)
    except InvalidInput as no:
        raise InvalidInput([*own, *no.faults]) from no
    refuse_if(own)


async def validate_on_revoke(tx: Transaction, rows: Sequence[TrainingClass]) -> None:
    """Refuse to revoke a class whose trainees a claim holds, or whose completion stands (S33)."""
    held = set(await tx.session.scalars(_select_held_classes(rows)))
    completing = set(await tx.session.scalars(_select_completing_classes(rows)))
    refuse_if(
        each
        for at, row in zip(list_record_paths(len(rows)), rows, strict=True)
        for each in rules.find_revocation_faults(
            *at, held=row.id in held, completing=row.id in completing
        )
    )


async def _find_course_faults(tx: Transaction, course: Course) -> Sequence[Fault]:
    last = (await courses.load_latest_editions(tx, [course.code]))[course.code]
    chosen = course_rules.EditionState(course.edition, last.edition, last.offered)
    return list(course_rules.find_edition_faults(chosen))


def _select_claims(row: TrainingClass) -> Select[Claim]:
    """Find claims, drafts too, that name a class and its course (S33)."""
    own = Claim.unit_id == row.unit_id, Claim.class_id == row.id
    return select(Claim).where(*own, Claim.status.not_in(DISCARDED_STATUSES)).limit(1)


def _select_held_classes(rows: Sequence[TrainingClass]) -> Select[UUID]:
    """Find which classes have a trainee whom a claim's line holds (X15)."""
    own = and_(ClaimLine.unit_id == Trainee.unit_id, ClaimLine.trainee_id == Trainee.id)
    return (
        select(Trainee.class_id)
        .join(ClaimLine, own)
        .where(
            Trainee.unit_id.in_({row.unit_id for row in rows}),
            Trainee.class_id.in_([row.id for row in rows]),
            ClaimLine.held,
        )
    )


def _select_completing_classes(rows: Sequence[TrainingClass]) -> Select[UUID]:
    """Find which classes have a completion that was not withdrawn (S27)."""
    return select(Completion.class_id).where(
        Completion.unit_id.in_({row.unit_id for row in rows}),
        Completion.class_id.in_([row.id for row in rows]),
        Completion.status.not_in(DISCARDED_STATUSES),
    )


def _build_values(input: TrainingClassDraft, course: Course) -> dict[str, object]:
    return {
        "course_id": course.id,
        "course_code": course.code,
        "name": input.name,
        "opens_on": input.opens_on,
        "ends_on": input.ends_on,
    }


declare_transitions(
    RecordKind.TRAINING_CLASS,
    {
        Action.SUBMIT: on_submit,
        Action.WITHDRAW: training_place.release_places,
        Action.APPROVE: training_place.reserve_places,
        Action.REFUSE: training_place.release_places,
        Action.REVOKE: validate_on_revoke,
    },
    filing=(
        create_training_class,
        change_training_class,
    ),
)

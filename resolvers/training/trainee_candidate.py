"""Trainees of any classes, read and judged for a claim with the same few statements (S20, S25)."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, select

from models import ClaimLine, Course, Trainee, TrainingClass
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.training.training_evaluation import evaluate_trainings
from resolvers.training.training_place import build_attending
from rules.claims.control import describe_reasons
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.training.training_claim import TrainedPerson, TrainingClaimEvaluation, evaluate_trainee

ClassAndCourse = tuple[TrainingClass, Course]


@dataclass(frozen=True, slots=True)
class TraineeCandidate:
    """A trainee, what was found of them, and whether a line holds them already (S33)."""

    trainee: Trainee
    evaluation: TrainingClaimEvaluation
    taken: bool = False

    @property
    def lacking(self) -> Sequence[Fault]:
        """Return all that stands in the way of a line; nothing where it may be made (X3)."""
        taken = [fault(Reason.TRAINEE_CLAIMED)] if self.taken else []
        return [*taken, *self.evaluation.lacking]


def find_nobody_fault(everyone: Sequence[TraineeCandidate]) -> Fault | None:
    """Return why nobody of a class can be claimed for; None where somebody can (S33, X3)."""
    free = [each for each in everyone if not each.taken]
    if not free:
        return fault(Reason.NO_TRAINEES_LEFT)
    if any(not each.lacking for each in free):
        return None
    reasons = sorted({why.reason for each in free for why in each.lacking})
    said = describe_reasons(reasons)
    told = {"reasons_zh": said.zh, "reasons_en": said.en}
    return fault(Reason.NO_TRAINEE_PASSED, **told)


async def evaluate_trainees_of_classes(
    read: DecisionReader, classes: Sequence[ClassAndCourse], today: date, policy: Policy
) -> Mapping[UUID, Sequence[TraineeCandidate]]:
    """Judge all trainees of some classes, in the order in which they were entered, by class."""
    known = {row.id: (row, course) for row, course in classes}
    units = {row.unit_id for row, _ in classes}
    named = Trainee.unit_id.in_(units), Trainee.class_id.in_(known)
    rows = await read.load_rows(select(Trainee).where(*named).order_by(Trainee.id))
    trainees = [each for (each,) in rows]
    taken = {id_ for (id_,) in await read.load_rows(_select_held_trainees(units, known))}
    cases = [(each, known[each.class_id]) for each in trainees]
    found: defaultdict[UUID, list[TraineeCandidate]] = defaultdict(list)
    for each, one in zip(
        trainees, await _evaluate_trainees(read, cases, today, policy), strict=True
    ):
        found[each.class_id].append(TraineeCandidate(each, one, each.id in taken))
    return found


async def evaluate_trainees_of_lines(
    read: DecisionReader, lines: Sequence[ClaimLine], today: date, policy: Policy
) -> Mapping[UUID, TraineeCandidate]:
    """Judge the trainees of some lines again, by the line's id; who is held is so by the line."""
    units, ids = {line.unit_id for line in lines}, {line.trainee_id for line in lines}
    rows = await read.load_rows(
        _select_trainees_with_class().where(Trainee.unit_id.in_(units), Trainee.id.in_(ids))
    )
    cases = [(each, (attended, course)) for each, attended, course in rows]
    found = await _evaluate_trainees(read, cases, today, policy)
    known: dict[UUID | None, TraineeCandidate] = {
        each.id: TraineeCandidate(each, one) for (each, _), one in zip(cases, found, strict=True)
    }
    return {line.id: known[line.trainee_id] for line in lines if line.trainee_id in known}


def _select_trainees_with_class() -> Select[Trainee, TrainingClass, Course]:
    same = TrainingClass.unit_id == Trainee.unit_id, TrainingClass.id == Trainee.class_id
    joined = select(Trainee, TrainingClass, Course).join(TrainingClass, and_(*same))
    return joined.join(Course, Course.id == TrainingClass.course_id)


def _select_held_trainees(units: Collection[UUID], classes: Collection[UUID]) -> Select[Any]:
    """Find the trainees of some classes whom lines hold; what is paid besides holds nobody."""
    same = Trainee.unit_id == ClaimLine.unit_id, Trainee.id == ClaimLine.trainee_id
    first = ClaimLine.held, ClaimLine.supplements_id.is_(None)
    held = select(ClaimLine.trainee_id).join(Trainee, and_(*same))
    return held.where(ClaimLine.unit_id.in_(units), Trainee.class_id.in_(classes), *first)


async def _evaluate_trainees(
    read: DecisionReader,
    cases: Sequence[tuple[Trainee, ClassAndCourse]],
    today: date,
    policy: Policy,
) -> Sequence[TrainingClaimEvaluation]:
    attended = [build_attending(row, each.person_id) for each, (row, _) in cases]
    found = await evaluate_trainings(read, attended, today, policy)
    return [
        evaluate_trainee(
            _build_trained_person(each, *of), one.findings, one.lacking, one.used, today, policy
        )
        for (each, of), one in zip(cases, found, strict=True)
    ]


def _build_trained_person(each: Trainee, attended: TrainingClass, course: Course) -> TrainedPerson:
    return TrainedPerson(
        number=attended.number,
        place=attended.place,
        status=attended.status,
        opens_on=attended.opens_on,
        course_code=attended.course_code,
        course_name=course.name,
        fee=course.fee,
        outcome=each.outcome,
    )

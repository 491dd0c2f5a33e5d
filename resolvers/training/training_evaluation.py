"""People in training classes, read and judged: any number with the same few statements (S20, S21).

Decisions know of a person's classes in all units, and never tell whose they are (X14).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, Select, Uuid, any_, cast, func, or_, select, tuple_
from sqlalchemy.dialects.postgresql import Range

from loaders.snapshot import Rows
from models import (
    Claim,
    InsuranceContribution,
    QualificationKind,
    Trainee,
    TrainingClass,
    Unit,
)
from resolvers.facts.fact import load_coverage
from resolvers.hiring.hire_evaluation import load_qualification_spells, select_facts_at_employers
from resolvers.kernel.decision_reader import DecisionReader
from rules.internship.mentoring import ContributionRecord
from rules.kernel.month import to_local_day
from rules.kernel.parameter import Policy
from rules.training.training import TrainingEvaluation, evaluate_training
from rules.training.training_case import (
    ClassAttendance,
    OtherTraining,
    Override,
    OwnTraining,
    TrainingRecords,
)
from rules.training.training_class import UNCLAIMED_STATUSES

__all__ = ["ClassAttendance", "TrainingEvaluation", "evaluate_trainings", "load_claimed_classes"]

BATCH_SIZE = 250
"""Of so many persons what is on file is read together, as for hires."""


async def evaluate_trainings(
    read: DecisionReader, cases: Sequence[ClassAttendance], today: date, policy: Policy
) -> Sequence[TrainingEvaluation]:
    """Judge persons in classes of any units and regions, in order (S20, S21, S31).

    What a person has in that very class is not counted against them.
    """
    found: list[TrainingEvaluation] = []
    for n in range(0, len(cases), BATCH_SIZE):
        found += await _evaluate_batch(read, cases[n : n + BATCH_SIZE], today, policy)
    return found


async def _evaluate_batch(
    read: DecisionReader, cases: Sequence[ClassAttendance], today: date, policy: Policy
) -> Sequence[TrainingEvaluation]:
    told = await load_coverage(read, {each.region for each in cases})
    known = await _load_training_records(read, cases)
    return [
        evaluate_training(each, on_file, told[each.region], today, policy)
        for each, on_file in zip(cases, known, strict=True)
    ]


async def _load_training_records(
    read: DecisionReader, cases: Sequence[ClassAttendance]
) -> Sequence[TrainingRecords]:
    """Read what is on file of the enterprises, of the persons there, and of their trainings."""
    units = {each.unit_id for each in cases}
    sizes = await load_qualification_spells(read, units)
    claimed = await load_claimed_classes(read, {(each.unit_id, each.course_code) for each in cases})
    codes = await read.load_rows(select(Unit.id, Unit.credit_code).where(Unit.id.in_(units)))
    code_of: dict[UUID, str] = dict(codes)
    persons = {each.person_id for each in cases}
    at = {(each.person_id, code_of[each.unit_id]) for each in cases}
    paid, attended = await read.load_about_persons(
        persons,
        select_facts_at_employers(InsuranceContribution, at),
        _select_trainings(persons, cases),
    )
    months: defaultdict[tuple[UUID, str], list[ContributionRecord]] = defaultdict(list)
    for (row,) in paid:
        told = ContributionRecord(row.month, row.source, row.as_of)
        months[row.person_id, row.employer_credit_code].append(told)
    trainings = _group_by_person(attended)
    return [
        TrainingRecords(
            sizes=sizes[each.unit_id, QualificationKind.ENTERPRISE_SIZE],
            claimed=[
                n for id_, n in claimed[each.unit_id, each.course_code] if id_ != each.class_id
            ],
            contributions=months[each.person_id, code_of[each.unit_id]],
            others=[
                t
                for other in trainings[each.person_id]
                if not other.is_of_class(each)
                for t in other.iterate_taken()
            ],
            own=next(
                (row.build_own() for row in trainings[each.person_id] if row.is_of_class(each)),
                OwnTraining(),
            ),
        )
        for each in cases
    ]


async def load_claimed_classes(
    read: DecisionReader, courses: Collection[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], Sequence[tuple[UUID, str]]]:
    """Read which classes were claimed for enterprises' courses: their ids and numbers (S33)."""
    same = Claim.unit_id == TrainingClass.unit_id, Claim.class_id == TrainingClass.id
    statement = (
        select(Claim.unit_id, Claim.course_code, Claim.class_id, TrainingClass.number)
        .join(TrainingClass, same[0] & same[1])
        .where(tuple_(Claim.unit_id, Claim.course_code).in_(courses))
        .where(Claim.status.not_in(UNCLAIMED_STATUSES))
        .distinct()
    )
    found: defaultdict[tuple[UUID, str], list[tuple[UUID, str]]] = defaultdict(list)
    for unit_id, code, class_id, number in await read.load_rows(statement):
        found[unit_id, code].append((class_id, number))
    return found


class _Training(NamedTuple):
    """What a person has in a class of whichever unit.

    Columns and not rows are read, so that nothing that was read before stands for them.
    """

    unit_id: UUID
    class_id: UUID
    person_id: UUID
    during: Range[date]
    place: int | None
    period_from: date | None
    override_reason: str | None
    overridden_at: datetime | None

    def is_of_class(self, case: ClassAttendance) -> bool:
        """Return whether it is that very class."""
        return (self.unit_id, self.class_id) == (case.unit_id, case.class_id)

    def iterate_taken(self) -> Iterator[OtherTraining]:
        """Yield what it takes, if it takes anything."""
        first, end = self.during.lower, self.during.upper
        if first and end and self.place and self.period_from:
            yield OtherTraining(
                first=first,
                last=end - timedelta(days=1),
                place=self.place,
                period_from=self.period_from,
            )

    def build_own(self) -> OwnTraining:
        """See it as what the trainee has in the class that is judged."""
        override = None
        if self.override_reason is not None and self.overridden_at is not None:
            override = Override(to_local_day(self.overridden_at), self.override_reason)
        return OwnTraining(self.place, self.period_from, override)


def _select_trainings(
    persons: Collection[UUID], cases: Iterable[ClassAttendance]
) -> Select[*tuple[Any, ...]]:
    """Write the statement for what persons attend in any unit, and for these very classes."""
    columns = [getattr(Trainee, name) for name in _Training._fields]
    whom = Trainee.person_id == any_(cast(list(persons), ARRAY(Uuid())))
    own = Trainee.class_id == any_(cast([each.class_id for each in cases], ARRAY(Uuid())))
    return select(*columns).where(whom, or_(func.isempty(Trainee.during).is_(False), own))


def _group_by_person(rows: Rows) -> Mapping[UUID, Sequence[_Training]]:
    found: defaultdict[UUID, list[_Training]] = defaultdict(list)
    for row in rows:
        training = _Training(*row)
        found[training.person_id].append(training)
    return found

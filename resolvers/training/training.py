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
from resolvers.facts.fact import coverage_of
from resolvers.hiring.hire import here, shown
from resolvers.kernel.reading import Reading
from rules.internship.mentoring import Contribution
from rules.kernel.month import day_of
from rules.kernel.parameter import Policy
from rules.training.training import Judged, judge
from rules.training.training_case import Attending, Known, Override, Own, Taken
from rules.training.training_class import UNCLAIMED

__all__ = ["Attending", "Judged", "claimed_classes", "judged"]

AT_ONCE = 250
"""Of so many persons what is on file is read together, as for hires."""


async def judged(
    read: Reading, cases: Sequence[Attending], today: date, policy: Policy
) -> Sequence[Judged]:
    """Judge persons in classes of any units and regions, in order (S20, S21, S31).

    What a person has in that very class is not counted against them.
    """
    found: list[Judged] = []
    for n in range(0, len(cases), AT_ONCE):
        found += await _judged(read, cases[n : n + AT_ONCE], today, policy)
    return found


async def _judged(
    read: Reading, cases: Sequence[Attending], today: date, policy: Policy
) -> Sequence[Judged]:
    told = await coverage_of(read, {each.region for each in cases})
    known = await _known(read, cases)
    return [
        judge(each, on_file, told[each.region], today, policy)
        for each, on_file in zip(cases, known, strict=True)
    ]


async def _known(read: Reading, cases: Sequence[Attending]) -> Sequence[Known]:
    """Read what is on file of the enterprises, of the persons there, and of their trainings."""
    units = {each.unit_id for each in cases}
    sizes = await shown(read, units)
    claimed = await claimed_classes(read, {(each.unit_id, each.course_code) for each in cases})
    codes = await read.all(select(Unit.id, Unit.credit_code).where(Unit.id.in_(units)))
    code_of: dict[UUID, str] = dict(codes)
    persons = {each.person_id for each in cases}
    at = {(each.person_id, code_of[each.unit_id]) for each in cases}
    paid, attended = await read.about(
        persons, here(InsuranceContribution, at), _trainings(persons, cases)
    )
    months: defaultdict[tuple[UUID, str], list[Contribution]] = defaultdict(list)
    for (row,) in paid:
        told = Contribution(row.month, row.source, row.as_of)
        months[row.person_id, row.employer_credit_code].append(told)
    trainings = _by_person(attended)
    return [
        Known(
            sizes[each.unit_id, QualificationKind.ENTERPRISE_SIZE],
            [n for id_, n in claimed[each.unit_id, each.course_code] if id_ != each.class_id],
            months[each.person_id, code_of[each.unit_id]],
            [
                t
                for other in trainings[each.person_id]
                if not other.within(each)
                for t in other.taken()
            ],
            next((row.own() for row in trainings[each.person_id] if row.within(each)), Own()),
        )
        for each in cases
    ]


async def claimed_classes(
    read: Reading, courses: Collection[tuple[UUID, str]]
) -> Mapping[tuple[UUID, str], Sequence[tuple[UUID, str]]]:
    """Read which classes were claimed for enterprises' courses: their ids and numbers (S33)."""
    same = Claim.unit_id == TrainingClass.unit_id, Claim.class_id == TrainingClass.id
    statement = (
        select(Claim.unit_id, Claim.course_code, Claim.class_id, TrainingClass.number)
        .join(TrainingClass, same[0] & same[1])
        .where(tuple_(Claim.unit_id, Claim.course_code).in_(courses))
        .where(Claim.status.not_in(UNCLAIMED))
        .distinct()
    )
    found: defaultdict[tuple[UUID, str], list[tuple[UUID, str]]] = defaultdict(list)
    for unit_id, code, class_id, number in await read.all(statement):
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

    def within(self, case: Attending) -> bool:
        """Tell whether it is that very class."""
        return (self.unit_id, self.class_id) == (case.unit_id, case.class_id)

    def taken(self) -> Iterator[Taken]:
        """Give what it takes, if it takes anything."""
        first, end = self.during.lower, self.during.upper
        if first and end and self.place and self.period_from:
            yield Taken(first, end - timedelta(days=1), self.place, self.period_from)

    def own(self) -> Own:
        """See it as what the trainee has in the class that is judged."""
        override = None
        if self.override_reason is not None and self.overridden_at is not None:
            override = Override(day_of(self.overridden_at), self.override_reason)
        return Own(self.place, self.period_from, override)


def _trainings(persons: Collection[UUID], cases: Iterable[Attending]) -> Select[*tuple[Any, ...]]:
    """Write the statement for what persons attend in any unit, and for these very classes."""
    columns = [getattr(Trainee, name) for name in _Training._fields]
    whom = Trainee.person_id == any_(cast(list(persons), ARRAY(Uuid())))
    own = Trainee.class_id == any_(cast([each.class_id for each in cases], ARRAY(Uuid())))
    return select(*columns).where(whom, or_(func.isempty(Trainee.during).is_(False), own))


def _by_person(rows: Rows) -> Mapping[UUID, Sequence[_Training]]:
    found: defaultdict[UUID, list[_Training]] = defaultdict(list)
    for row in rows:
        training = _Training(*row)
        found[training.person_id].append(training)
    return found

"""Trainees entered from the passed rows of a roster: all of them or none (S23)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from models import Person, RosterKind, Trainee, TrainingClass
from resolvers import history, roster_class
from resolvers.roster_class import Passed
from resolvers.transaction import Transaction
from rules.refusal import Fault, refuse_if
from rules.value import RowId

AT_ONCE = 250
"""Of so many persons the names are read together: the database looks each up in the list."""


@dataclass(kw_only=True)
class ClassRosterChoice:
    """Which checked roster's passed rows are taken over."""

    roster_id: RowId


async def add_trainees_from_roster(tx: Transaction, input: ClassRosterChoice) -> Sequence[Trainee]:
    """Enter everybody who passed and is not in the class yet; once more enters nobody (S23).

    按花名册添加学员.
    """
    roster = await roster_class.checked(tx, RosterKind.TRAINEES, input.roster_id)
    of_class = await tx.session.get_one(
        TrainingClass, (roster.unit_id, roster.class_id), with_for_update=True
    )
    barred = await roster_class.takes_trainees(tx, of_class)
    refuse_if(Fault(f.reason, ("rosterId",), f.figures) for f in barred)
    there = await _there(tx, of_class)
    rows = [row for row in await roster_class.passed(tx, roster) if row.person_id not in there]
    persons = await _persons(tx, [row.person_id for row in rows])
    entered = [_trainee(of_class, row, persons[row.person_id]) for row in rows]
    for each in entered:
        tx.create(each)
    if entered:
        told = {"trainees": ["", str(len(entered))]}
        tx.session.add(history.noted(tx, roster, "ADD_TRAINEES", told))
    await tx.session.flush()
    return entered


async def _there(tx: Transaction, of_class: TrainingClass) -> Collection[UUID]:
    found = select(Trainee.person_id).where(
        Trainee.unit_id == of_class.unit_id, Trainee.class_id == of_class.id
    )
    return set(await tx.session.scalars(found))


class Known(NamedTuple):
    """What a person is called on file, and their number, masked."""

    name: str
    id_number_masked: str


async def _persons(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, Known]:
    """Read what persons are called on file: a roster may spell a name otherwise (J15)."""
    found: dict[UUID, Known] = {}
    for n in range(0, len(ids), AT_ONCE):
        some = ids[n : n + AT_ONCE]
        await tx.about(*some)
        named = select(Person.id, Person.name, Person.id_number_masked).where(Person.id.in_(some))
        found |= {id: Known(*told) for id, *told in await tx.session.execute(named)}
    return found


def _trainee(of_class: TrainingClass, row: Passed, known: Known) -> Trainee:
    return Trainee(
        unit_id=of_class.unit_id,
        region=of_class.region,
        class_id=of_class.id,
        person_id=row.person_id,
        roster_row_id=row.id,
        name=known.name,
        id_number_masked=known.id_number_masked,
    )

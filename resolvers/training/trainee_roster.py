"""Trainees entered from the passed rows of a roster: all of them or none (S23)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models import Person, RosterKind, Trainee, TrainingClass
from resolvers.kernel.transaction import Transaction
from resolvers.training import class_roster
from resolvers.training.trainee import Enrolment, enrol_trainees
from rules.kernel.refusal import refuse_if
from rules.kernel.value import RowId

BATCH_SIZE = 250
"""So many persons are read together: the database looks each of them up in the list."""


@dataclass(kw_only=True)
class ClassRosterChoice:
    """Which checked roster's passed rows are taken over."""

    roster_id: RowId


async def add_trainees_from_roster(tx: Transaction, input: ClassRosterChoice) -> Sequence[Trainee]:
    """Enter everybody who passed and is not in the class yet; once more enters nobody (S23).

    按花名册添加学员.
    """
    roster = await class_roster.get_checked_roster(tx, RosterKind.TRAINEES, input.roster_id)
    of_class = await tx.session.get_one(
        TrainingClass, (roster.unit_id, roster.class_id), with_for_update=True
    )
    barred = await class_roster.find_trainee_roster_faults(tx, of_class)
    refuse_if(f.at("rosterId") for f in barred)
    there = await _load_enrolled_person_ids(tx, of_class)
    rows = [
        row for row in await class_roster.load_passed_rows(tx, roster) if row.person_id not in there
    ]
    persons = await _load_persons(tx, [row.person_id for row in rows])
    entries = [Enrolment(persons[row.person_id], row.id) for row in rows]
    entered = await enrol_trainees(tx, of_class, entries)
    class_roster.record_taken_rows(tx, roster, of_class, "ADD_TRAINEES", len(entered))
    await tx.session.flush()
    return entered


async def _load_enrolled_person_ids(tx: Transaction, of_class: TrainingClass) -> Collection[UUID]:
    found = select(Trainee.person_id).where(
        Trainee.unit_id == of_class.unit_id, Trainee.class_id == of_class.id
    )
    return set(await tx.session.scalars(found))


async def _load_persons(tx: Transaction, ids: Sequence[UUID]) -> Mapping[UUID, Person]:
    """Read persons as they are on file: a roster may spell a name otherwise (J15)."""
    found: dict[UUID, Person] = {}
    for n in range(0, len(ids), BATCH_SIZE):
        some = ids[n : n + BATCH_SIZE]
        await tx.set_subjects(*some)
        found |= {row.id: row for row in await tx.all(select(Person).where(Person.id.in_(some)))}
    return found

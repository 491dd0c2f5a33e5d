"""Hires, read and judged: any number of them with the same few statements (S4-S9, S13, X3)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Select, String, Uuid, and_, cast, column, func, select

from models import (
    InsuranceContribution,
    LabourContract,
    Qualification,
    QualificationKind,
    Status,
    TransferEmployment,
    UnemploymentRegistration,
)
from resolvers.fact import coverage_of, facts_of
from resolvers.reading import Reading
from rules.hire import Hire, Known, Spell
from rules.hire_judgement import Judged, judge
from rules.mentoring import Contract, Contribution
from rules.parameter import Policy

At = tuple[UUID, str]
"""A person at an employer, by the credit code: what is on file elsewhere is not looked at (X14)."""


@dataclass(frozen=True, slots=True)
class Hired:
    """Whom a unit claims for, as hired by itself or placed with an employer, on what terms."""

    unit_id: UUID
    person_id: UUID
    employer: str
    hire: Hire

    @property
    def at(self) -> At:
        """Tell who at which employer."""
        return self.person_id, self.employer


AT_ONCE = 250
"""Of so many persons the facts are read together: the database looks each row's up in the list."""


async def judged(
    read: Reading, hires: Sequence[Hired], today: date, policy: Policy
) -> Sequence[Judged]:
    """Judge hires of any units, kinds and regions, each on what is on file of it, in order."""
    found: list[Judged] = []
    for n in range(0, len(hires), AT_ONCE):
        found += await _judged(read, hires[n : n + AT_ONCE], today, policy)
    return found


async def _judged(
    read: Reading, hires: Sequence[Hired], today: date, policy: Policy
) -> Sequence[Judged]:
    told = await coverage_of(read, {each.hire.region for each in hires})
    known = await _known(read, hires)
    return [
        judge(each.hire, on_file, told[each.hire.region], today, policy)
        for each, on_file in zip(hires, known, strict=True)
    ]


async def _known(read: Reading, hires: Sequence[Hired]) -> Sequence[Known]:
    """Read what is on file of each person at the employer, of the person, and of the unit."""
    sizes = await shown(read, {each.unit_id for each in hires})
    persons, at = {each.person_id for each in hires}, {each.at for each in hires}
    paid, signed, registered, moved = await read.about(
        persons,
        here(InsuranceContribution, at),
        here(LabourContract, at),
        facts_of(UnemploymentRegistration, persons),
        facts_of(TransferEmployment, persons),
    )
    contributions, contracts = _by_place(paid), _by_place(signed)
    registrations, transfers = _by_person(registered), _by_person(moved)
    return [
        Known(
            [Contribution(row.month, row.source, row.as_of) for row in contributions[each.at]],
            [
                Contract(row.starts_on, row.ends_on, row.open_ended, row.source, row.as_of)
                for row in contracts[each.at]
            ],
            [
                Spell(row.registered_on, row.ended_on, row.source, row.as_of)
                for row in registrations[each.person_id]
            ],
            [
                Spell(row.transferred_on, row.ended_on, row.source, row.as_of)
                for row in transfers[each.person_id]
            ],
            sizes[each.unit_id, QualificationKind.ENTERPRISE_SIZE],
            sizes[each.unit_id, QualificationKind.AGENCY_LICENCE],
        )
        for each in hires
    ]


def here(
    table: type[InsuranceContribution] | type[LabourContract], at: Collection[At]
) -> Select[Any]:
    """Write the statement for what is on file of persons at one employer each, and no other."""
    persons = cast([person for person, _ in at], ARRAY(Uuid()))
    codes = cast([code for _, code in at], ARRAY(String()))
    names = column("person", Uuid()), column("code", String())
    asked = func.unnest(persons, codes).table_valued(*names).render_derived("asked")
    same = table.person_id == asked.c.person, table.employer_credit_code == asked.c.code
    return select(table).join(asked, and_(*same)).where(table.void.is_(False))


async def shown(
    read: Reading, units: Collection[UUID]
) -> Mapping[tuple[UUID, QualificationKind], Sequence[Spell]]:
    """Read what units are shown to be, from when to when: their approved qualifications (S4)."""
    statement = select(Qualification).where(
        Qualification.unit_id.in_(units), Qualification.status == Status.APPROVED
    )
    found: defaultdict[tuple[UUID, QualificationKind], list[Spell]] = defaultdict(list)
    for (row,) in await read.all(statement):
        word = row.size if row.size is not None else row.licence_number
        found[row.unit_id, row.kind].append(Spell(row.valid_from, row.valid_to, word=word))
    return found


def _by_person(rows: Iterable[Any]) -> Mapping[UUID, Sequence[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for (row,) in rows:
        found[row.person_id].append(row)
    return found


def _by_place(rows: Iterable[Any]) -> Mapping[At, Sequence[Any]]:
    found: defaultdict[At, list[Any]] = defaultdict(list)
    for (row,) in rows:
        found[row.person_id, row.employer_credit_code].append(row)
    return found

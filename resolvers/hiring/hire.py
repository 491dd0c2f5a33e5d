"""Hires, read and judged: any number of them with the same few statements (S4-S9, S13, X3)."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    String,
    Uuid,
    and_,
    cast,
    column,
    func,
    select,
)

from loaders.snapshot import Rows
from models import (
    Fact,
    InsuranceContribution,
    LabourContract,
    Qualification,
    QualificationKind,
    Status,
    TransferEmployment,
    UnemploymentRegistration,
)
from resolvers.facts.fact import coverage_of, facts_of
from resolvers.kernel.reading import Reading
from rules.hiring.hire import Hire, Known, Spell
from rules.hiring.hire_judgement import Judged, judge
from rules.internship.mentoring import Contract, Contribution
from rules.kernel.parameter import Policy

At = tuple[UUID, str]
"""A person at an employer, by the credit code: what is on file elsewhere is not looked at (X14)."""

Shown = Mapping[tuple[UUID, QualificationKind], Sequence[Spell]]
"""What units are shown to be, from when to when."""

Told = TypeVar("Told")


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
    told = await coverage_of(read, {each.hire.region for each in hires})
    sizes = await shown(read, {each.unit_id for each in hires})
    found: list[Judged] = []
    for n in range(0, len(hires), AT_ONCE):
        some = hires[n : n + AT_ONCE]
        known = await _known(read, some, sizes)
        found += (
            judge(each.hire, on_file, told[each.hire.region], today, policy)
            for each, on_file in zip(some, known, strict=True)
        )
    return found


async def _known(read: Reading, hires: Sequence[Hired], sizes: Shown) -> Sequence[Known]:
    """Read what is on file of each person at the employer, and of the person."""
    persons, at = {each.person_id for each in hires}, {each.at for each in hires}
    paid, signed, registered, moved = await read.about(
        persons,
        here(InsuranceContribution, at).with_only_columns(*_PLACE_AND_MONTH),
        here(LabourContract, at).with_only_columns(*_PLACE_AND_TERM),
        facts_of(UnemploymentRegistration, persons).with_only_columns(*_REGISTERED),
        facts_of(TransferEmployment, persons).with_only_columns(*_TRANSFERRED),
    )
    contributions, contracts = _by_place(Contribution, paid), _by_place(Contract, signed)
    registrations, transfers = _by_person(Spell, registered), _by_person(Spell, moved)
    return [
        Known(
            contributions[each.at],
            contracts[each.at],
            registrations[each.person_id],
            transfers[each.person_id],
            sizes[each.unit_id, QualificationKind.ENTERPRISE_SIZE],
            sizes[each.unit_id, QualificationKind.AGENCY_LICENCE],
        )
        for each in hires
    ]


def _told_of(table: type[Fact], *names: str) -> Sequence[ColumnElement[Any]]:
    """List the columns that tell whom a fact is about, what it says, on whose word and when."""
    return [table.__table__.c[name] for name in ("person_id", *names, "source", "as_of")]


_PLACE_AND_MONTH = _told_of(InsuranceContribution, "employer_credit_code", "month")
_PLACE_AND_TERM = _told_of(
    LabourContract, "employer_credit_code", "starts_on", "ends_on", "open_ended"
)
_REGISTERED = _told_of(UnemploymentRegistration, "registered_on", "ended_on")
_TRANSFERRED = _told_of(TransferEmployment, "transferred_on", "ended_on")
"""Columns, and no rows of the session: those cost several times as much, and nobody changes any."""


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


async def shown(read: Reading, units: Collection[UUID]) -> Shown:
    """Read what units are shown to be: their approved qualifications (S4)."""
    statement = select(Qualification).where(
        Qualification.unit_id.in_(units), Qualification.status == Status.APPROVED
    )
    found: defaultdict[tuple[UUID, QualificationKind], list[Spell]] = defaultdict(list)
    for (row,) in await read.all(statement):
        word = row.size if row.size is not None else row.licence_number
        found[row.unit_id, row.kind].append(Spell(row.valid_from, row.valid_to, word=word))
    return found


def _by_person(make: Callable[..., Told], rows: Rows) -> Mapping[UUID, Sequence[Told]]:
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    for person, *said in rows:
        found[person].append(make(*said))
    return found


def _by_place(make: Callable[..., Told], rows: Rows) -> Mapping[At, Sequence[Told]]:
    found: defaultdict[At, list[Told]] = defaultdict(list)
    for person, code, *said in rows:
        found[person, code].append(make(*said))
    return found

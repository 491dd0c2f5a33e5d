"""A year of a unit's interns, read and judged person by person (J34-J37)."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, or_, select

from models import (
    ClaimKind,
    ClaimLine,
    InsuranceContribution,
    Intern,
    LabourContract,
    MonthlyReport,
    Status,
    Unit,
)
from resolvers.facts.fact import coverage_of, facts_of
from resolvers.kernel.reading import Reading
from rules.internship import retention as rules
from rules.internship.mentoring import Contract, Contribution, Ended, Judged, OnFile, judge
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault


@dataclass(frozen=True, slots=True)
class Asked:
    """Of which unit and year, in which region, on which day; `own` lines are in nobody's way."""

    unit_id: UUID
    year: int
    region: str
    today: date
    own: Collection[UUID] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """An intern of the year, what was found, and whether another line holds the person (J35)."""

    intern: Intern
    judged: Judged
    taken: bool

    @property
    def all_lacking(self) -> Sequence[Fault]:
        """Say all that stands in the way of a line (X3)."""
        found = [f.lacking for f in self.judged.findings if f.lacking is not None]
        return [fault(Reason.ALREADY_MENTORED), *found] if self.taken else found

    @property
    def lacking(self) -> Fault | None:
        """Say what first stands in the way of a line; None if nothing does."""
        return next(iter(self.all_lacking), None)


@dataclass(frozen=True, slots=True)
class Year:
    """A year's candidates, and how many of them were retained (J37)."""

    retention: rules.Retention
    candidates: Sequence[Candidate]
    region: str

    def explained(self, candidate: Candidate) -> dict[str, Any]:
        """Put down what a line for a candidate stands on (X5)."""
        return rules.line(candidate.judged, self.retention, self.region)


async def year_of(read: Reading, asked: Asked, policy: Policy) -> Year:
    """Read and judge a unit's year; a snapshot foretells what a transaction decides."""
    interns = [row for (row,) in await read.all(_over(asked))]
    counted = [i for i in interns if rules.counts(i.end_reason, asked.year, asked.region, policy)]
    on_file = await _on_file(read, asked.unit_id, counted)
    coverage = (await coverage_of(read, {asked.region}))[asked.region]
    taken = {person for (person,) in await read.all(_taken(asked))}
    candidates = [
        Candidate(
            intern,
            judge(_ended(intern), on_file[intern.id], coverage, asked.region, policy),
            intern.person_id in taken,
        )
        for intern in counted
    ]
    judged = [candidate.judged for candidate in candidates]
    retention = rules.retention(judged, asked.year, asked.region, policy)
    return Year(retention, candidates, asked.region)


def _over(asked: Asked) -> Select[Intern]:
    """Find whose internship ended in the year, or ran out without a reduction; newest first."""
    first, last = date(asked.year, 1, 1), rules.last_of(asked.year)
    filed = Intern.ended_on.between(first, last)
    unfiled = and_(
        Intern.ended_on.is_(None), Intern.ends_on.between(first, last), Intern.ends_on < asked.today
    )
    approved = (Intern.unit_id == asked.unit_id, Intern.status == Status.APPROVED)
    return select(Intern).where(*approved, or_(filed, unfiled)).order_by(Intern.id.desc())


def _ended(intern: Intern) -> Ended:
    return Ended(
        intern.id,
        intern.category,
        intern.starts_on,
        intern.ended_on or intern.ends_on,
        intern.end_reason,
        intern.destination,
    )


def _taken(asked: Asked) -> Select[UUID]:
    """Find the persons whom other lines of the unit hold; those of other units it can't see."""
    return select(ClaimLine.person_id).where(
        ClaimLine.unit_id == asked.unit_id,
        ClaimLine.claim_kind == ClaimKind.MENTORING,
        ClaimLine.held,
        ClaimLine.id.not_in(asked.own),
    )


async def _on_file(
    read: Reading, unit_id: UUID, interns: Sequence[Intern]
) -> Mapping[UUID, OnFile]:
    """Read what is on file of each intern with regard to this unit, and no other (X14)."""
    ((code,),) = await read.all(select(Unit.credit_code).where(Unit.id == unit_id))
    persons = [intern.person_id for intern in interns]
    contracts, contributions = await read.about(
        persons,
        facts_of(LabourContract, persons).where(LabourContract.employer_credit_code == code),
        facts_of(InsuranceContribution, persons).where(
            InsuranceContribution.employer_credit_code == code
        ),
    )
    signed, paid = _by_person(contracts), _by_person(contributions)
    months: defaultdict[UUID, set[date]] = defaultdict(set)
    for intern_id, month in await read.all(_reported(unit_id, [i.id for i in interns])):
        months[intern_id].add(month)
    return {
        intern.id: OnFile(
            [
                Contract(row.starts_on, row.ends_on, row.open_ended, row.source, row.as_of)
                for row in signed[intern.person_id]
            ],
            [Contribution(row.month, row.source, row.as_of) for row in paid[intern.person_id]],
            months[intern.id],
        )
        for intern in interns
    }


def _by_person(rows: Iterable[Any]) -> Mapping[UUID, Sequence[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for (row,) in rows:
        found[row.person_id].append(row)
    return found


def _reported(unit_id: UUID, interns: Sequence[UUID]) -> Select[UUID, date]:
    return select(MonthlyReport.intern_id, MonthlyReport.month).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.intern_id.in_(interns),
        MonthlyReport.status == Status.APPROVED,
    )

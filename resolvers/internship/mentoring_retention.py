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
from resolvers.facts.fact import load_coverage, select_facts
from resolvers.internship.declaration import load_declarations_in_force
from resolvers.kernel.decision_reader import DecisionReader
from rules.internship import mentoring_retention as rules
from rules.internship.mentoring import (
    ContractRecord,
    ContributionRecord,
    EndedInternship,
    MentoringEvaluation,
    MentoringRecords,
    evaluate_internship,
)
from rules.internship.standing import find_closing_fault
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault


@dataclass(frozen=True, slots=True, kw_only=True)
class MentoringYearQuery:
    """Of which unit and year, in which region, on which day; `own` lines are in nobody's way.

    In a `review` counts what was submitted in time, whatever has closed since (X19).
    """

    unit_id: UUID
    year: int
    region: str
    today: date
    own: Collection[UUID] = ()
    review: bool = False


@dataclass(frozen=True, slots=True)
class RetentionCandidate:
    """An intern of the year, what was found, and whether another line holds the person (J35).

    `closed` is why nothing can be claimed any more for whoever worked under a declaration that
    ended (X19).
    """

    intern: Intern
    evaluation: MentoringEvaluation
    taken: bool
    closed: Fault | None = None

    @property
    def all_lacking(self) -> Sequence[Fault]:
        """Return all that stands in the way of a line (X3)."""
        found = [f.lacking for f in self.evaluation.findings if f.lacking is not None]
        found = [fault(Reason.ALREADY_MENTORED), *found] if self.taken else found
        return [self.closed, *found] if self.closed else found

    @property
    def lacking(self) -> Fault | None:
        """Return what first stands in the way of a line; None if nothing does."""
        return next(iter(self.all_lacking), None)


@dataclass(frozen=True, slots=True)
class RetentionYear:
    """A year's candidates, and how many of them were retained (J37)."""

    retention: rules.YearRetention
    candidates: Sequence[RetentionCandidate]
    region: str

    def build_explanation(self, candidate: RetentionCandidate) -> dict[str, Any]:
        """Return what a line for a candidate stands on (X5)."""
        return rules.build_line_explanation(candidate.evaluation, self.retention, self.region)


async def evaluate_year(
    read: DecisionReader, asked: MentoringYearQuery, policy: Policy
) -> RetentionYear:
    """Read and judge a unit's year; a snapshot foretells what a transaction decides."""
    interns = [row for (row,) in await read.load_rows(_select_ended_interns(asked))]
    counted = [
        i for i in interns if rules.is_counted(i.end_reason, asked.year, asked.region, policy)
    ]
    on_file = await _load_mentoring_records(read, asked.unit_id, counted)
    coverage = (await load_coverage(read, {asked.region}))[asked.region]
    declared = [] if asked.review else await load_declarations_in_force(read, asked.unit_id)
    taken = {person for (person,) in await read.load_rows(_select_held_persons(asked))}
    candidates = [
        RetentionCandidate(
            intern,
            evaluate_internship(
                _build_ended_internship(intern), on_file[intern.id], coverage, asked.region, policy
            ),
            intern.person_id in taken,
            find_closing_fault(declared, intern.starts_on, policy, asked.today),
        )
        for intern in counted
    ]
    judged = [candidate.evaluation for candidate in candidates]
    retention = rules.compute_retention(judged, asked.year, asked.region, policy)
    return RetentionYear(retention, candidates, asked.region)


def _select_ended_interns(asked: MentoringYearQuery) -> Select[Intern]:
    """Find whose internship ended in the year, or ran out without a reduction; newest first."""
    first, last = date(asked.year, 1, 1), rules.compute_calendar_year_end(asked.year)
    filed = Intern.ended_on.between(first, last)
    unfiled = and_(
        Intern.ended_on.is_(None), Intern.ends_on.between(first, last), Intern.ends_on < asked.today
    )
    approved = (Intern.unit_id == asked.unit_id, Intern.status == Status.APPROVED)
    return select(Intern).where(*approved, or_(filed, unfiled)).order_by(Intern.id.desc())


def _build_ended_internship(intern: Intern) -> EndedInternship:
    return EndedInternship(
        intern_id=intern.id,
        category=intern.category,
        starts_on=intern.starts_on,
        ended_on=intern.ended_on or intern.ends_on,
        reason=intern.end_reason,
        destination=intern.destination,
    )


def _select_held_persons(asked: MentoringYearQuery) -> Select[UUID]:
    """Find the persons whom other lines of the unit hold; those of other units it can't see."""
    return select(ClaimLine.person_id).where(
        ClaimLine.unit_id == asked.unit_id,
        ClaimLine.claim_kind == ClaimKind.MENTORING,
        ClaimLine.held,
        ClaimLine.id.not_in(asked.own),
    )


async def _load_mentoring_records(
    read: DecisionReader, unit_id: UUID, interns: Sequence[Intern]
) -> Mapping[UUID, MentoringRecords]:
    """Read what is on file of each intern with regard to this unit, and no other (X14)."""
    ((code,),) = await read.load_rows(select(Unit.credit_code).where(Unit.id == unit_id))
    persons = [intern.person_id for intern in interns]
    contracts, contributions = await read.load_about_persons(
        persons,
        select_facts(LabourContract, persons).where(LabourContract.employer_credit_code == code),
        select_facts(InsuranceContribution, persons).where(
            InsuranceContribution.employer_credit_code == code
        ),
    )
    signed, paid = _group_by_person(contracts), _group_by_person(contributions)
    months: defaultdict[UUID, set[date]] = defaultdict(set)
    for intern_id, month in await read.load_rows(
        _select_reported_months(unit_id, [i.id for i in interns])
    ):
        months[intern_id].add(month)
    return {
        intern.id: MentoringRecords(
            [
                ContractRecord(
                    starts_on=row.starts_on,
                    ends_on=row.ends_on,
                    open_ended=row.open_ended,
                    source=row.source,
                    as_of=row.as_of,
                )
                for row in signed[intern.person_id]
            ],
            [
                ContributionRecord(row.month, row.source, row.as_of)
                for row in paid[intern.person_id]
            ],
            months[intern.id],
        )
        for intern in interns
    }


def _group_by_person(rows: Iterable[Any]) -> Mapping[UUID, Sequence[Any]]:
    found: defaultdict[UUID, list[Any]] = defaultdict(list)
    for (row,) in rows:
        found[row.person_id].append(row)
    return found


def _select_reported_months(unit_id: UUID, interns: Sequence[UUID]) -> Select[UUID, date]:
    return select(MonthlyReport.intern_id, MonthlyReport.month).where(
        MonthlyReport.unit_id == unit_id,
        MonthlyReport.intern_id.in_(interns),
        MonthlyReport.status == Status.APPROVED,
    )

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
from resolvers.facts.fact import load_coverage, select_facts
from resolvers.kernel.decision_reader import DecisionReader
from rules.hiring.hire import Hire, HireRecords, ValidityPeriod
from rules.hiring.hire_evaluation import HireEvaluation, evaluate_hire
from rules.internship.mentoring import ContractRecord, ContributionRecord
from rules.kernel.parameter import Policy

PersonAtEmployer = tuple[UUID, str]
"""A person at an employer, by the credit code: what is on file elsewhere is not looked at (X14)."""

QualificationSpells = Mapping[tuple[UUID, QualificationKind], Sequence[ValidityPeriod]]
"""What units are shown to be, from when to when."""

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitHire:
    """Whom a unit claims for, as hired by itself or placed with an employer, on what terms."""

    unit_id: UUID
    person_id: UUID
    employer: str
    hire: Hire

    @property
    def key(self) -> PersonAtEmployer:
        """Return who at which employer."""
        return self.person_id, self.employer


BATCH_SIZE = 250
"""Of so many persons the facts are read together: the database looks each row's up in the list."""


async def evaluate_hires(
    read: DecisionReader, hires: Sequence[UnitHire], today: date, policy: Policy
) -> Sequence[HireEvaluation]:
    """Judge hires of any units, kinds and regions, each on what is on file of it, in order."""
    told = await load_coverage(read, {each.hire.region for each in hires})
    sizes = await load_qualification_spells(read, {each.unit_id for each in hires})
    found: list[HireEvaluation] = []
    for n in range(0, len(hires), BATCH_SIZE):
        some = hires[n : n + BATCH_SIZE]
        known = await _load_hire_records(read, some, sizes)
        found += (
            evaluate_hire(each.hire, on_file, told[each.hire.region], today, policy)
            for each, on_file in zip(some, known, strict=True)
        )
    return found


async def _load_hire_records(
    read: DecisionReader, hires: Sequence[UnitHire], sizes: QualificationSpells
) -> Sequence[HireRecords]:
    """Read what is on file of each person at the employer, and of the person."""
    persons, at = {each.person_id for each in hires}, {each.key for each in hires}
    paid, signed, registered, moved = await read.load_about_persons(
        persons,
        select_facts_at_employers(InsuranceContribution, at).with_only_columns(
            *_CONTRIBUTION_COLUMNS
        ),
        select_facts_at_employers(LabourContract, at).with_only_columns(*_CONTRACT_COLUMNS),
        select_facts(UnemploymentRegistration, persons).with_only_columns(*_REGISTRATION_COLUMNS),
        select_facts(TransferEmployment, persons).with_only_columns(*_TRANSFER_COLUMNS),
    )
    contributions, contracts = (
        _group_by_employer(ContributionRecord, paid),
        _group_by_employer(_build_contract, signed),
    )
    registrations, transfers = (
        _group_by_person(_build_validity_period, registered),
        _group_by_person(_build_validity_period, moved),
    )
    return [
        HireRecords(
            contributions=contributions[each.key],
            contracts=contracts[each.key],
            registrations=registrations[each.person_id],
            transfers=transfers[each.person_id],
            sizes=sizes[each.unit_id, QualificationKind.ENTERPRISE_SIZE],
            licences=sizes[each.unit_id, QualificationKind.AGENCY_LICENCE],
        )
        for each in hires
    ]


def _build_contract(
    starts_on: date, ends_on: date | None, open_ended: bool, source: str, as_of: date
) -> ContractRecord:
    return ContractRecord(
        starts_on=starts_on, ends_on=ends_on, open_ended=open_ended, source=source, as_of=as_of
    )


def _build_validity_period(
    since: date, until: date | None, source: str, as_of: date
) -> ValidityPeriod:
    return ValidityPeriod(since=since, until=until, source=source, as_of=as_of)


def _list_fact_columns(table: type[Fact], *names: str) -> Sequence[ColumnElement[Any]]:
    """List the columns that tell whom a fact is about, what it says, on whose word and when."""
    return [table.__table__.c[name] for name in ("person_id", *names, "source", "as_of")]


_CONTRIBUTION_COLUMNS = [
    *_list_fact_columns(InsuranceContribution, "employer_credit_code", "month"),
    InsuranceContribution.__table__.c.place,
]
_CONTRACT_COLUMNS = _list_fact_columns(
    LabourContract, "employer_credit_code", "starts_on", "ends_on", "open_ended"
)
_REGISTRATION_COLUMNS = _list_fact_columns(UnemploymentRegistration, "registered_on", "ended_on")
_TRANSFER_COLUMNS = _list_fact_columns(TransferEmployment, "transferred_on", "ended_on")
"""Columns, and no rows of the session: those cost several times as much, and nobody changes any."""


def select_facts_at_employers(
    table: type[InsuranceContribution] | type[LabourContract], at: Collection[PersonAtEmployer]
) -> Select[Any]:
    """Write the statement for what is on file of persons at one employer each, and no other."""
    persons = cast([person for person, _ in at], ARRAY(Uuid()))
    codes = cast([code for _, code in at], ARRAY(String()))
    names = column("person", Uuid()), column("code", String())
    asked = func.unnest(persons, codes).table_valued(*names).render_derived("asked")
    same = table.person_id == asked.c.person, table.employer_credit_code == asked.c.code
    return select(table).join(asked, and_(*same)).where(table.void.is_(False))


async def load_qualification_spells(
    read: DecisionReader, units: Collection[UUID]
) -> QualificationSpells:
    """Read what units are shown to be: their approved qualifications (S4)."""
    statement = select(Qualification).where(
        Qualification.unit_id.in_(units), Qualification.status == Status.APPROVED
    )
    found: defaultdict[tuple[UUID, QualificationKind], list[ValidityPeriod]] = defaultdict(list)
    for (row,) in await read.load_rows(statement):
        word = row.size if row.size is not None else row.licence_number
        found[row.unit_id, row.kind].append(
            ValidityPeriod(since=row.valid_from, until=row.valid_to, word=word)
        )
    return found


def _group_by_person(make: Callable[..., Told], rows: Rows) -> Mapping[UUID, Sequence[Told]]:
    found: defaultdict[UUID, list[Told]] = defaultdict(list)
    for person, *said in rows:
        found[person].append(make(*said))
    return found


def _group_by_employer(
    make: Callable[..., Told], rows: Rows
) -> Mapping[PersonAtEmployer, Sequence[Told]]:
    found: defaultdict[PersonAtEmployer, list[Told]] = defaultdict(list)
    for person, code, *said in rows:
        found[person, code].append(make(*said))
    return found

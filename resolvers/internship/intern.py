"""Interns 见习人员 (J14-J18)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, tuple_
from strawberry import Parent

from loaders.key import Key, parse_key
from models import (
    InsuranceContribution,
    Intern,
    InternCategory,
    MonthlyReport,
    Person,
    Post,
    Status,
    UnemploymentRegistration,
)
from resolvers.facts.fact import select_facts
from resolvers.internship import internship_term
from resolvers.internship.declaration import (
    FilingTerms,
    require_approved_declaration,
    require_filing_terms,
)
from resolvers.kernel.context import Info
from resolvers.kernel.partial_change import Kept, change_in_part, fill_in
from resolvers.kernel.person_budget import budget_persons
from resolvers.kernel.rate_limit import LOOK_UP_LIMIT, Limit, limit_rows, limit_tries
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from resolvers.units.person import get_completed_person
from rules.internship import intern as rules
from rules.internship.post import find_place_fault
from rules.internship.schooling import SchoolingFinding, choose_schooling, evaluate_schooling
from rules.internship.standing import find_ended_fault, find_start_fault
from rules.kernel.action import Action
from rules.kernel.input_check import find_list_length_faults
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, Refusal, build_refusal, fault, refuse_if
from rules.kernel.value import Day, IdNumber, RowId, Text
from rules.kernel.workflow import find_action_fault


@dataclass(kw_only=True)
class InternTerms:
    """At which post an intern works, as which category, from when to when."""

    post_id: RowId
    category: InternCategory
    agreed_on: Day
    starts_on: Day
    ends_on: Day


@dataclass(kw_only=True)
class InternDraft(InternTerms):
    """Who becomes an intern, and on what terms."""

    id_number: IdNumber
    name: Text


@dataclass(kw_only=True)
class InternDrafts:
    """Who become interns, row by row; all of them or none."""

    rows: list[InternDraft]


@change_in_part()
class InternChange(InternTerms):
    """On what terms an intern works from now on."""

    id: RowId
    version: int


MAX_INTERNS_AT_ONCE = 100


@limit_tries(LOOK_UP_LIMIT)
@budget_persons()
async def add_intern(tx: Transaction, input: InternDraft) -> Intern:
    """Add a person on file as an intern of a post of the unit (J14, J15, J17). 新增见习人员."""
    terms = await require_filing_terms(tx, tx.unit_id)
    post = await _get_post_with_place(tx, input.post_id)
    person = await get_completed_person(tx, input.id_number, input.name)
    refuse_if(await _find_term_faults(tx, person.id, _build_term(input), input.category, terms))
    row = _build_intern(tx, input, terms.region, post, person)
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return row


@limit_rows(
    lambda service: Limit("intern-rows", service.intern_rows_per_hour, timedelta(hours=1)),
    lambda input: len(input.rows),
)
@budget_persons(lambda input: len(input.rows))
async def add_interns(tx: Transaction, input: InternDrafts) -> Sequence[Intern]:
    """Add many interns at once, all or none; every row is judged (J14, J15). 批量新增见习人员.

    Each row counts as a look-up; what is wrong is told row by row.
    """
    drafts = input.rows
    refuse_if(find_list_length_faults(len(drafts), MAX_INTERNS_AT_ONCE, "rows"))
    terms = await require_filing_terms(tx, tx.unit_id)
    await _hold_posts(tx, drafts)
    rows, faults = list[Intern](), list[Fault]()
    lines: dict[str, int] = {}
    for n, draft in enumerate(drafts):
        row, wrong = await _judge_row(tx, draft, terms)
        first = lines.setdefault(draft.id_number, n + 1)
        if first != n + 1:
            wrong = [fault(Reason.PERSON_TWICE, "idNumber", line=first), *wrong]
        faults += [each.at("rows", n) for each in wrong]
        rows += [row] if row else []
    refuse_if(faults)
    for row in rows:
        tx.create(row, Status.DRAFT)
    await tx.session.flush()
    return rows


async def _hold_posts(tx: Transaction, drafts: Sequence[InternDraft]) -> None:
    """Hold the posts that rows name, in the order of their keys, so that none is closed (X12)."""
    keys = [key for key in (parse_key(draft.post_id, Post) for draft in drafts) if key]
    named = tuple_(Post.unit_id, Post.id).in_([key.parts for key in keys])
    held = select(Post).where(named).order_by(Post.unit_id, Post.id).with_for_update(read=True)
    await tx.all(held)


async def _judge_row(
    tx: Transaction, draft: InternDraft, terms: FilingTerms
) -> tuple[Intern | None, Sequence[Fault]]:
    """Judge one row by all rules: its post, its person, their term and category."""
    wrong: list[Fault] = []
    post = person = None
    try:
        post = await _get_post_with_place(tx, draft.post_id)
    except Refusal as no:
        wrong.append(no.fault)
    try:
        person = await get_completed_person(tx, draft.id_number, draft.name)
    except Refusal as no:
        wrong.append(no.fault)
    if person is not None:
        term = _build_term(draft)
        wrong += await _find_term_faults(tx, person.id, term, draft.category, terms)
    if post is None or person is None or wrong:
        return None, wrong
    return _build_intern(tx, draft, terms.region, post, person), []


def _build_intern(
    tx: Transaction, input: InternDraft, region: str, post: Post, person: Person
) -> Intern:
    return Intern(
        unit_id=tx.unit_id,
        region=region,
        person_id=person.id,
        name=person.name,
        id_number_masked=person.id_number_masked,
        status=Status.DRAFT,
        **_build_values(input, post),
    )


async def change_intern(tx: Transaction, input: InternChange) -> Intern:
    """Change an intern's terms while it is a draft or was returned (J14, J17). 修改见习人员."""
    row = await tx.get_locked(Intern, input.id, input.version)
    barred = find_action_fault(
        RecordKind.INTERN, Action.CHANGE, row.status, row.submitted_by, tx.viewer
    )
    if barred:
        raise Refusal(barred)
    await require_approved_declaration(tx, row.unit_id)
    input = fill_in(input, row, list_kept_terms(row))
    tx.change(row, await validate_change(tx, row, input))
    await tx.session.flush()
    return row


def list_kept_terms(row: Intern) -> Kept:
    """Say what a change of an intern's terms leaves as it is, where no column does."""
    return {"post_id": lambda: Key(Post.__name__, (row.unit_id, row.post_id)).format_global_id()}


async def validate_change(tx: Transaction, row: Intern, input: InternTerms) -> Mapping[str, object]:
    """Judge an intern's new terms, and give their new values (J15, J17, X16)."""
    post = await _get_post_with_place(tx, input.post_id, row)
    first = (await require_filing_terms(tx, row.unit_id)).first_start
    moved = input.starts_on != row.starts_on
    terms = FilingTerms(row.region, first if moved else None)
    refuse_if(await _find_term_faults(tx, row.person_id, _build_term(input), input.category, terms))
    return _build_values(input, post)


async def reserve_internship_slot(tx: Transaction, rows: Sequence[Intern]) -> None:
    """Judge interns as they are submitted or approved; they count from now on (J18, J23)."""
    await validate_terms(tx, rows)
    await internship_term.reserve_terms(tx, rows)


async def validate_on_revoke(tx: Transaction, rows: Sequence[Intern]) -> None:
    """Refuse to revoke an intern whose internship has ended (J19)."""
    for row in rows:
        barred = find_ended_fault(Action.REVOKE, row.ended_on)
        if barred:
            raise Refusal(barred)


async def release_internship_slot(tx: Transaction, rows: Sequence[Intern]) -> None:
    """Release interns who are withdrawn or refused, unless a claim stands on them (J23, J38).

    Their time no longer counts; it would be free for as much again while what they took is paid.
    """
    if await load_interns_with_held_reports(tx, rows):
        raise build_refusal(Reason.REPORT_HELD)
    await internship_term.release_terms(tx, rows)


async def load_interns_with_held_reports(tx: Transaction, rows: Sequence[Intern]) -> set[UUID]:
    """Return which interns have months that a claim's line holds (X15)."""
    held = select(MonthlyReport.intern_id).where(
        MonthlyReport.unit_id.in_({row.unit_id for row in rows}),
        MonthlyReport.intern_id.in_([row.id for row in rows]),
        MonthlyReport.held_by.is_not(None),
    )
    return set(await tx.session.scalars(held))


async def validate_terms(tx: Transaction, rows: Sequence[Intern]) -> None:
    """Judge post, term and category again, as things stand now (J15, J17)."""
    for row in rows:
        terms = await require_filing_terms(tx, row.unit_id)
        key = (row.unit_id, row.post_id)
        # Shared: interns of a post are submitted side by side, but not while it is revoked.
        post = await tx.session.get_one(Post, key, with_for_update={"read": True})
        _require_place(post, is_there=True)
        term = rules.ProposedTerm(row.agreed_on, row.starts_on, row.ends_on)
        terms = terms._replace(region=row.region)
        refuse_if(await _find_term_faults(tx, row.person_id, term, row.category, terms))


async def _get_post_with_place(tx: Transaction, id: RowId, row: Intern | None = None) -> Post:
    """Find a post that takes a new intern, or at which an intern is; held, as it may be closed."""
    post = await tx.get(Post, id, "postId")
    await tx.session.refresh(post, with_for_update={"read": True})
    _require_place(post, "postId", is_there=row is not None and row.post_id == post.id)
    return post


def _require_place(post: Post, *path: str, is_there: bool) -> None:
    barred = find_place_fault(post.status, is_there=is_there)
    if barred:
        raise Refusal(barred.at(*path))


async def _find_term_faults(
    tx: Transaction,
    person_id: UUID,
    term: rules.ProposedTerm,
    category: InternCategory,
    terms: FilingTerms,
) -> Sequence[Fault]:
    region, first = terms
    policy = await tx.load_policy()
    known = await _load_background(tx, person_id)
    found = list(rules.find_term_faults(term, region, tx.today, policy))
    undeclared = find_start_fault(term.starts_on, first)
    found += [undeclared] if undeclared else []
    if any(fault.reason is Reason.DATE_TOO_EARLY for fault in found):
        return found  # no figures may be known for that day
    return [*found, *rules.find_category_faults(category, known, term.agreed_on, region, policy)]


async def _load_background(tx: Transaction, person_id: UUID) -> rules.PersonRecords:
    """Read what is on file of the person whom the decision is about (X13)."""
    await tx.set_subjects(person_id)
    person = await tx.session.get_one(Person, person_id)
    insured = select_facts(InsuranceContribution, [person_id])
    unemployed = select_facts(UnemploymentRegistration, [person_id])
    schooling = choose_schooling(person)
    return rules.PersonRecords(
        birth_date=person.birth_date,
        education=schooling.education,
        graduated_on=schooling.graduated_on,
        insured_months=[row.month for row in await tx.all(insured)],
        unemployed=[(row.registered_on, row.ended_on) for row in await tx.all(unemployed)],
    )


async def load_schooling(intern: Parent[Intern], info: Info) -> SchoolingFinding | None:
    """Tell what the person states of their schooling beside what is on record (J17). 学历核验."""
    loaded = info.context.loaders.get_parent_batch(Intern.person)
    person: Person | None = await loaded.load((intern.person_id,))
    return evaluate_schooling(person, info.context.viewer.language) if person else None


def _build_term(input: InternTerms) -> rules.ProposedTerm:
    return rules.ProposedTerm(input.agreed_on, input.starts_on, input.ends_on)


def _build_values(input: InternTerms, post: Post) -> dict[str, object]:
    return {
        "post_id": post.id,
        "category": input.category,
        "agreed_on": input.agreed_on,
        "starts_on": input.starts_on,
        "ends_on": input.ends_on,
    }


declare_transitions(
    RecordKind.INTERN,
    {
        Action.SUBMIT: reserve_internship_slot,
        Action.WITHDRAW: release_internship_slot,
        Action.APPROVE: reserve_internship_slot,
        Action.REFUSE: release_internship_slot,
        Action.REVOKE: validate_on_revoke,
    },
    filing=(
        add_intern,
        change_intern,
    ),
)

"""Declarations 就业见习申报 (J6-J9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, func, or_, select
from strawberry import UNSET
from uuid_utils.compat import uuid7

from loaders.actor import set_rls_context
from loaders.driver_statement import EntityQuery
from models import (
    Declaration,
    DeclarationEnd,
    DeclarationStaff,
    History,
    Status,
    Unit,
    locate_sealed,
)
from resolvers.files import attachment
from resolvers.internship import post_publication
from resolvers.kernel import history
from resolvers.kernel.decision_reader import DecisionReader
from resolvers.kernel.partial_change import change_in_part, fill_in
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from rules.internship import declaration as rules
from rules.internship.standing import (
    DeclarationInForce,
    compute_first_start,
    find_claiming_fault,
)
from rules.kernel.action import Action
from rules.kernel.identity import mask_mobile
from rules.kernel.month import to_local_day
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Fault, Reason, Refusal, fault, refuse_if
from rules.kernel.text import is_same_name
from rules.kernel.value import MobileNumber, Money, Paragraph, RowId, Text
from rules.kernel.workflow import find_action_fault
from rules.units.unit import PROFILE_FIELDS


@dataclass(kw_only=True)
class StaffDraft:
    """A member of the staff dedicated to interns; whoever is listed already keeps their mobile."""

    name: Text
    duty: Text
    mobile: MobileNumber | None = None


class ListedMember(NamedTuple):
    """Who is on the staff, with the mobile that was given or is on file."""

    name: Text
    duty: Text
    mobile: str


@dataclass(kw_only=True)
class DeclarationDraft:
    """What a unit declares."""

    planned_interns: int
    monthly_wage: Money
    training_plan: Paragraph
    accident_insurance: bool
    staff: list[StaffDraft]


@change_in_part()
class DeclarationChange(DeclarationDraft):
    """What a declaration is to say from now on; staff listed under the same name stay who they are.

    They keep their attachments; who is listed no longer goes with theirs.
    """

    id: RowId
    version: int


async def create_declaration(tx: Transaction, input: DeclarationDraft) -> Declaration:
    """Draft the unit's one declaration; its profile must be complete (J6, J7, J8). 新增申报.

    After one has ended because the unit lost its status, it may declare anew.
    """
    refuse_if(_find_content_faults(input, ()))
    unit = await tx.session.get_one(Unit, tx.unit_id)
    rules.require_complete_profile({name: getattr(unit, name) for name in PROFILE_FIELDS})
    barred = rules.find_renewal_fault(await _load_end_kinds(tx, unit.id))
    if barred:
        raise Refusal(barred)
    row = Declaration(
        unit_id=tx.unit_id, region=unit.region, status=Status.DRAFT, **_build_figures(input)
    )
    tx.create(row, Status.DRAFT)
    await tx.session.flush()
    _add_staff(tx, row, complete_staff(tx, (), input.staff))
    await tx.session.flush()
    return row


async def _load_end_kinds(tx: Transaction, unit_id: UUID) -> Sequence[DeclarationEnd]:
    of_unit = Declaration.unit_id == unit_id, Declaration.end_kind.is_not(None)
    return [
        row.end_kind for row in await tx.all(select(Declaration).where(*of_unit)) if row.end_kind
    ]


async def change_declaration(tx: Transaction, input: DeclarationChange) -> Declaration:
    """Change a declaration that is a draft or was returned (J9). 修改申报."""
    row = await tx.get_locked(Declaration, input.id, input.version)
    barred = find_action_fault(
        RecordKind.DECLARATION, Action.CHANGE, row.status, row.submitted_by, tx.viewer
    )
    if barred:
        raise Refusal(barred)
    old, replaced = await load_staff(tx, row), input.staff is not UNSET
    input = fill_in(input, row, {"staff": lambda: _list_staff(old)})
    refuse_if(_find_content_faults(input, old))
    staff = complete_staff(tx, old, input.staff)
    tx.change(row, _build_figures(input))
    if replaced:
        await _replace_staff(tx, row, staff)
    await tx.session.flush()
    return row


@change_in_part("staff")
class DeclarationFigures:
    """What an approved declaration is to say from then on; its staff stay where none are given.

    Staff listed under the same name stay who they are, as in `DeclarationChange`.
    """

    id: RowId
    version: int
    planned_interns: int
    monthly_wage: Money
    training_plan: Paragraph
    accident_insurance: bool
    staff: list[StaffDraft] | None = None


async def validate_change(
    tx: Transaction, row: Declaration, input: DeclarationFigures
) -> Mapping[str, object]:
    """Judge new figures and staff of an approved declaration, give its new values (J8, X16)."""
    staff = input.staff
    count = 0 if staff is None else len(staff)
    refuse_if(rules.find_figure_faults(input.planned_interns, input.monthly_wage, count))
    if staff is None:
        return _build_figures(input)
    rules.require_staff(len(staff))
    members = complete_staff(tx, await load_staff(tx, row), staff)
    listed = [f"{each.name}, {each.duty}, {mask_mobile(each.mobile)}" for each in members]
    return {**_build_figures(input), "staff": "; ".join(listed)}


async def apply_change(
    tx: Transaction, row: Declaration, before: Mapping[str, object], input: DeclarationFigures
) -> None:
    """Replace the dedicated staff as the request says, if it says anything of them (J7, J8)."""
    if input.staff is None:
        return
    # Only a row's owner deletes it: here the officer's decision is carried out for the unit.
    await set_rls_context(tx.session, replace(tx.actor, unit=row.unit_id))
    members = complete_staff(tx, await load_staff(tx, row), input.staff)
    await _replace_staff(tx, row, members)
    await tx.session.flush()
    await set_rls_context(tx.session, tx.actor)


async def describe_staff(tx: Transaction, row: Declaration) -> str:
    """Spell who a declaration's dedicated staff are, their mobiles masked (X9, X11)."""
    return _describe_staff(await load_staff(tx, row))


async def validate_on_submit(tx: Transaction, rows: Sequence[Declaration]) -> None:
    """Ask whether declarations have their staff (J8)."""
    for row in rows:
        staff = select(func.count()).where(*_match_staff(row))
        rules.require_staff((await tx.session.scalars(staff)).one())


async def require_approved_declaration(tx: Transaction, unit_id: UUID) -> Declaration:
    """Demand the unit's approved declaration, and keep it approved meanwhile (J10, J14)."""
    row = rules.require_approved(await _lock_declaration_in_force(tx, unit_id))
    rules.require_not_ended(row.ended_on)
    return row


class FilingTerms(NamedTuple):
    """Where a unit's interns are filed, and since when they may begin, if that is bounded."""

    region: str
    first_start: date | None


async def require_filing_terms(tx: Transaction, unit_id: UUID) -> FilingTerms:
    """Demand the unit's approved declaration, and return on what terms it takes interns (X19)."""
    rows = await _lock_declarations(tx, unit_id)
    row = rules.require_approved(next(iter(rows), None))
    rules.require_not_ended(row.ended_on)
    ends = [each.ended_on for each in rows if each.ended_on is not None]
    first = compute_first_start(await _find_first_approval(tx, row), ends) if ends else None
    return FilingTerms(row.region, first)


async def _find_first_approval(tx: Transaction, row: Declaration) -> date:
    """Find on which day a declaration was first approved; a later approval moves nothing (X19)."""
    first = select(func.min(History.at)).where(
        History.unit_id == row.unit_id,
        History.record_id == row.id,
        History.action == Action.APPROVE,
    )
    at = (await tx.session.scalars(first)).first() or row.reviewed_at
    return to_local_day(at) if at else tx.today


async def require_claimable_declaration(tx: Transaction, unit_id: UUID) -> Declaration:
    """Demand a declaration that is approved, or has not ended too long ago (J24, J29, X19)."""
    row = await _lock_declaration_in_force(tx, unit_id)
    barred = await _find_claiming_fault(tx, row)
    if barred:
        raise Refusal(barred)
    return rules.require_approved(row)


async def lock_declarations_in_force(
    tx: Transaction, unit_id: UUID
) -> Sequence[DeclarationInForce]:
    """Return a unit's declarations that are approved or have ended, and keep them so."""
    rows = await _lock_declarations(tx, unit_id)
    return [DeclarationInForce(row.region, row.ended_on) for row in rows]


async def load_declarations_in_force(
    read: DecisionReader, unit_id: UUID
) -> Sequence[DeclarationInForce]:
    """Read a unit's declarations that are approved or have ended."""
    standing = Declaration.status.in_((Status.APPROVED, Status.ENDED))
    columns = select(Declaration.region, Declaration.ended_on)
    rows = await read.load_rows(columns.where(Declaration.unit_id == unit_id, standing))
    return [DeclarationInForce(region, ended_on) for region, ended_on in rows]


async def _find_claiming_fault(tx: Transaction, row: Declaration | None) -> Fault | None:
    declared = DeclarationInForce(row.region, row.ended_on) if row else None
    return find_claiming_fault(declared, await tx.load_policy(), tx.today)


async def _lock_declaration_in_force(tx: Transaction, unit_id: UUID) -> Declaration | None:
    return next(iter(await _lock_declarations(tx, unit_id)), None)


async def _lock_declarations(tx: Transaction, unit_id: UUID) -> Sequence[Declaration]:
    return await tx.fetch_entities(_DECLARATIONS_IN_FORCE, unit_id=unit_id)


_DECLARATIONS_IN_FORCE = EntityQuery(
    Declaration,
    select(Declaration)
    .where(
        Declaration.unit_id == bindparam("unit_id"),
        or_(Declaration.status == Status.APPROVED, Declaration.status == Status.ENDED),
    )
    # What is approved counts before what has ended, and the last end before earlier ones (J7).
    .order_by(Declaration.ended_on.desc().nulls_first())
    # Shared: many file under a declaration at once, and only its end waits for them.
    .with_for_update(read=True),
)


def _build_figures(input: DeclarationDraft | DeclarationFigures) -> dict[str, object]:
    return {
        "planned_interns": input.planned_interns,
        "monthly_wage": input.monthly_wage,
        "training_plan": input.training_plan,
        "accident_insurance": input.accident_insurance,
    }


def _match_staff(row: Declaration) -> tuple[ColumnElement[bool], ...]:
    return DeclarationStaff.unit_id == row.unit_id, DeclarationStaff.declaration_id == row.id


async def load_staff(tx: Transaction, row: Declaration) -> Sequence[DeclarationStaff]:
    """Read a declaration's staff, oldest first (J8)."""
    return await tx.all(
        select(DeclarationStaff).where(*_match_staff(row)).order_by(DeclarationStaff.id)
    )


async def _replace_staff(tx: Transaction, row: Declaration, staff: Sequence[ListedMember]) -> None:
    """Replace the staff as a whole, and remember who they were (J8, X9)."""
    old = await load_staff(tx, row)
    before = [_build_staff_key(member) for member in old]
    listed = _describe_staff(old)
    stay = _find_remaining_staff(old, staff)
    for member in old:
        if member not in stay.values():
            await attachment.remove_all_attachments(tx, member, row)
            await tx.session.delete(member)
    for n, member in stay.items():
        _write_member(tx, member, staff[n])
        tx.touch(member)
    new = _add_staff(tx, row, [draft for n, draft in enumerate(staff) if n not in stay])
    now = [*stay.values(), *new]
    if before != [_build_staff_key(member) for member in now]:
        tx.session.add(
            history.build_audit_entry(
                tx, row, "CHANGE_STAFF", {"staff": [listed, _describe_staff(now)]}
            )
        )


def _find_remaining_staff(
    old: Sequence[DeclarationStaff], staff: Sequence[StaffDraft | ListedMember]
) -> Mapping[int, DeclarationStaff]:
    """Find who is still listed, by the place in the new list; of equal names the first (J8)."""
    left = list(old)
    stay = {}
    for n, draft in enumerate(staff):
        member = next((m for m in left if is_same_name(m.name, draft.name)), None)
        if member is not None:
            left.remove(member)
            stay[n] = member
    return stay


def _build_staff_key(member: DeclarationStaff) -> tuple[str, str, bytes]:
    return member.name, member.duty, member.mobile_index


def _list_staff(staff: Sequence[DeclarationStaff]) -> list[StaffDraft]:
    """List who stays as they are."""
    return [StaffDraft(name=Text(each.name), duty=Text(each.duty)) for each in staff]


def _find_content_faults(
    input: DeclarationDraft, old: Sequence[DeclarationStaff]
) -> Sequence[Fault]:
    """List what is wrong with a declaration's figures and staff."""
    figures = rules.find_figure_faults(input.planned_interns, input.monthly_wage, len(input.staff))
    return [*figures, *find_staff_faults(old, input.staff)]


def find_staff_faults(
    old: Sequence[DeclarationStaff], staff: Sequence[StaffDraft]
) -> Sequence[Fault]:
    """List who is new and lacks a mobile (J8)."""
    stay = _find_remaining_staff(old, staff)
    return [
        fault(Reason.VALUE_MISSING, "staff", n, "mobile")
        for n, draft in enumerate(staff)
        if draft.mobile is None and n not in stay
    ]


def complete_staff(
    tx: Transaction, old: Sequence[DeclarationStaff], staff: Sequence[StaffDraft]
) -> Sequence[ListedMember]:
    """Return whom a list names, those with their mobiles who are listed already (J8, X11)."""
    refuse_if(find_staff_faults(old, staff))
    stay = _find_remaining_staff(old, staff)
    return [
        ListedMember(draft.name, draft.duty, draft.mobile or _open_mobile(tx, stay[n]))
        for n, draft in enumerate(staff)
    ]


def _open_mobile(tx: Transaction, member: DeclarationStaff) -> str:
    place = locate_sealed(DeclarationStaff.mobile_sealed, (member.unit_id, member.id))
    return tx.service.seal.open_sealed(place, member.mobile_sealed)


def _describe_staff(staff: Sequence[DeclarationStaff]) -> str:
    return "; ".join(f"{m.name}, {m.duty}, {m.mobile_masked}" for m in staff)


def _add_staff(
    tx: Transaction, row: Declaration, staff: Sequence[ListedMember]
) -> Sequence[DeclarationStaff]:
    rows = []
    for draft in staff:
        member = DeclarationStaff(
            unit_id=row.unit_id, id=uuid7(), region=row.region, declaration_id=row.id
        )
        _write_member(tx, member, draft)
        rows.append(member)
    tx.session.add_all(rows)
    return rows


def _write_member(tx: Transaction, member: DeclarationStaff, draft: ListedMember) -> None:
    member.name, member.duty = draft.name, draft.duty
    column = DeclarationStaff.mobile_sealed
    for name, value in build_sealed_columns(
        tx.service.seal, column, (member.unit_id, member.id), draft.mobile
    ).items():
        setattr(member, name, value)


declare_transitions(
    RecordKind.DECLARATION,
    {
        Action.SUBMIT: validate_on_submit,
        Action.APPROVE: post_publication.publish_posts,
        Action.REVOKE: post_publication.unpublish_posts,
    },
    filing=(
        create_declaration,
        change_declaration,
    ),
)

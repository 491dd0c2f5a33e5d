"""Change after approval by request 变更申请: one mechanism for every kind of record (X16)."""

from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, fields, replace
from functools import partial
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter
from strawberry import UNSET, Parent
from uuid_utils.compat import uuid7

from loaders.filter import OLDEST
from models import (
    Attachment,
    ChangeableKind,
    ChangeRequest,
    Declaration,
    Intern,
    Post,
    Reviewed,
    SealedPlace,
    Status,
    Unit,
)
from resolvers.files.document import load_required_documents
from resolvers.internship import (
    declaration,
    intern,
    intern_change,
    post,
    post_publication,
    standing,
)
from resolvers.internship.declaration import DeclarationFigures, StaffDraft
from resolvers.internship.intern_change import InternRevision
from resolvers.internship.post import PostChange
from resolvers.kernel.context import Info
from resolvers.kernel.history import format_value
from resolvers.kernel.partial_change import Kept, change_in_part, fill_in, list_clearable
from resolvers.kernel.transaction import Transaction
from resolvers.kernel.workflow import declare_transitions
from resolvers.units import unit
from resolvers.units.unit import UnitStanding
from rules.files.attachment import RequiredDocument
from rules.internship import change_request as rules
from rules.internship.standing import find_pending_fault
from rules.kernel.action import Action
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, Refusal, build_refusal, prefix_fault_paths
from rules.kernel.value import Paragraph, RowId
from rules.kernel.workflow import find_action_fault

RequestedValues = UnitStanding | DeclarationFigures | PostChange | InternRevision
Record = Reviewed | Unit


@dataclass(kw_only=True)
class Change:
    """The record that is to change, and all that it is to say from then on."""

    unit: UnitStanding | None = UNSET
    declaration: DeclarationFigures | None = UNSET
    post: PostChange | None = UNSET
    intern: InternRevision | None = UNSET


@dataclass(kw_only=True)
class ChangeDraft:
    """What is to change, and why."""

    change: Change
    motive: Paragraph


@change_in_part()
class ChangeAmendment(ChangeDraft):
    """What a request is to ask from now on; what is left out it asks as before."""

    id: RowId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSubject:
    """How records of a kind change: what judges their new values, and what follows them."""

    kind: ChangeableKind
    table: type[Reviewed] | type[Unit]
    shape: type[RequestedValues]
    validate_change: Callable[[Transaction, Any, Any], Awaitable[Mapping[str, object]]]
    apply_change: (
        Callable[[Transaction, Any, Mapping[str, object], Any], Awaitable[None]] | None
    ) = None
    load_parts: Mapping[str, Callable[[Transaction, Any], Awaitable[str]]] = field(
        default_factory=dict
    )
    """How what hangs on a record is spelled, by the member of the input that replaces it."""
    sealed: Mapping[str, str] = field(default_factory=dict)
    """Of which members' items which field is personal data and kept sealed (X11)."""

    @property
    def member(self) -> str:
        """Name the member of the input that this is."""
        return self.kind.lower()


async def _rename_unit(
    tx: Transaction, row: Unit, before: Mapping[str, object], input: UnitStanding
) -> None:
    """Keep a unit's former name, and let the job board learn the new one (J7, J12)."""
    await unit.apply_change(tx, row, before, input)
    if row.name != before.get("name", row.name):
        await post_publication.announce_posts_anew(tx, row)


_KIND = ChangeableKind
SUBJECTS: Mapping[ChangeableKind, ChangeSubject] = {
    subject.kind: subject
    for subject in (
        ChangeSubject(
            kind=_KIND.UNIT,
            table=Unit,
            shape=UnitStanding,
            validate_change=unit.validate_change,
            apply_change=_rename_unit,
        ),
        ChangeSubject(
            kind=_KIND.DECLARATION,
            table=Declaration,
            shape=DeclarationFigures,
            validate_change=declaration.validate_change,
            apply_change=declaration.apply_change,
            load_parts={"staff": declaration.describe_staff},
            sealed={"staff": "mobile"},
        ),
        ChangeSubject(
            kind=_KIND.POST, table=Post, shape=PostChange, validate_change=post.validate_change
        ),
        ChangeSubject(
            kind=_KIND.INTERN,
            table=Intern,
            shape=InternRevision,
            validate_change=intern_change.validate_change,
            apply_change=intern_change.apply_change,
        ),
    )
}


INPUT_ADAPTERS: Mapping[ChangeableKind, TypeAdapter[RequestedValues]] = {
    kind: TypeAdapter(subject.shape) for kind, subject in SUBJECTS.items()
}
"""How each kind's values are kept, and read again as the input that they were."""


async def request_change(tx: Transaction, input: ChangeDraft) -> ChangeRequest:
    """Draft a request to change an approved record; its old values stand (X16). 新增变更申请."""
    subject, wanted = _select_subject(input.change)
    with prefix_fault_paths("change", subject.member):
        row = await tx.get_locked(subject.table, wanted.id, wanted.version)
        _require_approved(tx, subject, row)
        changing_of = standing.UNIT_CHANGING if subject.table is Unit else standing.CHANGING
        (changing,) = await tx.load_related(row, changing_of)
        if barred := find_pending_fault(Action.REQUEST_CHANGE, changing):
            raise Refusal(barred)
        wanted = await _fill_in(tx, subject, row, wanted)
        values = await _validate_values(tx, subject, row, wanted)
    key = _get_owner_id(row), uuid7()
    request = ChangeRequest(
        id=key[1],
        unit_id=key[0],
        region=row.region,
        record=subject.kind,
        record_id=row.id,
        status=Status.DRAFT,
        **await _build_content(tx, key, subject, row, input, (wanted, values)),
    )
    tx.create(request, Status.DRAFT)
    await tx.session.flush()
    return request


async def amend_change_request(tx: Transaction, input: ChangeAmendment) -> ChangeRequest:
    """Change a request that is a draft or was returned (X16). 修改变更申请."""
    request = await tx.get_locked(ChangeRequest, input.id, input.version)
    kind = RecordKind.CHANGE_REQUEST
    barred = find_action_fault(kind, Action.CHANGE, request.status, request.submitted_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    input = fill_in(input, request, {"change": lambda: UNSET})
    content: Mapping[str, object] = {"motive": input.motive}
    if input.change is not UNSET:
        content = await _amend_content(tx, request, input)
    tx.change(request, content)
    await tx.session.flush()
    return request


async def _amend_content(
    tx: Transaction, request: ChangeRequest, input: ChangeAmendment
) -> Mapping[str, object]:
    subject, wanted = _select_subject(input.change)
    with prefix_fault_paths("change", subject.member):
        row = await tx.get_locked(subject.table, wanted.id, wanted.version)
        if row.id != request.record_id:
            raise build_refusal(Reason.NOT_FOUND, "id")
        asked = _list_asked(tx, subject, request)
        wanted = await _fill_in(tx, subject, row, wanted, asked)
        values = await _validate_values(tx, subject, row, wanted)
    key = request.unit_id, request.id
    return await _build_content(tx, key, subject, row, input, (wanted, values))


def _list_asked(tx: Transaction, subject: ChangeSubject, request: ChangeRequest) -> Kept:
    """List what a request asks to change; what it repeated of the record may be another now."""
    names = {"post_id" if name == "post" else name for name in request.changes}
    if "post_id" in names:
        names.add("takes_effect_on")
    asked = _read_requested(tx, subject, request)
    return {name: partial(getattr, asked, name) for name in names}


async def validate_on_submit(tx: Transaction, rows: Sequence[ChangeRequest]) -> None:
    """Judge requests again as they are submitted (X16); another name is proved (J7)."""
    for request in rows:
        await _lock_and_validate(tx, request)
        (ties,) = await tx.load_related(request, standing.REQUEST_TIES)
        if ties.name_unproven:
            raise build_refusal(Reason.RENAME_UNPROVEN)


async def load_request_documents(row: Parent[ChangeRequest], info: Info) -> list[RequiredDocument]:
    """Tell which documents it needs to be submitted, and which are there (J7, J8). 所需材料.

    Another name of the unit takes one at least, of whichever kind.
    """
    told = await load_required_documents(row, info)
    if row.record is not ChangeableKind.UNIT or "name" not in row.changes:
        return told
    of_record = info.context.loaders.get_children_batch(
        Attachment.relation_to(ChangeRequest), OLDEST
    )
    files = await of_record.load((row.unit_id, row.id))
    return [*told, rules.build_rename_proof(info.context.viewer.language, attached=bool(files))]


async def on_approve(tx: Transaction, rows: Sequence[ChangeRequest]) -> None:
    """Judge approved requests by all rules once more, and write all their values (X16)."""
    for request in rows:
        subject, row, wanted, values = await _lock_and_validate(tx, request)
        before = await _load_values(tx, subject, row, values)
        own = {name: value for name, value in values.items() if name not in subject.load_parts}
        tx.change(row, own, "CHANGE_BY_REQUEST")
        await tx.session.flush()
        if subject.apply_change is not None:
            await subject.apply_change(tx, row, before, wanted)


async def _lock_and_validate(
    tx: Transaction, request: ChangeRequest
) -> tuple[ChangeSubject, Record, RequestedValues, Mapping[str, object]]:
    subject = SUBJECTS[request.record]
    owner = () if subject.table is Unit else (request.unit_id,)
    key = (*owner, request.record_id)
    row: Record = await tx.session.get_one(subject.table, key, with_for_update=True)
    if row.version != request.base_version:
        now = await _load_values(tx, subject, row, request.base)
        rules.require_current_base(request.base, _format_values(subject, now))
    wanted = _read_requested(tx, subject, request)
    return subject, row, wanted, await _validate_values(tx, subject, row, wanted)


async def _fill_in(
    tx: Transaction,
    subject: ChangeSubject,
    row: Record,
    wanted: RequestedValues,
    asked: Kept | None = None,
) -> RequestedValues:
    """Return the values with what they left out as it was asked before, or the record has it now.

    A name, staff and a day that nobody gives are none.
    """
    kept = intern.list_kept_terms(row) if isinstance(row, Intern) else {}
    ungiven = dict.fromkeys(list_clearable(subject.shape), lambda: None)
    filled = fill_in(wanted, row, {**ungiven, **kept, **(asked or {})})
    if isinstance(filled, DeclarationFigures) and isinstance(row, Declaration) and filled.staff:
        old = await declaration.load_staff(tx, row)
        members = declaration.complete_staff(tx, old, filled.staff)
        filled = replace(filled, staff=[StaffDraft(**each._asdict()) for each in members])
    return filled


async def _validate_values(
    tx: Transaction, subject: ChangeSubject, row: Record, wanted: RequestedValues
) -> Mapping[str, object]:
    """Refuse to change what is not approved, and judge what it is to say (X1, X16)."""
    _require_approved(tx, subject, row)
    return await subject.validate_change(tx, row, wanted)


def _require_approved(tx: Transaction, subject: ChangeSubject, row: Record) -> None:
    if not isinstance(row, Unit):
        of_record = (RecordKind(subject.kind), Action.REQUEST_CHANGE)
        barred = find_action_fault(*of_record, row.status, row.submitted_by, tx.viewer)
        if barred:
            raise Refusal(barred)


def _select_subject(change: Change) -> tuple[ChangeSubject, RequestedValues]:
    """Return which of its members a change has; the schema lets through exactly one."""
    for subject in SUBJECTS.values():
        wanted: RequestedValues | None = getattr(change, subject.member)
        if wanted:
            return subject, wanted
    raise TypeError(change)


def _get_owner_id(row: Record) -> UUID:
    return row.id if isinstance(row, Unit) else row.unit_id


async def _build_content(
    tx: Transaction,
    key: tuple[UUID, UUID],
    subject: ChangeSubject,
    row: Record,
    input: ChangeDraft,
    judged: tuple[RequestedValues, Mapping[str, object]],
) -> dict[str, object]:
    """Spell a request's columns: the values as given, and what differs from the record's."""
    wanted, values = judged
    base = _format_values(subject, await _load_values(tx, subject, row, values))
    changes = dict(rules.require_changes(base, _format_values(subject, values)))
    if "post_id" in changes:
        changes["post"] = await _load_post_names(tx, row, changes.pop("post_id"))
    return {
        "base_version": row.version,
        "base": base,
        "values": _seal_values(tx, key, subject, wanted),
        "changes": changes,
        "motive": input.motive,
        "takes_effect_on": getattr(wanted, "takes_effect_on", None),
    }


async def _load_post_names(tx: Transaction, row: Record, ids: Sequence[object]) -> Sequence[object]:
    """Name the posts that an intern leaves and goes to."""
    found = [await tx.session.get_one(Post, (_get_owner_id(row), UUID(str(id)))) for id in ids]
    return [post.name for post in found]


async def _load_values(
    tx: Transaction, subject: ChangeSubject, row: Record, names: Iterable[str]
) -> Mapping[str, object]:
    """Read what a record says now, and what hangs on it."""
    parts = subject.load_parts
    return {
        name: await parts[name](tx, row) if name in parts else getattr(row, name) for name in names
    }


def _seal_values(
    tx: Transaction, key: tuple[UUID, UUID], subject: ChangeSubject, wanted: RequestedValues
) -> Mapping[str, object]:
    """Spell the values as they were given; personal data in them is kept sealed (X11)."""
    values: dict[str, Any] = INPUT_ADAPTERS[subject.kind].dump_python(wanted, mode="json")
    for member, name in subject.sealed.items():
        for item in values[member] or ():
            place = locate_requested(key, name)
            item[name] = b64encode(tx.service.seal.seal_text(place, item[name])).decode()
    return values


def locate_requested(key: tuple[UUID, UUID], field: str) -> SealedPlace:
    """Return the place to which what a request's values keep sealed is bound (X11)."""
    owner, id_ = key
    return SealedPlace(ChangeRequest.__tablename__, "values", id_, field, owner)


def _read_requested(
    tx: Transaction, subject: ChangeSubject, request: ChangeRequest
) -> RequestedValues:
    """Read a request's values as the input that they were; a release knew fewer."""
    ungiven = dict.fromkeys(list_clearable(subject.shape))
    values = {**ungiven, **_open_values(tx, subject, request)}
    return INPUT_ADAPTERS[subject.kind].validate_python(values)


def _open_values(
    tx: Transaction, subject: ChangeSubject, request: ChangeRequest
) -> Mapping[str, object]:
    values = deepcopy(request.values)
    for member, name in subject.sealed.items():
        for item in values.get(member) or ():
            place = locate_requested((request.unit_id, request.id), name)
            item[name] = tx.service.seal.open_sealed(place, b64decode(item[name]))
    return values


def _format_values(subject: ChangeSubject, values: Mapping[str, object]) -> dict[str, str]:
    """Spell the values that a request may name."""
    names = {field.name for field in fields(subject.shape)}
    return {name: format_value(value) for name, value in values.items() if name in names}


declare_transitions(
    RecordKind.CHANGE_REQUEST,
    {
        Action.SUBMIT: validate_on_submit,
        Action.APPROVE: on_approve,
    },
    filing=(
        request_change,
        amend_change_request,
    ),
)

"""Attachments 附件: files bound to records, and taken off again (J8, J15, J25, J33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import build_actor, set_rls_context
from loaders.key import NODE_TYPES, Key, parse_global_id
from models import Attachment, DocumentKind, Reviewed, StoredFile, UnitOwned, Upload, is_at_home
from resolvers.files import upload
from resolvers.kernel import history
from resolvers.kernel.link import OpenedLink, sign_viewer_link
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.files import attachment as rules
from rules.files import file
from rules.kernel import input_check
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer

MAX_UPLOADS_AT_ONCE = 100
LINK_PURPOSE = "download"
URL_PREFIX = "/files/"

Row = TypeVar("Row", bound=UnitOwned)


@dataclass(kw_only=True)
class AttachmentDraft:
    """Which uploads are attached to which record, and what they are."""

    record_id: RowId
    upload_ids: list[RowId]
    kind: DocumentKind


@dataclass(kw_only=True)
class AttachmentRemoval:
    """Which attachment is taken off its record."""

    attachment_id: RowId


class LockedHost(NamedTuple):
    """A record held while its attachments change, and the one that it is a part of, if any."""

    host: rules.AttachmentHost
    row: UnitOwned
    parent_record: Reviewed


async def attach(tx: Transaction, input: AttachmentDraft) -> Sequence[Attachment]:
    """Attach uploads to a record while it may be changed; all or none (J8, J15). 添加附件."""
    refuse_if(
        input_check.find_list_faults([*input.upload_ids], MAX_UPLOADS_AT_ONCE, ("uploadIds",))
    )
    arrived = await upload.store_arrivals(tx, input.upload_ids)
    uploads = await upload.take_up_uploads(tx, input.upload_ids, arrived)
    held = await _lock_named_record(tx, input.record_id)
    await _require_admissible_uploads(tx, held, uploads)
    rows = [_build_attachment(tx, held, row, input.kind) for row in uploads]
    tx.session.add_all(rows)
    _record_change(tx, held, "ATTACH", ("", _describe_files(held, rows)))
    await tx.session.flush()
    return rows


async def detach(tx: Transaction, input: AttachmentRemoval) -> UnitOwned:
    """Take an attachment off its record while that may be changed; its bytes go later. 删除附件."""
    at = "attachmentId"
    named = await tx.get(Attachment, input.attachment_id, at)
    host = await _lock_row(tx, rules.get_host(named.record).table, named.unit_id, named.record_id)
    if host is None:
        raise build_refusal(Reason.NOT_FOUND, at)
    held = await _lock_record(tx, host, at)
    row = await tx.get_locked(Attachment, input.attachment_id, None, at)
    await _remove_attachments(tx, held, [row])
    return held.row


async def remove_all_attachments(tx: Transaction, row: UnitOwned, whole: Reviewed) -> None:
    """Take all attachments off a part of a record that is held and goes for good."""
    rows = await tx.all(select(Attachment).where(*_match_attachments(row)).order_by(Attachment.id))
    if rows:
        await _remove_attachments(tx, LockedHost(_get_host_of(row), row, whole), rows)


def sign_attachment_url(unit_id: UUID, id: UUID, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to an attachment; it speaks for the viewer as they are now (X10)."""
    return sign_file_url(Key(Attachment.__name__, (unit_id, id)), viewer, service)


def sign_file_url(key: Key, viewer: Viewer, service: Service) -> str:
    """Sign a link to any stored file; it holds as long as the viewer sees the row of that key."""
    files = service.files
    parts = (key.format_global_id(), *build_actor(viewer).to_link_parts())
    until = service.now() + files.link_life
    return URL_PREFIX + sign_viewer_link(service, viewer, LINK_PURPOSE, parts, until)


async def load_linked_file(service: Service, link: OpenedLink) -> StoredFile:
    """Find the file that a link was signed for, if whoever it was signed for still sees it."""
    text, *who = link.parts
    key = parse_global_id(text)
    known = NODE_TYPES.get(key.type_name) if key else None
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, link.build_actor(*who))
        row = await session.get(known.table, key.parts) if key and known else None
    if not isinstance(row, StoredFile):
        raise build_refusal(Reason.NOT_FOUND)
    return row


async def _lock_named_record(tx: Transaction, text: RowId) -> LockedHost:
    """Find and hold the record that a client named, of whichever table has attachments."""
    key = parse_global_id(text)
    known = NODE_TYPES.get(key.type_name) if key else None
    host = rules.find_host(known.table) if known else None
    if host is None:
        raise build_refusal(Reason.NOT_FOUND, "recordId")
    return await _lock_record(tx, await tx.get(host.table, text, "recordId"), "recordId")


def _get_host_of(row: UnitOwned) -> rules.AttachmentHost:
    host = rules.find_host(type(row))
    if host is None:
        raise TypeError(f"{type(row).__name__} has no attachments")
    return host


async def _lock_record(tx: Transaction, row: UnitOwned, at: str) -> LockedHost:
    """Hold a record, the whole before its part, and ask whether its attachments may change."""
    host = _get_host_of(row)
    table, column = host.part_of or (type(row), "id")
    whole = await _lock_row(tx, table, row.unit_id, getattr(row, column))
    part = await _lock_row(tx, type(row), row.unit_id, row.id)
    if not isinstance(whole, Reviewed) or part is None:
        raise build_refusal(Reason.NOT_FOUND, at)
    held_by = getattr(whole, "held_by", None)
    barred = rules.find_attaching_fault(host, whole.status, whole.submitted_by, held_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    return LockedHost(host, part, whole)


async def _lock_row(tx: Transaction, table: type[Row], unit_id: UUID, id: UUID) -> Row | None:
    statement = select(table).where(table.unit_id == unit_id, table.id == id)
    again = {"populate_existing": True}
    return await tx.first(statement.with_for_update().execution_options(**again))


async def _require_admissible_uploads(
    tx: Transaction, held: LockedHost, uploads: Sequence[Upload]
) -> None:
    limits = file.build_limits(await tx.load_policy(), held.host.to, held.row.region, tx.today)
    there = await tx.session.scalar(select(func.count()).where(*_match_attachments(held.row))) or 0
    admissible = (
        fault.moved_to("uploadIds", n)
        for n, row in enumerate(uploads)
        for fault in file.find_type_and_size_faults(row.type, row.size, limits)
    )
    refuse_if([*rules.find_count_faults(there, len(uploads), limits.most_files), *admissible])


def _match_attachments(row: UnitOwned) -> tuple[ColumnElement[bool], ...]:
    return Attachment.unit_id == row.unit_id, Attachment.record_id == row.id


def _build_attachment(
    tx: Transaction, held: LockedHost, row: Upload, kind: DocumentKind
) -> Attachment:
    return Attachment(
        unit_id=held.row.unit_id,
        region=held.row.region,
        at_home=is_at_home(held.row),
        record=held.host.to,
        record_id=held.row.id,
        **upload.build_stored_columns(tx, row, kind),
    )


async def _remove_attachments(
    tx: Transaction, held: LockedHost, rows: Sequence[Attachment]
) -> None:
    for row in rows:
        await tx.session.delete(row)
    _record_change(tx, held, "DETACH", (_describe_files(held, rows), ""))
    await tx.session.flush()


def _record_change(tx: Transaction, held: LockedHost, action: str, change: tuple[str, str]) -> None:
    """Remember it in the history of the whole record, which clients see (X9)."""
    tx.session.add(
        history.build_audit_entry(tx, held.parent_record, action, {"attachments": [*change]})
    )


def _describe_files(held: LockedHost, rows: Sequence[Attachment]) -> str:
    whose = f"{held.row.name}: " if held.host.part_of and hasattr(held.row, "name") else ""
    files = (f"{row.document} {row.name}, sha256 {row.sha256}" for row in rows)
    return whose + "; ".join(files)

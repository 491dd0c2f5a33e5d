"""Attachments 附件: files bound to records, and taken off again (J8, J15, J25, J33)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, actor_of, state
from loaders.key import KNOWN, Key, decode
from models import Attachment, DocumentKind, Reviewed, StoredFile, UnitOwned, Upload
from resolvers.files import upload
from resolvers.kernel import history
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.files import attachment as rules
from rules.files import file
from rules.kernel import check
from rules.kernel.refusal import Fault, Reason, Refusal, refuse_if, refused
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer

MOST_AT_ONCE = 100
PURPOSE = "download"
ADDRESS = "/files/"

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


class Held(NamedTuple):
    """A record held while its attachments change, and the one that it is a part of, if any."""

    host: rules.Host
    row: UnitOwned
    whole: Reviewed


async def attach(tx: Transaction, input: AttachmentDraft) -> Sequence[Attachment]:
    """Attach uploads to a record while it may be changed; all or none (J8, J15). 添加附件."""
    refuse_if(check.some([*input.upload_ids], MOST_AT_ONCE, ("uploadIds",)))
    arrived = await upload.arrivals(tx, input.upload_ids)
    uploads = await upload.taken(tx, input.upload_ids, arrived)
    held = await _named(tx, input.record_id)
    await _judge(tx, held, uploads)
    rows = [_attached(tx, held, row, input.kind) for row in uploads]
    tx.session.add_all(rows)
    _remember(tx, held, "ATTACH", ("", _told(held, rows)))
    await tx.session.flush()
    return rows


async def detach(tx: Transaction, input: AttachmentRemoval) -> UnitOwned:
    """Take an attachment off its record while that may be changed; its bytes go later. 删除附件."""
    at = "attachmentId"
    named = await tx.found(Attachment, input.attachment_id, at)
    host = await _locked(tx, rules.TABLES[named.record], named.unit_id, named.record_id)
    if host is None:
        raise refused(Reason.NOT_FOUND, at)
    held = await _held(tx, host, at)
    row = await tx.locked(Attachment, input.attachment_id, None, at)
    await _remove(tx, held, [row])
    return held.row


async def strip(tx: Transaction, row: UnitOwned, whole: Reviewed) -> None:
    """Take all attachments off a part of a record that is held and goes for good."""
    rows = await tx.all(select(Attachment).where(*_of(row)).order_by(Attachment.id))
    if rows:
        await _remove(tx, Held(rules.HOSTS[type(row)], row, whole), rows)


def link(unit_id: UUID, id: UUID, object_key: str, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to an attachment; it speaks for the viewer as they are now (X10)."""
    return signed(Key(Attachment.__name__, (unit_id, id)), object_key, viewer, service)


def signed(key: Key, object_key: str, viewer: Viewer, service: Service) -> str:
    """Sign a link to any stored file; it holds as long as the viewer sees the row of that key."""
    files = service.files
    if files.store.presigned:
        return files.store.link("GET", object_key, files.link_life)
    parts = (key.encode(), *actor_of(viewer).spelled())
    return ADDRESS + files.links.sign(PURPOSE, parts, service.now() + files.link_life)


async def linked(service: Service, parts: Sequence[str]) -> StoredFile:
    """Find the file that a link was signed for, if whoever it was signed for still sees it."""
    text, *who = parts
    key = decode(text)
    known = KNOWN.get(key.type_name) if key else None
    async with AsyncSession(service.reads) as session:
        await state(session, Actor.read(*who))
        row = await session.get(known.table, key.parts) if key and known else None
    if not isinstance(row, StoredFile):
        raise refused(Reason.NOT_FOUND)
    return row


async def _named(tx: Transaction, text: RowId) -> Held:
    """Find and hold the record that a client named, of whichever table has attachments."""
    key = decode(text)
    known = KNOWN.get(key.type_name) if key else None
    table = next((table for table in rules.HOSTS if known and table is known.table), None)
    if table is None:
        raise refused(Reason.NOT_FOUND, "recordId")
    return await _held(tx, await tx.found(table, text, "recordId"), "recordId")


async def _held(tx: Transaction, row: UnitOwned, at: str) -> Held:
    """Hold a record, the whole before its part, and ask whether its attachments may change."""
    host = rules.HOSTS[type(row)]
    table, column = host.part_of or (type(row), "id")
    whole = await _locked(tx, table, row.unit_id, getattr(row, column))
    part = await _locked(tx, type(row), row.unit_id, row.id)
    if not isinstance(whole, Reviewed) or part is None:
        raise refused(Reason.NOT_FOUND, at)
    held_by = getattr(whole, "held_by", None)
    barred = rules.barred(host, whole.status, whole.submitted_by, held_by, tx.viewer)
    if barred:
        raise Refusal(barred)
    return Held(host, part, whole)


async def _locked(tx: Transaction, table: type[Row], unit_id: UUID, id: UUID) -> Row | None:
    statement = select(table).where(table.unit_id == unit_id, table.id == id)
    again = {"populate_existing": True}
    return await tx.first(statement.with_for_update().execution_options(**again))


async def _judge(tx: Transaction, held: Held, uploads: Sequence[Upload]) -> None:
    limits = file.limits(await tx.policy(), held.host.to, held.row.region, tx.today)
    there = await tx.session.scalar(select(func.count()).where(*_of(held.row))) or 0
    admissible = (
        Fault(fault.reason, ("uploadIds", n), fault.figures)
        for n, row in enumerate(uploads)
        for fault in file.admissible(row.type, row.size, limits)
    )
    refuse_if([*rules.too_many(there, len(uploads), limits.most_files), *admissible])


def _of(row: UnitOwned) -> tuple[ColumnElement[bool], ...]:
    return Attachment.unit_id == row.unit_id, Attachment.record_id == row.id


def _attached(tx: Transaction, held: Held, row: Upload, kind: DocumentKind) -> Attachment:
    return Attachment(
        unit_id=held.row.unit_id,
        region=held.row.region,
        record=held.host.to,
        record_id=held.row.id,
        **upload.stored(tx, row, kind),
    )


async def _remove(tx: Transaction, held: Held, rows: Sequence[Attachment]) -> None:
    for row in rows:
        await tx.session.delete(row)
    _remember(tx, held, "DETACH", (_told(held, rows), ""))
    await tx.session.flush()


def _remember(tx: Transaction, held: Held, action: str, change: tuple[str, str]) -> None:
    """Remember it in the history of the whole record, which clients see (X9)."""
    tx.session.add(history.noted(tx, held.whole, action, {"attachments": [*change]}))


def _told(held: Held, rows: Sequence[Attachment]) -> str:
    whose = f"{held.row.name}: " if held.host.part_of and hasattr(held.row, "name") else ""
    files = (f"{row.document} {row.name}, sha256 {row.sha256}" for row in rows)
    return whose + "; ".join(files)

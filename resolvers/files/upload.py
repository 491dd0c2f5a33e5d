"""Files on their way 上传: announced, sent, and taken up by whoever announced them."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from gateways import file_content
from gateways.fair_line import Stand
from gateways.files import Files
from gateways.heavy_work import HeavyWork
from gateways.malware_scanner import ScannerUnavailable
from gateways.object_store import STAGING_PREFIX, ObjectNotFound, StoreUnavailable
from gateways.spool import SizeExceeded, spool_file
from loaders.actor import Actor, set_rls_context
from loaders.key import parse_key
from models import AttachedTo, DocumentKind, Upload
from resolvers.files.storage import require_room, reserve_storage
from resolvers.kernel.link import sign_viewer_link
from resolvers.kernel.place import wait_in_line
from resolvers.kernel.rate_limit import Limit, limit_tries
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.files import attachment, file
from rules.kernel.refusal import (
    Fault,
    InvalidInput,
    Path,
    Reason,
    Refusal,
    build_refusal,
    fault,
    refuse_if,
)
from rules.kernel.viewer import Viewer

UPLOAD_LIMIT = Limit("upload", 3000, timedelta(minutes=10))
"""So many files may an account announce: a large unit's for a month of all its interns."""

LINK_PURPOSE = "upload"
URL_PREFIX = "/files/upload/"

log = structlog.stdlib.get_logger("jiuye.files")


@dataclass(kw_only=True)
class FileDraft:
    """A file that is about to be sent: its name, size in bytes, and media type where known."""

    name: str
    size: int
    media_type: str | None = None


@dataclass(kw_only=True)
class UploadDraft(FileDraft):
    """A file that is about to be sent, and the kind of record to which it will belong."""

    record_kind: AttachedTo


@dataclass(frozen=True, slots=True)
class StoredBytes:
    """Where the bytes of an upload are kept, and their hash."""

    key: str
    sha256: str


@wait_in_line(HeavyWork.ANNOUNCEMENTS)
@limit_tries(UPLOAD_LIMIT)
async def request_upload(tx: Transaction, input: UploadDraft) -> Upload:
    """Announce a file, and be told where to send it (J8, J15, J25, J33). 申请上传."""
    lacking = attachment.find_function_fault(input.record_kind, tx.viewer)
    if lacking:
        raise Refusal(lacking)
    policy = await tx.load_policy()
    return await create_upload(
        tx, input, file.build_limits(policy, input.record_kind, tx.region, tx.today)
    )


async def create_upload(
    tx: Transaction,
    input: FileDraft,
    limits: file.AttachmentLimits,
    secret_hash: bytes | None = None,
) -> Upload:
    """Make an upload of the viewer's account; or, by its hash, of whoever knows a secret."""
    refuse_if(file.find_announcement_faults(input.name, input.size, input.media_type, limits))
    if secret_hash is None:
        await reserve_storage(tx, input.size)
    else:
        await tx.set_lookup_secret(secret_hash.hex())
    row = Upload(
        account_id=tx.viewer.account_id if secret_hash is None else None,
        secret_hash=secret_hash,
        name=file.normalize_name(input.name),
        type=file.guess_type(input.name),
        size=input.size,
        created_at=tx.now,
        expires_at=tx.now + tx.service.files.upload_life,
    )
    tx.session.add(row)
    await tx.session.flush()
    return row


def sign_upload_url(
    id: UUID,
    account_id: UUID | None,
    expires_at: datetime,
    stored_at: datetime | None,
    *,
    viewer: Viewer,
    service: Service,
) -> str | None:
    """Return where to send the bytes, for as long as they may be sent."""
    left = expires_at - service.now()
    if stored_at is not None or left <= timedelta():
        return None
    files = service.files
    if files.store.presigned:
        return files.store.sign_arrival_url(build_staging_key(id), left)
    parts = (str(id), str(account_id or ""))
    return URL_PREFIX + sign_viewer_link(service, viewer, LINK_PURPOSE, parts, expires_at)


def build_staging_key(id: UUID) -> str:
    """Name the object that a client writes at the store itself; nothing stands on it."""
    return f"{STAGING_PREFIX}{id.hex}"


async def receive_upload(
    service: Service, id: UUID, chunks: AsyncIterable[bytes], length: int | None, asker: str
) -> None:
    """Receive the bytes of an upload, judge them, keep them; many at once have one winner.

    Bytes that came before are taken for a sender's who had no answer: nothing is kept again. Raises
    Refusal or InvalidInput, then no row says that anything came; and Crowded where too many
    send at once.
    """
    with service.places[HeavyWork.UPLOADS].stand(asker) as stand:
        async with service.places[HeavyWork.ANNOUNCEMENTS].hold_place(asker):
            row = await _get_upload(service, id)
        if row.stored_at is not None or row.attached_at is not None:
            await _require_same_bytes(service.files, row, chunks)
            return
        if length is not None:
            refuse_if(file.find_size_faults(row.size, length))
        kept = await _store_bytes(service.files, row, chunks, stand)
        # Within the place: as many write that bytes came as judge them.
        is_first = await _record_stored(service, row.id, kept)
    if not is_first:
        await service.files.store.delete_files([kept.key])
        if (await _get_upload(service, id)).sha256 != kept.sha256:
            raise build_refusal(Reason.UPLOAD_USED)


async def store_arrivals(tx: Transaction, texts: Sequence[str]) -> Mapping[UUID, StoredBytes]:
    """Judge and keep what clients sent to the store itself, before any record is held for it.

    What they wrote they may write again; what is kept is a copy of what was judged.
    """
    if not tx.service.files.store.presigned:
        return {}
    keys = [parse_key(text, Upload) for text in texts]
    named = [key.parts[0] for key in keys if key]
    waiting = Upload.id.in_(named), Upload.object_key.is_(None), Upload.attached_at.is_(None)
    rows = {row.id: row for row in await tx.all(select(Upload).where(*waiting))}
    found, faults = {}, list[Fault]()
    for n, key in enumerate(keys):
        row = rows.get(key.parts[0]) if key else None
        if row is None:
            continue
        try:
            found[row.id] = await _fetch_staged(tx.service, row)
        except ObjectNotFound:
            continue
        except InvalidInput as said:
            faults += [f.moved_to("uploadIds", n) for f in said.faults]
    refuse_if(faults)
    return found


async def take_up_uploads(
    tx: Transaction,
    texts: Sequence[str],
    arrived: Mapping[UUID, StoredBytes],
    at: Path = ("uploadIds",),
) -> Sequence[Upload]:
    """Hold uploads and take them up, each of them once; whose bytes lack are told (X12)."""
    rows = await tx.require_many_locked(Upload, [(text, None) for text in texts], at)
    refuse_if(f for n, row in enumerate(rows) for f in _find_usage_faults(row, arrived, (*at, n)))
    await require_room(tx, sum(row.size for row in rows), at)
    for row in rows:
        kept = arrived.get(row.id)
        if kept is not None:
            row.object_key, row.sha256, row.stored_at = kept.key, kept.sha256, tx.now
        row.attached_at = tx.now
    return rows


def build_stored_columns(tx: Transaction, row: Upload, kind: DocumentKind) -> dict[str, object]:
    """Return what any stored file keeps of the upload that it was."""
    return {
        "document": kind,
        "name": row.name,
        "type": row.type,
        "size": row.size,
        "sha256": row.sha256,
        "object_key": row.object_key,
        "attached_at": tx.now,
        "account_id": tx.viewer.account_id,
        "account_name": tx.viewer.name,
    }


def _find_usage_faults(
    row: Upload, arrived: Mapping[UUID, StoredBytes], at: Path
) -> Iterator[Fault]:
    if row.attached_at is not None:
        yield fault(Reason.UPLOAD_USED, *at)
    elif row.object_key is None and row.id not in arrived:
        yield fault(Reason.UPLOAD_INCOMPLETE, *at)


async def _fetch_staged(service: Service, row: Upload) -> StoredBytes:
    try:
        chunks = await service.files.store.open_file(build_staging_key(row.id))
    except ObjectNotFound:
        raise
    except StoreUnavailable as down:
        raise build_refusal(Reason.FILE_STORE_DOWN) from down
    with service.places[HeavyWork.UPLOADS].stand(str(row.account_id or row.id)) as stand:
        return await _store_bytes(service.files, row, chunks, stand)


async def _store_bytes(
    files: Files, row: Upload, chunks: AsyncIterable[bytes], stand: Stand
) -> StoredBytes:
    """Judge what comes before the store sees any of it, then keep it.

    A place is taken once all of it is there: whoever sends slowly holds none.
    """
    try:
        async with spool_file(chunks, row.size, files.spool) as came:
            await stand.take_turn()
            found = await asyncio.to_thread(file_content.detect_type, came.file)
            disguise = await asyncio.to_thread(file_content.detect_disguise, came.file)
            refuse_if(file.find_arrival_faults(row.type, row.size, found, came.size, disguise))
            await _refuse_malware(files, row, came.file)
            key = await files.store.put_file(came.file)
            return StoredBytes(key, came.sha256)
    except SizeExceeded as more:
        raise InvalidInput([fault(Reason.FILE_EXCEEDS_SIZE, size=row.size)]) from more
    except (StoreUnavailable, OSError) as down:
        raise build_refusal(Reason.FILE_STORE_DOWN) from down


async def _refuse_malware(files: Files, row: Upload, came: BinaryIO) -> None:
    """Keep nothing that a scanner, where there is one, did not call clean (ADR 0056)."""
    if files.scanner is None:
        return
    try:
        found = await files.scanner.find_malware(came)
    except ScannerUnavailable as silent:
        log.error("file not checked for malware", upload=str(row.id), error=str(silent))
        raise build_refusal(Reason.FILE_UNCHECKED) from silent
    if found is not None:
        log.warning("malware refused", upload=str(row.id), found=found)
        raise InvalidInput([fault(Reason.FILE_INFECTED)])


async def _require_same_bytes(files: Files, row: Upload, chunks: AsyncIterable[bytes]) -> None:
    """Refuse other bytes than those that came before under the same link (X12)."""
    try:
        async with spool_file(chunks, row.size, files.spool) as came:
            if came.sha256 == row.sha256:
                return
    except SizeExceeded:
        pass
    except OSError as down:
        raise build_refusal(Reason.FILE_STORE_DOWN) from down
    raise build_refusal(Reason.UPLOAD_USED)


async def _get_upload(service: Service, id: UUID) -> Upload:
    """Find an upload; whoever has its link knows its id."""
    async with _open_lookup_session(service, id) as session:
        row = await session.get(Upload, id)
    if row is None:
        raise build_refusal(Reason.NOT_FOUND)
    return row


async def _record_stored(service: Service, id: UUID, kept: StoredBytes) -> bool:
    """Write where the bytes are kept; return False where somebody was faster."""
    statement = (
        update(Upload)
        .where(Upload.id == id, Upload.stored_at.is_(None), Upload.attached_at.is_(None))
        .values(object_key=kept.key, sha256=kept.sha256, stored_at=service.now())
        .returning(Upload.id)
    )
    async with _open_lookup_session(service, id) as session:
        return (await session.execute(statement)).first() is not None


@asynccontextmanager
async def _open_lookup_session(service: Service, id: UUID) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(service.writes, expire_on_commit=False) as session, session.begin():
        await set_rls_context(session, Actor(knows=str(id)))
        yield session

"""Evidence of account appeals 申诉证据: sent by whoever has the appeal's number (J2)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from loaders.key import Key
from models import AccountAppeal, AppealEvidence, DocumentKind, Upload
from resolvers.accounts.account_appeal import (
    AppealNumber,
    AppealStanding,
    found,
    hash_of,
    known_number,
    look_up_account_appeal,
    unknown,
)
from resolvers.files import upload
from resolvers.files.attachment import signed
from resolvers.files.upload import FileDraft
from resolvers.kernel.context import Context
from resolvers.kernel.door import by_address, policy
from resolvers.kernel.mutation import lacks, opened
from resolvers.kernel.rate_limit import EVIDENCE, EVIDENCE_OF_APPEAL, count_try
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import account_appeal as rules
from rules.files import attachment, file
from rules.kernel import check
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import Fault, Refusal, refuse_if, within
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer

CATEGORY = "APPEAL"
"""Under which policy may limit evidence otherwise than attachments (X6)."""

MOST_AT_ONCE = 100


@dataclass(kw_only=True)
class EvidenceDraft(FileDraft):
    """A file that is about to be sent, and the number of the appeal that it proves."""

    number: str


@dataclass(kw_only=True)
class EvidenceUploads:
    """Which uploads prove the appeal of which number."""

    number: str
    upload_ids: list[RowId]


@dataclass(frozen=True, slots=True)
class AnnouncedEvidence:
    """Where to send a file, until when, and the id by which it is added afterwards."""

    upload_id: str
    url: str | None
    expires_at: datetime


async def request_evidence_upload(context: Context, input: EvidenceDraft) -> AnnouncedEvidence:
    """Announce a file as evidence of an appeal, and be told where to send it (J2). 申请上传证据."""
    service, number = context.service, await _counted(context, input.number)
    async with _open_appeal(service, number) as (tx, row):
        with within("input"):
            limits = await _limits(service, row)
            announced = await upload.announce(tx, input, limits, row.number_hash)
    where = (announced.id, None, announced.expires_at, None)
    url = upload.address(*where, viewer=Viewer(), service=service)
    text = Key(Upload.__name__, (announced.id,)).encode()
    return AnnouncedEvidence(text, url, announced.expires_at)


async def add_evidence(context: Context, input: EvidenceUploads) -> AppealStanding:
    """Add files that were sent to an appeal that is not settled; all or none (J2). 提交申诉证据.

    The appeal's version goes on with it: nobody settles it unaware of them.
    """
    service, number = context.service, await _counted(context, input.number)
    at = ("input", "uploadIds")
    refuse_if(check.some([*input.upload_ids], MOST_AT_ONCE, at))
    async with _open_appeal(service, number) as (tx, row):
        with within("input"):
            arrived = await upload.arrivals(tx, input.upload_ids)
            uploads = await upload.taken(tx, input.upload_ids, arrived)
            await _judge(tx, row, uploads)
        tx.session.add_all(_evidence(tx, row, each) for each in uploads)
        tx.touch(row)
    return await look_up_account_appeal(context, AppealNumber(number=number))


def link(id: UUID, object_key: str, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to a file of evidence, for an officer who sees its appeal (X10)."""
    return signed(Key(AppealEvidence.__name__, (id,)), object_key, viewer, service)


async def _counted(context: Context, typed: str) -> str:
    """Count a try of the address and of the number, and read that."""
    await by_address(context, EVIDENCE)
    number = await known_number(context.service, typed)
    await count_try(context.service, EVIDENCE_OF_APPEAL, number)
    return number


@asynccontextmanager
async def _open_appeal(
    service: Service, number: str
) -> AsyncIterator[tuple[Transaction, AccountAppeal]]:
    """Hold the appeal of a number in a transaction that knows it, if it is not settled yet."""
    async with opened(Context(service, Viewer())) as tx:
        await tx.knowing(hash_of(number).hex())
        row = await found(tx.session, number, lock=True)
        if row is None:
            raise await unknown(service)
        barred = rules.unsettleable(row.status)
        if barred:
            raise Refusal(Fault(barred.reason, ("input", "number"), barred.figures))
        yield tx, row


async def _limits(service: Service, row: AccountAppeal) -> file.Limits:
    """Read what the appeal's region takes; strangers can't, so somebody does it for them."""
    try:
        return file.limits(await policy(service), CATEGORY, row.region, service.today())
    except MissingParameter as lacking:
        raise lacks(lacking) from lacking


async def _judge(tx: Transaction, row: AccountAppeal, uploads: Sequence[Upload]) -> None:
    limits = await _limits(tx.service, row)
    of_appeal = AppealEvidence.appeal_id == row.id
    there = await tx.session.scalar(select(func.count()).where(of_appeal)) or 0
    admissible = (
        Fault(fault.reason, ("uploadIds", n), fault.figures)
        for n, each in enumerate(uploads)
        for fault in file.admissible(each.type, each.size, limits)
    )
    refuse_if([*attachment.too_many(there, len(uploads), limits.most_files), *admissible])


def _evidence(tx: Transaction, row: AccountAppeal, each: Upload) -> AppealEvidence:
    return AppealEvidence(
        appeal_id=row.id,
        number_hash=row.number_hash,
        region=row.region,
        **upload.stored(tx, each, DocumentKind.EVIDENCE),
    )

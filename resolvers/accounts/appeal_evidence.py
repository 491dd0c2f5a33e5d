"""Evidence of account appeals 申诉证据: sent by whoever has the appeal's number (J2)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select

from loaders.key import Key
from models import AccountAppeal, AppealEvidence, DatabaseRole, DocumentKind, Upload
from resolvers.accounts.account_appeal import (
    AppealNumber,
    AppealStanding,
    build_unknown_appeal_refusal,
    find_appeal,
    get_told_region,
    hash_appeal_number,
    look_up_account_appeal,
    require_appeal_number,
)
from resolvers.files import upload
from resolvers.files.attachment import sign_file_url
from resolvers.files.upload import FileDraft
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import build_missing_parameter_refusal, open_transaction
from resolvers.kernel.place import name_asker
from resolvers.kernel.public_access import count_try_of_address, load_public_policy
from resolvers.kernel.rate_limit import EVIDENCE_LIMIT, EVIDENCE_OF_APPEAL_LIMIT, count_try
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts import account_appeal as rules
from rules.files import attachment, file
from rules.kernel import input_check
from rules.kernel.parameter import MissingParameter
from rules.kernel.refusal import Refusal, prefix_fault_paths, refuse_if
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer

POLICY_CATEGORY = "APPEAL"
"""Under which policy may limit evidence otherwise than attachments (X6)."""

MAX_UPLOADS_AT_ONCE = 100


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
    service, number = context.service, await _count_tries(context, input.number)
    async with _lock_open_appeal(service, number) as (tx, row):
        with prefix_fault_paths("input"):
            limits = await _load_limits(service, row)
            announced = await upload.create_upload(tx, input, limits, row.number_hash)
    where = (announced.id, None, announced.expires_at, None)
    url = upload.sign_upload_url(*where, viewer=Viewer(), service=service)
    text = Key(Upload.__name__, (announced.id,)).format_global_id()
    return AnnouncedEvidence(text, url, announced.expires_at)


async def add_evidence(context: Context, input: EvidenceUploads) -> AppealStanding:
    """Add files that were sent to an appeal that is not settled; all or none (J2). 提交申诉证据.

    The appeal's version goes on with it: nobody settles it unaware of them.
    """
    service, number = context.service, await _count_tries(context, input.number)
    at = ("input", "uploadIds")
    refuse_if(input_check.find_list_faults([*input.upload_ids], MAX_UPLOADS_AT_ONCE, at))
    async with _lock_open_appeal(service, number) as (tx, row):
        with prefix_fault_paths("input"):
            arrived = await upload.store_arrivals(tx, input.upload_ids)
            uploads = await upload.take_up_uploads(tx, input.upload_ids, arrived)
            await _require_admissible_uploads(tx, row, uploads)
        tx.session.add_all(_build_evidence(tx, row, each) for each in uploads)
        tx.touch(row)
    return await look_up_account_appeal(context, AppealNumber(number=number))


def sign_evidence_url(id: UUID, *, viewer: Viewer, service: Service) -> str:
    """Sign a short-lived link to a file of evidence, for an officer who sees its appeal (X10)."""
    return sign_file_url(Key(AppealEvidence.__name__, (id,)), viewer, service)


async def _count_tries(context: Context, typed: str) -> str:
    """Count a try of the address and of the number, and read that."""
    await count_try_of_address(context, EVIDENCE_LIMIT)
    number = await require_appeal_number(context.service, typed)
    asker = name_asker(context.viewer, context.address)
    await count_try(context.service, EVIDENCE_OF_APPEAL_LIMIT, number, asker=asker)
    return number


@asynccontextmanager
async def _lock_open_appeal(
    service: Service, number: str
) -> AsyncIterator[tuple[Transaction, AccountAppeal]]:
    """Hold the appeal of a number in a transaction that knows it, if it is not settled yet."""
    async with open_transaction(Context(service, Viewer()), role=DatabaseRole.SIGN_IN) as tx:
        await tx.set_lookup_secret(hash_appeal_number(number).hex())
        row = await find_appeal(tx.session, number, lock=True)
        if row is None:
            raise await build_unknown_appeal_refusal(service)
        barred = rules.find_open_fault(row.status)
        if barred:
            raise Refusal(barred.at("input", "number"))
        yield tx, row


async def _load_limits(service: Service, row: AccountAppeal) -> file.AttachmentLimits:
    """Read what the appeal's region takes; strangers can't, so somebody does it for them."""
    try:
        return file.build_limits(
            await load_public_policy(service),
            POLICY_CATEGORY,
            get_told_region(row),
            service.today(),
        )
    except MissingParameter as lacking:
        raise build_missing_parameter_refusal(lacking) from lacking


async def _require_admissible_uploads(
    tx: Transaction, row: AccountAppeal, uploads: Sequence[Upload]
) -> None:
    limits = await _load_limits(tx.service, row)
    of_appeal = AppealEvidence.appeal_id == row.id
    there = await tx.session.scalar(select(func.count()).where(of_appeal)) or 0
    admissible = (
        fault.moved_to("uploadIds", n)
        for n, each in enumerate(uploads)
        for fault in file.find_type_and_size_faults(each.type, each.size, limits)
    )
    refuse_if([*attachment.find_count_faults(there, len(uploads), limits.most_files), *admissible])


def _build_evidence(tx: Transaction, row: AccountAppeal, each: Upload) -> AppealEvidence:
    return AppealEvidence(
        appeal_id=row.id,
        number_hash=row.number_hash,
        region=row.region,
        **upload.build_stored_columns(tx, each, DocumentKind.EVIDENCE),
    )

"""Objections 异议 to what is published: lodged by anyone, settled by officers (X7)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import Actor
from loaders.advisory_lock import AdvisoryLock
from loaders.key import parse_global_id
from models import (
    ClaimLine,
    LineState,
    Objection,
    Publicity,
    PublicityLine,
    Status,
    locate_sealed,
)
from resolvers.accounts.account_appeal import hash_appeal_number
from resolvers.kernel.context import Context
from resolvers.kernel.history import Act, build_creation_entry
from resolvers.kernel.public_access import count_try_of_address, load_hotline, transaction_as
from resolvers.kernel.rate_limit import OBJECTION_LIMIT, OBJECTION_NUMBER_LIMIT
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.accounts.account_appeal import APPEAL_NUMBER_LENGTH, format_code, parse_code
from rules.kernel.action import Action
from rules.kernel.identity import mask_name
from rules.kernel.record_kind import RecordKind
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.region import get_region_name
from rules.kernel.value import MobileNumber, Paragraph, RowId, Text
from rules.kernel.workflow import require_target_status
from rules.payment.publicity import find_objecting_fault, find_objection_settlement_fault

NOTICE, LINE = "PublicNotice", "PublicLine"
"""Under which names the public list gives its ids."""


@dataclass(kw_only=True)
class ObjectionDraft:
    """To which notice, or to which of its lines, somebody objects; why, and whom to ask."""

    notice_id: RowId
    line_id: RowId | None = None
    text: Paragraph
    contact_name: Text
    contact_mobile: MobileNumber


@dataclass(kw_only=True)
class ObjectionNumber:
    """The number that was given out when the objection was lodged."""

    number: str


@dataclass(kw_only=True)
class ObjectionSettlement:
    """Which objection is upheld or dismissed, and why."""

    id: RowId
    version: int
    upheld: bool
    reason: Paragraph


@dataclass(frozen=True, slots=True)
class LodgedObjection:
    """The number by which whoever lodged an objection finds it, and who has it now."""

    number: str
    region_name: str
    hotline: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionStanding:
    """How an objection stands, without a word of what it says or of whom it is about."""

    status: Status
    lodged_at: datetime
    settled_at: datetime | None
    reason: str | None
    region_name: str
    hotline: str


async def lodge_objection(context: Context, input: ObjectionDraft) -> LodgedObjection:
    """Object to what is published, while it runs; anyone may, tries are limited (X7). 提出异议.

    Strangers send no key: who says the same of the same once more is given the same number (X12).
    """
    service = context.service
    await count_try_of_address(context, OBJECTION_LIMIT)
    number = _compute_number(service, input)
    try:
        notice = await _keep_objection(context, input, number)
    except IntegrityError:  # the same was said at the same moment, and is kept
        if await _find_objection(service, number) is None:
            raise
        notice = await _keep_objection(context, input, number)
    return LodgedObjection(
        number, get_region_name(notice.region), await load_hotline(service, notice.region)
    )


def _compute_number(service: Service, input: ObjectionDraft) -> str:
    """Compute a number that nobody can guess, the same for the same words about the same."""
    about = (input.notice_id, input.line_id or "", input.contact_name, input.contact_mobile)
    said = service.seal.compute_mark("objection", "\n".join((*about, input.text)))
    return format_code(said, APPEAL_NUMBER_LENGTH)


async def _keep_objection(context: Context, input: ObjectionDraft, number: str) -> Publicity:
    """Keep an objection unless it is kept already, and tell to which list it is."""
    service, hashed = context.service, hash_appeal_number(number)
    actor = Actor(knows=hashed.hex()).with_today(service.today())
    async with transaction_as(service, actor) as session:
        notice = await _get_notice(session, input.notice_id)
        # Whoever lets lines of it pass waits for this objection, or this one comes too late.
        await AdvisoryLock.PUBLICITY.lock_shared(session, notice.id)
        known = select(Objection.id).where(Objection.number_hash == hashed)
        if await session.scalar(known) is not None:
            return notice
        line = await _get_notice_line(session, notice, input.line_id) if input.line_id else None
        outcome = line.outcome if line else None
        today = service.today()
        call = await load_hotline(service, notice.region)
        barred = find_objecting_fault(notice.first_day, notice.last_day, outcome, today, call)
        if barred:
            raise Refusal(barred.at("input", "lineId" if line else "noticeId"))
        row = _build_objection(context, input, number, notice, line)
        act = Act(context.viewer, service.now())
        session.add_all([row, build_creation_entry(act, row, row.status)])
    return notice


async def look_up_objection(context: Context, input: ObjectionNumber) -> ObjectionStanding:
    """Tell how an objection stands, to whoever has its number (X7). 查询异议."""
    service = context.service
    await count_try_of_address(context, OBJECTION_NUMBER_LIMIT)
    number = parse_code(input.number, APPEAL_NUMBER_LENGTH)
    row = await _find_objection(service, number) if number else None
    if row is None:
        call = await load_hotline(service, None)
        raise build_refusal(Reason.OBJECTION_UNKNOWN, "input", "number", hotline=call)
    return ObjectionStanding(
        status=row.status,
        lodged_at=row.submitted_at,
        settled_at=row.reviewed_at,
        reason=row.reason,
        region_name=get_region_name(row.region),
        hotline=await load_hotline(service, row.region),
    )


async def settle_objection(tx: Transaction, input: ObjectionSettlement) -> Objection:
    """Uphold an objection or dismiss it, with a reason that whoever lodged it reads (X7). 处理异议.

    Whoever published what it is about does not (X2). What is upheld keeps its lines from passing,
    and whom a line was for out of later claims for the same thing (X15).
    """
    row = await tx.get_locked(Objection, input.id, input.version)
    action = Action.APPROVE if input.upheld else Action.REFUSE
    barred = find_objection_settlement_fault(
        action, row.status, row.submitted_by, row.published_by, tx.viewer
    )
    if barred:
        raise Refusal(barred)
    target = require_target_status(
        RecordKind.OBJECTION, action, row.status, row.submitted_by, tx.viewer
    )
    values: dict[str, object] = {"status": target, "reason": input.reason, "reviewed_at": tx.now}
    values["reviewed_by"] = tx.viewer.account_id
    tx.settle(row, action, values, (row.status, target), input.reason)
    if input.upheld and row.publicity_line_id:
        await _bar_failed_line(tx, row)
    await tx.session.flush()
    return row


async def _bar_failed_line(tx: Transaction, row: Objection) -> None:
    """Bar whom an upheld objection is about, where their line failed or was struck before (X15).

    A line that is still in publicity is barred as it fails: it can't pass.
    """
    failed = (
        select(ClaimLine)
        .join(PublicityLine, PublicityLine.line_id == ClaimLine.id)
        .where(
            PublicityLine.unit_id == row.unit_id,
            PublicityLine.id == row.publicity_line_id,
            ClaimLine.unit_id == row.unit_id,
            ClaimLine.state.in_((LineState.PUBLICITY_FAILED, LineState.STRUCK)),
        )
    )
    for line in await tx.all(failed.with_for_update(of=ClaimLine)):
        if not line.barred:
            tx.change(line, {"barred": True}, Action.FAIL_PUBLICITY)


async def _find_objection(service: Service, number: str) -> Objection | None:
    hashed = hash_appeal_number(number)
    async with transaction_as(service, Actor(knows=hashed.hex())) as session:
        statement = select(Objection).where(Objection.number_hash == hashed)
        return (await session.scalars(statement)).first()


async def _get_notice(session: AsyncSession, text: str) -> Publicity:
    key = parse_global_id(text)
    row = None
    if key is not None and key.type_name == NOTICE and len(key.parts) == 1:
        row = await session.get(Publicity, key.parts[0])
    if row is None:
        raise build_refusal(Reason.NOT_FOUND, "input", "noticeId")
    return row


async def _get_notice_line(session: AsyncSession, notice: Publicity, text: str) -> PublicityLine:
    key = parse_global_id(text)
    row = None
    if key is not None and key.type_name == LINE and len(key.parts) == 2:
        row = await session.get(PublicityLine, key.parts)
    if row is None or row.publicity_id != notice.id:
        raise build_refusal(Reason.NOT_FOUND, "input", "lineId")
    return row


def _build_objection(
    context: Context,
    input: ObjectionDraft,
    number: str,
    notice: Publicity,
    line: PublicityLine | None,
) -> Objection:
    service, name = context.service, input.contact_name
    id_ = uuid7()
    return Objection(
        id=id_,
        region=notice.region,
        number_hash=hash_appeal_number(number),
        publicity_id=notice.id,
        unit_id=line.unit_id if line else None,
        publicity_line_id=line.id if line else None,
        text=input.text,
        contact_name_sealed=service.seal.seal_text(
            locate_sealed(Objection.contact_name_sealed, id_), name
        ),
        contact_name_masked=mask_name(name),
        **build_sealed_columns(
            service.seal, Objection.contact_mobile_sealed, id_, input.contact_mobile
        ),
        status=Status.SUBMITTED,
        submitted_by=context.viewer.account_id,
        submitted_at=service.now(),
        published_by=notice.published_by,
    )

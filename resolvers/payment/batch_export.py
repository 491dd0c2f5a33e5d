"""A batch written for the bank 批次导出: each time somebody opens its numbers is kept (X8, X11)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.bank_file import BankRow, format_csv, format_xlsx
from gateways.seal import Seal
from loaders.actor import build_actor, set_rls_context
from models import (
    BankFileFormat,
    BatchExport,
    BatchState,
    ClaimKind,
    ClaimLine,
    DisbursementBatch,
    Payment,
    locate_sealed,
)
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.link import OpenedLink, sign_viewer_link
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.action import Action
from rules.kernel.function import Function, Functions
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.value import RowId
from rules.kernel.viewer import Viewer
from rules.payment.disbursement import find_batch_fault
from rules.payment.transfer import get_bank_reference

LINK_PURPOSE = "batch"
LINK_FUNCTIONS: Functions = frozenset({Function.DISBURSE_CLAIMS})
URL_PREFIX = "/files/batch/"
PAYMENT_PURPOSES = {
    ClaimKind.LIVING_ALLOWANCE: "就业见习生活费补贴",
    ClaimKind.MENTORING: "就业见习带教补贴",
    ClaimKind.HIRING: "一次性吸纳就业补贴",
    ClaimKind.SERVICE: "就业创业服务补助",
    ClaimKind.TRAINING: "职业培训补贴",
}
"""What the bank writes beside a payment; nobody is named in it."""

Owed = Sequence[tuple[Payment, ClaimKind]]


@dataclass(kw_only=True)
class BatchExportDraft:
    """Which batch is written for the bank, and in which format."""

    batch_id: RowId
    version: int
    format: BankFileFormat


class BankFile(NamedTuple):
    """A file for the bank, as it is sent."""

    name: str
    format: BankFileFormat
    content: bytes


async def export_batch(tx: Transaction, input: BatchExportDraft) -> BatchExport:
    """Write a batch for the bank; who opened its account numbers is kept (X8, X11). 导出批次."""
    batch = await tx.get_locked(DisbursementBatch, input.batch_id, input.version, "batchId")
    why = find_batch_fault(Action.EXPORT, batch.state, batch.paid_count + batch.failed_count)
    if why:
        raise Refusal(why)
    owed = await _load_payments(tx.session, batch.id)
    content = await _write_bank_file(tx.service.seal, batch, owed, input.format)
    if batch.state is BatchState.OPEN:
        went = (batch.state, BatchState.EXPORTED)
        tx.settle(batch, Action.EXPORT, {"state": BatchState.EXPORTED}, went)
    else:  # written again it is what it was
        tx.session.add(build_audit_entry(tx, batch, Action.EXPORT, {}))
    row = BatchExport(
        id=uuid7(),
        region=batch.region,
        batch_id=batch.id,
        format=input.format,
        name=f"{batch.number}.{input.format.lower()}",
        size=len(content),
        sha256=sha256(content).hexdigest(),
        payment_count=len(owed),
        amount=sum((payment.amount for payment, _ in owed), Decimal(0)),
        account_id=tx.viewer.account_id,
        account_name=tx.viewer.name,
        at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    return row


async def _load_payments(session: AsyncSession, batch_id: UUID) -> Owed:
    """Read all payments of a batch, whatever became of them: a file never changes."""
    on = (ClaimLine.unit_id == Payment.unit_id) & (ClaimLine.id == Payment.line_id)
    rows = select(Payment, ClaimLine.claim_kind).join(ClaimLine, on)
    found = await session.execute(rows.where(Payment.batch_id == batch_id).order_by(Payment.number))
    return [(payment, kind) for payment, kind in found]


async def _write_bank_file(
    seal: Seal, batch: DisbursementBatch, owed: Owed, format: BankFileFormat
) -> bytes:
    """Open the numbers and write the file, beside whatever else is served meanwhile."""

    def write() -> bytes:
        transfers = _group_owed(owed)
        rows = [_build_bank_row(seal, n, *each) for n, each in enumerate(transfers, 1)]
        if format is BankFileFormat.CSV:
            return format_csv(rows, batch.number)
        return format_xlsx(rows, batch.number, batch.created_at)

    return await asyncio.to_thread(write)


def _group_owed(owed: Owed) -> Sequence[tuple[Payment, ClaimKind, Decimal]]:
    """Sum up payments that the bank makes as one transfer, each at the place of its first."""
    first: dict[str, tuple[Payment, ClaimKind]] = {}
    amounts: dict[str, Decimal] = {}
    for payment, kind in owed:
        reference = get_bank_reference(payment.transfer, payment.reference)
        first.setdefault(reference, (payment, kind))
        amounts[reference] = amounts.get(reference, Decimal(0)) + payment.amount
    return [(*first[reference], amount) for reference, amount in amounts.items()]


def _build_bank_row(
    seal: Seal, number: int, payment: Payment, kind: ClaimKind, amount: Decimal
) -> BankRow:
    return BankRow(
        number=number,
        reference=get_bank_reference(payment.transfer, payment.reference),
        name=payment.payee_name,
        account=seal.open_sealed(
            locate_sealed(Payment.payee_number_sealed, (payment.unit_id, payment.id)),
            payment.payee_number_sealed,
        ),
        bank=payment.payee_bank,
        amount=amount,
        purpose=PAYMENT_PURPOSES[kind],
    )


def sign_batch_url(
    id: UUID, account_id: UUID, at: datetime, *, viewer: Viewer, service: Service
) -> str | None:
    """Sign the address of a file for who had it written, for some minutes after that (X11)."""
    until = at + service.files.link_life
    own = viewer.account_id == account_id and Function.DISBURSE_CLAIMS in viewer.functions
    if not own or service.now() >= until:
        return None
    parts = (str(id), *build_actor(viewer).to_link_parts())
    return URL_PREFIX + sign_viewer_link(service, viewer, LINK_PURPOSE, parts, until)


async def load_linked_bank_file(service: Service, link: OpenedLink) -> BankFile:
    """Write the file of an export again, as it was, for who follows their link to it."""
    text, *who = link.parts
    async with AsyncSession(service.reads) as session:
        await set_rls_context(session, link.build_actor(*who))
        row = await session.get(BatchExport, UUID(text))
        if row is None:
            raise build_refusal(Reason.NOT_FOUND)
        batch = await session.get_one(DisbursementBatch, row.batch_id)
        content = await _write_bank_file(
            service.seal, batch, await _load_payments(session, batch.id), row.format
        )
    if sha256(content).hexdigest() != row.sha256:  # another version of the service wrote it
        raise build_refusal(Reason.LINK_EXPIRED)
    return BankFile(row.name, row.format, content)

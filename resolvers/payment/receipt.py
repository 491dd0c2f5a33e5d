"""Whoever was paid says whether it arrived 到账确认 (X8, rulebook section 5)."""

from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from models import ClaimLine, Payment, PaymentState, Receipt, copy_place
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.value import Paragraph, RowId


@dataclass(kw_only=True)
class ReceiptDraft:
    """Whether the money of which line arrived, and what is to be said about it."""

    line_id: RowId
    arrived: bool
    note: Paragraph | None = None


async def confirm_receipt(tx: Transaction, input: ReceiptDraft) -> Receipt:
    """Say whether what a line was paid arrived; the last word counts (X8). 到账确认."""
    line = await tx.get(ClaimLine, input.line_id, "lineId")
    own = Payment.unit_id == line.unit_id, Payment.line_id == line.id
    payment = await tx.first(select(Payment).where(*own, Payment.state == PaymentState.PAID))
    if payment is None:
        raise build_refusal(Reason.LINE_NOT_PAID, "lineId")
    row = Receipt(
        **copy_place(line),
        id=uuid7(),
        payment_id=payment.id,
        line_id=line.id,
        person_id=tx.viewer.person_id,
        arrived=input.arrived,
        note=input.note,
        account_id=tx.viewer.account_id,
        at=tx.now,
    )
    tx.session.add(row)
    await tx.session.flush()
    return row

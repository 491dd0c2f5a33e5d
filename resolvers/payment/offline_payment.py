"""Lines that were paid outside the system are marked as disbursed (S19)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from loaders.key import parse_key
from models import ClaimLine, DisbursementBatch, LineState, Payment, PaymentState
from resolvers.kernel.transaction import Transaction
from resolvers.payment import payable_line
from resolvers.payment.disbursement import MAX_PAYMENTS_PER_BATCH
from resolvers.payment.payable_line import LockedLines
from resolvers.payment.payment import (
    build_payment,
    move_locked_lines,
    settle_payment,
    update_batch_totals,
)
from resolvers.payment.transfer import refuse_parts_of_transfers
from rules.kernel import input_check
from rules.kernel.action import Action
from rules.kernel.refusal import Reason, build_refusal, fault, refuse_if
from rules.kernel.value import Code, Day, RowId
from rules.kernel.workflow import LineAction
from rules.payment.payee import Payee


@dataclass(kw_only=True)
class OfflinePayment:
    """Which lines were paid outside the system, on which day, and by what that can be proved."""

    line_ids: list[RowId]
    paid_on: Day
    bank_reference: Code


async def mark_disbursed(tx: Transaction, input: OfflinePayment) -> Sequence[Payment]:
    """Mark as disbursed what was paid outside the system: payable or in a batch (S19). 标记发放."""
    refuse_if(input_check.find_list_faults([*input.line_ids], MAX_PAYMENTS_PER_BATCH, ("lineIds",)))
    if input.paid_on > tx.today:
        refuse_if([fault(Reason.DATE_IN_FUTURE, "paidOn")])
    batches = await _lock_batches(tx, input.line_ids)
    held = await payable_line.lock_named_lines(tx, input.line_ids)
    await payable_line.require_payable_lines(tx, held, [LineState.PAYABLE, LineState.IN_BATCH])
    under_way = await _lock_payments_in_batches(tx, held)
    missing = held.exclude_lines(under_way)
    whom = await payable_line.require_payees(tx, missing)
    failed = await payable_line.find_control_faults(tx, held)
    refuse_if(held.locate_fault(line, failed[line.id]) for line in held.lines if line.id in failed)
    await refuse_parts_of_transfers(tx, held, under_way)
    made = {
        line.id: _create_offline_payment(tx, line, whom[line.id], input) for line in missing.lines
    }
    paid = {"paid_on": input.paid_on, "bank_reference": input.bank_reference}
    for payment in under_way.values():
        settle_payment(tx, payment, PaymentState.PAID, Action.MARK_DISBURSED, paid)
        if payment.batch_id not in batches:  # a batch came in between: try again
            raise build_refusal(Reason.PAYMENT_STANDS)
    for batch in batches.values():
        own = [p for p in under_way.values() if p.batch_id == batch.id]
        if own:
            update_batch_totals(tx, batch, own, Action.MARK_DISBURSED)
    await tx.session.flush()
    await move_locked_lines(tx, held, held.lines, LineAction.PAY)
    of_lines = {**under_way, **made}
    return [
        of_lines[line.id] for line in sorted(held.lines, key=lambda row: held.places[row.id][1])
    ]


def _create_offline_payment(
    tx: Transaction, line: ClaimLine, payee: Payee, input: OfflinePayment
) -> Payment:
    payment = build_payment(tx.service.seal, line, payee, 0, "", None)
    payment.state, payment.paid_on = PaymentState.PAID, input.paid_on
    payment.bank_reference = input.bank_reference
    tx.create(payment, PaymentState.PAID)
    payment.reference = f"{line.region}-{tx.today:%Y%m%d}-L-{payment.id.hex}"
    return payment


async def _lock_payments_in_batches(tx: Transaction, held: LockedLines) -> dict[UUID, Payment]:
    ids = [line.id for line in held.lines if line.state is LineState.IN_BATCH]
    own = Payment.line_id.in_(ids), Payment.state == PaymentState.IN_BATCH
    rows = await tx.all(select(Payment).where(*own).order_by(Payment.id).with_for_update())
    return {row.line_id: row for row in rows}


async def _lock_batches(
    tx: Transaction, texts: Sequence[RowId]
) -> Mapping[UUID, DisbursementBatch]:
    """Hold the batches in which lines are, before the lines: as whoever imports results does."""
    keys = [key for text in texts if (key := parse_key(text, ClaimLine))]
    open_ = Payment.state == PaymentState.IN_BATCH
    named = select(Payment.batch_id).where(Payment.line_id.in_([k.parts[1] for k in keys]), open_)
    own = select(DisbursementBatch).where(DisbursementBatch.id.in_(named))
    rows = await tx.all(own.order_by(DisbursementBatch.id).with_for_update())
    return {row.id: row for row in rows}

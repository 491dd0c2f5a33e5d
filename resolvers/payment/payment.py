"""Payments 支付记录: one attempt to pay a line each, and how their batch's figures follow (X8)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from models import (
    BatchState,
    ClaimLine,
    DisbursementBatch,
    Payment,
    PaymentState,
    copy_place,
    locate_sealed,
)
from resolvers.claims.claim_line_transitions import move_lines
from resolvers.kernel.transaction import Transaction
from resolvers.payment import payable_line
from resolvers.payment.payable_line import LockedLines
from rules.kernel.action import Action
from rules.kernel.workflow import LineAction
from rules.payment.disbursement import choose_batch_state
from rules.payment.payee import Payee


def build_payment(
    seal: Seal,
    line: ClaimLine,
    payee: Payee,
    number: int,
    reference: str,
    batch: DisbursementBatch | None,
) -> Payment:
    """Write down to whom a line is to be paid, as it stands now."""
    id_ = uuid7()
    place = locate_sealed(Payment.payee_number_sealed, (line.unit_id, id_))
    return Payment(
        **copy_place(line),
        id=id_,
        line_id=line.id,
        person_id=line.person_id,
        batch_id=batch.id if batch else None,
        number=number,
        reference=reference,
        payee_name=payee.name,
        payee_bank=payee.bank,
        payee_number_sealed=seal.move_sealed(payee.number_place, payee.number_sealed, place),
        payee_number_masked=payee.number_masked,
        amount=line.amount,
        state=PaymentState.IN_BATCH,
    )


async def move_locked_lines(
    tx: Transaction,
    held: LockedLines,
    lines: Sequence[ClaimLine],
    action: LineAction,
    reason: str | None = None,
) -> None:
    """Take held lines along a way, with their claims (X15)."""
    named = dict.fromkeys(line.claim_id for line in lines)
    if named:
        await move_lines(tx, [held.claims[id] for id in named], lines, action, reason)


async def lock_open_payments(
    tx: Transaction, batch: DisbursementBatch
) -> tuple[LockedLines, Sequence[Payment]]:
    """Hold the payments of a batch that the bank has not answered, their lines before them."""
    own = Payment.batch_id == batch.id, Payment.state == PaymentState.IN_BATCH
    keys = select(Payment.unit_id, Payment.line_id).where(*own)
    held = await payable_line.lock_lines_with_claims(
        tx, [(unit_id, id) for unit_id, id in await tx.session.execute(keys)]
    )
    in_order = select(Payment).where(*own).order_by(Payment.number)
    return held, await tx.all(in_order.with_for_update())


def settle_payment(
    tx: Transaction,
    payment: Payment,
    state: PaymentState,
    action: Action | LineAction,
    values: Mapping[str, object],
) -> None:
    """Write what became of a payment."""
    tx.change(payment, {"state": state, **values}, action)


def update_batch_totals(
    tx: Transaction, batch: DisbursementBatch, payments: Sequence[Payment], action: Action
) -> None:
    """Write a batch's figures anew, after payments of it that were settled now (X8, X9)."""
    paid = [payment.amount for payment in payments if payment.state is PaymentState.PAID]
    failed = [payment.amount for payment in payments if payment.state is not PaymentState.PAID]
    answered = batch.paid_count + batch.failed_count + len(payments)
    state = choose_batch_state(batch.payment_count, answered, batch.state)
    settled_at = batch.settled_at or (tx.now if state is BatchState.SETTLED else None)
    values: dict[str, object] = {
        "paid_count": batch.paid_count + len(paid),
        "paid_amount": sum(paid, batch.paid_amount),
        "failed_count": batch.failed_count + len(failed),
        "failed_amount": sum(failed, batch.failed_amount),
        "state": state,
        "settled_at": settled_at,
    }
    tx.settle(batch, action, values, (batch.state, state))

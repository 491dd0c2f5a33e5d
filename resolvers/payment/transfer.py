"""Which lines of a batch the bank pays as one transfer 合并支付: of one claim and account (X8)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import or_, select

from models import ClaimLine, DisbursementBatch, Payment, PaymentState
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payable_line import LockedLines
from rules.kernel.refusal import Reason, fault, refuse_if
from rules.payment.payee import Payee
from rules.payment.transfer import build_transfer_reference, get_bank_reference, group_transfers

ONE_TRANSFER = "payment.one_transfer_per_account"


async def find_transfers(
    tx: Transaction, held: LockedLines, whom: Mapping[UUID, Payee]
) -> Sequence[Sequence[UUID]]:
    """Group lines as the bank pays them: into one account of one claim together, if so decided.

    Numbers are sealed anew each time, so they are opened to be compared.
    """
    policy = await tx.load_policy()

    def get_account(line: ClaimLine) -> tuple[object, ...] | None:
        claim, payee = held.claims[line.claim_id], whom[line.id]
        if not policy.get_flag(ONE_TRANSFER, claim.region, tx.today, claim.kind):
            return None
        number = tx.service.seal.open_sealed(payee.number_place, payee.number_sealed)
        return claim.id, payee.name, payee.bank, number

    return group_transfers({line.id: get_account(line) for line in held.lines})


def name_transfers(
    batch: DisbursementBatch, together: Sequence[Sequence[UUID]]
) -> Mapping[UUID, str]:
    """Name the transfer of each line that is not paid alone."""
    return {
        id: build_transfer_reference(batch.number, place)
        for place, lines in enumerate(together, 1)
        for id in lines
        if len(lines) > 1
    }


async def lock_named_transfers(
    tx: Transaction, references: set[str]
) -> Mapping[str, Sequence[Payment]]:
    """Hold the payments that the bank names, by transfer or alone, of whichever batch is seen."""
    alone = Payment.transfer.is_(None) & Payment.reference.in_(references)
    named = or_(Payment.transfer.in_(references), alone)
    in_order = select(Payment).where(named).order_by(Payment.unit_id, Payment.id).with_for_update()
    # What the session read before it waited for the lock may be out of date.
    found = await tx.all(in_order.execution_options(populate_existing=True))
    by_reference: dict[str, list[Payment]] = {}
    for payment in found:
        named_as = get_bank_reference(payment.transfer, payment.reference)
        by_reference.setdefault(named_as, []).append(payment)
    return by_reference


async def refuse_parts_of_transfers(
    tx: Transaction, held: LockedLines, payments: Mapping[UUID, Payment]
) -> None:
    """Refuse to settle some of the lines that the bank pays as one transfer: all, or none (X8)."""
    transfers = {payment.transfer for payment in payments.values() if payment.transfer}
    if not transfers:
        return
    under_way = Payment.state == PaymentState.IN_BATCH
    whole = await tx.all(select(Payment).where(Payment.transfer.in_(transfers), under_way))
    cut = {row.transfer for row in whole if row.line_id not in payments}
    refuse_if(
        held.locate_fault(line, fault(Reason.TRANSFER_IN_PARTS))
        for line in held.lines
        if line.id in payments and payments[line.id].transfer in cut
    )

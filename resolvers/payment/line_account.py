"""Another account for a payment that failed 更正收款账户: named by the owner, confirmed (X8)."""

from dataclasses import dataclass

from models import BankAccount, Claim, ClaimLine
from resolvers.claims.claim_line_transitions import lock_line
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payee import SEAL_FIELD, load_payees
from rules.kernel.action import Action
from rules.kernel.identity import mask_card_number, parse_card_number
from rules.kernel.refusal import Fault, Reason, Refusal, Unreadable, fault, refuse_if
from rules.kernel.value import RowId, Text
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class LineAccountDraft:
    """Into which account a line is to be paid: one of the unit's, or the person's own card."""

    id: RowId
    version: int
    bank_account_id: RowId | None = None
    payee_bank: Text | None = None
    payee_number: Text | None = None


@dataclass(kw_only=True)
class LineAccountConfirmation:
    """Whose named account is confirmed."""

    id: RowId
    version: int


async def name_line_account(tx: Transaction, input: LineAccountDraft) -> ClaimLine:
    """Name another account for a line whose payment failed (X8). 更正收款账户.

    It is paid into it once an officer has confirmed it, without another publicity.
    """
    if input.bank_account_id is not None:  # what one may not see is told before anything else
        await tx.get(BankAccount, input.bank_account_id, "bankAccountId")
    _, line = await _lock_line(tx, input.id, input.version, Action.NAME_ACCOUNT)
    named = line.payee_name is not None
    values = _build_card_values(tx, input) if named else await _build_account_values(tx, input)
    tx.change(line, values | {"account_proposed_by": tx.viewer.account_id}, Action.NAME_ACCOUNT)
    await tx.session.flush()
    return line


async def confirm_line_account(tx: Transaction, input: LineAccountConfirmation) -> ClaimLine:
    """Confirm the account that the owner named after a failed payment (X2, X8). 确认收款账户."""
    claim, line = await _lock_line(tx, input.id, input.version, Action.CONFIRM_ACCOUNT)
    values: dict[str, object] = {"account_proposed_by": None, "proposed_account_id": None}
    if line.payee_name is None:
        values["account_id"] = line.proposed_account_id
    else:
        for name in ("payee_bank", "payee_number_sealed", "payee_number_masked"):
            values |= {name: getattr(line, f"proposed_{name}"), f"proposed_{name}": None}
    tx.change(line, values, Action.CONFIRM_ACCOUNT)
    await tx.session.flush()
    found = (await load_payees(tx, {claim.id: claim}, [line]))[line.id]
    refuse_if([found] if isinstance(found, Fault) else [])
    return line


async def _lock_line(
    tx: Transaction, id: RowId, version: int, action: Action
) -> tuple[Claim, ClaimLine]:
    """Hold a line with its claim, if the viewer may do something to it (X2)."""
    claim, line = await lock_line(tx, id, version)
    barred = find_line_fault(action, build_handled_line(line, claim), tx.viewer)
    if barred:
        raise Refusal(barred)
    return claim, line


def _build_card_values(tx: Transaction, input: LineAccountDraft) -> dict[str, object]:
    """Read the card of the person whom the line is paid to; it stays in their name (S14)."""
    number = parse_card_number(input.payee_number or "")
    if isinstance(number, Unreadable) or input.payee_bank is None:
        bad = number.reason if isinstance(number, Unreadable) else Reason.TEXT_EMPTY
        at = "payeeNumber" if isinstance(number, Unreadable) else "payeeBank"
        refuse_if([fault(bad, at)])
        raise TypeError("what can't be read was refused")
    return {
        "proposed_payee_bank": input.payee_bank,
        "proposed_payee_number_sealed": tx.service.seal.seal_text(SEAL_FIELD, number),
        "proposed_payee_number_masked": mask_card_number(number),
    }


async def _build_account_values(tx: Transaction, input: LineAccountDraft) -> dict[str, object]:
    account = await tx.get(BankAccount, input.bank_account_id or "", "bankAccountId")
    return {"proposed_account_id": account.id}

"""Another account for a line that is yet to be paid 更正收款账户: named, then confirmed (X8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import and_

from models import (
    BankAccount,
    Claim,
    ClaimLine,
    locate_sealed,
)
from resolvers.claims.claim_line_transitions import lock_line, lock_lines_where
from resolvers.claims.claim_place import open_account
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.possible_actions import build_handled_line
from resolvers.kernel.transaction import Transaction
from resolvers.payment.payee import load_payees_now
from rules.kernel.action import Action
from rules.kernel.identity import mask_card_number, parse_card_number
from rules.kernel.refusal import Fault, Reason, Refusal, Unreadable, fault, refuse_if
from rules.kernel.value import Code, RowId, Text
from rules.payment.ad_hoc_actions import find_line_fault


@dataclass(kw_only=True)
class LineAccountDraft:
    """Into which account a line is to be paid: one of the unit's, or the person's own card.

    One of the unit's may be named for all lines of the claim at once that can be corrected.
    """

    id: RowId
    version: int
    bank_account_id: RowId | None = None
    payee_bank: Text | None = None
    payee_number: Code | None = None
    whole_claim: bool = False


@dataclass(kw_only=True)
class LineAccountConfirmation:
    """Whose named account is confirmed, or the same for all lines of the claim."""

    id: RowId
    version: int
    whole_claim: bool = False


@demand_fresh_proof
async def name_line_account(tx: Transaction, input: LineAccountDraft) -> ClaimLine:
    """Name another account for a line before it is paid, or after that failed (X8). 更正收款账户.

    It is paid into it once an officer has confirmed it, without another publicity.
    """
    if input.bank_account_id is not None:  # what one may not see is told before anything else
        await tx.get(BankAccount, input.bank_account_id, "bankAccountId")
    claim, line = await _lock_line(tx, input.id, input.version, Action.NAME_ACCOUNT)
    named = line.payee_name is not None
    values = (
        _build_card_values(tx, line, input) if named else await _build_account_values(tx, input)
    )
    account_id = values.get("proposed_account_id")
    if isinstance(account_id, UUID):
        await open_account(tx, claim, account_id)
    for each in [line, *await _lock_others(tx, claim, line, input.whole_claim and not named)]:
        if find_line_fault(Action.NAME_ACCOUNT, build_handled_line(each, claim), tx.viewer) is None:
            own = {"account_proposed_by": tx.viewer.account_id}
            tx.change(each, values | own, Action.NAME_ACCOUNT)
    await tx.session.flush()
    return line


@demand_fresh_proof
async def confirm_line_account(tx: Transaction, input: LineAccountConfirmation) -> ClaimLine:
    """Confirm the account that the owner named for a line or a claim (X2, X8). 确认收款账户."""
    claim, line = await _lock_line(tx, input.id, input.version, Action.CONFIRM_ACCOUNT)
    confirmed, whole = [line], input.whole_claim and line.payee_name is None
    account_id = line.proposed_account_id
    for each in await _lock_others(tx, claim, line, whole):
        stands = build_handled_line(each, claim)
        barred = find_line_fault(Action.CONFIRM_ACCOUNT, stands, tx.viewer)
        if barred is None and each.proposed_account_id == account_id:
            confirmed.append(each)
    for each in confirmed:
        tx.change(each, _build_confirmed_values(tx, each), Action.CONFIRM_ACCOUNT)
    await tx.session.flush()
    found = (await load_payees_now(tx, {claim.id: claim}, [line]))[line.id]
    refuse_if([found] if isinstance(found, Fault) else [])
    return line


def _build_confirmed_values(tx: Transaction, line: ClaimLine) -> dict[str, object]:
    values: dict[str, object] = {"account_proposed_by": None, "proposed_account_id": None}
    values["account_confirmed_by"] = tx.viewer.account_id
    if line.payee_name is None:
        values["account_id"] = line.proposed_account_id
    else:
        for name in ("payee_bank", "payee_number_sealed", "payee_number_masked"):
            values |= {name: getattr(line, f"proposed_{name}"), f"proposed_{name}": None}
        if line.proposed_payee_number_sealed is not None:
            key = line.unit_id, line.id
            values["payee_number_sealed"] = tx.service.seal.move_sealed(
                locate_sealed(ClaimLine.proposed_payee_number_sealed, key),
                line.proposed_payee_number_sealed,
                locate_sealed(ClaimLine.payee_number_sealed, key),
            )
    return values


async def _lock_others(
    tx: Transaction, claim: Claim, line: ClaimLine, whole: bool
) -> Sequence[ClaimLine]:
    """Hold the other lines of a claim that are paid to the unit, where all of it is meant."""
    if not whole:
        return []
    others = (
        ClaimLine.unit_id == claim.unit_id,
        ClaimLine.claim_id == claim.id,
        ClaimLine.id != line.id,
        ClaimLine.payee_name.is_(None),
    )
    return (await lock_lines_where(tx, and_(*others)))[1]


async def _lock_line(
    tx: Transaction, id: RowId, version: int, action: Action
) -> tuple[Claim, ClaimLine]:
    """Hold a line with its claim, if the viewer may do something to it (X2)."""
    claim, line = await lock_line(tx, id, version)
    barred = find_line_fault(action, build_handled_line(line, claim), tx.viewer)
    if barred:
        raise Refusal(barred)
    return claim, line


def _build_card_values(
    tx: Transaction, line: ClaimLine, input: LineAccountDraft
) -> dict[str, object]:
    """Read the card of the person whom the line is paid to; it stays in their name (S14)."""
    number = parse_card_number(input.payee_number or "")
    if isinstance(number, Unreadable) or input.payee_bank is None:
        bad = number.reason if isinstance(number, Unreadable) else Reason.TEXT_EMPTY
        at = "payeeNumber" if isinstance(number, Unreadable) else "payeeBank"
        refuse_if([fault(bad, at)])
        raise TypeError("what can't be read was refused")
    return {
        "proposed_payee_bank": input.payee_bank,
        "proposed_payee_number_sealed": tx.service.seal.seal_text(
            locate_sealed(ClaimLine.proposed_payee_number_sealed, (line.unit_id, line.id)), number
        ),
        "proposed_payee_number_masked": mask_card_number(number),
    }


async def _build_account_values(tx: Transaction, input: LineAccountDraft) -> dict[str, object]:
    account = await tx.get(BankAccount, input.bank_account_id or "", "bankAccountId")
    return {"proposed_account_id": account.id}

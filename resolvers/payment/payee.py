"""Who a line is paid to (S14, X19)."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select

from models import BankAccount, Claim, ClaimLine, Person, Unit, locate_sealed
from resolvers.kernel.decision_reader import DecisionReader, TransactionReader
from resolvers.kernel.transaction import Transaction
from resolvers.units.unit import (
    find_ended_units,
    list_own_account_names,
    select_decided_declarations,
)
from rules.kernel.parameter import Policy
from rules.kernel.refusal import Fault, Reason, fault
from rules.payment.payee import Payee, find_person_payee_fault, find_unit_payee_fault


def get_account_id(claim: Claim, line: ClaimLine) -> UUID:
    """Name the account of a unit's line: its own since a failed payment, or the claim's (X8)."""
    found = line.account_id or claim.bank_account_id
    if found is None:
        raise TypeError("a claim whose unit is paid names an account")
    return found


async def load_payees_now(
    tx: Transaction, claims: Mapping[UUID, Claim], lines: Sequence[ClaimLine]
) -> Mapping[UUID, Payee | Fault]:
    """Return to whom lines are paid in a transaction, or why they can't be paid to them."""
    return await load_payees(TransactionReader(tx), claims, lines, tx.today, await tx.load_policy())


async def load_payees(
    read: DecisionReader,
    claims: Mapping[UUID, Claim],
    lines: Sequence[ClaimLine],
    today: date,
    policy: Policy,
) -> Mapping[UUID, Payee | Fault]:
    """Return by its id to whom each line is paid, or why it can't be paid to them.

    A line that names a payee is paid to its person (S14), any other to the claim's account, or to
    the one that was confirmed for it after a payment failed (X8).
    """
    named = {line.id: line for line in lines if line.payee_name is not None}
    found = await _load_person_payees(read, list(named.values()))
    others = [line for line in lines if line.id not in named]
    return {**found, **await _load_unit_payees(read, claims, others, today, policy)}


async def _load_person_payees(
    read: DecisionReader, lines: Sequence[ClaimLine]
) -> Mapping[UUID, Payee | Fault]:
    if not lines:
        return {}
    ids = {line.person_id for line in lines}
    of_persons = select(Person.id, Person.name).where(Person.id.in_(ids))
    (persons,) = await read.load_for_decision(ids, of_persons)
    names: dict[UUID, str] = dict(persons)
    return {line.id: _build_person_payee(line, names.get(line.person_id, "")) for line in lines}


def _build_person_payee(line: ClaimLine, name: str) -> Payee | Fault:
    named, number, masked = line.payee_name, line.payee_number_sealed, line.payee_number_masked
    if named is None or number is None or masked is None:
        return fault(Reason.PAYEE_NOT_THE_PERSON)
    barred = find_person_payee_fault(named, name)
    return barred or Payee(
        name=named,
        bank=line.payee_bank or "",
        number_sealed=number,
        number_place=locate_sealed(ClaimLine.payee_number_sealed, (line.unit_id, line.id)),
        number_masked=masked,
    )


async def _load_unit_payees(
    read: DecisionReader,
    claims: Mapping[UUID, Claim],
    lines: Sequence[ClaimLine],
    today: date,
    policy: Policy,
) -> Mapping[UUID, Payee | Fault]:
    if not lines:
        return {}
    units = {line.unit_id for line in lines}
    named = {get_account_id(claims[line.claim_id], line) for line in lines}
    own = (BankAccount.unit_id.in_(units), BankAccount.id.in_(named))
    accounts_found, units_found, declared = await read.load_for_decision(
        (),
        select(BankAccount).where(*own),
        select(Unit).where(Unit.id.in_(units)),
        select_decided_declarations(units),
    )
    accounts = {row.id: row for (row,) in accounts_found}
    names = {row.id: list_own_account_names(row, today, policy) for (row,) in units_found}
    ended = find_ended_units(declared)
    found: dict[UUID, Payee | Fault] = {}
    for line in lines:
        account = accounts[get_account_id(claims[line.claim_id], line)]
        barred = find_unit_payee_fault(
            account.account_name, account.holder, names[line.unit_id], line.unit_id in ended
        )
        found[line.id] = barred or _build_unit_payee(account)
    return found


def _build_unit_payee(account: BankAccount) -> Payee:
    return Payee(
        name=account.account_name,
        bank=f"{account.bank} {account.branch}",
        number_sealed=account.number_sealed,
        number_place=locate_sealed(BankAccount.number_sealed, (account.unit_id, account.id)),
        number_masked=account.number_masked,
    )

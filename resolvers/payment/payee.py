"""Who a line is paid to (S14, X19)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from models import BankAccount, Claim, ClaimLine, Person, Unit, locate_sealed
from resolvers.kernel.transaction import Transaction
from resolvers.units.unit import load_account_names, load_ended_units
from rules.kernel.refusal import Fault, Reason, fault
from rules.payment.payee import Payee, find_person_payee_fault, find_unit_payee_fault


def get_account_id(claim: Claim, line: ClaimLine) -> UUID:
    """Name the account of a unit's line: its own since a failed payment, or the claim's (X8)."""
    found = line.account_id or claim.bank_account_id
    if found is None:
        raise TypeError("a claim whose unit is paid names an account")
    return found


async def load_payees(
    tx: Transaction, claims: Mapping[UUID, Claim], lines: Sequence[ClaimLine]
) -> Mapping[UUID, Payee | Fault]:
    """Return by its id to whom each line is paid, or why it can't be paid to them.

    A line that names a payee is paid to its person (S14), any other to the claim's account, or to
    the one that was confirmed for it after a payment failed (X8).
    """
    named = {line.id: line for line in lines if line.payee_name is not None}
    found = await _load_person_payees(tx, list(named.values()))
    others = [line for line in lines if line.id not in named]
    return {**found, **await _load_unit_payees(tx, claims, others)}


async def _load_person_payees(
    tx: Transaction, lines: Sequence[ClaimLine]
) -> Mapping[UUID, Payee | Fault]:
    if not lines:
        return {}
    ids = {line.person_id for line in lines}
    await tx.set_subjects(*ids)
    persons = await tx.all(select(Person).where(Person.id.in_(ids)))
    names = {person.id: person.name for person in persons}
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
        number_place=locate_sealed(ClaimLine.payee_number_sealed, line.id),
        number_masked=masked,
    )


async def _load_unit_payees(
    tx: Transaction, claims: Mapping[UUID, Claim], lines: Sequence[ClaimLine]
) -> Mapping[UUID, Payee | Fault]:
    units = {line.unit_id for line in lines}
    named = {get_account_id(claims[line.claim_id], line) for line in lines}
    own = (BankAccount.unit_id.in_(units), BankAccount.id.in_(named))
    accounts = {row.id: row for row in await tx.all(select(BankAccount).where(*own))}
    of_units = await tx.all(select(Unit).where(Unit.id.in_(units)))
    names = {row.id: await load_account_names(tx, row) for row in of_units}
    ended = await load_ended_units(tx, units)
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
        number_place=locate_sealed(BankAccount.number_sealed, account.id),
        number_masked=account.number_masked,
    )

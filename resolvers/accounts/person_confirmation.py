"""A person proves at a counter who they are, and is given their record (X17, X18). 核实身份"""

from dataclasses import dataclass

from sqlalchemy import select

from gateways.seal import BlindIndexes
from loaders.actor import set_rls_context
from models import Account, DatabaseRole, Role
from resolvers.accounts.person_proof import PersonProof, give_record
from resolvers.kernel.database_role import run_as
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.transaction import Transaction
from rules.accounts import person_confirmation as rules
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.value import AccountName, IdNumber, MobileNumber, Text


@dataclass(kw_only=True)
class PersonConfirmation:
    """What the identity card says of who stands at the counter, and which account is theirs."""

    account: AccountName
    id_number: IdNumber
    name: Text
    mobile: MobileNumber


@run_as(DatabaseRole.SIGN_IN)
async def confirm_person(tx: Transaction, input: PersonConfirmation) -> Account:
    """Give a person's record to the account of whoever showed their identity card. 核实身份.

    The officer compares card and face; it is recorded. Whoever else claimed the number, or held the
    record, is cut off (X18). The name comes from the card, unless an office told another one. Where
    the region's parameter asks for two officers, the first one's is a proposal, and another one who
    enters the same on that day confirms it (X2).
    """
    indexes = tx.service.seal.compute_indexes("id_number", input.id_number)
    account = await _lock_claim(tx, input.account, indexes)
    policy = await tx.load_policy()
    if policy.get_flag(rules.CONFIRMATION_BY_TWO, account.region, tx.today):
        read = "\n".join((input.id_number, input.name, input.mobile))
        stated = tx.service.seal.compute_mark("confirmation", f"{account.id}\n{read}")
        if not _is_answered(tx, account, stated):
            return await _propose(tx, account, stated)
    proof = PersonProof(number_indexes=indexes, name=input.name, mobile=input.mobile)
    await give_record(tx, account, proof, "CONFIRM_PERSON")
    account.confirmation_by = account.confirmation_on = account.confirmation_hash = None
    await tx.session.flush()
    return account


def _is_answered(tx: Transaction, account: Account, stated: bytes) -> bool:
    """Return whether another officer proposed the same today, or refuse what differs (X2)."""
    proposal = rules.ConfirmationProposal(
        account.confirmation_by, account.confirmation_on, account.confirmation_hash
    )
    if not rules.is_second_step(proposal, stated, tx.today, tx.viewer):
        return False
    barred = rules.find_second_officer_fault(proposal, stated, tx.viewer)
    if barred:
        raise Refusal(barred)
    return True


async def _propose(tx: Transaction, account: Account, stated: bytes) -> Account:
    """Remember what the first of two officers read; nothing of the account changes (X2)."""
    account.confirmation_by, account.confirmation_on = tx.viewer.account_id, tx.today
    account.confirmation_hash = stated
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "PROPOSE_CONFIRMATION", {}))
    await tx.session.flush()
    return account


async def _lock_claim(tx: Transaction, username: str, indexes: BlindIndexes) -> Account:
    """Hold the account of the officer's region that claims the number; else one answer."""
    await tx.set_lookup_secret(username)
    found = await tx.first(select(Account).where(Account.username == username))
    await set_rls_context(tx.session, tx.actor)
    if found is not None and found.role is Role.PERSON and found.claimed_index in indexes:
        again = select(Account).where(Account.id == found.id, Account.person_id.is_(None))
        locked = again.with_for_update().execution_options(populate_existing=True)
        account = await tx.first(locked)
        if account is not None and account.active:
            return account
    raise build_refusal(Reason.NOT_FOUND, "account")

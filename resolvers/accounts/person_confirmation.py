"""A person proves at a counter who they are, and is given their record (X17, X18). 核实身份"""

from dataclasses import dataclass

from sqlalchemy import select

from loaders.actor import set_rls_context
from models import Account, DatabaseRole, Role
from resolvers.accounts.person_proof import PersonProof, give_record
from resolvers.kernel.database_role import run_as
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Reason, build_refusal
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
    record, is cut off (X18). The name comes from the card, unless an office told another one.
    """
    index = tx.service.seal.compute_index("id_number", input.id_number)
    account = await _lock_claim(tx, input.account, index)
    proof = PersonProof(number_index=index, name=input.name, mobile=input.mobile)
    await give_record(tx, account, proof, "CONFIRM_PERSON")
    return account


async def _lock_claim(tx: Transaction, username: str, index: bytes) -> Account:
    """Hold the account of the officer's region that claims the number; else one answer."""
    await tx.set_lookup_secret(username)
    found = await tx.first(select(Account).where(Account.username == username))
    await set_rls_context(tx.session, tx.actor)
    if found is not None and found.role is Role.PERSON and found.claimed_index == index:
        again = select(Account).where(Account.id == found.id, Account.person_id.is_(None))
        locked = again.with_for_update().execution_options(populate_existing=True)
        account = await tx.first(locked)
        if account is not None and account.active:
            return account
    raise build_refusal(Reason.NOT_FOUND, "account")

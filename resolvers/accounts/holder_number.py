"""Whose an account is, told by its holder: accounts opened before did not say it (X2)."""

from dataclasses import dataclass

from sqlalchemy import select

from loaders.actor import set_rls_context
from models import Account, DatabaseRole
from resolvers.accounts.account_holder import (
    NATIONWIDE_ACTOR,
    end_sessions_of_account,
    lock_other_accounts,
    seal_holder,
)
from resolvers.kernel.database_role import run_as
from resolvers.kernel.fresh_proof import demand_fresh_proof
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.person_budget import budget_persons
from resolvers.kernel.rate_limit import OPERATOR_LIMIT, limit_tries
from resolvers.kernel.transaction import Transaction
from rules.accounts.account import find_holder_fault
from rules.kernel.refusal import Reason, Refusal, build_refusal
from rules.kernel.value import IdNumber


@dataclass(kw_only=True)
class HolderNumber:
    """The ID number of whoever is signed in."""

    id_number: IdNumber


@run_as(DatabaseRole.ADMINISTRATION)
@demand_fresh_proof
@budget_persons()
@limit_tries(OPERATOR_LIMIT)
async def register_holder(tx: Transaction, input: HolderNumber) -> Account:
    """Tell once whose one's account is, as officials have to (X2). 登记持有人公民身份号码.

    All accounts of the number are one pair of eyes. If another account has it already, whoever runs
    the service tells it of this one. The account's sessions end: sign in again. Once told it stays.
    """
    own = select(Account).where(Account.id == tx.viewer.account_id).with_for_update()
    account = (await tx.session.scalars(own)).one()
    barred = find_holder_fault(account.role, account.holder_index)
    barred = barred or tx.persons.find_fault()
    if barred:
        raise Refusal(barred)
    tx.persons.count_unknown()
    await set_rls_context(tx.session, NATIONWIDE_ACTOR)
    # A number that is typed is a claim: it ends nobody else's sessions, nor tells their role.
    if await lock_other_accounts(tx.service, tx.session, account, input.id_number):
        raise build_refusal(Reason.HOLDER_TAKEN, "idNumber")
    seal_holder(tx.service, account, input.id_number)
    await tx.session.flush()
    await end_sessions_of_account(tx.service, tx.session, account)
    await set_rls_context(tx.session, tx.actor)
    tx.touch(account)
    tx.session.add(build_audit_entry(tx, account, "REGISTER_HOLDER", {}))
    await tx.session.flush()
    return account

"""What a code to the mobile on file is good for: one's record, and a new password (J2, X18)."""

from dataclasses import dataclass

from sqlalchemy import select

from gateways.seal import BlindIndexes
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Account, DatabaseRole, Person, SignInWay
from resolvers.accounts.appeal_settlement import record_recovery
from resolvers.accounts.person_proof import PersonProof, give_record
from resolvers.accounts.session import Session, end_sessions, open_session
from resolvers.accounts.sign_in_challenge import SignInChallenge, find_challenge
from resolvers.accounts.sms_code import (
    CodeProof,
    check_code,
    spend_code,
)
from resolvers.kernel.context import Context
from resolvers.kernel.database_role import run_as
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.transaction import Transaction
from rules.accounts import password
from rules.kernel.refusal import Reason, build_refusal, refuse_if
from rules.kernel.viewer import Viewer


@dataclass(kw_only=True)
class PersonRecovery(CodeProof):
    """A code that came to the mobile on file, and the new password."""

    password: str


@run_as(DatabaseRole.SIGN_IN)
async def confirm_person_by_code(tx: Transaction, input: CodeProof) -> Account:
    """Give a person's record to the account whose holder has the mobile on file. 短信核实身份.

    Whoever else claimed the number, or held the record, is cut off (X18). Refresh the session then.
    """
    indexes = await check_code(tx.service, input, "code")
    await spend_code(tx, input.ticket, "code")
    own = select(Account).where(
        Account.id == tx.viewer.account_id,
        Account.claimed_index.in_(indexes),
        Account.person_id.is_(None),
    )
    account = await tx.first(own.with_for_update())
    if account is None:
        raise build_refusal(Reason.SMS_CODE_WRONG, "code")
    proof = PersonProof(number_indexes=indexes, name=account.name)
    await give_record(tx, account, proof, "CONFIRM_PERSON")
    return account


async def recover_person_account(
    context: Context, input: PersonRecovery
) -> Session | SignInChallenge:
    """Set a new password of one's own account with a code to the mobile on file (J2). 短信找回账号.

    All sessions of the account end. Where it has a second factor, a challenge is the answer.
    """
    service, at = context.service, ("input", "password")
    must = service.password_policy
    # Before the code is tried: a password that is refused costs none of its tries.
    refuse_if(password.find_password_faults(input.password, "", must, *at))
    indexes = await check_code(service, input, "input", "code")
    hashed = await service.passwords.hash_password(input.password, context.address)
    async with open_transaction(Context(service, Viewer()), role=DatabaseRole.SIGN_IN) as tx:
        await spend_code(tx, input.ticket, "input", "code")
        account = await _lock_account_of_person(tx, indexes)
        refuse_if(password.find_password_faults(input.password, account.username, must, *at))
        account.password_hash, account.password_given_at = hashed, None
        tx.touch(account)
        await end_sessions(tx, account.id)
        await record_recovery(tx, account)
        way = SignInWay.RECOVERY
        challenge = await find_challenge(tx.session, service, account, way, "")
        return challenge or await open_session(tx.session, context, account, way)


async def _lock_account_of_person(tx: Transaction, indexes: BlindIndexes) -> Account:
    """Hold the open account of the person with a number, and speak for it from now on."""
    await tx.set_lookup_number(indexes)
    person = await tx.first(select(Person).where(Person.id_number_index.in_(indexes)))
    await set_rls_context(tx.session, Actor(see=ALL_REGIONS, act=ALL_REGIONS))
    own = Account.person_id == (person.id if person else None)
    account = await tx.first(select(Account).where(own, Account.active).with_for_update())
    if account is None:
        raise build_refusal(Reason.SMS_CODE_WRONG, "input", "code")
    await set_rls_context(tx.session, Actor(account=account.id))
    return account

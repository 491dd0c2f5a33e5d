"""A person proves at a counter who they are, and is given their record (X17, X18). 核实身份"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Account, DatabaseRole, Person, Role
from resolvers.accounts.session import end_sessions
from resolvers.kernel.database_role import run_as
from resolvers.kernel.sealed_number import build_mobile_columns
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.text import is_same_name
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
    # The person, and whoever claimed the number, may be of any region.
    anywhere = Actor(account=tx.viewer.account_id, see=ALL_REGIONS, act=ALL_REGIONS)
    await set_rls_context(tx.session, anywhere)
    person = await tx.first(select(Person).where(Person.id_number_index == index).with_for_update())
    if person is None:
        raise build_refusal(Reason.NOT_FOUND, "idNumber")
    if person.source is not None and not is_same_name(person.name, input.name):
        raise build_refusal(Reason.NAME_DIFFERS, "name")
    for other in await _lock_others(tx, account, person, index):
        tx.change(other, {"active": False, "person_id": None}, "CLOSE")
        await end_sessions(tx, other.id)
        await set_rls_context(tx.session, anywhere)
    _give_person(tx, person, account, input)
    await tx.session.flush()
    tx.change(account, {"name": input.name, "person_id": person.id}, "CONFIRM_PERSON")
    await tx.session.flush()
    await set_rls_context(tx.session, tx.actor)
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


async def _lock_others(
    tx: Transaction, account: Account, person: Person, index: bytes
) -> Sequence[Account]:
    """Hold all other open accounts that claim the number or have the record, in one order."""
    claims = or_(Account.claimed_index == index, Account.person_id == person.id)
    others = select(Account).where(claims, Account.id != account.id, Account.active)
    return await tx.all(others.order_by(Account.id).with_for_update())


def _give_person(
    tx: Transaction, person: Person, account: Account, input: PersonConfirmation
) -> None:
    """Write what the card says; what a stranger stated in the person's name is dropped."""
    if person.filed_by not in {None, account.id} and person.source is None:
        person.education = person.school = person.graduated_on = person.completed_at = None
    person.name, person.filed_by = input.name, None
    for name, value in build_mobile_columns(tx.service.seal, "mobile", input.mobile).items():
        setattr(person, name, value)
    tx.touch(person)

"""Who has proved to be a person is given their record; whoever else claimed it is cut off (X18)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from gateways.seal import BlindIndexes
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Account, Person, locate_sealed
from resolvers.accounts.session import end_sessions
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.text import is_same_name


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonProof:
    """What was proved: the number, by its blind indexes, the name, and a mobile if one was told."""

    number_indexes: BlindIndexes
    name: str
    mobile: str | None = None


async def give_record(tx: Transaction, account: Account, proof: PersonProof, action: str) -> Person:
    """Give a person's record to the one account that is theirs, and close all others.

    The name comes from the proof, unless an office told another one. Raises Refusal with NOT_FOUND
    where no such person is on file, and with NAME_DIFFERS.
    """
    # The person, and whoever claimed the number, may be of any region.
    anywhere = Actor(account=tx.viewer.account_id, see=ALL_REGIONS, act=ALL_REGIONS)
    await set_rls_context(tx.session, anywhere)
    known = select(Person).where(Person.id_number_index.in_(proof.number_indexes))
    person = await tx.first(known.with_for_update())
    if person is None:
        raise build_refusal(Reason.NOT_FOUND, "idNumber")
    if person.source is not None and not is_same_name(person.name, proof.name):
        raise build_refusal(Reason.NAME_DIFFERS, "name")
    for other in await _lock_others(tx, account, person, proof.number_indexes):
        tx.change(other, {"active": False, "person_id": None}, "CLOSE")
        await end_sessions(tx, other.id)
        await set_rls_context(tx.session, anywhere)
    _write_proof(tx, person, account, proof)
    await tx.session.flush()
    tx.change(account, {"name": proof.name, "person_id": person.id}, action)
    await tx.session.flush()
    await set_rls_context(tx.session, tx.actor)
    return person


async def _lock_others(
    tx: Transaction, account: Account, person: Person, indexes: BlindIndexes
) -> Sequence[Account]:
    """Hold all other open accounts that claim the number or have the record, in one order."""
    claims = or_(Account.claimed_index.in_(indexes), Account.person_id == person.id)
    others = select(Account).where(claims, Account.id != account.id, Account.active)
    return await tx.all(others.order_by(Account.id).with_for_update())


def _write_proof(tx: Transaction, person: Person, account: Account, proof: PersonProof) -> None:
    """Write what was proved; what a stranger stated in the person's name is dropped."""
    if person.filed_by not in {None, account.id} and person.source is None:
        person.education = person.school = person.graduated_on = person.completed_at = None
    person.name, person.filed_by = proof.name, None
    if proof.mobile is not None:
        for name, value in build_sealed_columns(
            tx.service.seal, Person.mobile_sealed, person.id, proof.mobile
        ).items():
            setattr(person, name, value)
        place = locate_sealed(Person.proved_mobile_sealed, person.id)
        person.proved_mobile_sealed = tx.service.seal.seal_text(place, proof.mobile)
    tx.touch(person)

"""A person opens their own account 个人注册 (J16)."""

from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from gateways.seal import BlindIndexes
from loaders.actor import Actor
from models import DatabaseRole, Person, Role, SignInWay
from resolvers.accounts.registration import (
    Registration,
    add_account,
    find_registration_faults,
    load_registration_policy,
    refuse_duplicates,
)
from resolvers.accounts.session import Session, open_session
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.person_budget import spend_at_door
from resolvers.kernel.public_access import count_try_of_address, transaction_as
from resolvers.kernel.rate_limit import CLAIM_NUMBER_LIMIT, REGISTRATION_LIMIT, count_try
from resolvers.kernel.sealed_number import build_sealed_columns, require_new_number
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.identity import extract_birth_date
from rules.kernel.refusal import Reason, fault, refuse_if
from rules.kernel.value import Text
from rules.kernel.viewer import Viewer


@dataclass(kw_only=True)
class PersonRegistration(Registration):
    """A person, and where they live."""

    name: Text


async def register_person(context: Context, input: PersonRegistration) -> Session:
    """Open a person's own account, and sign in to it (J16, X18). 个人注册.

    Name and number are a claim: whoever types them sees what they enter themself, and nothing that
    is on file. That is given to whoever proves to be the person, however many claim to be.
    """
    service = context.service
    await count_try_of_address(context, REGISTRATION_LIMIT)
    await spend_at_door(service, context.address)
    at = await load_registration_policy(service, input)
    refuse_if(await find_registration_faults(service, at, input, Role.PERSON))
    indexes = service.seal.compute_indexes("id_number", input.id_number)
    await count_try(service, CLAIM_NUMBER_LIMIT, indexes[0].hex(), asker=context.address)
    hashed = await service.passwords.hash_password(input.password, context.address)
    unconfirmed = fault(Reason.PERSON_NOT_CONFIRMED, "input", "idNumber", hotline=at.hotline)
    known = await _is_on_file(service, indexes)
    newcomer = Viewer(account_id=uuid7(), name=input.name, role=Role.PERSON, region=input.region)
    # Of two who are the first at once one enters the person, and the other one tries again.
    with refuse_duplicates(unconfirmed, "uq_person_id_number_index"):
        async with open_transaction(Context(service, newcomer), role=DatabaseRole.SIGN_IN) as tx:
            if not known:
                await add_person(tx, input.id_number, input.mobile)
            agreed = input.agreement_version
            account = await add_account(tx, input.account, agreed, hashed, input.id_number)
            return await open_session(tx.session, context, account, SignInWay.REGISTRATION)


async def _is_on_file(service: Service, indexes: BlindIndexes) -> bool:
    async with transaction_as(service, Actor().with_indexes(indexes)) as session:
        found = await session.scalars(select(Person.id).where(Person.id_number_index.in_(indexes)))
        return found.first() is not None


async def add_person(tx: Transaction, number: str, mobile: str | None = None) -> None:
    """Add the viewer to the file, who has yet to complete their basic information (J16)."""
    viewer, id_, seal = tx.viewer, uuid7(), tx.service.seal
    await require_new_number(tx, number)
    sealed = build_sealed_columns(seal, Person.id_number_sealed, id_, number)
    if mobile is not None:
        sealed |= build_sealed_columns(seal, Person.mobile_sealed, id_, mobile)
    tx.session.add(
        Person(
            id=id_,
            region=viewer.region,
            name=viewer.name,
            birth_date=extract_birth_date(number),
            filed_by=viewer.account_id,
            **sealed,
        )
    )
    await tx.session.flush()

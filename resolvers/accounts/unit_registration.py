"""A unit registers itself 法人注册 (J1)."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from uuid_utils.compat import uuid7

from loaders.actor import Actor
from models import DatabaseRole, LegalPersonType, Role, SignInWay, Unit
from resolvers.accounts.registration import (
    Registration,
    add_account,
    find_registration_faults,
    load_registration_policy,
    refuse_duplicates,
)
from resolvers.accounts.session import Session, open_session
from resolvers.kernel import history
from resolvers.kernel.context import Context
from resolvers.kernel.mutation import open_transaction
from resolvers.kernel.public_access import count_try_of_address, transaction_as
from resolvers.kernel.rate_limit import REGISTRATION_LIMIT
from resolvers.kernel.sealed_number import Columns, build_sealed_columns
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Fault, Reason, fault, is_readable, refuse_if
from rules.kernel.value import CreditCode, Text
from rules.kernel.viewer import Viewer


@dataclass(kw_only=True)
class UnitRegistration(Registration):
    """A unit, and the legal representative to whom ID number and mobile belong."""

    legal_person_type: LegalPersonType
    name: Text
    credit_code: CreditCode
    legal_representative: Text


async def register_unit(context: Context, input: UnitRegistration) -> Session:
    """Register a unit and its legal person's account, and sign in as it (J1). 法人注册.

    One unit per credit code; all faults are told at once.
    """
    service = context.service
    await count_try_of_address(context, REGISTRATION_LIMIT)
    at = await load_registration_policy(service, input)
    taken = fault(Reason.UNIT_REGISTERED, "input", "creditCode", hotline=at.hotline)
    refuse_if(
        [
            *await find_registration_faults(service, at, input, Role.LEGAL_PERSON),
            *await _find_registered_faults(service, taken, input),
        ]
    )
    hashed = await service.passwords.hash_password(input.password, context.address)
    newcomer = Viewer(
        account_id=uuid7(),
        name=input.legal_representative,
        role=Role.LEGAL_PERSON,
        region=input.region,
        unit_id=uuid7(),
    )
    with refuse_duplicates(taken, "uq_unit_credit_code"):
        async with open_transaction(Context(service, newcomer), role=DatabaseRole.SIGN_IN) as tx:
            unit = await _add_unit(tx, input)
            account = await add_account(tx, input.account, input.agreement_version, hashed)
            tx.session.add(history.build_creation_entry(tx, unit, None))
            return await open_session(tx.session, context, account, SignInWay.REGISTRATION)


async def _find_registered_faults(
    service: Service, taken: Fault, input: UnitRegistration
) -> list[Fault]:
    """Return that a unit of the credit code is there already (J1)."""
    code = input.credit_code
    if not is_readable(code):
        return []
    async with transaction_as(service, Actor(knows=code)) as session:
        found = (await session.scalars(select(Unit.id).where(Unit.credit_code == code))).first()
    return [taken] if found else []


async def _add_unit(tx: Transaction, input: UnitRegistration) -> Unit:
    unit = Unit(
        id=tx.unit_id,
        region=input.region,
        credit_code=input.credit_code,
        name=input.name,
        legal_person_type=input.legal_person_type,
        legal_representative=input.legal_representative,
        **build_representative_columns(tx, tx.unit_id, input.id_number, input.mobile),
    )
    tx.session.add(unit)
    await tx.session.flush()
    return unit


def build_representative_columns(
    tx: Transaction, unit_id: UUID, id_number: str, mobile: str
) -> Columns:
    """Return the columns of the numbers of a unit's legal representative (X11)."""
    seal = tx.service.seal
    return build_sealed_columns(
        seal, Unit.representative_id_sealed, unit_id, id_number
    ) | build_sealed_columns(seal, Unit.representative_mobile_sealed, unit_id, mobile)

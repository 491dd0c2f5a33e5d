"""A unit registers itself 法人注册 (J1)."""

from dataclasses import dataclass

from sqlalchemy import select
from uuid_utils.compat import uuid7

from loaders.actor import Actor
from models import LegalPersonType, Role, SignInWay, Unit
from resolvers.accounts.registration import Registration, added, counter, faults, once_only
from resolvers.accounts.session import Session, start
from resolvers.kernel import history
from resolvers.kernel.context import Context
from resolvers.kernel.door import by_address, speaking
from resolvers.kernel.mutation import opened
from resolvers.kernel.rate_limit import REGISTER
from resolvers.kernel.sealing import Columns, id_number_of, mobile_of
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.refusal import Fault, Reason, fault, readable, refuse_if
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
    await by_address(context, REGISTER)
    at = await counter(service, input)
    taken = fault(Reason.UNIT_REGISTERED, "input", "creditCode", hotline=at.hotline)
    refuse_if([*await faults(service, at, input), *await _registered(service, taken, input)])
    hashed = await service.passwords.hashed(input.password)
    newcomer = Viewer(
        account_id=uuid7(),
        name=input.legal_representative,
        role=Role.LEGAL_PERSON,
        region=input.region,
        unit_id=uuid7(),
    )
    with once_only(taken, "uq_unit_credit_code"):
        async with opened(Context(service, newcomer)) as tx:
            unit = await _added(tx, input)
            account = await added(tx, input, hashed)
            tx.session.add(history.created(tx, unit, None))
            return await start(tx.session, context, account, SignInWay.REGISTRATION)


async def _registered(service: Service, taken: Fault, input: UnitRegistration) -> list[Fault]:
    """Tell that a unit of the credit code is there already (J1)."""
    code = input.credit_code
    if not readable(code):
        return []
    async with speaking(service, Actor(knows=code)) as session:
        found = (await session.scalars(select(Unit.id).where(Unit.credit_code == code))).first()
    return [taken] if found else []


async def _added(tx: Transaction, input: UnitRegistration) -> Unit:
    unit = Unit(
        id=tx.unit_id,
        region=input.region,
        credit_code=input.credit_code,
        name=input.name,
        legal_person_type=input.legal_person_type,
        legal_representative=input.legal_representative,
        **representative(tx, input.id_number, input.mobile),
    )
    tx.session.add(unit)
    await tx.session.flush()
    return unit


def representative(tx: Transaction, id_number: str, mobile: str) -> Columns:
    """Give the columns of a legal representative's numbers (X11)."""
    seal = tx.service.seal
    return id_number_of(seal, "representative_id", id_number) | mobile_of(
        seal, "representative_mobile", mobile
    )

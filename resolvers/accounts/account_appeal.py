"""Account appeals 账号申诉: lodged by anyone, looked up by their number (J2).

Evidence 证据 hangs on an appeal by the same number: whoever holds it may add files
(`resolvers/accounts/appeal_evidence.py`), and the officers of its region see them.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from loaders.actor import Actor
from models import AccountAppeal, AppealEvidence, AppealKind, AppealStatus, Unit
from resolvers.kernel.context import Context
from resolvers.kernel.door import by_address, hotline, speaking
from resolvers.kernel.rate_limit import APPEAL, APPEAL_OF_UNIT, count_try
from resolvers.kernel.sealing import mobile_of
from resolvers.kernel.service import Service
from rules.accounts import account_appeal as rules
from rules.accounts.account import stated_region
from rules.kernel.identity import mask_name
from rules.kernel.refusal import Reason, Refusal, refuse_if, refused
from rules.kernel.region import name_of
from rules.kernel.value import CreditCode, MobileNumber, Paragraph, RegionCode, Text


@dataclass(kw_only=True)
class AppealDraft:
    """Which unit's account is in trouble, what is wrong, and whom to ask."""

    credit_code: CreditCode
    trouble: AppealKind
    text: Paragraph
    contact_name: Text
    contact_mobile: MobileNumber
    region: RegionCode


@dataclass(kw_only=True)
class AppealNumber:
    """The number that was given out when the appeal was lodged."""

    number: str


@dataclass(frozen=True, slots=True)
class LodgedAppeal:
    """The number by which whoever lodged an appeal finds it, and who has it now."""

    number: str
    region_name: str
    hotline: str


@dataclass(frozen=True, slots=True)
class AppealStanding:
    """How an appeal stands, without a word of what it says or of whom it is about."""

    trouble: AppealKind
    status: AppealStatus
    evidence_count: int
    lodged_at: datetime
    settled_at: datetime | None
    reason: str | None
    recover_until: datetime | None
    region_name: str
    hotline: str


_EVIDENCE_OF = (
    select(func.count())
    .select_from(AppealEvidence)
    .where(AppealEvidence.number_hash == bindparam("number_hash"))
)


async def lodge_account_appeal(context: Context, input: AppealDraft) -> LodgedAppeal:
    """Lodge an appeal about a unit's account; anyone may, tries are limited (J2). 提出账号申诉.

    It goes to the region of the unit, or to the one that is stated where none is registered.
    """
    service = context.service
    await by_address(context, APPEAL)
    refuse_if(stated_region(input.region, ("input", "region")))
    await count_try(service, APPEAL_OF_UNIT, input.credit_code)
    number = rules.spelt(token_bytes(16), rules.NUMBER_LENGTH)
    unit = await _unit(service, input.credit_code)
    row = _row(service, input, number, unit)
    async with speaking(service, Actor(knows=row.number_hash.hex())) as session:
        session.add(row)
    return LodgedAppeal(number, name_of(row.region), await hotline(service, row.region))


async def look_up_account_appeal(context: Context, input: AppealNumber) -> AppealStanding:
    """Tell how an appeal stands, to whoever has its number (J2). 查询账号申诉."""
    service = context.service
    number = await known_number(service, input.number)
    async with speaking(service, Actor(knows=hash_of(number).hex())) as session:
        row = await found(session, number)
        evidence_count = await session.scalar(_EVIDENCE_OF, {"number_hash": hash_of(number)}) or 0
    if row is None:
        raise await unknown(service)
    settled = row.settled_at if row.status in rules.GIVEN_BACK else None
    return AppealStanding(
        row.trouble,
        row.status,
        evidence_count,
        row.created_at,
        row.settled_at,
        row.reason,
        settled + service.reset_life if settled and not row.recovered_at else None,
        name_of(row.region),
        await hotline(service, row.region),
    )


async def known_number(service: Service, typed: str) -> str:
    """Read an appeal's number however it was typed, or refuse it as one that nobody has."""
    number = rules.read_spelt(typed, rules.NUMBER_LENGTH)
    if number is None:
        raise await unknown(service)
    return number


async def unknown(service: Service) -> Refusal:
    """Refuse a number that no appeal has."""
    call = await hotline(service, None)
    return refused(Reason.APPEAL_UNKNOWN, "input", "number", hotline=call)


async def found(session: AsyncSession, number: str, *, lock: bool = False) -> AccountAppeal | None:
    """Find the appeal of a number, in a transaction that knows it."""
    statement = select(AccountAppeal).where(AccountAppeal.number_hash == hash_of(number))
    return (await session.scalars(statement.with_for_update() if lock else statement)).first()


def hash_of(number: str) -> bytes:
    """Give what the database keeps of an appeal's number."""
    return sha256(number.encode()).digest()


async def _unit(service: Service, credit_code: str) -> Unit | None:
    async with speaking(service, Actor(knows=credit_code)) as session:
        statement = select(Unit).where(Unit.credit_code == credit_code)
        return (await session.scalars(statement)).first()


def _row(service: Service, input: AppealDraft, number: str, unit: Unit | None) -> AccountAppeal:
    seal, name = service.seal, input.contact_name
    return AccountAppeal(
        id=uuid7(),
        region=unit.region if unit else input.region,
        number_hash=hash_of(number),
        unit_id=unit.id if unit else None,
        credit_code=input.credit_code,
        trouble=input.trouble,
        text=input.text,
        contact_name_sealed=seal.seal("name", name),
        contact_name_masked=mask_name(name),
        **mobile_of(seal, "contact_mobile", input.contact_mobile),
        status=AppealStatus.LODGED,
        created_at=service.now(),
        updated_at=service.now(),
    )

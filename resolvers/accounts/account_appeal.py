"""Account appeals 账号申诉: lodged by anyone, looked up by their number (J2).

Evidence 证据 hangs on an appeal by the same number: whoever holds it may add files
(`resolvers/accounts/appeal_evidence.py`), and the officers of its region see them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from uuid_utils.compat import uuid7

from gateways.seal import BlindIndexes
from loaders.actor import ALL_REGIONS, Actor
from models import (
    Account,
    AccountAppeal,
    AppealEvidence,
    AppealKind,
    AppealStatus,
    DatabaseRole,
    Person,
    Unit,
    locate_sealed,
)
from resolvers.kernel.context import Context
from resolvers.kernel.history import Act, build_creation_entry
from resolvers.kernel.person_budget import spend_at_door
from resolvers.kernel.public_access import count_try_of_address, load_hotline, transaction_as
from resolvers.kernel.rate_limit import (
    APPEAL_LIMIT,
    APPEALS_FOR_ONE_LIMIT,
    OWN_APPEAL_LIMIT,
    count_try,
)
from resolvers.kernel.sealed_number import build_sealed_columns
from resolvers.kernel.service import Service
from rules.accounts import account_appeal as rules
from rules.accounts.account import find_region_faults
from rules.kernel.identity import mask_name
from rules.kernel.refusal import Reason, Refusal, build_refusal, refuse_if
from rules.kernel.region import get_region_name
from rules.kernel.text import is_same_name
from rules.kernel.value import (
    CreditCode,
    IdNumber,
    MobileNumber,
    Paragraph,
    RegionCode,
    Text,
)


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
class PersonAppealDraft:
    """Who lost their own account, what is wrong, and how they are reached."""

    id_number: IdNumber
    name: Text
    mobile: MobileNumber
    trouble: AppealKind
    text: Paragraph
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


@dataclass(frozen=True, slots=True, kw_only=True)
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


_EVIDENCE_COUNT = (
    select(func.count())
    .select_from(AppealEvidence)
    .where(AppealEvidence.number_hash == bindparam("number_hash"))
)


async def lodge_account_appeal(context: Context, input: AppealDraft) -> LodgedAppeal:
    """Lodge an appeal about a unit's account; anyone may, tries are limited (J2). 提出账号申诉.

    It goes to the region of the unit, or to the one that is stated where none is registered.
    """
    service = context.service
    viewer = context.viewer
    own = await _find_unit(service, input.credit_code) if viewer.unit_id else None
    if own is not None and own.id == viewer.unit_id:
        asker = str(viewer.account_id)
        await count_try(service, OWN_APPEAL_LIMIT, asker, asker=asker)
    else:
        await _count_appeal_of_stranger(context, input.credit_code)
    refuse_if(find_region_faults(input.region, ("input", "region")))
    unit = own or await _find_unit(service, input.credit_code)
    of_unit = {
        "unit_id": unit.id if unit else None,
        "credit_code": input.credit_code,
    }
    contact = (input.contact_name, input.contact_mobile)
    where = unit.region if unit else input.region
    return await _lodge(context, input, (uuid7(), where), contact, of_unit)


async def lodge_person_appeal(context: Context, input: PersonAppealDraft) -> LodgedAppeal:
    """Lodge an appeal about one's own account; tries are limited (J2). 提出个人账号申诉.

    It goes to where the account is; the answer is the same whether there is one or not, and tells
    the region that was stated.
    """
    service = context.service
    at = ("input",)
    indexes = service.seal.compute_indexes("id_number", input.id_number)
    await _count_appeal_of_stranger(context, indexes[0].hex())
    refuse_if(
        [
            *find_region_faults(input.region, (*at, "region")),
            *(each.at(*at) for each in rules.find_trouble_faults(input.trouble)),
        ]
    )
    id_ = uuid7()
    number = build_sealed_columns(
        service.seal, AccountAppeal.id_number_sealed, id_, input.id_number
    )
    await spend_at_door(service, context.address)
    person, where = await _find_person(service, indexes, input.name)
    of_person = {"person_id": person, "stated_region": input.region, **number}
    contact = (input.name, input.mobile)
    return await _lodge(context, input, (id_, where or input.region), contact, of_person)


async def _count_appeal_of_stranger(context: Context, about: str) -> None:
    """Count an appeal by where it comes from, and there by whom it is about.

    Never by whom it is about alone: strangers would use up the day of whoever is shut out.
    """
    await count_try_of_address(context, APPEAL_LIMIT)
    await count_try_of_address(context, APPEALS_FOR_ONE_LIMIT, about)


async def _lodge(
    context: Context,
    input: AppealDraft | PersonAppealDraft,
    place: tuple[UUID, str],
    contact: tuple[str, str],
    about: Mapping[str, object],
) -> LodgedAppeal:
    """Write an appeal, and give its number to whoever lodges it."""
    service, viewer = context.service, context.viewer
    number = rules.format_code(token_bytes(16), rules.APPEAL_NUMBER_LENGTH)
    name, mobile = contact
    id_, region = place
    row = AccountAppeal(
        id=id_,
        region=region,
        number_hash=hash_appeal_number(number),
        trouble=input.trouble,
        text=input.text,
        contact_name_sealed=service.seal.seal_text(
            locate_sealed(AccountAppeal.contact_name_sealed, id_), name
        ),
        contact_name_masked=mask_name(name),
        **build_sealed_columns(service.seal, AccountAppeal.contact_mobile_sealed, id_, mobile),
        status=AppealStatus.LODGED,
        lodged_by=viewer.account_id,
        created_at=service.now(),
        updated_at=service.now(),
        **about,
    )
    async with transaction_as(
        service, Actor(knows=row.number_hash.hex()), DatabaseRole.SIGN_IN
    ) as session:
        session.add_all([row, build_creation_entry(Act(viewer, service.now()), row, row.status)])
    told = get_told_region(row)
    return LodgedAppeal(number, get_region_name(told), await load_hotline(service, told))


def get_told_region(row: AccountAppeal) -> str:
    """Return the region that strangers are told: of a person's appeal, only what they said."""
    return row.stated_region or row.region


async def look_up_account_appeal(context: Context, input: AppealNumber) -> AppealStanding:
    """Tell how an appeal stands, to whoever has its number (J2). 查询账号申诉."""
    service = context.service
    number = await require_appeal_number(service, input.number)
    async with transaction_as(service, Actor(knows=hash_appeal_number(number).hex())) as session:
        row = await find_appeal(session, number)
        evidence_count = (
            await session.scalar(_EVIDENCE_COUNT, {"number_hash": hash_appeal_number(number)}) or 0
        )
    if row is None:
        raise await build_unknown_appeal_refusal(service)
    settled = row.settled_at if row.status in rules.ACCESS_RESTORED_STATUSES else None
    return AppealStanding(
        trouble=row.trouble,
        status=row.status,
        evidence_count=evidence_count,
        lodged_at=row.created_at,
        settled_at=row.settled_at,
        reason=row.reason,
        recover_until=settled + service.reset_life if settled and not row.recovered_at else None,
        region_name=get_region_name(get_told_region(row)),
        hotline=await load_hotline(service, get_told_region(row)),
    )


async def require_appeal_number(service: Service, typed: str) -> str:
    """Read an appeal's number however it was typed, or refuse it as one that nobody has."""
    number = rules.parse_code(typed, rules.APPEAL_NUMBER_LENGTH)
    if number is None:
        raise await build_unknown_appeal_refusal(service)
    return number


async def build_unknown_appeal_refusal(service: Service) -> Refusal:
    """Refuse a number that no appeal has."""
    call = await load_hotline(service, None)
    return build_refusal(Reason.APPEAL_UNKNOWN, "input", "number", hotline=call)


async def find_appeal(
    session: AsyncSession, number: str, *, lock: bool = False
) -> AccountAppeal | None:
    """Find the appeal of a number, in a transaction that knows it."""
    statement = select(AccountAppeal).where(AccountAppeal.number_hash == hash_appeal_number(number))
    return (await session.scalars(statement.with_for_update() if lock else statement)).first()


def hash_appeal_number(number: str) -> bytes:
    """Return what the database keeps of an appeal's number."""
    return sha256(number.encode()).digest()


async def _find_unit(service: Service, credit_code: str) -> Unit | None:
    async with transaction_as(service, Actor(knows=credit_code)) as session:
        statement = select(Unit).where(Unit.credit_code == credit_code)
        return (await session.scalars(statement)).first()


async def _find_person(
    service: Service, indexes: BlindIndexes, name: str
) -> tuple[UUID | None, str | None]:
    """Find who has this number and name, and where their account is, if they have one."""
    async with transaction_as(service, Actor().with_indexes(indexes)) as session:
        found = (
            await session.scalars(select(Person).where(Person.id_number_index.in_(indexes)))
        ).first()
    known = found.id if found is not None and is_same_name(found.name, name) else None
    async with transaction_as(service, Actor(see=ALL_REGIONS)) as session:
        # Asked for nobody as well: both answers take as long.
        own = select(Account.region).where(Account.person_id == (known or uuid7()))
        return known, await session.scalar(own)

"""Codes to the mobile on file: who has one, has the telephone (J2, X18). 短信验证码"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import randbelow, token_urlsafe

from sqlalchemy import delete, select, update
from uuid_utils.compat import uuid7

from gateways.seal import BlindIndexes, split_indexes
from gateways.sms import SmsMessage
from loaders.actor import Actor, set_rls_context
from models import DatabaseRole, OfficialMobile, Person, SmsCode, SmsKind, locate_sealed
from resolvers.kernel.context import Context
from resolvers.kernel.person_budget import spend_at_door
from resolvers.kernel.public_access import load_hotline, load_public_policy, transaction_as
from resolvers.kernel.rate_limit import Limit, count_in_turn
from resolvers.kernel.service import Service
from resolvers.kernel.transaction import Transaction
from rules.kernel.month import add_months
from rules.kernel.refusal import Reason, build_refusal
from rules.kernel.region import NATION_CODE
from rules.kernel.text import read_text
from rules.kernel.value import IdNumber, RegionCode

_HOUR = timedelta(hours=1)
_LIMITS = (
    Limit("sms-1-one", 3, _HOUR),
    Limit("sms-2-address", 20, _HOUR),
    Limit("sms-3-number", 10, _HOUR),
)
"""How many codes are sent at most: to a number for one address, from one address, to a number."""


@dataclass(kw_only=True)
class PersonCodeRequest:
    """Whose mobile on file the code goes to; the region only says whose hotline is named."""

    id_number: IdNumber
    region: RegionCode | None = None


@dataclass(kw_only=True)
class CodeProof:
    """The ticket that asking for a code gave, and the code that came."""

    ticket: str
    code: str


@dataclass(frozen=True, slots=True)
class SentCode:
    """The ticket of a code that was sent, if anything was, and until when it is good."""

    ticket: str
    expires_at: datetime


async def request_person_code(context: Context, input: PersonCodeRequest) -> SentCode:
    """Send a code to the mobile that an office told of a person (J2, X18). 发送短信验证码.

    The answer is the same for whoever is not on file, or has no such mobile; nothing is sent then.
    """
    service = context.service
    if not service.sms.is_open:
        hotline = await load_hotline(service, input.region)
        raise build_refusal(Reason.SMS_UNAVAILABLE, hotline=hotline)
    indexes = service.seal.compute_indexes("id_number", input.id_number)
    address = service.seal.compute_mark("address", context.address).hex()
    whose = indexes[0].hex()
    counted_by = (f"{address} {whose}", address, whose)
    limits = [*zip(_LIMITS, counted_by, strict=True)]
    await count_in_turn(service, limits, asker=context.address)
    await spend_at_door(service, context.address)
    ticket, code, now = token_urlsafe(24), f"{randbelow(10**6):06d}", service.now()
    row = SmsCode(
        bucket=_hash_ticket(ticket),
        number_index=b"".join(indexes),
        code_hash=_hash_code(service, ticket, code),
        sent_at=now,
    )
    async with transaction_as(service, Actor(knows=row.bucket), DatabaseRole.SIGN_IN) as session:
        session.add(row)
    mobile = await _find_reachable_mobile(service, indexes)
    if mobile is not None:
        values = {"code": code, "minutes": str(int(service.sms_code_life.total_seconds() // 60))}
        service.sms.post(SmsMessage(mobile=mobile, kind=SmsKind.CODE, values=values))
    return SentCode(ticket, now + service.sms_code_life)


async def check_code(service: Service, input: CodeProof, *path: str) -> BlindIndexes:
    """Return the blind indexes of the number whose holder has the code; each try is counted.

    Raises Refusal with one and the same reason for a wrong, an old and a used code.
    """
    bucket, since = _hash_ticket(input.ticket), service.now() - service.sms_code_life
    open_code = (SmsCode.tries < service.sms_code_tries, SmsCode.sent_at > since)
    count = (
        update(SmsCode)
        .where(SmsCode.bucket == bucket, *open_code)
        .values(tries=SmsCode.tries + 1)
        .returning(SmsCode.code_hash, SmsCode.number_index)
    )
    # Committed by itself: a try that is refused counts as well.
    async with transaction_as(service, Actor(knows=bucket), DatabaseRole.SIGN_IN) as session:
        found = (await session.execute(count)).first()
    given = _hash_code(service, input.ticket, "".join(read_text(input.code).split()))
    if found is None or not compare_digest(found.code_hash, given):
        raise build_refusal(Reason.SMS_CODE_WRONG, *path)
    return split_indexes(found.number_index)


async def spend_code(tx: Transaction, ticket: str, *path: str) -> None:
    """Use a code up: of two who have the right one at once, one gets in."""
    bucket = _hash_ticket(ticket)
    await tx.set_lookup_secret(bucket)
    spent = delete(SmsCode).where(SmsCode.bucket == bucket).returning(SmsCode.bucket)
    if (await tx.session.execute(spent)).first() is None:
        raise build_refusal(Reason.SMS_CODE_WRONG, *path)
    await set_rls_context(tx.session, tx.actor)


async def _find_reachable_mobile(service: Service, indexes: BlindIndexes) -> str | None:
    """Open the mobile of the counter, or else what an office told of late; never a typed one (X18).

    One that was loaded just now waits: else whoever loads a file could take any account at once.
    Both are asked for whoever it is, so that it takes as long for nobody.
    """
    policy = await load_public_policy(service)
    known = Actor().with_indexes(indexes)
    async with transaction_as(service, known) as session:
        found = select(Person.id, Person.region, Person.proved_mobile_sealed)
        row = (await session.execute(found.where(Person.id_number_index.in_(indexes)))).first()
        whom, region = (row.id, row.region) if row else (uuid7(), NATION_CODE)
        months = policy.get_integer("counter.official_mobile_months", region, service.today())
        days = policy.get_integer("counter.official_mobile_days", region, service.today())
        await set_rls_context(session, known.with_subjects(whom))
        told = (
            select(OfficialMobile)
            .where(OfficialMobile.person_id == whom, OfficialMobile.void.is_(False))
            .where(OfficialMobile.as_of > add_months(service.today(), -months))
            .where(OfficialMobile.loaded_at <= service.now() - timedelta(days=days))
            .order_by(OfficialMobile.as_of.desc(), OfficialMobile.id.desc())
            .limit(1)
        )
        official = (await session.scalars(told)).first()
    if row is not None and row.proved_mobile_sealed is not None:
        place = locate_sealed(Person.proved_mobile_sealed, row.id)
        return service.seal.open_sealed(place, row.proved_mobile_sealed)
    if official is not None:
        place = locate_sealed(OfficialMobile.mobile_sealed, official.id)
        return service.seal.open_sealed(place, official.mobile_sealed)
    return None


def _hash_ticket(ticket: str) -> str:
    return sha256(ticket.encode()).hexdigest()


def _hash_code(service: Service, ticket: str, code: str) -> bytes:
    return service.seal.compute_mark("sms code", f"{ticket} {code}")

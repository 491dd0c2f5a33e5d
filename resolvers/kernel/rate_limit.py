"""How often something may be tried: counted in the database, whatever becomes of the try."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import TypeVar

from sqlalchemy import case, delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, state
from models import RateLimit
from resolvers.kernel.service import Service
from rules.kernel.refusal import Reason, refused


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so long a window."""

    name: str
    tries: int
    window: timedelta


SIGN_IN = Limit("sign-in", 10, timedelta(minutes=5))
LOOK_UP = Limit("look-up", 60, timedelta(minutes=10))
REGISTER = Limit("register", 60, timedelta(hours=1))
CLAIM_NUMBER = Limit("claim-number", 10, timedelta(hours=1))
APPEAL = Limit("appeal", 20, timedelta(hours=1))
APPEAL_OF_UNIT = Limit("appeal-of-unit", 20, timedelta(days=1))
OBJECTION = Limit("objection", 20, timedelta(hours=1))
OBJECTION_NUMBER = Limit("objection-number", 60, timedelta(hours=1))
EVIDENCE = Limit("evidence", 120, timedelta(hours=1))
EVIDENCE_OF_APPEAL = Limit("evidence-of-appeal", 60, timedelta(hours=1))
RECOVER = Limit("recover", 10, timedelta(hours=1))
TICKET = Limit("sign-in-ticket", 120, timedelta(minutes=5))
APPROVE_TICKET = Limit("approve-ticket", 30, timedelta(minutes=5))
OPERATORS = Limit("operators", 60, timedelta(minutes=10))
FINDINGS = Limit("findings", 60, timedelta(minutes=10))
UNMASK = Limit("unmask", 60, timedelta(hours=1))
EXPORT = Limit("export", 30, timedelta(hours=1))
PASSWORD = Limit("password", 20, timedelta(minutes=10))
"""At the door tries are counted by address, otherwise by account."""

Tried = TypeVar("Tried", bound=Callable[..., object])
LIMITS: dict[Callable[..., object], Limit] = {}
"""How often an account may try a mutation."""


def limited(limit: Limit) -> Callable[[Tried], Tried]:
    """Limit a mutation: its tries are counted before its transaction takes a connection."""

    def decorate(mutation: Tried) -> Tried:
        LIMITS[mutation] = limit
        return mutation

    return decorate


async def forget_tries(service: Service, limit: Limit, who: str) -> None:
    """Start to count anew: the last try was a good one."""
    bucket = _bucket(limit, who)
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, Actor(knows=bucket))
        await session.execute(delete(RateLimit).where(RateLimit.bucket == bucket))


def _bucket(limit: Limit, who: str) -> str:
    return f"{limit.name}:{sha256(who.encode()).hexdigest()}"


async def count_try(service: Service, limit: Limit, who: str) -> None:
    """Count a try in a transaction of its own, and refuse one too many."""
    bucket = _bucket(limit, who)
    now = service.now()
    since = now - limit.window
    fresh = insert(RateLimit).values(bucket=bucket, window_start=now, count=1)
    expired = RateLimit.window_start < since
    again = fresh.on_conflict_do_update(
        index_elements=[RateLimit.bucket],
        set_={
            "count": case((expired, 1), else_=RateLimit.count + 1),
            "window_start": case((expired, now), else_=RateLimit.window_start),
        },
    ).returning(RateLimit.count, RateLimit.window_start)
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, Actor(knows=bucket))
        tries, start = (await session.execute(again)).one()
    if tries > limit.tries:
        seconds = int((start + limit.window - now).total_seconds()) + 1
        raise refused(Reason.TOO_MANY_TRIES, seconds=seconds)

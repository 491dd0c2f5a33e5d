"""What strangers read: what is published, masked, on the days on which it is shown (X7)."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

import strawberry
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from loaders.actor import Actor, set_rls_context
from loaders.key import Key, parse_global_id
from models import PublicLine, PublicNotice
from resolvers.kernel.context import Info
from resolvers.kernel.public_access import load_hotline
from resolvers.kernel.service import Service
from rules.kernel.region import compute_code_range
from rules.kernel.value import RowId

_ID = strawberry.argument(description="Its id, as the list of notices gives it. 公示标识")


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """A notice, some of its lines in their order, how many there are, and whom to call."""

    notice: PublicNotice
    lines: Sequence[PublicLine]
    count: int
    hotline: str


async def load_public_notice(info: Info, id: Annotated[RowId, _ID]) -> PublicNotice | None:
    """Find what is published now by its id, signed in or not; null if it is not shown. 公示公告."""
    key = _parse_notice_id(id)
    if key is None:
        return None
    row: PublicNotice | None = await info.context.loaders.get_row_batch(PublicNotice).load((key,))
    today = info.context.service.today()
    return row if row is not None and row.first_day <= today <= row.shown_until else None


async def load_notices(
    service: Service, region: str | None, beyond: UUID | None, most: int
) -> Sequence[PublicNotice]:
    """List what is published now, newest first, one more than asked where there are more."""
    statement = select(PublicNotice)
    if region is not None:
        statement = statement.where(
            PublicNotice.__table__.c.region.between(*compute_code_range(region))
        )
    if beyond is not None:
        statement = statement.where(PublicNotice.__table__.c.id < beyond)
    async with _open_stranger_session(service) as session:
        ordered = statement.order_by(PublicNotice.__table__.c.id.desc()).limit(most + 1)
        return (await session.scalars(ordered)).all()


async def load_notice_page(
    service: Service, text: str, number: int, size: int
) -> NoticePage | None:
    """Read a notice and one page of its lines; None where it is not shown, or has no such page."""
    key = _parse_notice_id(text)
    if key is None:
        return None
    lines = PublicLine.__table__.c
    async with _open_stranger_session(service) as session:
        notice = await session.get(PublicNotice, key)
        if notice is None:
            return None
        of_it = lines.publicity_id == key
        count = await session.scalar(select(func.count()).where(of_it)) or 0
        rows = select(PublicLine).where(of_it, lines.number > (number - 1) * size)
        found = (await session.scalars(rows.order_by(lines.number).limit(size))).all()
    if not found and number > 1:
        return None
    return NoticePage(
        notice=notice, lines=found, count=count, hotline=await load_hotline(service, notice.region)
    )


def format_notice_id(row: PublicNotice) -> str:
    """Write the id by which a notice is known to the public."""
    return Key(PublicNotice.__name__, (row.id,)).format_global_id()


def _parse_notice_id(text: str) -> UUID | None:
    key = parse_global_id(text)
    fits = key is not None and key.type_name == PublicNotice.__name__ and len(key.parts) == 1
    return key.parts[0] if key is not None and fits else None


@asynccontextmanager
async def _open_stranger_session(service: Service) -> AsyncIterator[AsyncSession]:
    """Read as nobody: whoever is signed in sees no more of the public list than others do."""
    async with AsyncSession(service.reads, expire_on_commit=False) as session:
        await set_rls_context(session, Actor().with_today(service.today()))
        yield session

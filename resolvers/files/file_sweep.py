"""Clearing away what nobody took up: old uploads, and objects that no row stands on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, bindparam, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String

from loaders.actor import EVERYWHERE, Actor, state
from models import Base, StoredFile, Upload
from resolvers.kernel.service import Service

KEEPER = Actor(see=EVERYWHERE)


@dataclass(frozen=True, slots=True)
class Swept:
    """How many uploads and how many objects are gone."""

    uploads: int
    objects: int


async def sweep(service: Service) -> Swept:
    """Delete uploads that are older than they may be, then old objects without a row.

    An object gets its row in the seconds after it was written, and none later: what is old and has
    none never will. Whoever is just attaching an upload holds its row, and is waited for. Raises
    StoreDown; run again, it goes on where it was.
    """
    before = service.now() - service.files.unused_life
    uploads = await _sweep_uploads(service, before)
    objects = 0
    async for keys in service.files.store.older(before):
        unused = await _without_row(service, keys, before)
        await service.files.store.delete(unused)
        objects += len(unused)
    await service.files.store.clear_halves(before)
    return Swept(uploads, objects)


async def _sweep_uploads(service: Service, before: datetime) -> int:
    old = delete(Upload).where(Upload.created_at < before).returning(Upload.id)
    async with _sweeping(service, before) as session:
        return len((await session.execute(old)).all())


async def _without_row(service: Service, keys: Sequence[str], before: datetime) -> Sequence[str]:
    if not keys:
        return ()
    async with _sweeping(service, before) as session:
        used = {key for (key,) in await session.execute(_USED, {"keys": list(keys)})}
    return [key for key in keys if key not in used]


def _files() -> Sequence[type[Base]]:
    """List every table that stands on objects; a new one is among them by itself."""
    return [
        Upload,
        *(m.class_ for m in Base.registry.mappers if issubclass(m.class_, StoredFile)),
    ]


def _used() -> CompoundSelect[str]:
    """Write the statement for those of some keys that a row stands on, in one snapshot."""
    keys = func.any(bindparam("keys", type_=ARRAY(String)))
    columns = (table.__table__.c.object_key for table in _files())
    return union_all(*(select(column).where(column == keys) for column in columns))


_USED = _used()


@asynccontextmanager
async def _sweeping(service: Service, before: datetime) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(service.writes) as session, session.begin():
        await state(session, KEEPER.sweeping(before))
        yield session

"""Clearing away what nobody took up: old uploads, and objects that no row stands on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, bindparam, delete, func, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String

from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Base, StoredFile, Upload
from resolvers.kernel.service import Service

SWEEP_ACTOR = Actor(see=ALL_REGIONS)


PIECE = 1000
"""So many files are deleted at once."""
MAX_STRANGE_FILES = 10
"""So many files without a row are left by services that died; they are deleted in any case."""


class StrangeFilesError(Exception):
    """More old files belong to no row than to one: the database is not theirs."""

    def __init__(self, strange: int, known: int) -> None:
        super().__init__(
            f"{strange} old files belong to nothing in this database, and {known} to something: "
            "none was deleted. Does DATABASE_URL name the database of these files, and is it "
            "whole? If so, `jiuye sweep --strange-files` deletes them."
        )


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """How many uploads and how many objects are gone."""

    uploads: int
    objects: int


async def sweep_unused_files(service: Service, *, strange: bool = False) -> SweepCounts:
    """Delete uploads that are older than they may be, then old objects without a row.

    An object gets its row in the seconds after it was written, and none later: what is old and has
    none never will. Whoever is just attaching an upload holds its row, and is waited for. Raises
    StoreDown; run again, it goes on where it was. Raises StrangeFilesError
    unless `strange` files are meant to go, and deletes none.
    """
    before = service.now() - service.files.unused_life
    uploads = await _sweep_uploads(service, before)
    unused, files = list[str](), 0
    async for keys in service.files.store.list_files_older(before):
        unused += await _find_unused_keys(service, keys, before)
        files += len(keys)
    if not strange:
        _require_own_files(len(unused) - uploads, files - len(unused))
    for start in range(0, len(unused), PIECE):
        await service.files.store.delete_files(unused[start : start + PIECE])
    await service.files.store.delete_unfinished(before)
    return SweepCounts(uploads, len(unused))


def _require_own_files(strange: int, known: int) -> None:
    """Refuse to delete where more files belong to no row than to one: they are another database's.

    One that is empty, or restored from long ago, would have all of them deleted.
    """
    if strange > max(known, MAX_STRANGE_FILES):
        raise StrangeFilesError(strange, known)


async def _sweep_uploads(service: Service, before: datetime) -> int:
    old = delete(Upload).where(Upload.created_at < before).returning(Upload.id)
    async with _open_sweep_session(service, before) as session:
        return len((await session.execute(old)).all())


async def _find_unused_keys(
    service: Service, keys: Sequence[str], before: datetime
) -> Sequence[str]:
    if not keys:
        return ()
    async with _open_sweep_session(service, before) as session:
        used = {key for (key,) in await session.execute(_USED_KEYS, {"keys": list(keys)})}
    return [key for key in keys if key not in used]


def _list_file_tables() -> Sequence[type[Base]]:
    """List every table that stands on objects; a new one is among them by itself."""
    return [
        Upload,
        *(m.class_ for m in Base.registry.mappers if issubclass(m.class_, StoredFile)),
    ]


def _select_used_keys() -> CompoundSelect[str]:
    """Write the statement for those of some keys that a row stands on, in one snapshot."""
    keys = func.any(bindparam("keys", type_=ARRAY(String)))
    columns = (table.__table__.c.object_key for table in _list_file_tables())
    return union_all(*(select(column).where(column == keys) for column in columns))


_USED_KEYS = _select_used_keys()


@asynccontextmanager
async def _open_sweep_session(service: Service, before: datetime) -> AsyncIterator[AsyncSession]:
    async with AsyncSession(service.writes) as session, session.begin():
        await set_rls_context(session, SWEEP_ACTOR.with_sweep_cutoff(before))
        yield session

"""Clearing away what nobody took up: old uploads, and objects that no row stands on."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, bindparam, delete, func, select, union_all, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.types import String

from gateways.object_store import StoreMark
from loaders.actor import ALL_REGIONS, Actor, set_rls_context
from models import Base, Installation, StoredFile, Upload
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.service import Service

SWEEP_ACTOR = Actor(see=ALL_REGIONS)


PIECE = 1000
"""So many files are deleted at once."""
MAX_STRANGE_FILES = 10
"""So many files without a row are left by services that died; they make no store another's."""
CURE = (
    "none was deleted. Does DATABASE_URL name the database of these files, and is it whole? "
    "If so, `jiuye sweep --strange-files` takes them over and deletes what is unused."
)


class StrangeFilesError(Exception):
    """The files are another database's, or those of this one before it was restored."""


@dataclass(frozen=True, slots=True)
class SweepCounts:
    """How many uploads and how many objects are gone."""

    uploads: int
    objects: int


async def sweep_unused_files(service: Service, *, strange: bool = False) -> SweepCounts:
    """Delete uploads that are older than they may be, then old objects without a row.

    An object gets its row in the seconds after it was written, and none later: what is old and has
    none never will. Whoever is just attaching an upload holds its row, and is waited for. Raises
    StoreDown; run again, it goes on where it was. Raises StrangeFilesError, and deletes no
    file, where the store is marked as another's (ADR 0110), unless `strange` takes it over.
    """
    before, store = service.now() - service.files.unused_life, service.files.store
    uploads = await _sweep_uploads(service, before)
    mark = await store.read_mark()
    own = await _count_sweep(service, mark, strange=strange)
    unused, files = list[str](), 0
    async for keys in store.list_files_older(before):
        unused += await _find_unused_keys(service, keys, before)
        files += len(keys)
    if mark is None and not strange:
        _require_own_files(len(unused) - uploads, files - len(unused))
    await store.write_mark(own)
    for start in range(0, len(unused), PIECE):
        await store.delete_files(unused[start : start + PIECE])
    await store.delete_unfinished(before)
    return SweepCounts(uploads, len(unused))


async def _count_sweep(service: Service, mark: StoreMark | None, *, strange: bool) -> StoreMark:
    """Count this sweep in the database, and return how the store is to be marked.

    The store says no more sweeps than the database had counted before: it is marked afterwards,
    and was read before. Where it does, the database was restored since, and may lack rows.
    """
    sweeps = Installation.sweeps
    fresh = insert(Installation).values(single=True).on_conflict_do_nothing()
    count = update(Installation).returning(Installation.id, sweeps)
    if mark is None:
        count = count.values(sweeps=sweeps + 1)
    elif strange:
        count = count.values(sweeps=func.greatest(sweeps, mark.sweeps) + 1)
    else:
        own = Installation.id == mark.installation, sweeps >= mark.sweeps
        count = count.values(sweeps=sweeps + 1).where(*own)
    async with open_system_transaction(service) as tx:
        await tx.session.execute(fresh)
        counted = (await tx.session.execute(count)).one_or_none()
        if counted is None:
            raise StrangeFilesError(
                "The files are another database's, or this one was restored since they were last "
                f"swept: {CURE}"
            )
        return StoreMark(*counted)


def _require_own_files(strange: int, known: int) -> None:
    """Refuse a store that nobody has marked where more files belong to no row than to one.

    It was kept since before stores were marked. A database that is empty would have all deleted.
    """
    if strange > max(known, MAX_STRANGE_FILES):
        raise StrangeFilesError(
            f"{strange} old files belong to nothing in this database, and {known} to something: "
            f"{CURE}"
        )


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

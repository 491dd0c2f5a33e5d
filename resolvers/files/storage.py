"""What a unit's files take 存储用量: counted where rows of files are, so that it can't drift."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import FromClause, Select, func, select, union_all

from loaders.actor import set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import Base, StoredFile, UnitOwned
from resolvers.kernel.context import Info
from resolvers.kernel.rate_limit import Limit, add_tries, load_tries
from resolvers.kernel.transaction import Transaction
from rules.files.storage import (
    BYTES_PER_KIB,
    StorageQuota,
    build_quota,
    find_storage_faults,
    to_kib,
)
from rules.kernel.refusal import Path, refuse_if

_DAY = timedelta(days=1)
_NAME = "storage-of-unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class StorageUse:
    """How many KiB a unit's files take and were announced today, and how many they may."""

    kept: int
    max_kept: int
    today: int
    max_per_day: int


async def reserve_storage(tx: Transaction, size: int) -> None:
    """Count an announced file to its unit's day, and refuse what its unit has no room for.

    In the mutation's own transaction: what is refused takes nothing, and of many at once each
    waits for the one before. Who acts for no unit is held to the number of files alone.
    """
    unit_id = tx.viewer.unit_id
    if unit_id is None:
        return
    quota = build_quota(
        await tx.load_policy(), tx.region, tx.today, unverified=tx.viewer.unverified
    )
    today, _ = await add_tries(
        tx.service, tx.session, _build_limit(quota), str(unit_id), to_kib(size)
    )
    await set_rls_context(tx.session, tx.actor)
    kept = await _count_kept(tx, unit_id) + to_kib(size)
    refuse_if(find_storage_faults(kept, today, quota))


async def require_room(tx: Transaction, size: int, at: Path) -> None:
    """Refuse to keep files of so many bytes that would take a unit's over its quota.

    Its files are taken up one transaction after another: many at once can't pass it.
    """
    unit_id = tx.viewer.unit_id
    if unit_id is None:
        return
    await AdvisoryLock.STORAGE.lock(tx.session, unit_id)
    quota = build_quota(
        await tx.load_policy(), tx.region, tx.today, unverified=tx.viewer.unverified
    )
    kept = await _count_kept(tx, unit_id) + to_kib(size)
    refuse_if(fault.moved_to(*at) for fault in find_storage_faults(kept, 0, quota))


async def load_storage_use(info: Info) -> StorageUse | None:
    """Tell what the files of the viewer's unit take, and may take, in KiB. 存储用量."""
    context = info.context
    viewer, service = context.viewer, context.service
    if viewer.unit_id is None or viewer.region is None:
        return None
    policy, today = await context.load_policy(), service.today()
    quota = build_quota(policy, viewer.region, today, unverified=viewer.unverified)
    ((kept,),) = await context.loaders.snapshot.load_rows(_select_kept(viewer.unit_id))
    return StorageUse(
        kept=int(kept),
        max_kept=quota.most_kept,
        today=await load_tries(service, _build_limit(quota), str(viewer.unit_id)),
        max_per_day=quota.most_per_day,
    )


def _build_limit(quota: StorageQuota) -> Limit:
    return Limit(_NAME, quota.most_per_day, _DAY)


async def _count_kept(tx: Transaction, unit_id: UUID) -> int:
    return int(await tx.session.scalar(_select_kept(unit_id)) or 0)


def _select_kept(unit_id: UUID) -> Select[tuple[int]]:
    """Select how many KiB all files of a unit take, of whatever record they are."""
    sizes = union_all(
        *(
            select(func.sum(table.c["size"]).label("size")).where(table.c["unit_id"] == unit_id)
            for table in _list_tables()
        )
    ).subquery()
    total = func.coalesce(func.sum(sizes.c.size), 0)
    return select(func.ceil(total / BYTES_PER_KIB))


def _list_tables() -> list[FromClause]:
    """List every table of units' files; a new one is among them by itself."""
    return [
        mapper.local_table
        for mapper in Base.registry.mappers
        if issubclass(mapper.class_, StoredFile) and issubclass(mapper.class_, UnitOwned)
    ]

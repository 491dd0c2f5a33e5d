"""What strangers wrote is cleared after its time; what was decided on it stays (X11, PIPL 19).

Words go, names, mobiles and numbers, their indexes and masks, and files that were sent as proof.
"""

from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from sqlalchemy import and_, delete, false, or_, select

from loaders.actor import set_rls_context
from models import (
    SEALED_AS,
    AccountAppeal,
    AppealEvidence,
    Objection,
    build_sealed_place,
    list_sealed_columns,
)
from resolvers.kernel.background import JobContext, open_system_transaction
from resolvers.kernel.history import build_audit_entry
from resolvers.kernel.transaction import Transaction

Row = TypeVar("Row", AccountAppeal, Objection)

PIECE = 500
"""So many rows are cleared in a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearing(Generic[Row]):
    """Whose words are cleared, and which parameter's days after it was settled.

    `settled_at` is the column that says when that was. `step` is what history calls it, and
    `evidence` says whether files of an appeal go with it.
    """

    table: type[Row]
    settled_at: str
    kept_days_key: str
    step: str
    evidence: bool = False


async def clear_next_piece(clearing: Clearing[Row], work: JobContext) -> int:
    """Clear some rows of a table whose time is over, and return how many.

    Their files belong to nobody from then on, and the sweep of files deletes them.
    """
    table = clearing.table
    async with open_system_transaction(work.service, table.written_by) as tx:
        old = select(table.region).where(table.cleared_at.is_(None)).distinct()
        regions = await tx.session.scalars(old)
        cutoffs = await group_regions_by_cutoff(tx, regions, clearing.kept_days_key)
        ways = (
            and_(table.region.in_(here), table.__table__.c[clearing.settled_at] < before)
            for before, here in cutoffs.items()
        )
        due = select(table).where(table.cleared_at.is_(None), or_(false(), *ways)).limit(PIECE)
        rows = await tx.all(due.with_for_update(skip_locked=True))
        for row in rows:
            _clear_row(tx, row)
            tx.session.add(build_audit_entry(tx, row, clearing.step, {}))
        if rows and clearing.evidence:
            await tx.session.flush()
            # What was sent before the last of these days alone: the database lets go of no more.
            await set_rls_context(tx.session, tx.actor.with_sweep_cutoff(max(cutoffs)))
            theirs = AppealEvidence.appeal_id.in_([row.id for row in rows])
            await tx.session.execute(delete(AppealEvidence).where(theirs))
        return len(rows)


async def group_regions_by_cutoff(
    tx: Transaction, regions: Iterable[str], kept_days_key: str
) -> Mapping[datetime, list[str]]:
    """Group regions by the instant before which what they keep for a parameter's days is old."""
    policy, groups = await tx.load_policy(), defaultdict[datetime, list[str]](list)
    for region in regions:
        days = policy.get_integer(kept_days_key, region, tx.today)
        groups[tx.now - timedelta(days=days)].append(region)
    return groups


def _clear_row(tx: Transaction, row: AccountAppeal | Objection) -> None:
    """Give up what a row says, and of whom; a value that must be there is sealed empty."""
    for column in list_sealed_columns():
        if column.table is not row.__table__:
            continue
        place = build_sealed_place(column, (row.id,), column.info[SEALED_AS])
        empty = None if column.nullable else tx.service.seal.seal_text(place, "")
        setattr(row, column.name, empty)
        stem = column.name.removesuffix("_sealed")
        least = {
            f"{stem}_index": tx.service.seal.compute_index(place.field, ""),
            f"{stem}_masked": "",
        }
        for name in least.keys() & {*column.table.c.keys()}:
            setattr(row, name, None if column.table.c[name].nullable else least[name])
    row.text, row.cleared_at = "", tx.now
    tx.touch(row)


CLEARINGS: Mapping[str, Callable[[JobContext], Coroutine[Any, Any, int]]] = {
    "appeals": partial(
        clear_next_piece,
        Clearing(
            table=AccountAppeal,
            settled_at="settled_at",
            kept_days_key="appeal.kept_days",
            step="CLEAR_APPEAL",
            evidence=True,
        ),
    ),
    "objections": partial(
        clear_next_piece,
        Clearing(
            table=Objection,
            settled_at="reviewed_at",
            kept_days_key="objection.kept_days",
            step="CLEAR_OBJECTION",
        ),
    ),
}
"""What is cleared after its time, and how a piece of it is."""

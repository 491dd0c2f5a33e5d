"""Following the chains of the history: all of them, or what is new since a checkpoint (X9)."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from models import AccessHistory, History, OfficeHistory, Region, Unit
from resolvers.kernel.chain import SHAPES, Entry, get_history_keys, get_shape
from rules.kernel.chain import (
    ACCESS_CHAINS_PER_REGION,
    ROLLING_UPGRADE,
    ChainBreak,
    ChainDamage,
    ChainHead,
    ChainKey,
    KeyedHistory,
    find_breaks,
    find_truncated_chains,
)

BATCH_SIZE = 5_000
TABLES: Sequence[type[Entry]] = tuple(SHAPES)
AUDITOR_ACTOR = Actor(see=ALL_REGIONS)
LONG_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Whatever is written after a checkpoint is keyed: no process of a release before runs then."""

Counter = Callable[[int], None]
Heads = Mapping[ChainKey, ChainHead]


def _tell_nobody(_: int) -> None:
    """Tell of no entries: nobody waits and watches."""


@dataclass
class Verification:
    """What was found: how much there is, where the chains end, and where they break."""

    entries: int = 0
    heads: dict[ChainKey, ChainHead] = field(default_factory=dict)
    broken: list[ChainBreak] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """What is wrong with the checkpoints themselves, in words."""

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return not self.broken and not self.faults

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        breaks = [
            {"chain": str(each.key), "entry": each.sequence, "damage": each.damage}
            for each in self.broken
        ]
        whole = {"entries": self.entries, "chains": len(self.heads)}
        return {"holds": self.holds, **whole, "breaks": breaks, "faults": self.faults}


async def verify_chains(
    engine: AsyncEngine, kept: Heads, count: Counter = _tell_nobody
) -> Verification:
    """Follow all chains in one snapshot, whoever the units and offices are.

    The pool knows the keys that may have marked entries; `count` is told how far it is.
    """
    found, snapshot = Verification(), Snapshot(engine, AUDITOR_ACTOR)
    try:
        keyed = _build_keyed_history(engine, await _find_keyed_since(snapshot))
        for table in TABLES:
            async for entries in _iterate_pages(snapshot, _select_entries(table), table):
                found.entries += len(entries)
                found.broken += find_breaks(entries, found.heads, kept, get_shape(table), keyed)
                count(found.entries)
    finally:
        await snapshot.close()
    found.broken += find_truncated_chains(kept, found.heads)
    return found


async def verify_new_entries(engine: AsyncEngine, kept: Heads) -> Verification:
    """Follow what was added since chains ended as they were kept; what stands before must stand."""
    found, snapshot = Verification(heads=dict(kept)), Snapshot(engine, AUDITOR_ACTOR)
    keyed = _build_keyed_history(engine, LONG_SINCE - ROLLING_UPGRADE)
    try:
        for table in TABLES:
            heads = await _load_heads(snapshot, table)
            changed = [key for key, head in heads.items() if kept.get(key) != head]
            found.broken += _find_lost(table, kept, heads)
            new = _select_new_entries(table)
            numbers = [kept.get(key, ChainHead()).sequence for key in changed]
            values = {"keys": changed, "numbers": numbers}
            async for entries in _iterate_pages(snapshot, new, table, values):
                found.entries += len(entries)
                found.broken += find_breaks(entries, found.heads, {}, get_shape(table), keyed)
    finally:
        await snapshot.close()
    return found


def _build_keyed_history(engine: AsyncEngine, since: datetime | None) -> KeyedHistory:
    keys = get_history_keys(engine.get_execution_options())
    return KeyedHistory({key.id: key for key in keys}, since)


def _find_lost(table: type[Entry], kept: Heads, heads: Heads) -> Iterator[ChainBreak]:
    """Find chains of a table that end before the place where they once ended, or otherwise."""
    shape = get_shape(table)
    for key, known in kept.items():
        head = heads.get(key, ChainHead())
        if not shape.has_chain(key) or head == known:
            continue
        if head.sequence < known.sequence:
            yield ChainBreak(key, known.sequence, ChainDamage.CUT_OFF)
        elif head.sequence == known.sequence:
            yield ChainBreak(key, known.sequence, ChainDamage.REWRITTEN)


async def _find_keyed_since(snapshot: Snapshot) -> datetime | None:
    """Find when the first entry was written that a key marks."""
    firsts = [select(func.min(table.at)).where(table.key_id.is_not(None)) for table in TABLES]
    found = [await snapshot.load_rows(first) for first in firsts]
    return min((at for ((at,),) in found if at is not None), default=None)


_PARTS = (
    func.generate_series(0, ACCESS_CHAINS_PER_REGION - 1)
    .table_valued("part")
    .render_derived("parts")
)
_CHAIN_NAMES: Mapping[type[Entry], Select[Any]] = {
    History: select(Unit.id.label("name")),
    OfficeHistory: select(Region.code.label("name")),
    AccessHistory: select(
        func.concat(Region.code, "/", func.to_hex(_PARTS.c.part)).label("name")
    ).join_from(Region, _PARTS, true()),
}
"""How all chains of a table that may be are called."""


async def _load_heads(snapshot: Snapshot, table: type[Entry]) -> Heads:
    """Read where all chains of a table end, one look at its index for each."""
    known = _CHAIN_NAMES[table].subquery("known")
    last = (
        select(table.sequence, table.hash)
        .where(getattr(table, get_shape(table).key) == known.c.name)
        .order_by(table.sequence.desc())
        .limit(1)
        .correlate(known)
        .lateral("last")
    )
    rows = await snapshot.load_rows(
        select(known.c.name, last.c.sequence, last.c.hash).join_from(known, last, true())
    )
    return {key: ChainHead(sequence, hash_) for key, sequence, hash_ in rows}


def _select_entries(table: type[Entry]) -> Select[*tuple[Any, ...]]:
    columns = [table.__table__.c[name] for name in (*get_shape(table).columns, "hash")]
    return select(*columns)


def _select_new_entries(table: type[Entry]) -> Select[*tuple[Any, ...]]:
    """Select what follows the numbers up to which some chains are known."""
    type_: Uuid[UUID] | Text = Uuid() if table is History else Text()
    known = func.unnest(
        bindparam("keys", type_=ARRAY(type_)), bindparam("numbers", type_=ARRAY(Integer))
    ).table_valued(column("key", type_), column("number", Integer))
    known = known.render_derived("known")
    follows = and_(
        getattr(table, get_shape(table).key) == known.c.key, table.sequence > known.c.number
    )
    return _select_entries(table).join(known, follows)


async def _iterate_pages(
    snapshot: Snapshot,
    entries: Select[*tuple[Any, ...]],
    table: type[Entry],
    values: Mapping[str, object] | None = None,
) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    key = get_shape(table).key
    place = (getattr(table, key), table.sequence)
    rows = entries.order_by(*place).limit(BATCH_SIZE)
    page = await snapshot.load_rows(rows, values)
    while page:
        yield [dict(row._mapping) for row in page]
        last = page[-1]._mapping
        after = tuple_(*place) > (last[key], last["sequence"])
        page = await snapshot.load_rows(rows.where(after), values)

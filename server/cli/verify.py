"""`jiuye history verify`: follow every unit's chain, and compare it with what was kept (X9)."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.actor import EVERYWHERE, Actor
from loaders.snapshot import Snapshot
from models import History
from rules.kernel.chain import FIELDS, Break, Head, breaks, cut_off
from server.database.pools import engine_of
from server.settings.settings import Settings

AT_ONCE = 5_000
AUDITOR = Actor(see=EVERYWHERE)
WORDS = {
    "MISSING": "is missing",
    "ALTERED": "is not what it was",
    "REWRITTEN": "was written anew since the heads were kept",
    "CUT_OFF": "and what follows up to it is cut off",
}


@dataclass
class Verified:
    """What was found: how much there is, where the chains end, and where they break."""

    entries: int = 0
    heads: dict[UUID, Head] = field(default_factory=dict)
    broken: list[Break] = field(default_factory=list)


async def verify(engine: AsyncEngine, kept: Mapping[UUID, Head]) -> Verified:
    """Follow all chains in one snapshot, whoever the units are."""
    found, snapshot = Verified(), Snapshot(engine, AUDITOR)
    try:
        async for entries in _pages(snapshot):
            found.entries += len(entries)
            found.broken += breaks(entries, found.heads, kept)
    finally:
        await snapshot.close()
    found.broken += cut_off(kept, found.heads)
    return found


async def _pages(snapshot: Snapshot) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    place = (History.unit_id, History.sequence)
    columns = [History.__table__.c[name] for name in (*FIELDS, "hash")]
    rows = select(*columns).order_by(*place).limit(AT_ONCE)
    page = await snapshot.all(rows)
    while page:
        yield [dict(row._mapping) for row in page]
        last = page[-1]._mapping
        after = tuple_(*place) > (last["unit_id"], last["sequence"])
        page = await snapshot.all(rows.where(after))


def kept_in(file: Path | None) -> Mapping[UUID, Head]:
    """Read where chains ended when they were last verified."""
    if file is None or not file.exists():
        return {}
    told = orjson.loads(file.read_bytes())
    return {UUID(unit): Head(n, bytes.fromhex(hash_)) for unit, (n, hash_) in told.items()}


def keep(file: Path, heads: Mapping[UUID, Head]) -> None:
    """Write where chains end, to be kept where the database's owner can't reach it."""
    told = {str(unit): (head.sequence, head.hash.hex()) for unit, head in heads.items()}
    file.write_bytes(orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))


async def verified(settings: Settings, file: Path | None) -> Verified:
    """Verify the history of an installation; where all of it holds, keep the heads in a file."""
    engine = engine_of(settings.service_url, 1, settings)
    try:
        found = await verify(engine, kept_in(file))
    finally:
        await engine.dispose()
    if file is not None and not found.broken:
        keep(file, found.heads)
    return found


def lines(found: Verified) -> list[str]:
    """Say what was found, in words."""
    told = [f"unit {b.unit_id}: entry {b.sequence} {WORDS[b.damage]}" for b in found.broken]
    whole = f"{found.entries} entries of {len(found.heads)} units"
    return [*told, f"{whole}: {f'{len(told)} breaks' if told else 'unbroken'}"]

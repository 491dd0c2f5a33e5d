"""`jiuye history verify`: follow every chain, and compare it with what was kept (X9)."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncEngine

from loaders.actor import ALL_REGIONS, Actor
from loaders.snapshot import Snapshot
from models import History, OfficeHistory
from resolvers.kernel.chain import Entry, get_shape
from rules.kernel.chain import (
    ChainBreak,
    ChainHead,
    ChainKey,
    find_breaks,
    find_truncated_chains,
)
from server.database.pools import build_engine, without_time_limit
from server.settings.settings import Settings

BATCH_SIZE = 5_000
REGION_LENGTH = 6
TABLES: Sequence[type[Entry]] = (History, OfficeHistory)
AUDITOR_ACTOR = Actor(see=ALL_REGIONS)
DAMAGE_WORDS = {
    "MISSING": "is missing",
    "ALTERED": "is not what it was",
    "REWRITTEN": "was written anew since the heads were kept",
    "CUT_OFF": "and what follows up to it is cut off",
}


Counter = Callable[[int], None]


def _tell_nobody(_: int) -> None:
    """Tell of no entries: nobody waits and watches."""


@dataclass
class Verification:
    """What was found: how much there is, where the chains end, and where they break."""

    entries: int = 0
    heads: dict[ChainKey, ChainHead] = field(default_factory=dict)
    broken: list[ChainBreak] = field(default_factory=list)

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        breaks = [
            {"chain": str(each.key), "entry": each.sequence, "damage": each.damage}
            for each in self.broken
        ]
        whole = {"entries": self.entries, "chains": len(self.heads)}
        return {"holds": not breaks, **whole, "breaks": breaks}


async def verify_chains(
    engine: AsyncEngine, kept: Mapping[ChainKey, ChainHead], count: Counter = _tell_nobody
) -> Verification:
    """Follow all chains in one snapshot, whoever the units and offices are.

    `count` is told how far it is.
    """
    found, snapshot = Verification(), Snapshot(engine, AUDITOR_ACTOR)
    try:
        for table in TABLES:
            async for entries in _iterate_pages(snapshot, table):
                found.entries += len(entries)
                found.broken += find_breaks(entries, found.heads, kept, get_shape(table))
                count(found.entries)
    finally:
        await snapshot.close()
    found.broken += find_truncated_chains(kept, found.heads)
    return found


async def _iterate_pages(
    snapshot: Snapshot, table: type[Entry]
) -> AsyncIterator[Sequence[Mapping[str, Any]]]:
    shape = get_shape(table)
    place = (getattr(table, shape.key), table.sequence)
    columns = [table.__table__.c[name] for name in (*shape.sealed, "hash")]
    rows = select(*columns).order_by(*place).limit(BATCH_SIZE)
    page = await snapshot.load_rows(rows)
    while page:
        yield [dict(row._mapping) for row in page]
        last = page[-1]._mapping
        after = tuple_(*place) > (last[shape.key], last["sequence"])
        page = await snapshot.load_rows(rows.where(after))


class HeadsUnreadable(RuntimeError):
    """Say that a file holds no chains' ends, so that nothing is written over it."""


def read_kept_heads(file: Path | None) -> Mapping[ChainKey, ChainHead]:
    """Read where chains ended when they were last verified.

    Raises HeadsUnreadable where the file holds something else.
    """
    if file is None or not file.exists():
        return {}
    try:
        told = orjson.loads(file.read_bytes())
        return {
            _parse_key(key): ChainHead(n, bytes.fromhex(hash_)) for key, (n, hash_) in told.items()
        }
    except (ValueError, TypeError, AttributeError):
        raise HeadsUnreadable(
            f"{file} was not written by `jiuye history verify --keep`. "
            "Name the file that was, or one that does not exist yet."
        ) from None


def _parse_key(text: str) -> ChainKey:
    """Read whose chain it is: a region has six digits, all others are units."""
    return text if len(text) == REGION_LENGTH else UUID(text)


def write_kept_heads(file: Path, heads: Mapping[ChainKey, ChainHead]) -> None:
    """Write where chains end, to be kept where the database's owner can't reach it.

    All of it or nothing: what was kept before is not lost by a full disk.
    """
    told = {str(key): (head.sequence, head.hash.hex()) for key, head in heads.items()}
    half = file.with_name(f"{file.name}.new")
    half.write_bytes(orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))
    half.replace(file)


def require_place(file: Path | None) -> None:
    """See that the file can be written, before all chains are followed for it; raise OSError."""
    if file is not None:
        half = file.with_name(f"{file.name}.new")
        half.touch()
        half.unlink()


async def verify_installation(
    settings: Settings, file: Path | None, count: Counter = _tell_nobody
) -> Verification:
    """Verify the history of an installation; where all of it holds, keep the heads in a file."""
    kept = read_kept_heads(file)
    require_place(file)
    engine = build_engine(settings.service_url, 1, without_time_limit(settings))
    try:
        found = await verify_chains(engine, kept, count)
    finally:
        await engine.dispose()
    if file is not None and not found.broken:
        write_kept_heads(file, found.heads)
    return found


def format_report(found: Verification) -> list[str]:
    """Return what was found, in words."""
    told = [
        f"{_name_chain(b.key)}: entry {b.sequence} {DAMAGE_WORDS[b.damage]}" for b in found.broken
    ]
    offices = sum(isinstance(key, str) for key in found.heads)
    theirs = f" and {offices} offices" if offices else ""
    whole = f"{found.entries} entries of {len(found.heads) - offices} units{theirs}"
    return [*told, f"{whole}: {f'{len(told)} breaks' if told else 'unbroken'}"]


def _name_chain(key: ChainKey) -> str:
    return f"office {key}" if isinstance(key, str) else f"unit {key}"

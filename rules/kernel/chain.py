"""History chained by hash: each entry of a unit seals the one before it (X9, ADR 0024)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from orjson import OPT_SORT_KEYS, dumps

FIELDS = (
    "unit_id",
    "id",
    "sequence",
    "record",
    "record_id",
    "person_id",
    "title",
    "action",
    "from_status",
    "to_status",
    "reason",
    "changes",
    "at",
    "account_id",
    "account_name",
    "role",
)
"""What of an entry is sealed: all but its region, which follows the unit wherever it goes."""

BEGINNING = bytes(32)
"""What stands before a unit's first entry."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a unit's chain ends: the number of its last entry, and its hash."""

    sequence: int = 0
    hash: bytes = BEGINNING


class Damage(StrEnum):
    """What is wrong with a chain."""

    MISSING = "MISSING"
    ALTERED = "ALTERED"
    REWRITTEN = "REWRITTEN"
    CUT_OFF = "CUT_OFF"


@dataclass(frozen=True, slots=True)
class Break:
    """Where a unit's chain does not hold, and how."""

    unit_id: UUID
    sequence: int
    damage: Damage


def hash_of(before: bytes, entry: Mapping[str, object]) -> bytes:
    """Seal an entry to the one before it."""
    told = {name: _plain(entry[name]) for name in FIELDS}
    return sha256(before + dumps(told, option=OPT_SORT_KEYS)).digest()


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | StrEnum():
            return str(value)
        case _:
            return value


def breaks(
    entries: Iterable[Mapping[str, Any]], heads: dict[UUID, Head], kept: Mapping[UUID, Head]
) -> Iterator[Break]:
    """Follow chains, their entries by unit and number; tell each break, and note where they end.

    After a break it goes on from the hash that is written, so that one change is told once. What
    was kept of an earlier time must still be so: who changes an entry and seals all that follow
    anew is found by that.
    """
    for entry in entries:
        unit_id, found = entry["unit_id"], Head(entry["sequence"], entry["hash"])
        head, known = heads.get(unit_id, Head()), kept.get(unit_id, Head())
        if found.sequence != head.sequence + 1:
            yield Break(unit_id, head.sequence + 1, Damage.MISSING)
        elif hash_of(head.hash, entry) != found.hash:
            yield Break(unit_id, found.sequence, Damage.ALTERED)
        elif found.sequence == known.sequence and found.hash != known.hash:
            yield Break(unit_id, found.sequence, Damage.REWRITTEN)
        heads[unit_id] = found


def cut_off(kept: Mapping[UUID, Head], heads: Mapping[UUID, Head]) -> Iterator[Break]:
    """Tell which chains end before the place where they once ended."""
    for unit_id, head in kept.items():
        if heads.get(unit_id, Head()).sequence < head.sequence:
            yield Break(unit_id, head.sequence, Damage.CUT_OFF)

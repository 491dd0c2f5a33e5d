"""History chained by hash: each entry of a unit seals the one before it (X9, ADR 0024)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from orjson import OPT_SORT_KEYS, dumps

SEALED_FIELDS = (
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

FIRST_PREVIOUS_HASH = bytes(32)
"""What stands before a unit's first entry."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a unit's chain ends: the number of its last entry, and its hash."""

    sequence: int = 0
    hash: bytes = FIRST_PREVIOUS_HASH


class ChainDamage(StrEnum):
    """What is wrong with a chain."""

    MISSING = "MISSING"
    ALTERED = "ALTERED"
    REWRITTEN = "REWRITTEN"
    CUT_OFF = "CUT_OFF"


@dataclass(frozen=True, slots=True)
class ChainBreak:
    """Where a unit's chain does not hold, and how."""

    unit_id: UUID
    sequence: int
    damage: ChainDamage


def compute_hash(before: bytes, entry: Mapping[str, object]) -> bytes:
    """Seal an entry to the one before it."""
    told = {name: _to_plain_value(entry[name]) for name in SEALED_FIELDS}
    return sha256(before + dumps(told, option=OPT_SORT_KEYS)).digest()


def _to_plain_value(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | StrEnum():
            return str(value)
        case _:
            return value


def find_breaks(
    entries: Iterable[Mapping[str, Any]],
    heads: dict[UUID, ChainHead],
    kept: Mapping[UUID, ChainHead],
) -> Iterator[ChainBreak]:
    """Follow chains, their entries by unit and number; tell each break, and note where they end.

    After a break it goes on from the hash that is written, so that one change is told once. What
    was kept of an earlier time must still be so: who changes an entry and seals all that follow
    anew is found by that.
    """
    for entry in entries:
        unit_id, found = entry["unit_id"], ChainHead(entry["sequence"], entry["hash"])
        head, known = heads.get(unit_id, ChainHead()), kept.get(unit_id, ChainHead())
        if found.sequence != head.sequence + 1:
            yield ChainBreak(unit_id, head.sequence + 1, ChainDamage.MISSING)
        elif compute_hash(head.hash, entry) != found.hash:
            yield ChainBreak(unit_id, found.sequence, ChainDamage.ALTERED)
        elif found.sequence == known.sequence and found.hash != known.hash:
            yield ChainBreak(unit_id, found.sequence, ChainDamage.REWRITTEN)
        heads[unit_id] = found


def find_truncated_chains(
    kept: Mapping[UUID, ChainHead], heads: Mapping[UUID, ChainHead]
) -> Iterator[ChainBreak]:
    """Yield which chains end before the place where they once ended."""
    for unit_id, head in kept.items():
        if heads.get(unit_id, ChainHead()).sequence < head.sequence:
            yield ChainBreak(unit_id, head.sequence, ChainDamage.CUT_OFF)

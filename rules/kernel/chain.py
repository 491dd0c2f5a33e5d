"""History chained by hash: each entry of a unit, or of an office, seals the one before it (X9).

See ADR 0024; what no unit owns is chained by its region.
"""

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

OFFICE_SEALED_FIELDS = (
    "region",
    *(name for name in SEALED_FIELDS if name not in {"unit_id", "person_id"}),
    "holder_id",
)
"""What of an office's entry is sealed: all, for nothing moves it to another region."""

FIRST_PREVIOUS_HASH = bytes(32)
"""What stands before a chain's first entry."""

ChainKey = UUID | str
"""Whose chain it is: a unit's by its id, an office's by its region."""


@dataclass(frozen=True, slots=True)
class ChainShape:
    """By which field a history is divided into chains, and what of an entry is sealed."""

    key: str
    sealed: tuple[str, ...]


UNIT_CHAIN = ChainShape("unit_id", SEALED_FIELDS)
OFFICE_CHAIN = ChainShape("region", OFFICE_SEALED_FIELDS)


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain ends: the number of its last entry, and its hash."""

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
    """Where a chain does not hold, and how."""

    key: ChainKey
    sequence: int
    damage: ChainDamage


def compute_hash(
    before: bytes, entry: Mapping[str, object], shape: ChainShape = UNIT_CHAIN
) -> bytes:
    """Seal an entry to the one before it."""
    told = {name: _to_plain_value(entry[name]) for name in shape.sealed}
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
    heads: dict[ChainKey, ChainHead],
    kept: Mapping[ChainKey, ChainHead],
    shape: ChainShape = UNIT_CHAIN,
) -> Iterator[ChainBreak]:
    """Follow chains, their entries by chain and number; tell each break, and note where they end.

    After a break it goes on from the hash that is written, so that one change is told once. What
    was kept of an earlier time must still be so: who changes an entry and seals all that follow
    anew is found by that.
    """
    for entry in entries:
        key, found = entry[shape.key], ChainHead(entry["sequence"], entry["hash"])
        head, known = heads.get(key, ChainHead()), kept.get(key, ChainHead())
        if found.sequence != head.sequence + 1:
            yield ChainBreak(key, head.sequence + 1, ChainDamage.MISSING)
        elif compute_hash(head.hash, entry, shape) != found.hash:
            yield ChainBreak(key, found.sequence, ChainDamage.ALTERED)
        elif found.sequence == known.sequence and found.hash != known.hash:
            yield ChainBreak(key, found.sequence, ChainDamage.REWRITTEN)
        heads[key] = found


def find_truncated_chains(
    kept: Mapping[ChainKey, ChainHead], heads: Mapping[ChainKey, ChainHead]
) -> Iterator[ChainBreak]:
    """Yield which chains end before the place where they once ended."""
    for key, head in kept.items():
        if heads.get(key, ChainHead()).sequence < head.sequence:
            yield ChainBreak(key, head.sequence, ChainDamage.CUT_OFF)

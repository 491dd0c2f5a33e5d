"""History chained by hash: each entry of a unit, or of an office, seals the one before it (X9).

See ADR 0024; what no unit owns is chained by its region. Since ADR 0068 the hash is keyed: whoever
has the database alone can't write an entry that holds.
"""

import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from orjson import OPT_SORT_KEYS, dumps

from rules.kernel.digest import Digest, compute_digest, compute_mac

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
"""What of an entry is sealed: all, and of its place what `_find_fixed_place` finds."""

OFFICE_SEALED_FIELDS = (
    "region",
    *(name for name in SEALED_FIELDS if name not in {"unit_id", "person_id"}),
    "holder_id",
)
"""What of an office's entry is sealed: all, for nothing moves it to another region."""

ACCESS_SEALED_FIELDS = (
    *("chain", "sequence", "id", "region", "action", "about", "record", "reason", "at"),
    *("account_id", "account_name", "role"),
)
"""What of an entry about access is sealed: all, for nothing moves it."""

ACCESS_CHAINS_PER_REGION = 16
"""So many can sign in at once in a region without waiting for each other's commit. It stays: an
account's entries are all in one chain."""

FIRST_PREVIOUS_HASH = bytes(32)
"""What stands before a chain's first entry."""

ChainKey = UUID | str
"""Whose chain it is: a unit's by its id, an office's by its region, of access by both's name."""


@dataclass(frozen=True, slots=True)
class ChainShape:
    """By which field a history is divided into chains, and what of an entry is sealed.

    `places` are the columns that say where an entry lies, where they are not sealed as they are.
    `names` is how its chains are called.
    """

    key: str
    sealed: tuple[str, ...]
    names: re.Pattern[str]
    places: tuple[str, ...] = ()

    def has_chain(self, key: ChainKey) -> bool:
        """Return whether a chain is one of this history."""
        return self.names.fullmatch(str(key)) is not None

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that its hash is computed from."""
        return (*self.sealed, *self.places, "key_id")


UNIT_CHAIN = ChainShape(
    "unit_id", SEALED_FIELDS, re.compile("[0-9a-f-]{36}"), ("region", "at_home")
)
OFFICE_CHAIN = ChainShape("region", OFFICE_SEALED_FIELDS, re.compile("[0-9]{6}"))
ACCESS_CHAIN = ChainShape("chain", ACCESS_SEALED_FIELDS, re.compile("[0-9]{6}/[0-9a-f]"))


def name_access_chain(region: str, account_id: UUID) -> str:
    """Name the chain that tells of an account's access: one of several of its region (X9)."""
    return f"{region}/{account_id.int % ACCESS_CHAINS_PER_REGION:x}"


@dataclass(frozen=True, slots=True)
class HistoryKey:
    """A key that the database does not hold, and the id by which entries name it."""

    id: bytes
    secret: bytes = field(repr=False)
    digest: Digest = Digest.SHA256


@dataclass(frozen=True, slots=True)
class KeyedHistory:
    """By which keys entries may be marked, and since when they are; before that they were not."""

    keys: Mapping[bytes, HistoryKey] = field(default_factory=dict, repr=False)
    since: datetime | None = None


KEYLESS = KeyedHistory()
ROLLING_UPGRADE = timedelta(days=1)
"""So long after the first keyed entry a process of the release before may still write."""


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a chain ends: the number of its last entry, its hash, and the latest time in it."""

    sequence: int = 0
    hash: bytes = FIRST_PREVIOUS_HASH
    latest: datetime | None = field(default=None, compare=False)


class ChainDamage(StrEnum):
    """What is wrong with a chain."""

    MISSING = "MISSING"
    UNKEYED = "UNKEYED"
    UNKNOWN_KEY = "UNKNOWN_KEY"
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
    before: bytes,
    entry: Mapping[str, object],
    shape: ChainShape = UNIT_CHAIN,
    key: HistoryKey | None = None,
) -> bytes:
    """Seal an entry to the one before it, by a key; those of before ADR 0068 have none."""
    told = {name: _to_plain_value(entry[name]) for name in shape.sealed}
    if key is None:
        return compute_digest(Digest.SHA256, before + dumps(told, option=OPT_SORT_KEYS))
    told |= {"key_id": _to_plain_value(entry["key_id"]), "place": _find_fixed_place(entry, shape)}
    return compute_mac(key.digest, key.secret, before + dumps(told, option=OPT_SORT_KEYS))


def _find_fixed_place(entry: Mapping[str, object], shape: ChainShape) -> object:
    """Return where an entry lies for good; none of what follows its unit, as a foreign key sees."""
    return entry["region"] if shape.places and not entry["at_home"] else None


def _to_plain_value(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case UUID() | StrEnum():
            return str(value)
        case bytes():
            return value.hex()
        case _:
            return value


def find_breaks(
    entries: Iterable[Mapping[str, Any]],
    heads: dict[ChainKey, ChainHead],
    kept: Mapping[ChainKey, ChainHead],
    shape: ChainShape = UNIT_CHAIN,
    keyed: KeyedHistory = KEYLESS,
) -> Iterator[ChainBreak]:
    """Follow chains, their entries by chain and number; tell each break, and note where they end.

    After a break it goes on from the hash that is written, so that one change is told once. What
    was kept of an earlier time must still be so: who changes an entry and seals all that follow
    anew is found by that.
    """
    for entry in entries:
        key = entry[shape.key]
        head, known = heads.get(key, ChainHead()), kept.get(key, ChainHead())
        latest = max(entry["at"], head.latest or entry["at"])
        found = ChainHead(entry["sequence"], entry["hash"], latest)
        damage = _find_damage(entry, head, latest, shape, keyed)
        if damage is ChainDamage.MISSING:
            yield ChainBreak(key, head.sequence + 1, damage)
        elif damage is not None:
            yield ChainBreak(key, found.sequence, damage)
        elif found.sequence == known.sequence and found.hash != known.hash:
            yield ChainBreak(key, found.sequence, ChainDamage.REWRITTEN)
        heads[key] = found


def _find_damage(
    entry: Mapping[str, Any],
    head: ChainHead,
    latest: datetime,
    shape: ChainShape,
    keyed: KeyedHistory,
) -> ChainDamage | None:
    """Find what is wrong with an entry that is to follow a chain's end; None where it holds."""
    key_id = entry["key_id"]
    key = None if key_id is None else keyed.keys.get(key_id)
    if entry["sequence"] != head.sequence + 1:
        return ChainDamage.MISSING
    if key_id is not None and key is None:
        return ChainDamage.UNKNOWN_KEY
    if key_id is None and keyed.since is not None and latest >= keyed.since + ROLLING_UPGRADE:
        return ChainDamage.UNKEYED
    if not hmac.compare_digest(compute_hash(head.hash, entry, shape, key), entry["hash"]):
        return ChainDamage.ALTERED
    return None


def find_truncated_chains(
    kept: Mapping[ChainKey, ChainHead], heads: Mapping[ChainKey, ChainHead]
) -> Iterator[ChainBreak]:
    """Yield which chains end before the place where they once ended."""
    for key, head in kept.items():
        if heads.get(key, ChainHead()).sequence < head.sequence:
            yield ChainBreak(key, head.sequence, ChainDamage.CUT_OFF)

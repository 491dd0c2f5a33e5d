"""A checkpoint of the history: one digest over where all chains end (X9, ADR 0069)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from orjson import OPT_SORT_KEYS, dumps

from rules.kernel.chain import ChainHead, ChainKey
from rules.kernel.digest import Digest, compute_digest

FIRST_PREVIOUS_DIGEST = bytes(32)
"""What stands before the first checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """How much history there was at an instant, and the digest of where its chains ended.

    `previous` is the digest of the checkpoint before, by that one's algorithm.
    """

    number: int
    at: datetime
    entries: int
    chains: int
    root: bytes
    previous: bytes
    digest: Digest = Digest.SHA256

    def compute_digest(self) -> bytes:
        """Return what is signed, stamped with a time, and named by the next one."""
        told = {
            "number": self.number,
            "at": self.at.astimezone(UTC).isoformat(),
            "entries": self.entries,
            "chains": self.chains,
            "root": self.root.hex(),
            "previous": self.previous.hex(),
        }
        return compute_digest(self.digest, dumps(told, option=OPT_SORT_KEYS))


def compute_root(heads: Mapping[ChainKey, ChainHead], digest: Digest = Digest.SHA256) -> bytes:
    """Return the digest of where all chains end, in the order of whose they are."""
    ends = sorted((str(key), head.sequence, head.hash.hex()) for key, head in heads.items())
    return compute_digest(digest, dumps(ends))


def build_checkpoint(
    heads: Mapping[ChainKey, ChainHead],
    last: Checkpoint | None,
    at: datetime,
    digest: Digest = Digest.SHA256,
) -> Checkpoint:
    """Build the checkpoint that follows the last one."""
    return Checkpoint(
        number=last.number + 1 if last else 1,
        at=at,
        entries=sum(head.sequence for head in heads.values()),
        chains=len(heads),
        root=compute_root(heads, digest),
        previous=last.compute_digest() if last else FIRST_PREVIOUS_DIGEST,
        digest=digest,
    )

"""Checkpoints of the history outside of the database: signed, in files (X9, ADR 0069).

`checkpoint-00000017.json` is one checkpoint, some hundred bytes and its time stamp. Beside the last
ones `heads-00000017-….json` says where each chain ended: what the checkpoint's root is of, by which
it is named.
"""

import os
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from tempfile import NamedTemporaryFile, mkstemp
from typing import Any
from uuid import UUID

import orjson

from gateways.signature import SigningKey
from rules.kernel.chain import UNIT_CHAIN, ChainHead, ChainKey
from rules.kernel.checkpoint import Checkpoint, compute_root
from rules.kernel.digest import Digest

KEPT_HEADS = 2
"""So many of the last files of heads are kept: one stays whole whatever fails meanwhile."""

Heads = Mapping[ChainKey, ChainHead]


class CheckpointsUnreadable(RuntimeError):
    """Say which file is no checkpoint, or no ends of chains."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedCheckpoint:
    """A checkpoint, who signed it with which key, and the time stamp if there is one."""

    checkpoint: Checkpoint
    key_id: bytes
    signature: bytes
    time_stamp: bytes | None = None

    def to_json(self) -> bytes:
        """Spell it as its file does."""
        told = self.checkpoint
        stamp = None if self.time_stamp is None else b64encode(self.time_stamp).decode()
        parts = {
            "number": told.number,
            "at": told.at.isoformat(),
            "entries": told.entries,
            "chains": told.chains,
            "root": told.root.hex(),
            "previous": told.previous.hex(),
            "digest": told.digest,
            "key": self.key_id.hex(),
            "signature": self.signature.hex(),
            "time_stamp": stamp,
        }
        return orjson.dumps(parts, option=orjson.OPT_INDENT_2)

    @classmethod
    def from_json(cls, text: bytes) -> "SignedCheckpoint":
        """Read what `to_json` wrote; raises ValueError, TypeError or KeyError for anything else."""
        told: dict[str, Any] = orjson.loads(text)
        checkpoint = Checkpoint(
            number=int(told["number"]),
            at=datetime.fromisoformat(told["at"]),
            entries=int(told["entries"]),
            chains=int(told["chains"]),
            root=bytes.fromhex(told["root"]),
            previous=bytes.fromhex(told["previous"]),
            digest=Digest(told.get("digest", Digest.SHA256)),
        )
        stamp = told["time_stamp"]
        return cls(
            checkpoint=checkpoint,
            key_id=bytes.fromhex(told["key"]),
            signature=bytes.fromhex(told["signature"]),
            time_stamp=None if stamp is None else b64decode(stamp, validate=True),
        )


class CheckpointSigner:
    """Signs with the first of some keys, and verifies with any of them."""

    def __init__(self, keys: Sequence[SigningKey]) -> None:
        self._first = keys[0]
        self._keys = {key.id: key for key in reversed(keys)}

    @property
    def digest(self) -> Digest:
        """By which algorithm the checkpoints are digested that are signed now."""
        return self._first.digest

    def sign(self, checkpoint: Checkpoint, time_stamp: bytes | None) -> SignedCheckpoint:
        """Sign a checkpoint."""
        return SignedCheckpoint(
            checkpoint=checkpoint,
            key_id=self._first.id,
            signature=self._first.sign(checkpoint.compute_digest()),
            time_stamp=time_stamp,
        )

    def is_signed(self, signed: SignedCheckpoint) -> bool:
        """Return whether one of the keys signed a checkpoint as it stands."""
        key = self._keys.get(signed.key_id)
        told = signed.checkpoint
        if key is None or key.digest is not told.digest:
            return False
        return key.is_signed(told.compute_digest(), signed.signature)


@dataclass(frozen=True, slots=True)
class Trail:
    """The checkpoints that there are, oldest first, and where chains ended at the last one."""

    checkpoints: Sequence[SignedCheckpoint] = ()
    heads: Heads = field(default_factory=dict)

    @property
    def last(self) -> Checkpoint | None:
        """The last checkpoint."""
        return self.checkpoints[-1].checkpoint if self.checkpoints else None

    def find_faults(self, signer: CheckpointSigner) -> Iterator[str]:
        """Say which checkpoints are not ours, or do not follow the one before.

        What the next one names by its digest is ours as that one is: so of a trail that holds the
        last signature alone is looked at.
        """
        before: Checkpoint | None = None
        for signed, after in zip_longest(self.checkpoints, self.checkpoints[1:]):
            told = signed.checkpoint
            named = after is not None and after.checkpoint.previous == told.compute_digest()
            if not named and not signer.is_signed(signed):
                yield f"checkpoint {told.number} is not signed by a key of JIUYE_HISTORY_KEY"
            if before is not None and told.number != before.number + 1:
                yield f"checkpoint {before.number + 1} is missing"
            elif before is not None and told.previous != before.compute_digest():
                yield f"checkpoint {told.number} does not follow the one before"
            before = told
        if before is not None and compute_root(self.heads, before.digest) != before.root:
            yield f"the ends of chains kept with checkpoint {before.number} are not its own"


class CheckpointStore:
    """The directory that holds the checkpoints."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def read_trail(self) -> Trail:
        """Read all checkpoints, and the ends of chains of the last; raises CheckpointsUnreadable.

        Without that file no end is known, which a trail tells of as a fault.
        """
        files = sorted(self._directory.glob("checkpoint-*.json"))
        signed = [read_checkpoint(file) for file in files]
        if not signed:
            return Trail()
        heads = self._name_heads(signed[-1].checkpoint)
        return Trail(signed, read_heads(heads) if heads.exists() else {})

    def write(self, signed: SignedCheckpoint, heads: Heads, keep_since: datetime) -> bool:
        """Write the ends of chains, then the checkpoint; clear away what is older.

        Returns whether it did: a checkpoint that is there already is never written over.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        write_heads(self._name_heads(signed.checkpoint), heads)
        try:
            self._write_once(signed)
        except FileExistsError:
            return False
        self._clear_away(signed.checkpoint.number - KEPT_HEADS, keep_since)
        return True

    def _write_once(self, signed: SignedCheckpoint) -> None:
        """Write a checkpoint's file, whole or not at all, where there is none."""
        with NamedTemporaryFile(dir=self._directory, prefix="half-") as half:
            half.write(signed.to_json())
            half.flush()
            os.fsync(half.fileno())
            number = signed.checkpoint.number
            os.link(half.name, self._directory / f"checkpoint-{number:08}.json")

    def _clear_away(self, up_to: int, keep_since: datetime) -> None:
        """Delete ends of chains up to a checkpoint, and checkpoints of before an instant."""
        for file in self._directory.glob("heads-*.json"):
            if int(file.name.split("-")[1]) <= up_to:
                file.unlink(missing_ok=True)
        for file in sorted(self._directory.glob("checkpoint-*.json"))[:-KEPT_HEADS]:
            if read_checkpoint(file).checkpoint.at >= keep_since:
                break
            file.unlink(missing_ok=True)

    def _name_heads(self, checkpoint: Checkpoint) -> Path:
        name = f"heads-{checkpoint.number:08}-{checkpoint.root[:4].hex()}.json"
        return self._directory / name


def read_checkpoint(file: Path) -> SignedCheckpoint:
    """Read a checkpoint's file; raises CheckpointsUnreadable."""
    try:
        return SignedCheckpoint.from_json(file.read_bytes())
    except (ValueError, TypeError, KeyError):
        raise CheckpointsUnreadable(f"{file} is no checkpoint of a history.") from None


def read_heads(file: Path) -> Heads:
    """Read where chains ended; raises CheckpointsUnreadable where the file holds something else."""
    try:
        told = orjson.loads(file.read_bytes())
        return {
            _parse_key(key): ChainHead(n, bytes.fromhex(hash_)) for key, (n, hash_) in told.items()
        }
    except (ValueError, TypeError, AttributeError):
        raise CheckpointsUnreadable(
            f"{file} was not written by `jiuye history verify --keep`, nor beside a checkpoint. "
            "Name the file that was, or one that does not exist yet."
        ) from None


def _parse_key(text: str) -> ChainKey:
    """Read whose chain it is: a unit's by its id, an office's and those of access by their name."""
    return UUID(text) if UNIT_CHAIN.has_chain(text) else text


def write_heads(file: Path, heads: Heads) -> None:
    """Write where chains end, to be kept where the database's owner can't reach it."""
    told = {str(key): (head.sequence, head.hash.hex()) for key, head in heads.items()}
    write_whole(file, orjson.dumps(told, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2))


def write_whole(file: Path, content: bytes) -> None:
    """Write all of a file or nothing: what was kept before is not lost by a full disk.

    Others may write the same file at once: each writes a half of its own, and the last one stays.
    """
    handle, name = mkstemp(dir=file.parent, prefix=f".{file.name}.", suffix=".new")
    half = Path(name)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
        half.replace(file)
    except BaseException:
        half.unlink(missing_ok=True)
        raise

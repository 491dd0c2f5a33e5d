"""The keys of an installation by purpose, and which of them are no keys (X11)."""

from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
KEY_ID_BYTES = 4
MIN_DISTINCT_BYTES = 16
"""Of 32 random bytes fewer differ once in 10^14 times."""


class WeakKey(ValueError):
    """A key that somebody could guess; the words repeat nothing of it."""

    def __init__(self) -> None:
        super().__init__(
            "is no random key; make one with `jiuye keys new`, and put it before this one"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRing:
    """Keys of 32 bytes. Of several the first one seals or signs, and all of them open or verify."""

    data: tuple[bytes, ...] = field(repr=False)
    index: bytes = field(repr=False)
    history: tuple[bytes, ...] = field(repr=False)


def build_key_ring(
    data: tuple[bytes, ...], index: bytes | None = None, history: tuple[bytes, ...] = ()
) -> KeyRing:
    """Build a ring; what is not given is derived from the oldest data key, which is the last."""
    if not data or any(len(key) != KEY_BYTES for key in data):
        raise ValueError(f"A data key has {KEY_BYTES} bytes.")
    return KeyRing(
        data=data,
        index=index or derive_key(data[-1], b"jiuye index"),
        history=history or (derive_key(data[-1], b"jiuye history"),),
    )


def derive_key(key: bytes, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)


def compute_key_id(key: bytes) -> bytes:
    """Return the four bytes that name a key, and tell nothing of it."""
    return sha256(derive_key(key, b"jiuye key id")).digest()[:KEY_ID_BYTES]


def require_strong_key(key: bytes) -> None:
    """Refuse what looks typed or counted; raises WeakKey."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    if len(set(key)) < MIN_DISTINCT_BYTES or len(steps) == 1 or all(32 <= b < 127 for b in key):
        raise WeakKey

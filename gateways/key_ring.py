"""The keys of an installation by purpose, and which of them are no keys (X11)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise

from gateways.crypto_profile import KEY_BYTES, STANDARD_ONLY, CryptoProfile
from rules.kernel.chain import HistoryKey
from rules.kernel.digest import Digest

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
    """Keys of 32 bytes. Of several the first one seals or signs, and all of them open or verify.

    So it is with the profiles: the first one's algorithms are used, the others' still open.
    """

    data: tuple[bytes, ...] = field(repr=False)
    index: tuple[bytes, ...] = field(repr=False)
    history: tuple[bytes, ...] = field(repr=False)
    profiles: Sequence[CryptoProfile] = STANDARD_ONLY

    @property
    def profile(self) -> CryptoProfile:
        """The profile that is used."""
        return self.profiles[0]


def build_key_ring(
    data: tuple[bytes, ...],
    index: tuple[bytes, ...] = (),
    history: tuple[bytes, ...] = (),
    profiles: Sequence[CryptoProfile] = STANDARD_ONLY,
) -> KeyRing:
    """Build a ring; what is not given is derived from the oldest data key, which is the last."""
    if not data or any(len(key) != KEY_BYTES for key in data):
        raise ValueError(f"A data key has {KEY_BYTES} bytes.")
    return KeyRing(
        data=data,
        index=index or (derive_key(data[-1], b"jiuye index"),),
        history=history or (derive_key(data[-1], b"jiuye history"),),
        profiles=profiles,
    )


def list_history_keys(ring: KeyRing) -> Sequence[HistoryKey]:
    """List the keys by which entries of the history are marked: the first one's are new.

    The others verify, those of both profiles: what is written of the history stays as it is.
    """
    profiles = sorted(CryptoProfile, key=lambda each: each is not ring.profile)
    return [_build_history_key(each, key) for each in profiles for key in ring.history]


def _build_history_key(profile: CryptoProfile, key: bytes) -> HistoryKey:
    """Build a key of the history; entries name it, and by that its algorithm."""
    if profile.digest is Digest.SHA256:
        return HistoryKey(compute_key_id(key), key)
    derived = profile.derive_key(key, b"jiuye history")
    return HistoryKey(compute_key_id(derived), derived, profile.digest)


def derive_key(key: bytes, purpose: bytes) -> bytes:
    """Derive a key of 32 bytes for one purpose, whatever the profile."""
    return CryptoProfile.STANDARD.derive_key(key, purpose)


def compute_key_id(key: bytes) -> bytes:
    """Return the four bytes that name a key, and tell nothing of it."""
    return sha256(derive_key(key, b"jiuye key id")).digest()[:KEY_ID_BYTES]


def name_key(profile: CryptoProfile, key_id: bytes) -> str:
    """Return what a profile's key is called: its id, with the profile where it is not standard."""
    standard = profile is CryptoProfile.STANDARD
    return key_id.hex() if standard else f"{profile.lower()}:{key_id.hex()}"


def require_strong_key(key: bytes) -> None:
    """Refuse what looks typed or counted; raises WeakKey."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    if len(set(key)) < MIN_DISTINCT_BYTES or len(steps) == 1 or all(32 <= b < 127 for b in key):
        raise WeakKey

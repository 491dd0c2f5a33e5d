"""Personal data at rest: encrypted where they lie, found again by a keyed blind index (X11)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from os import urandom

import structlog
from cryptography.exceptions import InvalidTag
from prometheus_client import Counter

from gateways.crypto_profile import AeadCipher, CryptoProfile
from gateways.key_ring import KEY_ID_BYTES, KeyRing, compute_key_id, name_key
from models import SealedPlace
from rules.kernel.digest import compute_mac
from rules.kernel.refusal import Fault, Reason, Refusal

UNBOUND_FORMAT = b"\x01"
"""Bound to its field alone, as before 0.1.0."""
FORMER_FORMATS: Mapping[CryptoProfile, bytes] = {
    CryptoProfile.STANDARD: b"\x02",
    CryptoProfile.SM: b"\x03",
}
"""Bound to table, column and id alone, as for a while before 0.2: read until sealed anew."""
BOUND_FORMATS: Mapping[CryptoProfile, bytes] = {
    CryptoProfile.STANDARD: b"\x04",
    CryptoProfile.SM: b"\x05",
}
"""Bound to table, column, owner and id, with its key's id; the format tells the algorithms."""
INDEX_BYTES = 32
BlindIndexes = tuple[bytes, ...]
"""By which a number may be found: more than one while an index key follows another."""
PREFIX_BYTES = 1 + KEY_ID_BYTES
"""Format and key's id, with which a bound value begins."""

_NONCE_BYTES = 12
_BROKEN_COUNTER = Counter("jiuye_broken_seals", "Sealed values that did not open.", ("column",))

log = structlog.stdlib.get_logger("jiuye.seal")


class SealBroken(Refusal):
    """What is kept sealed was changed, moved from elsewhere, or sealed with another key."""

    def __init__(self) -> None:
        super().__init__(Fault(Reason.SEAL_BROKEN))


class Seal:
    """Seals texts with the first data key of a ring, and indexes them with its first index key.

    A sealed text opens where it was sealed, and nowhere else: not in another column or row, nor
    in a row of the same id that is another's.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {
            _build_prefix(formats, profile, key): _build_cipher(profile, key, b"jiuye bound seal")
            for formats in (FORMER_FORMATS, BOUND_FORMATS)
            for profile in ring.profiles
            for key in reversed(ring.data)
        }
        standard = CryptoProfile.STANDARD
        self._unbound = [
            _build_cipher(standard, key, b"jiuye seal")
            for key in ring.data
            if standard in ring.profiles
        ]
        self.profile = ring.profile
        self._index_keys = [
            (profile.digest, _derive_index_key(profile, key))
            for profile in ring.profiles
            for key in ring.index
        ]
        # The last key of the history stays for good: marks follow no change of keys.
        self._mark_keys = [
            (profile.digest, profile.derive_key(ring.history[-1], b"jiuye marks"))
            for profile in ring.profiles
        ]
        self.prefix = _build_prefix(BOUND_FORMATS, ring.profile, ring.data[0])
        """With which everything begins that is sealed now."""

    def seal_text(self, place: SealedPlace, text: str) -> bytes:
        """Encrypt a text for its place."""
        nonce = urandom(_NONCE_BYTES)
        sealed = self._ciphers[self.prefix].encrypt(nonce, text.encode(), _bind(place))
        return self.prefix + nonce + sealed

    def open_sealed(self, place: SealedPlace, sealed: bytes) -> str:
        """Decrypt what was sealed for a place.

        Raises SealBroken for anything else, and raises the alarm: log and metric name the place.
        """
        text = self.try_open(place, sealed)
        if text is None:
            raise build_broken_seal(f"{place.table}.{place.column}", str(place.id))
        return text

    def try_open(self, place: SealedPlace, sealed: bytes) -> str | None:
        """Decrypt what was sealed for a place; None for anything else."""
        if sealed[:1] == UNBOUND_FORMAT:
            return self._open_unbound(place.field, sealed[1:])
        cipher = self._ciphers.get(sealed[:PREFIX_BYTES])
        if cipher is None:
            return None
        former = sealed[:1] in FORMER_FORMATS.values()
        bound_to = _bind(replace(place, owner=None) if former else place)
        return _decrypt(cipher, sealed[PREFIX_BYTES:], bound_to)

    def has_key_of(self, sealed: bytes) -> bool:
        """Return whether a bound value names a key and a profile of the ring, opens it or not."""
        return sealed[:PREFIX_BYTES] in self._ciphers

    def move_sealed(self, source: SealedPlace, sealed: bytes, target: SealedPlace) -> bytes:
        """Seal for another place what was sealed for one; raises SealBroken as opening does."""
        return self.seal_text(target, self.open_sealed(source, sealed))

    def compute_index(self, field: str, text: str) -> bytes:
        """Return the blind index under which a text of a field is kept, 32 bytes."""
        return self.compute_indexes(field, text)[0]

    def compute_indexes(self, field: str, text: str) -> BlindIndexes:
        """Return all blind indexes under which a text of a field may be found.

        The first one is of the present key and profile. While one follows another there are
        others: what is not indexed anew yet is found by these.
        """
        said = f"{field}\0{text}".encode()
        return tuple(compute_mac(digest, key, said) for digest, key in self._index_keys)

    def count_indexes(self) -> int:
        """Count by how many indexes a number may be found: more than one while keys change."""
        return len(self._index_keys)

    def compute_mark(self, purpose: str, text: str) -> bytes:
        """Return a keyed hash of a text for a purpose, 32 bytes: it finds no number, nor a row."""
        return self.compute_marks(purpose, text)[0]

    def compute_marks(self, purpose: str, text: str) -> Sequence[bytes]:
        """Return the mark of each profile that is named, the present one's first."""
        said = f"{purpose}\0{text}".encode()
        return [compute_mac(digest, key, said) for digest, key in self._mark_keys]

    def _open_unbound(self, field: str, sealed: bytes) -> str | None:
        opened = (_decrypt(cipher, sealed, field.encode()) for cipher in self._unbound)
        return next((text for text in opened if text is not None), None)


def split_indexes(joined: bytes) -> BlindIndexes:
    """Return blind indexes that were put one behind the other."""
    return tuple(joined[n : n + INDEX_BYTES] for n in range(0, len(joined), INDEX_BYTES))


def name_seal(prefix: bytes) -> str:
    """Return what that is called with which a sealed value begins: its key's id, and its profile.

    `unbound` is what was sealed before seals were bound to rows, `of no owner` what was before they
    were bound to whose the row is.
    """
    if prefix.startswith(UNBOUND_FORMAT):
        return "unbound"
    for formats, told in ((BOUND_FORMATS, ""), (FORMER_FORMATS, " of no owner")):
        for profile, format_ in formats.items():
            if prefix.startswith(format_):
                return f"{name_key(profile, prefix[1:])}{told}"
    return f"unknown:{prefix.hex()}"


def build_broken_seal(column: str, row: str) -> SealBroken:
    """Raise the alarm, in log and metric, and return what refuses the value."""
    _BROKEN_COUNTER.labels(column).inc()
    log.error("seal broken", column=column, row=row)
    return SealBroken()


def _build_prefix(
    formats: Mapping[CryptoProfile, bytes], profile: CryptoProfile, key: bytes
) -> bytes:
    return formats[profile] + compute_key_id(key)


def _build_cipher(profile: CryptoProfile, key: bytes, purpose: bytes) -> AeadCipher:
    return profile.build_cipher(profile.derive_key(key, purpose))


def _derive_index_key(profile: CryptoProfile, key: bytes) -> bytes:
    """Return the key of an index's digests: of one key no two profiles make the same use."""
    standard = profile is CryptoProfile.STANDARD
    return key if standard else profile.derive_key(key, b"jiuye index")


def _bind(place: SealedPlace) -> bytes:
    owner = place.owner.bytes if place.owner else b""
    return f"{place.table}.{place.column}\0".encode() + owner + place.id.bytes


def _decrypt(cipher: AeadCipher, sealed: bytes, bound_to: bytes) -> str | None:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to).decode()
    except (InvalidTag, ValueError):  # too short is no sealed text either
        return None

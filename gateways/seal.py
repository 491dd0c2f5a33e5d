"""Personal data at rest: encrypted where they lie, found again by a keyed blind index (X11)."""

import hmac
from hashlib import sha256
from os import urandom

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from prometheus_client import Counter

from gateways.key_ring import KEY_ID_BYTES, KeyRing, compute_key_id, derive_key
from models import SealedPlace
from rules.kernel.refusal import Fault, Reason, Refusal

BOUND_FORMAT, UNBOUND_FORMAT = b"\x02", b"\x01"
"""Bound to table, column and row, with its key's id; or, as before 0.1.0, to its field alone."""

_NONCE_BYTES = 12
_BROKEN_COUNTER = Counter("jiuye_broken_seals", "Sealed values that did not open.", ("column",))

log = structlog.stdlib.get_logger("jiuye.seal")


class SealBroken(Refusal):
    """What is kept sealed was changed, moved from elsewhere, or sealed with another key."""

    def __init__(self) -> None:
        super().__init__(Fault(Reason.SEAL_BROKEN))


class Seal:
    """Seals texts with the first data key of a ring, and indexes them with its index key.

    A sealed text opens where it was sealed, and nowhere else: not in another column or row.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = {
            compute_key_id(key): AESGCM(derive_key(key, b"jiuye bound seal"))
            for key in reversed(ring.data)
        }
        self._unbound = [AESGCM(derive_key(key, b"jiuye seal")) for key in ring.data]
        self._key_id = compute_key_id(ring.data[0])
        self._index_key = ring.index
        self.prefix = BOUND_FORMAT + self._key_id
        """With which everything begins that is sealed now."""

    def seal_text(self, place: SealedPlace, text: str) -> bytes:
        """Encrypt a text for its place."""
        nonce = urandom(_NONCE_BYTES)
        sealed = self._ciphers[self._key_id].encrypt(nonce, text.encode(), _bind(place))
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
        cipher = self._ciphers.get(sealed[1 : 1 + KEY_ID_BYTES])
        if cipher is None or sealed[:1] != BOUND_FORMAT:
            return None
        return _decrypt(cipher, sealed[1 + KEY_ID_BYTES :], _bind(place))

    def has_key_of(self, sealed: bytes) -> bool:
        """Return whether a bound value names a key of the ring, whether it opens or not."""
        return sealed[:1] == BOUND_FORMAT and sealed[1 : 1 + KEY_ID_BYTES] in self._ciphers

    def move_sealed(self, source: SealedPlace, sealed: bytes, target: SealedPlace) -> bytes:
        """Seal for another place what was sealed for one; raises SealBroken as opening does."""
        return self.seal_text(target, self.open_sealed(source, sealed))

    def compute_index(self, field: str, text: str) -> bytes:
        """Return the blind index under which a text of a field is found, 32 bytes."""
        return hmac.digest(self._index_key, f"{field}\0{text}".encode(), sha256)

    def _open_unbound(self, field: str, sealed: bytes) -> str | None:
        opened = (_decrypt(cipher, sealed, field.encode()) for cipher in self._unbound)
        return next((text for text in opened if text is not None), None)


def build_broken_seal(column: str, row: str) -> SealBroken:
    """Raise the alarm, in log and metric, and return what refuses the value."""
    _BROKEN_COUNTER.labels(column).inc()
    log.error("seal broken", column=column, row=row)
    return SealBroken()


def _bind(place: SealedPlace) -> bytes:
    return f"{place.table}.{place.column}\0".encode() + place.id.bytes


def _decrypt(cipher: AESGCM, sealed: bytes, bound_to: bytes) -> str | None:
    try:
        return cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound_to).decode()
    except (InvalidTag, ValueError):  # too short is no sealed text either
        return None

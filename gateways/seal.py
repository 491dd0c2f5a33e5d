"""Personal data at rest: encrypted, found again by a keyed blind index (X11)."""

import hmac
from hashlib import sha256
from os import urandom

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gateways.key_ring import KeyRing, derive_key

_NONCE_BYTES = 12
_FORMAT_VERSION = b"\x01"


class Seal:
    """Seals texts with the first data key of a ring, and indexes them with its index key.

    The field's name goes into both, so that a sealed text can't be moved to another field.
    """

    def __init__(self, ring: KeyRing) -> None:
        self._ciphers = [AESGCM(derive_key(key, b"jiuye seal")) for key in ring.data]
        self._index_key = ring.index

    def seal_text(self, field: str, text: str) -> bytes:
        """Encrypt a text for a field."""
        nonce = urandom(_NONCE_BYTES)
        sealed = self._ciphers[0].encrypt(nonce, text.encode(), field.encode())
        return _FORMAT_VERSION + nonce + sealed

    def open_sealed(self, field: str, sealed: bytes) -> str:
        """Decrypt what was sealed for a field; anything else raises InvalidTag."""
        nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(nonce, text, field.encode()).decode()
            except InvalidTag:
                continue
        raise InvalidTag

    def compute_index(self, field: str, text: str) -> bytes:
        """Return the blind index under which a text of a field is found, 32 bytes."""
        return hmac.digest(self._index_key, f"{field}\0{text}".encode(), sha256)

"""Personal data at rest: encrypted, found again by a keyed blind index (X11)."""

import hmac
from hashlib import sha256
from os import urandom

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12
_FORMAT_VERSION = b"\x01"


def _derive_key(key: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)


class Seal:
    """Seals texts with one key, and indexes them with another derived from it.

    The field's name goes into both, so that a sealed text can't be moved to another field.
    """

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("A data key has 32 bytes.")
        self._cipher = AESGCM(_derive_key(key, b"jiuye seal"))
        self._index_key = _derive_key(key, b"jiuye index")

    def seal_text(self, field: str, text: str) -> bytes:
        """Encrypt a text for a field."""
        nonce = urandom(_NONCE_BYTES)
        return _FORMAT_VERSION + nonce + self._cipher.encrypt(nonce, text.encode(), field.encode())

    def open_sealed(self, field: str, sealed: bytes) -> str:
        """Decrypt what was sealed for a field; anything else raises InvalidTag."""
        nonce, text = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        return self._cipher.decrypt(nonce, text, field.encode()).decode()

    def compute_index(self, field: str, text: str) -> bytes:
        """Return the blind index under which a text of a field is found, 32 bytes."""
        return hmac.digest(self._index_key, f"{field}\0{text}".encode(), sha256)

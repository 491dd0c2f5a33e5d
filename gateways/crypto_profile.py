"""Which algorithms an installation uses throughout: international ones, or 国密 (X11, ADR 0078)."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from cryptography.hazmat.primitives.hashes import SHA256, SM3
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from rules.kernel.digest import Digest

KEY_BYTES = 32

_SM4_KEY_BYTES = 16
_TAG_BYTES = 16


class AeadCipher(Protocol):
    """Encrypts and authenticates in one; what is bound to a text is authenticated with it."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Encrypt a text; a nonce serves once."""

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Decrypt what was encrypted so; raises InvalidTag for anything else."""


class Sm4Gcm:
    """SM4 in Galois/Counter mode, as AESGCM is of AES; of a key it takes the first 16 bytes."""

    def __init__(self, key: bytes) -> None:
        self._algorithm = SM4(key[:_SM4_KEY_BYTES])

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Encrypt a text, its tag behind it."""
        working = Cipher(self._algorithm, GCM(nonce)).encryptor()
        working.authenticate_additional_data(associated_data or b"")
        return working.update(data) + working.finalize() + working.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes:
        """Decrypt a text; raises InvalidTag, or ValueError where it is too short."""
        text, tag = data[:-_TAG_BYTES], data[-_TAG_BYTES:]
        working = Cipher(self._algorithm, GCM(nonce, tag)).decryptor()
        working.authenticate_additional_data(associated_data or b"")
        return working.update(text) + working.finalize()


class CryptoProfile(StrEnum):
    """A set of algorithms for everything that is sealed, indexed, chained, signed or marked."""

    STANDARD = "STANDARD"
    SM = "SM"

    @property
    def digest(self) -> Digest:
        """The algorithm of digests, with and without a key."""
        return Digest.SM3 if self is CryptoProfile.SM else Digest.SHA256

    def derive_key(self, key: bytes, purpose: bytes) -> bytes:
        """Derive a key of 32 bytes for one purpose (HKDF); no two profiles share one."""
        if self is CryptoProfile.SM:
            algorithm, info = SM3(), purpose + b" sm"
            return HKDF(algorithm=algorithm, length=KEY_BYTES, salt=None, info=info).derive(key)
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)

    def build_cipher(self, key: bytes) -> AeadCipher:
        """Build the cipher of a key of 32 bytes."""
        return Sm4Gcm(key) if self is CryptoProfile.SM else AESGCM(key)


STANDARD_ONLY: Sequence[CryptoProfile] = (CryptoProfile.STANDARD,)


def parse_profiles(text: str) -> tuple[CryptoProfile, ...]:
    """Read profiles with commas between them: the first one is used, the others still open.

    Raises ValueError where one is unknown or told twice.
    """
    found = tuple(CryptoProfile(name.strip().upper()) for name in text.split(","))
    if len({*found}) < len(found):
        raise ValueError("names a profile twice")
    return found

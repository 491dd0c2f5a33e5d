"""Digests, and digests by a key: of SHA-256, or of SM3 where 国密 is demanded (X9, X11)."""

import hmac
from enum import StrEnum
from hashlib import sha256

from cryptography.hazmat.primitives.hashes import SM3, Hash
from cryptography.hazmat.primitives.hmac import HMAC


class Digest(StrEnum):
    """By which algorithm something is digested; both give 32 bytes."""

    SHA256 = "SHA256"
    SM3 = "SM3"


def compute_digest(digest: Digest, text: bytes) -> bytes:
    """Return the digest of a text."""
    if digest is Digest.SHA256:
        return sha256(text).digest()
    hashing = Hash(SM3())  # hashlib has it only where the system's OpenSSL does
    hashing.update(text)
    return hashing.finalize()


def compute_mac(digest: Digest, key: bytes, text: bytes) -> bytes:
    """Return the digest of a text by a key (HMAC)."""
    if digest is Digest.SHA256:
        return hmac.digest(key, text, "sha256")
    hashing = HMAC(key, SM3())
    hashing.update(text)
    return hashing.finalize()

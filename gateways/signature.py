"""Signatures by Ed25519, or by SM2 where 国密 is demanded (X9, ADR 0078)."""

from collections.abc import Sequence
from typing import Protocol

import gmalg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from gateways.crypto_profile import CryptoProfile
from gateways.key_ring import KeyRing, compute_key_id, derive_key
from rules.kernel.digest import Digest

SIGNER_ID = b"1234567812345678"
"""Whom SM2 signs for where nothing else is agreed upon (GM/T 0009)."""

_SM2_ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_NUMBER_BYTES = 32


class SigningKey(Protocol):
    """A key that signs, and verifies what it signed."""

    @property
    def id(self) -> bytes:
        """What the key is called by."""

    @property
    def digest(self) -> Digest:
        """By which algorithm what it signs is digested."""

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether it signed a message so."""


class Ed25519Key:
    """A key of Ed25519."""

    digest = Digest.SHA256

    def __init__(self, id: bytes, secret: bytes) -> None:
        self.id = id
        self._key = Ed25519PrivateKey.from_private_bytes(secret)

    def sign(self, message: bytes) -> bytes:
        """Sign a message."""
        return self._key.sign(message)

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether it signed a message so."""
        try:
            self._key.public_key().verify(signature, message)
        except InvalidSignature:
            return False
        return True


class Sm2Key:
    """A key of SM2 with SM3 (GB/T 32918.2); signatures are DER, as others read them too."""

    digest = Digest.SM3

    def __init__(self, id: bytes, secret: bytes) -> None:
        self.id = id
        # The standard's private keys are 1 to n-2.
        number = int.from_bytes(secret, "big") % (_SM2_ORDER - 2) + 1
        self._key = gmalg.SM2(number.to_bytes(_NUMBER_BYTES, "big"), SIGNER_ID)

    def sign(self, message: bytes) -> bytes:
        """Sign a message; it takes some 20 milliseconds."""
        r, s = self._key.sign(message)
        return encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))

    def is_signed(self, message: bytes, signature: bytes) -> bool:
        """Return whether it signed a message so; it takes some 20 milliseconds."""
        try:
            r, s = (
                number.to_bytes(_NUMBER_BYTES, "big") for number in decode_dss_signature(signature)
            )
        except (ValueError, OverflowError):
            return False
        return bool(self._key.verify(message, r, s))


def list_signing_keys(ring: KeyRing) -> Sequence[SigningKey]:
    """List the keys that sign checkpoints of the history: the first one signs, all verify.

    Each is derived from a key of the history, for each profile: what is signed stays as it is.
    """
    profiles = sorted(CryptoProfile, key=lambda each: each is not ring.profile)
    return [_build_signing_key(each, key) for each in profiles for key in ring.history]


def _build_signing_key(profile: CryptoProfile, key: bytes) -> SigningKey:
    if profile is CryptoProfile.SM:
        secret = profile.derive_key(key, b"jiuye checkpoint")
        return Sm2Key(compute_key_id(secret), secret)
    return Ed25519Key(compute_key_id(key), derive_key(key, b"jiuye checkpoint"))

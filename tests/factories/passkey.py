"""A software authenticator: real keys, real CBOR and signatures, as a browser sends them."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

DOMAIN, ORIGIN = "jiuye.test", "https://jiuye.test"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _new_key() -> EllipticCurvePrivateKey:
    return generate_private_key(SECP256R1())


@dataclass
class Device:
    """A device with one passkey, on a page of some origin; unlocked or not."""

    origin: str = ORIGIN
    domain: str = DOMAIN
    unlocked: bool = True
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: EllipticCurvePrivateKey = field(default_factory=_new_key)
    user_handle: bytes = b""
    count: int = 0

    def create(self, options: str) -> str:
        """Answer `navigator.credentials.create`."""
        asked = json.loads(options)
        self.user_handle = _decode(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        attested = bytes(16) + length + self.credential_id + public
        said = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._write_data(_ATTESTED) + attested,
        }
        response = {
            "clientDataJSON": _encode(self._write_client_data("webauthn.create", asked)),
            "attestationObject": _encode(cbor2.dumps(said)),
        }
        return self._write_credential(response)

    def answer(self, options: str, **changes: Any) -> str:
        """Answer `navigator.credentials.get`."""
        asked, self.count = json.loads(options), self.count + 1
        client = self._write_client_data("webauthn.get", asked)
        data = self._write_data()
        signature = self.key.sign(data + sha256(client).digest(), ECDSA(SHA256()))
        response = {
            "clientDataJSON": _encode(client),
            "authenticatorData": _encode(data),
            "signature": _encode(signature),
            "userHandle": _encode(self.user_handle),
        }
        return self._write_credential(response | changes)

    def _write_client_data(self, kind: str, asked: Any) -> bytes:
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()

    def _write_data(self, more: int = 0) -> bytes:
        flags = _PRESENT | (_VERIFIED if self.unlocked else 0) | more
        return (
            sha256(self.domain.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")
        )

    def _write_credential(self, response: dict[str, str]) -> str:
        id_ = _encode(self.credential_id)
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})

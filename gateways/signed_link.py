"""Signed links: what they open, for whom, and until when; nobody can write or change one."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson

from gateways.crypto_profile import STANDARD_ONLY, CryptoProfile
from rules.kernel.digest import Digest, compute_mac

_MAC_BYTES = 32


class LinkContent(NamedTuple):
    """What a link says, and whether it still holds."""

    parts: tuple[str, ...]
    holds: bool


class LinkSigner:
    """Signs and reads links with a key of their own, derived from the service's."""

    def __init__(
        self,
        key: bytes,
        accepted: Sequence[bytes] = (),
        profiles: Sequence[CryptoProfile] = STANDARD_ONLY,
    ) -> None:
        self._first, *self._others = (
            (profile.digest, profile.derive_key(each, b"jiuye links"))
            for profile in profiles
            for each in (key, *accepted)
        )

    def sign_link(self, purpose: str, parts: tuple[str, ...], until: datetime) -> str:
        """Write a link for one purpose; it holds until an instant, to the second."""
        said = orjson.dumps([purpose, int(until.timestamp()), *parts])
        return urlsafe_b64encode(compute_mac(*self._first, said) + said).rstrip(b"=").decode()

    def read_link(self, purpose: str, token: str, now: datetime) -> LinkContent | None:
        """Read a link of a purpose; None for one that is forged, garbage or for another purpose."""
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except (Error, ValueError):
            return None
        if urlsafe_b64encode(raw).rstrip(b"=").decode() != token:
            return None  # spelled otherwise than it was given out
        mac, said = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
        keys: Sequence[tuple[Digest, bytes]] = (self._first, *self._others)
        if not any(hmac.compare_digest(mac, compute_mac(*key, said)) for key in keys):
            return None
        meant, until, *parts = orjson.loads(said)
        return LinkContent(tuple(parts), now.timestamp() < until) if meant == purpose else None

"""A client's certificate as a TLS proxy hands it on in a header: by RFC 9440, or as nginx does."""

from base64 import b64decode
from binascii import Error
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import (
    Certificate,
    InvalidVersion,
    load_der_x509_certificate,
    load_pem_x509_certificate,
)

from rules.kernel.digest import Digest, compute_digest

MAX_HEADER_BYTES = 16_384
"""A certificate of RSA 4096 takes some 3 KB; servers take no longer head than this anyway."""
PEM_BEGINS, ITEM = b"-----BEGIN", b":"


class NoCertificate(ValueError):
    """What stands there is no certificate."""


class PresentedCertificate(NamedTuple):
    """What is read of a certificate: fingerprints by all digests, and its last instant."""

    fingerprints: Sequence[bytes]
    ends_at: datetime

    @property
    def secret(self) -> str:
        """Return by what its row is found, whoever asks."""
        return ",".join(each.hex() for each in self.fingerprints)


def is_certificate_shown(bound: bytes | None, shown: PresentedCertificate | None) -> bool:
    """Return whether somebody came with the certificate to which what they hold is bound, if any.

    A token or a link is worth nothing to whoever comes without it (RFC 8705).
    """
    return bound is None or (shown is not None and bound in shown.fingerprints)


def read_certificate_header(value: str) -> PresentedCertificate:
    """Read `:base64:` (RFC 9440), or PEM with percent signs (nginx's `$ssl_client_escaped_cert`).

    Raises NoCertificate for anything else.
    """
    raw = value.strip().encode("latin-1", errors="replace")
    if len(raw) > MAX_HEADER_BYTES:
        raise NoCertificate
    if raw.startswith(ITEM) and raw.endswith(ITEM) and len(raw) > 1:
        return read_certificate(_decode_item(raw[1:-1]))
    return read_certificate(unquote_to_bytes(raw))


def read_certificate(content: bytes) -> PresentedCertificate:
    """Read a certificate in DER or PEM; raises NoCertificate for what is none."""
    try:
        found = _load(content)
        der, ends_at = found.public_bytes(Encoding.DER), found.not_valid_after_utc
    except (InvalidVersion, ValueError) as error:  # the former is none of the latter
        raise NoCertificate from error
    prints = tuple(compute_digest(digest, der) for digest in Digest)
    return PresentedCertificate(prints, ends_at)


def _load(content: bytes) -> Certificate:
    if content.lstrip().startswith(PEM_BEGINS):
        return load_pem_x509_certificate(content)
    return load_der_x509_certificate(content)


def _decode_item(text: bytes) -> bytes:
    try:
        return b64decode(text, validate=True)
    except Error as error:
        raise NoCertificate from error

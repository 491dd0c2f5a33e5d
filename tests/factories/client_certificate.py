"""Certificates of clients, signed by themselves, and headers as a TLS proxy hands them on."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509.oid import NameOID

PROXY_SECRET = "a-secret-between-proxy-and-service-only"
HEADER = "client-cert"
BEGINS, ENDS = datetime(2025, 1, 1, tzinfo=UTC), datetime(2040, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class MadeCertificate:
    """A certificate and its key, in PEM."""

    pem: bytes
    key: bytes
    der: bytes

    @property
    def header(self) -> str:
        """Return it as RFC 9440 writes it."""
        return f":{b64encode(self.der).decode()}:"

    @property
    def escaped(self) -> str:
        """Return it as nginx writes it."""
        return quote(self.pem)


def make_certificate(
    name: str, ends: datetime = ENDS, begins: datetime = BEGINS
) -> MadeCertificate:
    """Make a certificate up that signs itself."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(begins, ends - timedelta(days=1)))
        .not_valid_after(ends)
        .sign(key, SHA256())
    )
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return MadeCertificate(made.public_bytes(Encoding.PEM), plain, made.public_bytes(Encoding.DER))

"""Time stamps of RFC 3161: somebody else's word that something existed at an instant (X9)."""

from collections.abc import Sequence
from pathlib import Path

import httpx
from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 64 * 1024
QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"


class TimeStampError(Exception):
    """The authority was not reached, or what it answered is no time stamp of what was asked."""


class TimeStamper:
    """Asks an authority for time stamps, and verifies those that it gave, by its certificates.

    `roots` are whom the authority's certificate goes back to.
    """

    def __init__(self, url: str, roots: Sequence[Certificate]) -> None:
        self._url = url
        self._roots = [*roots]

    async def stamp(self, digest: bytes) -> bytes:
        """Return a time stamp of a digest; raises TimeStampError."""
        asked = TimestampRequestBuilder().data(digest).cert_request(cert_request=True).build()
        try:
            async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
                answer = await client.post(
                    self._url, content=asked.as_bytes(), headers={"Content-Type": QUERY}
                )
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise TimeStampError(type(error).__name__) from None
        if len(answer.content) > MAX_ANSWER_BYTES or not self.is_stamp_of(answer.content, digest):
            raise TimeStampError(REPLY)
        return answer.content

    def is_stamp_of(self, stamp: bytes, digest: bytes) -> bool:
        """Return whether a time stamp is of a digest and by the authority."""
        try:
            verifier = VerifierBuilder(roots=self._roots).build()
            return verifier.verify_message(decode_timestamp_response(stamp), digest)
        except (ValueError, VerificationError):
            return False


def read_certificates(file: Path) -> list[Certificate]:
    """Read certificates in PEM; raises ValueError or OSError."""
    return load_pem_x509_certificates(file.read_bytes())

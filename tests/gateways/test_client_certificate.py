"""What is read of a certificate in a header; whatever is none is refused."""

from dataclasses import replace
from hashlib import sha256

import pytest

from gateways.client_certificate import NoCertificate, read_certificate_header
from rules.kernel.digest import Digest, compute_digest
from tests.factories.client_certificate import ENDS, make_certificate

MADE = make_certificate("supplier")
VERSION_3, VERSION_6 = b"\xa0\x03\x02\x01\x02", b"\xa0\x03\x02\x01\x05"
OF_NO_VERSION = replace(MADE, der=MADE.der.replace(VERSION_3, VERSION_6, 1))


@pytest.mark.parametrize("value", [MADE.header, f" {MADE.header} ", MADE.escaped])
def test_a_certificate_is_read_as_rfc_9440_and_nginx_write_it(value: str) -> None:
    found = read_certificate_header(value)
    by_sm3 = compute_digest(Digest.SM3, MADE.der)
    assert [*found.fingerprints] == [sha256(MADE.der).digest(), by_sm3]
    assert found.ends_at == ENDS


@pytest.mark.parametrize(
    "value",
    [
        *("", ":", "::", ":é:", ":AAAA:", "%", "x", "\0", "A" * 20_000),
        "-----BEGIN CERTIFICATE-----",
        MADE.header[:-9] + ":",
        MADE.escaped[:200],
        OF_NO_VERSION.header,
    ],
)
def test_whatever_is_no_certificate_is_refused(value: str) -> None:
    with pytest.raises(NoCertificate):
        read_certificate_header(value)

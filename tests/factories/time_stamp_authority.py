"""A stand-in for an authority that stamps with the time (RFC 3161): OpenSSL behind HTTP."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

CONFIGURATION = """[tsa]
default_tsa = own
[own]
serial = {home}/serial
signer_cert = {home}/signer.pem
signer_key = {home}/signer.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
"""


@dataclass
class Authority:
    """Where it answers, whom its certificate goes back to, and what it was asked."""

    url: str
    roots: Path
    asked: list[bytes] = field(default_factory=list)


def _build_name(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _write_certificates(home: Path) -> None:
    root_key, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    now = datetime.now(UTC)
    base = (
        x509.CertificateBuilder()
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=365))
        .issuer_name(_build_name("root"))
    )
    root = (
        base.subject_name(_build_name("root"))
        .public_key(root_key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(root_key, SHA256())
    )
    stamps = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    signer = (
        base.subject_name(_build_name("time"))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(stamps, critical=True)
        .sign(root_key, SHA256())
    )
    (home / "roots.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (home / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (home / "signer.key").write_bytes(plain)
    (home / "serial").write_text("01\n")
    (home / "tsa.conf").write_text(CONFIGURATION.format(home=home))


def _reply(home: Path, query: bytes) -> bytes:
    (home / "query").write_bytes(query)
    command = ["openssl", "ts", "-reply", "-queryfile", str(home / "query")]
    command += ["-config", str(home / "tsa.conf"), "-section", "own", "-out", str(home / "reply")]
    subprocess.run(command, check=True, capture_output=True)
    return (home / "reply").read_bytes()


@contextmanager
def run_authority(home: Path) -> Iterator[Authority]:
    """Answer queries until the test ends."""
    _write_certificates(home)
    asked: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(self.rfile.read(int(self.headers["Content-Length"])))
            reply = _reply(home, asked[-1])
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}/"
            yield Authority(url, home / "roots.pem", asked)
        finally:
            server.shutdown()
            thread.join()

"""A stand-in of ClamAV's daemon: speaks INSTREAM, and knows one file that harms nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from gateways.malware_scanner import MalwareScanner

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The sequence that scanners agreed to call malware, so that they can be tried."""


@dataclass(kw_only=True)
class Daemon:
    """What the stand-in was sent, and how it answers instead of judging."""

    scanned: list[bytes] = field(default_factory=list)
    saying: bytes | None = None
    most_bytes: int = 25 * 1024 * 1024

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Judge one file."""
        assert await reader.readline() == b"nINSTREAM\n"
        came = b""
        while size := int.from_bytes(await reader.readexactly(4)):
            came += await reader.readexactly(size)
            if len(came) > self.most_bytes:
                break
        self.scanned.append(came)
        writer.write(self.saying if self.saying is not None else self._judge(came))
        writer.close()

    def _judge(self, came: bytes) -> bytes:
        if len(came) > self.most_bytes:
            return b"INSTREAM size limit exceeded. ERROR\n"
        return b"stream: Eicar-Test-Signature FOUND\n" if EICAR in came else b"stream: OK\n"


@asynccontextmanager
async def run_clamav(timeout_seconds: float = 10) -> AsyncIterator[tuple[Daemon, MalwareScanner]]:
    """Run the stand-in on a port of its own, and give a scanner that asks it."""
    daemon = Daemon()
    server = await asyncio.start_server(daemon.serve, "127.0.0.1", 0)
    async with server:
        port: int = server.sockets[0].getsockname()[1]
        yield daemon, MalwareScanner("127.0.0.1", port, timeout_seconds)

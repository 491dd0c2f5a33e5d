"""A client that costs next to nothing: bare sockets, so that the service is what is measured."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

HOST = "127.0.0.1"
ANSWER_SECONDS = 60


@dataclass(frozen=True)
class Answer:
    """A status, 0 where the connection was closed instead, and the body."""

    status: int
    body: bytes = b""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Connection:
    """A connection on which one request after another is sent."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(
        self,
        path: str,
        body: bytes | None = None,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request and read its answer."""
        told = {"host": HOST, **(headers or {})}
        if body is not None:
            told |= {"content-type": "application/json", "content-length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        head = f"{method if body is not None else 'GET'} {path} HTTP/1.1\r\n{lines}\r\n"
        try:
            self.writer.write(head.encode() + (body or b""))
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._read_answer()
        except (OSError, asyncio.IncompleteReadError):
            return Answer(0)

    async def ask(
        self, document: str, variables: object = None, token: str | None = None
    ) -> Answer:
        """Send a document."""
        said = {"authorization": f"Bearer {token}"} if token else {}
        body = json.dumps({"query": document, "variables": variables}).encode()
        return await self.send("/graphql", body, headers=said)

    async def _read_answer(self) -> Answer:
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        status = int(head.split(" ", 2)[1])
        if "transfer-encoding: chunked" in head:
            return Answer(status, await self._read_chunks())
        found = re.search(r"\r\ncontent-length: *(\d+)", head)
        length = int(found[1]) if found else 0
        return Answer(status, await self.reader.readexactly(length))

    async def _read_chunks(self) -> bytes:
        body = b""
        while size := int(await self.reader.readline(), 16):
            body += await self.reader.readexactly(size)
            await self.reader.readline()
        await self.reader.readline()
        return body


@asynccontextmanager
async def connect(port: int, address: str = HOST) -> AsyncIterator[Connection]:
    """Connect from an address of this machine."""
    reader, writer = await asyncio.open_connection(HOST, port, local_addr=(address, 0))
    try:
        yield Connection(reader, writer)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()

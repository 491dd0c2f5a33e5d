"""`jiuye serve` in a process of its own, on a test's database; and a socket to it."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

from server.runtime.serving import reserve_port
from tests.factories.database import Database
from tests.factories.keys import KEY, SECRET_KEY

ROOT = Path(__file__).parents[2]
SECONDS = 120
PROTOCOL = Subprotocol("graphql-transport-ws")


@dataclass
class Served:
    """A running service: where it answers, and what it has logged once it has ended."""

    port: int
    process: asyncio.subprocess.Process
    client: httpx.AsyncClient
    log: str = ""

    async def ask(self, document: str, token: str | None = None, **variables: object) -> Any:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"query": document, "variables": variables}
        answer = (await self.client.post("/graphql", json=body, headers=headers)).json()
        assert "errors" not in answer, answer
        (value,) = answer["data"].values()
        return value

    @property
    def socket_url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/graphql"

    @asynccontextmanager
    async def socket(
        self, init: dict[str, Any] | None = None, **options: Any
    ) -> AsyncIterator["Socket"]:
        """Open a socket, and begin as the protocol says."""
        async with self.connected(PROTOCOL, **options) as opened:
            await opened.say({"type": "connection_init"} | ({"payload": init} if init else {}))
            assert await opened.hear() == {"type": "connection_ack"}
            yield opened

    @asynccontextmanager
    async def connected(self, protocol: Subprotocol, **options: Any) -> AsyncIterator["Socket"]:
        """Open a socket, and say nothing yet."""
        patient: dict[str, Any] = {"open_timeout": SECONDS, "ping_timeout": SECONDS}
        async with connect(self.socket_url, subprotocols=[protocol], **patient, **options) as made:
            yield Socket(made)


@dataclass
class Socket:
    """A client's end of a socket."""

    connection: ClientConnection
    heard: list[str] = field(default_factory=list)

    async def say(self, message: object) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> Any:
        async with asyncio.timeout(SECONDS):
            frame = await self.connection.recv()
        assert isinstance(frame, str)
        self.heard.append(frame)
        return json.loads(frame)

    async def subscribe(self, document: str, name: str = "1", **variables: object) -> None:
        payload = {"query": document, "variables": variables}
        await self.say({"type": "subscribe", "id": name, "payload": payload})

    async def closed(self) -> int | None:
        """Wait until the service closes the socket, and tell with which code."""
        async with asyncio.timeout(SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code


@asynccontextmanager
async def serving(database: Database, home: Path, **settings: str) -> AsyncIterator[Served]:
    """Run the service until the test ends; then its log can be read."""
    with reserve_port() as port:
        async with _serving(port, database, home, **settings) as served:
            yield served


@asynccontextmanager
async def _serving(
    port: int, database: Database, home: Path, **settings: str
) -> AsyncIterator[Served]:
    environ = os.environ | {
        **database.to_environment(),
        "JIUYE_SECRET_KEY": SECRET_KEY,
        "JIUYE_DATA_KEY": KEY,
        "JIUYE_HOME": str(home),
        "DEMO": "false",
        "PORT": str(port),
        **settings,
    }
    log = home / "log"
    with log.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "server.cli.main",
            "serve",
            cwd=ROOT,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=written,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(SECONDS):
                line = await process.stdout.readline()
            assert b"Serving" in line, log.read_text()
            url = f"http://127.0.0.1:{port}"
            async with httpx.AsyncClient(base_url=url, timeout=SECONDS) as client:
                served = Served(port, process, client)
                yield served
        finally:
            if process.returncode is None:
                process.terminate()
            async with asyncio.timeout(SECONDS):
                await process.wait()
    served.log = log.read_text()

"""An application on a real socket, served as in production."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import uvicorn
from starlette.types import ASGIApp

from server.http.protocol import HeadTimeoutProtocol

KEEP_ALIVE_SECONDS = 3600
"""Seconds: no server closes a connection just when the next request is on its way."""

TIMEOUT_SECONDS = 60
"""Seconds that a client waits."""


def a_client(address: str = "") -> httpx.AsyncClient:
    """Make a client of whatever is served on a socket."""
    return httpx.AsyncClient(base_url=address, timeout=TIMEOUT_SECONDS)


class _AnnouncingServer(uvicorn.Server):
    """A server that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()


@asynccontextmanager
async def serve_on_socket(app: ASGIApp) -> AsyncIterator[str]:
    """Serve an application on a free port, and give its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        config = uvicorn.Config(
            app,
            http=HeadTimeoutProtocol,
            lifespan="off",
            log_config=None,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
        )
        server = _AnnouncingServer(config)
        serving = asyncio.create_task(server.serve(sockets=[listener]))
        await server.ready.wait()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving

"""Serve the application from one uvicorn process and say when it answers."""

import asyncio
import contextlib
import socket
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette

from server.http.protocol import PatientProtocol
from server.http.socket import MAX_FRAME_BYTES
from server.runtime.garbage import settle

BACKLOG = 2048
CONNECTIONS = 1000  # more are answered 503 at once
IDLE_SECONDS = 30
GRACE_SECONDS = 5  # what open requests get when the service stops
PROBES = 1500
PROBE_SECONDS = 0.02
HEALTH = "/healthz"


class PortInUse(RuntimeError):
    """Say that the address can't be listened on, and what cures it."""


class NotServing(RuntimeError):
    """Say that the application did not start; its log has the reason."""


def bind(host: str, port: int) -> socket.socket:
    """Take the address before anything else is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as error:
        raise PortInUse(
            f"Can't listen on {host} port {port}: {error.strerror}. "
            f"Stop what uses it, or choose another: PORT={port + 1 if port < 65535 else 8000}"
        ) from None
    return listener


@contextlib.contextmanager
def reserved(host: str = "127.0.0.1") -> Iterator[int]:
    """Give a free port that only `bind` may listen on: nobody else is given it meanwhile."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((host, 0))
        yield int(kept.getsockname()[1])


def run_on(serving: Coroutine[Any, Any, None]) -> None:
    """Run on the event loop that costs least per message."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


async def serve(app: Starlette, listener: socket.socket, answered: Callable[[], None]) -> None:
    """Serve until a signal comes; call `answered` once the health check succeeds."""
    config = uvicorn.Config(
        app,
        http=PatientProtocol,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,  # a small frame could unfold into a big one
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    settle()
    waiting = asyncio.create_task(_announce(listener, answered))
    try:
        await server.serve(sockets=[listener])
    finally:
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    if not server.started:
        raise NotServing("The application did not start; the lines above say why.")


async def _announce(listener: socket.socket, answered: Callable[[], None]) -> None:
    host, port = listener.getsockname()[:2]
    reachable = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    for _ in range(PROBES):
        if await healthy(reachable, port):
            answered()
            return
        await asyncio.sleep(PROBE_SECONDS)


async def healthy(host: str, port: int) -> bool:
    """Tell whether the health check answers 200."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            request = f"GET {HEALTH} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            status = (await reader.readline()).split()
            return status[1:2] == [str(HTTPStatus.OK.value).encode()]
        finally:
            writer.close()
            await writer.wait_closed()
    return False

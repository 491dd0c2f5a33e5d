"""Serve the application from one uvicorn process and say when it answers."""

import asyncio
import contextlib
import errno
import resource
import socket
from collections.abc import Callable, Coroutine, Iterator
from http import HTTPStatus
from typing import Any

import uvicorn
import uvloop
from starlette.applications import Starlette

from server.http.protocol import HEALTH_PATH, MAX_CONNECTIONS, HeadTimeoutProtocol
from server.http.socket import MAX_FRAME_BYTES
from server.runtime.garbage_collection import freeze_gc

LISTEN_BACKLOG = 2048
FILES_BESIDE = 1_000  # connections to the database, sockets, files on their way
KEEP_ALIVE_SECONDS = 30
GRACE_SECONDS = 5  # what open requests get when the service stops
MAX_PROBES = 1500
PROBE_PAUSE_SECONDS = 0.02
HOST_CURE = "Leave HOST out for this machine alone, or set HOST=0.0.0.0 for all of its addresses."


class CannotListen(RuntimeError):
    """Say why the address can't be listened on, and what cures it."""


class NotServing(RuntimeError):
    """Say that the application did not start; its log has the reason."""


def bind_listener(host: str, port: int) -> socket.socket:
    """Take the address before anything else is started.

    Raises CannotListen where it can't be taken, by what is wrong: the host or the port.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with contextlib.ExitStack() as unless_taken:
            listener = unless_taken.enter_context(socket.socket(family, kind, protocol))
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(LISTEN_BACKLOG)
            unless_taken.pop_all()
    except OSError as error:
        raise CannotListen(_describe_listen_fault(error, host, port)) from None
    return listener


def _describe_listen_fault(error: OSError, host: str, port: int) -> str:
    """Tell a host that is none from a port that is taken, each with its cure."""
    other = port + 1 if port < 65535 else 8000
    if isinstance(error, socket.gaierror):
        return f"HOST={host} is not known here ({error.strerror}). {HOST_CURE}"
    if error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
        return f"HOST={host} is no address of this machine. {HOST_CURE}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"Something else listens on {host} port {port}. Stop it, or choose another port: "
            f"PORT={other}"
        )
    if error.errno == errno.EACCES:
        return (
            f"PORT={port} is for privileged programs here. Choose one above 1023, such as PORT=8000"
        )
    return f"Can't listen on HOST={host} PORT={port}: {error.strerror}."


def find_reachable_host(host: str) -> str:
    """Return where a service that listens on all addresses is reached from here."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def describe_address(listener: socket.socket, host: str) -> str:
    """Return the address to open: of a host that is one, with the port that was taken."""
    reachable = find_reachable_host(host)
    named = f"[{reachable}]" if ":" in reachable else reachable
    return f"http://{named}:{listener.getsockname()[1]}"


@contextlib.contextmanager
def reserve_port(host: str = "127.0.0.1") -> Iterator[int]:
    """Yield a free port that only `bind` may listen on: nobody else is given it meanwhile."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind((host, 0))
        yield int(kept.getsockname()[1])


def run_event_loop(serving: Coroutine[Any, Any, None]) -> None:
    """Run on the event loop that costs least per message."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serving)


def allow_open_files(wanted: int) -> None:
    """Let the process open so many files, or as many as the system lets it.

    Where these are fewer, connections are dropped before they would take the last of them.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        HeadTimeoutProtocol.max_connections = max(1, most - FILES_BESIDE, most // 2)


async def serve_app(
    app: Starlette, listener: socket.socket, answered: Callable[[], None], sockets: int = 0
) -> None:
    """Serve until a signal comes; call `answered` once the health check succeeds.

    `sockets` says how many WebSockets may be open beside connections for requests.

    Raises NotServing where it never answered.
    """
    config = uvicorn.Config(
        app,
        http=HeadTimeoutProtocol,
        ws="websockets-sansio",
        ws_max_size=MAX_FRAME_BYTES,
        ws_per_message_deflate=False,  # a small frame could unfold into a big one
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = uvicorn.Server(config)
    allow_open_files(MAX_CONNECTIONS + FILES_BESIDE + sockets)
    freeze_gc()
    waiting = asyncio.create_task(_announce_when_healthy(listener, answered))
    try:
        await server.serve(sockets=[listener])
    finally:
        waiting.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await waiting
    if not server.started:
        raise NotServing("The application did not start; the lines above say why.")


async def _announce_when_healthy(listener: socket.socket, answered: Callable[[], None]) -> None:
    host, port = listener.getsockname()[:2]
    for _ in range(MAX_PROBES):
        if await is_healthy(find_reachable_host(host), port):
            answered()
            return
        await asyncio.sleep(PROBE_PAUSE_SECONDS)


async def is_healthy(host: str, port: int) -> bool:
    """Return whether the health check answers 200."""
    with contextlib.suppress(OSError):
        reader, writer = await asyncio.open_connection(host, port)
        try:
            request = f"GET {HEALTH_PATH} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
            writer.write(request.encode())
            status = (await reader.readline()).split()
            return status[1:2] == [str(HTTPStatus.OK.value).encode()]
        finally:
            writer.close()
            await writer.wait_closed()
    return False

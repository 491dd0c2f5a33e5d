"""The offload process: the application once more, at a low priority, on a socket of the machine.

`python -m server.runtime.offload PATH LEVEL` runs it, for the service that made the directory.
"""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import structlog
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message

from server.http.app import create_app
from server.http.offload import PROVED_KEY
from server.http.offload_message import (
    BadMessage,
    build_scope,
    describe_headers,
    encode_message,
    read_message,
)
from server.runtime.garbage_collection import freeze_gc
from server.runtime.serving import run_event_loop
from server.settings.settings import Settings, SettingsError, load_settings
from server.telemetry import log

logger = structlog.stdlib.get_logger("jiuye.offload")

NICENESS = 5
"""A third of what the service gets where both want the processor, all of it where nobody else does.

Less would starve sign-ins on a machine that is full of work."""
SHARE = 2
"""Of connections to the database it may open one where the service may open so many."""
GRACE_SECONDS = 2


def share_pools(settings: Settings) -> Settings:
    """Return the settings with smaller pools."""
    sizes = ("pool_size", "pool_size_beside", "read_pool_size")
    return settings.model_copy(
        update={name: max(1, getattr(settings, name) // SHARE) for name in sizes}
    )


def lower_priority() -> None:
    """Let this process wait for every other one that wants the processor.

    Where the kernel divides it by sessions, the session's own figure counts, not the process's.
    """
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS), encoding="ascii")


def bind_socket(path: Path) -> socket.socket:
    """Take the socket over from a process that ended."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    return listener


class Conversation:
    """One request of the service, and what the application answers."""

    def __init__(self, reader: asyncio.StreamReader, body: bytes) -> None:
        self._reader, self._bodies = reader, [body]
        self.status, self.headers = 500, list[tuple[bytes, bytes]]()
        self.content = bytearray()

    async def receive(self) -> Message:
        """Return the body; after it, wait until the client has gone."""
        if self._bodies:
            return {"type": "http.request", "body": self._bodies.pop(), "more_body": False}
        with suppress(OSError):
            await self._reader.read(1)
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        """Keep what is answered."""
        if message["type"] == "http.response.start":
            self.status, self.headers = message["status"], list(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            self.content += message.get("body", b"")


async def converse(
    app: Starlette,
    inner: ASGIApp,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
) -> None:
    """Answer the one request of a connection."""
    try:
        head, body = await read_message(reader)
        scope, talk = {**build_scope(head), "app": app}, Conversation(reader, body)
        try:
            await inner(scope, talk.receive, talk.send)
        finally:
            told = {
                "status": talk.status,
                "headers": describe_headers(talk.headers),
                "proved": PROVED_KEY in scope["state"],
            }
            writer.writelines(encode_message(told, talk.content))
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError, BadMessage):
        pass  # the service went away, or its client did
    finally:
        writer.close()


async def serve_offload(settings: Settings, path: Path) -> None:
    """Answer what the service hands over, until SIGTERM."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    app = create_app(share_pools(settings))
    inner = app.build_inner_stack()
    talks = set[asyncio.Task[None]]()

    def end(task: asyncio.Task[None]) -> None:
        talks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None:  # it was answered with 500
            logger.error("request failed", error=type(error).__name__)

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = loop.create_task(converse(app, inner, reader, writer))
        talks.add(task)
        task.add_done_callback(end)

    async with app.router.lifespan_context(app):
        freeze_gc()
        lower_priority()
        server = await asyncio.start_unix_server(begin, sock=bind_socket(path))
        await stop.wait()
        server.close()
        if talks:
            await asyncio.wait(talks, timeout=GRACE_SECONDS)


def main(words: Sequence[str]) -> None:
    """Serve with the settings of the environment."""
    path, level = words
    log.configure_logging(level)
    try:
        run_event_loop(serve_offload(load_settings(), Path(path)))
    except SettingsError as fault:
        raise SystemExit(str(fault)) from None


if __name__ == "__main__":
    main(sys.argv[1:])

"""Confined children: programs of this room that a file can't take the service down with.

Each has the file, no environment and what it was given as words; it talks in frames (`frame.py`).
"""

import asyncio
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

from gateways.frame import (
    END,
    HEADER_BYTES,
    FrameError,
    decode_content,
    decode_length,
    encode_frame,
)

_ROOT = Path(__file__).parents[1]
_READ_BYTES = 1 << 16

_START = """\
import sys
sys.path.append(sys.argv[1])
from {module} import run_child
run_child(*sys.argv[2:])
"""
"""With -I, this checkout is not in the path: it is named, behind all that is installed."""


def build_command(module: str, *words: object) -> Sequence[str]:
    """Return the command that runs a module's `run_child` with some words."""
    start = _START.format(module=module)
    return ("-I", "-c", start, str(_ROOT), *map(str, words))


_OUTSIDE_SIGNALS = frozenset(
    -each for each in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
)
"""By these others end a child: a machine without memory, a service that stops, Ctrl-C."""


class ChildKilledError(Exception):
    """A child was killed by somebody else; its file may be read again."""


class Child:
    """A child that runs: what is sent to it, what it answers, how it ends."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def send(self, content: object) -> None:
        """Send a frame, no faster than it is taken.

        Raises FrameError where it is too long, ConnectionError where the child takes nothing more.
        """
        data = await asyncio.to_thread(encode_frame, content)
        if self._process.stdin is None:
            raise OSError("a child without a pipe")
        self._process.stdin.write(data)
        await self._process.stdin.drain()

    async def send_rows(self, rows: Sequence[object]) -> None:
        """Send rows in as many frames as they need."""
        try:
            await self.send(rows)
        except FrameError:
            if len(rows) < 2:
                raise
            for half in (rows[: len(rows) // 2], rows[len(rows) // 2 :]):
                await self.send_rows(half)

    async def send_end(self) -> None:
        """Send the end, and close the pipe behind it."""
        await self.send(END)
        if self._process.stdin is not None:
            self._process.stdin.close()

    async def receive(self, patience_seconds: float) -> AsyncIterator[Any]:
        """Yield what the child's frames hold, up to the end.

        Raises FrameError where it broke off, fell silent for too long or talks nonsense,
        RefusedError where it refuses the file, and ChildKilledError where its end says nothing of
        the file.
        """
        while True:
            try:
                async with asyncio.timeout(patience_seconds):
                    try:
                        body = await self._read_body()
                    except asyncio.IncompleteReadError as gone:
                        # It may have closed its pipe and go on: its end is not waited for longer.
                        if await self.wait() in _OUTSIDE_SIGNALS:
                            raise ChildKilledError from gone
                        raise FrameError("a child that broke off") from gone
            except TimeoutError as gone:
                raise FrameError("a child that fell silent") from gone
            content = decode_content(body)
            if content == END:
                return
            yield content

    async def _read_body(self) -> bytes:
        if self._process.stdout is None:
            raise OSError("a child without a pipe")
        length = decode_length(await self._process.stdout.readexactly(HEADER_BYTES))
        return await self._process.stdout.readexactly(length)

    async def wait(self) -> int:
        """Wait for the child's end, and return its exit code."""
        return await self._process.wait()


@asynccontextmanager
async def open_child(
    command: Sequence[str],
    file: BinaryIO,
    *,
    takes_frames: bool = False,
    environment: Mapping[str, str] | None = None,
) -> AsyncIterator[Child]:
    """Run a child with a file; it takes frames, or answers in frames, and is gone on every exit."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, *command),
        stdin=PIPE if takes_frames else DEVNULL,
        stdout=DEVNULL if takes_frames else PIPE,
        stderr=DEVNULL,
        pass_fds=(file.fileno(),),
        env=dict(environment or {}),
        limit=_READ_BYTES,
    )
    try:
        yield Child(process)
    finally:
        await _end(process)


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    # asyncio tells of a child's end only once its pipes are at theirs, and a reader whose buffer
    # is full never gets there: so what the child wrote and nobody wanted is read and dropped.
    await process.communicate()

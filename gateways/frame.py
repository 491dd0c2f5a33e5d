"""Frames, in which the service and its confined children talk: a length, and that much JSON.

An empty list is the end; a mapping with `refused` says why a child takes nothing. Children import
this module, so it asks for no more than a few modules of the standard library.
"""

import json
import resource
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, BinaryIO

HEADER_BYTES = 4
MAX_FRAME_BYTES = 16 << 20
END: list[object] = []


SPARE_CPU_SECONDS = 2


class FrameError(Exception):
    """What came is no frame: broken off, too long, or no JSON."""


class RefusedError(Exception):
    """A child refuses its file, by the name of a reason; `figures` are what the wording names."""

    def __init__(self, reason: str, **figures: object) -> None:
        super().__init__(reason)
        self.reason = reason
        self.figures = {name: str(value) for name, value in figures.items()}

    @property
    def content(self) -> Mapping[str, object]:
        """Return the content of the frame that says so."""
        return {"refused": self.reason, "figures": self.figures}


def encode_frame(content: object) -> bytes:
    """Return the bytes of a frame; raise FrameError where they are too many."""
    # Workbooks hold halves of characters, which are no UTF-8 by themselves.
    body = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(
        errors="surrogatepass"
    )
    if len(body) > MAX_FRAME_BYTES:
        raise FrameError("a frame that is too long")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


def decode_length(header: bytes) -> int:
    """Return how many bytes of content follow; raise FrameError where there is no telling."""
    length = int.from_bytes(header, "big")
    if len(header) != HEADER_BYTES or length > MAX_FRAME_BYTES:
        raise FrameError("no length of a frame")
    return length


def decode_content(body: bytes) -> Any:  # noqa: ANN401 - JSON, whose shape the reader knows
    """Return what a frame holds.

    Raises FrameError where it is no JSON, and RefusedError where it refuses the file.
    """
    try:
        content = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError("no JSON") from error
    match content:
        case {"refused": str(reason), "figures": dict(figures)}:
            raise RefusedError(reason, **figures)
        case {"refused": _}:
            raise FrameError("a refusal without a reason")
    return content


def read_frames(pipe: BinaryIO) -> Iterator[Any]:
    """Yield what frames hold, up to the end; raise FrameError where the pipe breaks off before."""
    while True:
        length = decode_length(pipe.read(HEADER_BYTES))
        body = pipe.read(length)
        if len(body) < length:
            raise FrameError("a frame that breaks off")
        content = decode_content(body)
        if content == END:
            return
        yield content


def write_frame(pipe: BinaryIO, content: object) -> None:
    """Write a frame, and don't keep it back."""
    pipe.write(encode_frame(content))
    pipe.flush()


def write_answer(
    pipe: BinaryIO, frames: Iterable[object], damage: tuple[type[Exception], ...], reason: str
) -> None:
    """Write frames, or why the file is refused: for `reason` where one of `damage` is raised."""
    try:
        for content in frames:
            write_frame(pipe, content)
    except RefusedError as no:
        write_frame(pipe, no.content)
    except (MemoryError, RecursionError, FrameError):
        write_frame(pipe, RefusedError("WORKBOOK_TOO_COSTLY").content)
    except damage:
        write_frame(pipe, RefusedError(reason).content)


def limit_resources(memory_bytes: int, cpu_seconds: int, file_bytes: int) -> None:
    """Confine this process: what it may take of memory, time and disk; it leaves no core behind."""
    for kind, most in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds),
        (resource.RLIMIT_FSIZE, file_bytes),
        (resource.RLIMIT_CORE, 0),
    ):
        # Beyond its time SIGXCPU ends it; SIGKILL is what others kill by.
        spare = SPARE_CPU_SECONDS if kind == resource.RLIMIT_CPU else 0
        resource.setrlimit(kind, (most, most + spare))

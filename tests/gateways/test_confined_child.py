"""Children that read hostile files: whatever one does, it ends, and the service goes on."""

import asyncio
import signal
import tempfile
from collections.abc import Iterator
from textwrap import dedent
from typing import BinaryIO

import pytest

from gateways import workbook
from gateways.confined_child import ChildKilledError, build_command, open_child
from gateways.frame import MAX_FRAME_BYTES, FrameError, RefusedError, encode_frame, read_frames
from gateways.workbook import WorkbookLimits, open_sheet
from rules.kernel.refusal import Reason, Refusal

WHOLE = encode_frame(["whole"])


@pytest.fixture
def file() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as made:
        yield made


def a_child(code: str) -> tuple[str, ...]:
    return ("-I", "-c", "import sys\npipe = sys.stdout.buffer\n" + dedent(code))


async def heard(code: str, file: BinaryIO, patience_seconds: float = 20) -> list[object]:
    async with open_child(a_child(code), file) as child:
        return [content async for content in child.receive(patience_seconds)]


async def test_what_a_child_sends_is_heard_up_to_the_end(file: BinaryIO) -> None:
    code = f"pipe.write({WHOLE + WHOLE + encode_frame([]) + WHOLE!r})"
    assert await heard(code, file) == [["whole"], ["whole"]]


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        WHOLE,
        WHOLE[:-1],
        WHOLE + b"\0\0",
        (MAX_FRAME_BYTES + 1).to_bytes(4, "big"),
        b"\xff" * 40,
        b"\0\0\0\4junk",
        encode_frame({"refused": 3}),
    ],
)
async def test_a_child_that_breaks_off_or_talks_nonsense_is_an_error(
    sent: bytes, file: BinaryIO
) -> None:
    with pytest.raises(FrameError):
        await heard(f"pipe.write({sent!r})", file)


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
async def test_a_child_that_somebody_else_killed_says_nothing_of_its_file(
    by: signal.Signals, file: BinaryIO
) -> None:
    """A machine without memory, a service that stops, Ctrl-C: good rosters were rejected."""
    code = f"pipe.write({WHOLE!r}); pipe.flush(); import os; os.kill(os.getpid(), {int(by)})"
    standard = f"import signal; signal.signal({int(by)}, signal.SIG_DFL)"
    code = code if by is signal.SIGKILL else f"{standard}; {code}"
    with pytest.raises(ChildKilledError):
        await heard(code, file)


async def test_a_child_that_takes_too_long_is_ended_as_one_that_died_of_its_file(
    file: BinaryIO,
) -> None:
    code = """
    import os, resource
    resource.setrlimit(resource.RLIMIT_CPU, (1, 3))
    while True:
        pass
    """
    with pytest.raises(FrameError):
        await heard(code, file, 120)


async def test_a_child_that_falls_silent_is_an_error(file: BinaryIO) -> None:
    code = f"""
    import time
    pipe.write({WHOLE!r}); pipe.flush()
    time.sleep(600)
    """
    with pytest.raises(FrameError):
        await heard(code, file, 0.5)


async def test_a_child_that_closes_its_pipe_and_goes_on_is_an_error(file: BinaryIO) -> None:
    code = f"""
    import os, time
    pipe.write({WHOLE!r}); pipe.flush()
    os.close(1)
    time.sleep(600)
    """
    async with asyncio.timeout(20):
        with pytest.raises(FrameError):
            await heard(code, file, 0.5)


async def test_a_child_s_refusal_is_raised(file: BinaryIO) -> None:
    told = encode_frame({"refused": "WORKBOOK_BOMB", "figures": {"mib": "3"}})
    with pytest.raises(RefusedError) as no:
        await heard(f"pipe.write({told!r})", file)
    assert (no.value.reason, no.value.figures) == ("WORKBOOK_BOMB", {"mib": "3"})


CHATTERING = f"""
while True:
    pipe.write({encode_frame(["x" * 10_000])!r})
"""


async def test_a_child_that_never_stops_writing_is_ended_when_nobody_listens(
    file: BinaryIO,
) -> None:
    """Its pipe is full and so is what the service has read ahead: nothing more is taken of it."""
    async with asyncio.timeout(30):
        async with open_child(a_child(CHATTERING), file) as child:
            frames = child.receive(20)
            assert await anext(frames)
            await asyncio.sleep(0.3)
        assert await child.wait() == -9


async def test_who_is_cancelled_while_a_child_writes_leaves_no_child(file: BinaryIO) -> None:
    listening = asyncio.Event()

    async def listen() -> None:
        async with open_child(a_child(CHATTERING), file) as child:
            await anext(child.receive(20))
            listening.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(listen())
    async with asyncio.timeout(30):
        await listening.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_rows_too_many_for_a_frame_are_sent_in_several(file: BinaryIO) -> None:
    code = """
    import os, shutil
    shutil.copyfileobj(sys.stdin.buffer, os.fdopen(int(sys.argv[1]), "wb"))
    """
    command = (*a_child(code), str(file.fileno()))
    rows = [[n, "x" * (MAX_FRAME_BYTES // 3)] for n in range(7)]
    async with open_child(command, file, takes_frames=True) as child:
        await child.send_rows(rows)
        with pytest.raises(FrameError):
            await child.send_rows(["x" * MAX_FRAME_BYTES])
        await child.send_end()
        assert await child.wait() == 0
    file.seek(0)
    frames = [*read_frames(file)]
    assert [row for frame in frames for row in frame] == rows
    assert len(frames) > 1


async def test_a_child_of_this_room_starts_without_the_rest_of_the_service(file: BinaryIO) -> None:
    for name in ("workbook_child", "roster_file_child", "parquet_child"):
        code = f"""
        import sys
        sys.path.append({build_command("x")[3]!r})
        import gateways.{name}
        import json
        mine = [m for m in sys.modules if m.partition(".")[0] in
                ("gateways", "rules", "models", "loaders", "resolvers", "asyncio", "sqlalchemy")]
        body = json.dumps(sorted(mine)).encode()
        pipe.write(len(body).to_bytes(4, "big") + body + b"\\0\\0\\0\\2[]")
        """
        (modules,) = await heard(code, file)
        assert modules == sorted(["gateways", "gateways.frame", f"gateways.{name}"])


async def test_s10_nonsense_from_the_child_is_a_refusal_by_name(
    file: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sent in (b"", b"junk", encode_frame([]), encode_frame({"name": ""}), encode_frame([[1]])):
        command = a_child(f"pipe.write({sent!r})")
        monkeypatch.setattr(workbook, "build_command", lambda *_, c=command: c)
        with pytest.raises(Refusal) as no:
            async with open_sheet(file, WorkbookLimits()):
                pass
        assert no.value.fault.reason is Reason.WORKBOOK_TOO_COSTLY

"""Frames between the service and its children: whole, or an error by name."""

import io
import json
from collections.abc import Iterator

import pytest

from gateways.frame import (
    END,
    MAX_FRAME_BYTES,
    FrameError,
    RefusedError,
    decode_content,
    decode_length,
    encode_frame,
    read_frames,
    write_answer,
    write_frame,
)


def piped(*frames: bytes) -> io.BytesIO:
    return io.BytesIO(b"".join(frames))


CONTENTS: list[object] = [{"name": "人员名单"}, [[1, ["a", "\ud83d"], "tn"]], [[]], "", 0, None, {}]
"""Half of a character is among them: workbooks hold such."""


def test_what_is_written_is_read_up_to_the_end_and_no_further() -> None:
    pipe = io.BytesIO()
    for content in [*CONTENTS, END, "beyond"]:
        write_frame(pipe, content)
    pipe.seek(0)
    assert [*read_frames(pipe)] == CONTENTS
    assert [*read_frames(io.BytesIO(encode_frame(END)))] == []


def test_a_pipe_that_breaks_off_anywhere_is_an_error() -> None:
    whole = encode_frame(["one"]) + encode_frame(END)
    for length in range(len(whole)):
        with pytest.raises(FrameError):
            [*read_frames(io.BytesIO(whole[:length]))]
    assert [*read_frames(io.BytesIO(whole))] == [["one"]]


def test_a_frame_may_be_as_long_as_may_be_and_no_longer() -> None:
    assert decode_length(MAX_FRAME_BYTES.to_bytes(4, "big")) == MAX_FRAME_BYTES
    longest = "a" * (MAX_FRAME_BYTES - 2)
    assert [*read_frames(piped(encode_frame(longest), encode_frame(END)))] == [longest]
    with pytest.raises(FrameError):
        encode_frame(longest + "a")
    for length in (MAX_FRAME_BYTES + 1, 0xFFFFFFFF):
        pipe = io.BytesIO(length.to_bytes(4, "big") + b"[" * 100)
        with pytest.raises(FrameError):
            [*read_frames(pipe)]
        assert pipe.tell() == 4  # nothing is read of what is too long


@pytest.mark.parametrize(
    "body", [b"", b"{", b"nonsense", b"\xff\xfe\xfd", b"[" * 100_000, b'{"a":1} x', b"\x00" * 64]
)
def test_garbage_is_an_error(body: bytes) -> None:
    with pytest.raises(FrameError):
        [*read_frames(piped(len(body).to_bytes(4, "big"), body, encode_frame(END)))]


@pytest.mark.parametrize(
    "told", [{"refused": "X"}, {"refused": 1, "figures": {}}, {"refused": "X", "figures": []}]
)
def test_a_refusal_that_says_nothing_is_an_error(told: object) -> None:
    with pytest.raises(FrameError):
        decode_content(json.dumps(told).encode())


def answer(error: Exception) -> tuple[str, dict[str, str]]:
    """Return the refusal that the reader of an answer meets, after one frame that is whole."""

    def frames() -> Iterator[object]:
        yield ["one"]
        raise error

    pipe = io.BytesIO()
    write_answer(pipe, frames(), (ValueError, OSError), "WORKBOOK_DAMAGED")
    pipe.seek(0)
    reading = read_frames(pipe)
    assert next(reading) == ["one"]
    with pytest.raises(RefusedError) as no:
        next(reading)
    return no.value.reason, no.value.figures


def test_whatever_stops_a_child_it_says_why() -> None:
    assert answer(RefusedError("WORKBOOK_BOMB", mib=3)) == ("WORKBOOK_BOMB", {"mib": "3"})
    assert answer(MemoryError()) == ("WORKBOOK_TOO_COSTLY", {})
    assert answer(RecursionError()) == ("WORKBOOK_TOO_COSTLY", {})
    assert answer(FrameError()) == ("WORKBOOK_TOO_COSTLY", {})
    assert answer(OSError()) == ("WORKBOOK_DAMAGED", {})
    with pytest.raises(KeyError):
        answer(KeyError())

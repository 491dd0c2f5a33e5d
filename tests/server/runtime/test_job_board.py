"""The way to the job board: whatever answers there, it is a named failure or what was agreed."""

import asyncio
import io
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import pytest

from gateways.job_board import BoardError, BoardNotice, JobBoard
from models import Announcement, BoardFailure
from server.runtime.board_stand_in import StandIn, build_applicants
from server.telemetry.log import configure_logging
from tests.factories.board import TOKEN, WatchedBoard, a_board

POST = UUID(int=7)
NOTICE = BoardNotice(
    post=POST,
    version=3,
    announcement=Announcement.SHOW,
    region="220104",
    employer="单位",
    credit_code="9122",
    content={"name": "岗位"},
)
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
TAKEN = b'{"postId": "%s", "version": 3}' % str(POST).encode()
MOBILE = "13912345678"


def with_length(body: bytes, head: bytes = HEAD) -> bytes:
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


@asynccontextmanager
async def answering(raw: bytes, *, stays: bool = False) -> AsyncIterator[JobBoard]:
    """Serve the same bytes to whoever comes; then hang up, or stay and be silent.

    The request is read to its end: a connection that is closed on unread bytes is reset, and the
    reset may overtake the answer.
    """
    done = asyncio.Event()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        declared = re.search(rb"(?i)content-length: *([0-9]+)", head)
        await reader.readexactly(int(declared[1]) if declared else 0)
        writer.write(raw)
        if stays:
            await done.wait()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    board = JobBoard(f"http://127.0.0.1:{port}", TOKEN, 0.5 if stays else 20)
    try:
        yield board
    finally:
        done.set()
        await board.close()
        server.close()


async def failure_of(raw: bytes, *, stays: bool = False) -> BoardFailure | None:
    async with answering(raw, stays=stays) as board:
        try:
            await board.push_notice(NOTICE)
        except BoardError as error:
            return error.failure
    return None


async def test_j12_what_was_agreed_is_believed() -> None:
    assert await failure_of(with_length(TAKEN)) is None


@pytest.mark.parametrize(
    ("raw", "failure"),
    [
        (b"SSH-2.0-OpenSSH\r\n\r\n", BoardFailure.MALFORMED),
        (b"", BoardFailure.MALFORMED),
        (HEAD + b"content-length: 90\r\n\r\n{", BoardFailure.MALFORMED),
        (with_length(b"null"), BoardFailure.MALFORMED),
        (with_length(b"[]"), BoardFailure.MALFORMED),
        (with_length(b"[" * 50_000), BoardFailure.MALFORMED),
        (with_length(TAKEN.replace(b"3", b"2")), BoardFailure.MALFORMED),
        (with_length(TAKEN.replace(b"3", b'"3"')), BoardFailure.MALFORMED),
        (with_length(TAKEN.replace(b"3", b"1e400")), BoardFailure.MALFORMED),
        (with_length(TAKEN.replace(b"0", b"1")), BoardFailure.MALFORMED),
        (
            with_length(TAKEN, HEAD.replace(b"application/json", b"text/html")),
            BoardFailure.MALFORMED,
        ),
        (with_length(TAKEN, HEAD + b"content-encoding: gzip\r\n"), BoardFailure.MALFORMED),
        (with_length(b" " * 1_100_000 + TAKEN), BoardFailure.TOO_LARGE),
        (HEAD.replace(b"200 OK", b"204 No Content") + b"\r\n", BoardFailure.MALFORMED),
        (with_length(b"", b"HTTP/1.1 302 Found\r\nlocation: /\r\n"), BoardFailure.REDIRECTED),
        (with_length(b"", b"HTTP/1.1 404 Not Found\r\n"), BoardFailure.REJECTED),
        (with_length(b"", b"HTTP/1.1 403 Forbidden\r\n"), BoardFailure.UNAUTHORISED),
        (with_length(b"", b"HTTP/1.1 502 Bad Gateway\r\n"), BoardFailure.SERVER_FAILED),
        (with_length(b"", b"HTTP/1.1 503 Busy\r\n"), BoardFailure.OVERLOADED),
    ],
)
async def test_j12_any_other_answer_is_a_failure_with_a_name(
    raw: bytes, failure: BoardFailure
) -> None:
    assert await failure_of(raw) is failure


@pytest.mark.parametrize("raw", [b"", HEAD, HEAD + b"content-length: 9\r\n\r\n{"])
async def test_j12_a_board_that_stops_in_the_middle_is_waited_for_no_longer_than_agreed(
    raw: bytes,
) -> None:
    assert await failure_of(raw, stays=True) is BoardFailure.TIMED_OUT


async def test_x11_what_the_board_said_is_neither_kept_in_the_error_nor_logged() -> None:
    stream = io.StringIO()
    before, level = logging.root.handlers[:], logging.root.level
    configure_logging("INFO", stream=stream)
    answer = with_length(b'{"applicants": [{"mobile": "%s"}]}' % MOBILE.encode())
    async with answering(answer) as board:
        with pytest.raises(BoardError) as told:
            await board.fetch_applicants(POST)
    logging.root.handlers[:] = before
    logging.root.setLevel(level)
    assert MOBILE not in repr(told.value)
    assert told.value.__cause__ is None
    assert stream.getvalue() == ""


async def asked(board: StandIn, method: str, path: str, body: object = None) -> httpx.Response:
    transport = httpx.ASGITransport(app=board.build_app())
    headers = {"authorization": f"Bearer {TOKEN}", "idempotency-key": ascii(body)}
    async with httpx.AsyncClient(transport=transport, base_url="http://board.test") as client:
        return await client.request(method, path, json=body, headers=headers)


async def test_the_stand_in_knows_repeats_and_late_comers() -> None:
    board = StandIn(token=TOKEN)
    told = NOTICE.to_json()
    for version in (3, 3, 2, 4):
        answer = await asked(board, "PUT", f"/posts/{POST}", told | {"version": version})
        assert answer.status_code == 200
    assert board.changes == [(str(POST), 3), (str(POST), 4)]
    assert (board.repeats, board.late) == (1, 1)


@pytest.mark.parametrize("body", [None, 7, {}, {"version": 0}, {"version": "x"}])
async def test_the_stand_in_takes_no_nonsense(body: object) -> None:
    board = StandIn(token=TOKEN)
    assert (await asked(board, "PUT", f"/posts/{POST}", body)).status_code == 422
    assert (await asked(board, "PUT", "/control", {"mode": "SING"})).status_code == 422
    assert board.changes == []


async def test_the_stand_in_demands_the_token_and_makes_up_the_same_applicants() -> None:
    async with a_board() as board:
        stranger = JobBoard(board.url, "unknown", 20)
        with pytest.raises(BoardError) as told:
            await stranger.push_notice(NOTICE)
        await stranger.close()
        known = JobBoard(board.url, TOKEN, 20)
        await known.push_notice(NOTICE)
        found = await known.fetch_applicants(POST)
        await known.close()
    assert told.value.failure is BoardFailure.UNAUTHORISED
    assert [one.reference for one in found] == [a["reference"] for a in build_applicants(str(POST))]


async def test_the_stand_in_is_well_again_after_so_many_failures() -> None:
    board = WatchedBoard(token=TOKEN)
    await asked(board, "PUT", "/control", {"mode": "FAIL", "times": 2})
    path, told = f"/posts/{POST}", NOTICE.to_json()
    codes = [(await asked(board, "PUT", path, told)).status_code for _ in range(3)]
    assert codes == [500, 500, 200]
    assert (await asked(board, "GET", "/control")).json()["mode"] == "OK"

"""Files over real HTTP: the good are kept whole, the bad refused by name, none is half there."""

import asyncio
import os
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

import asyncpg
import httpx
import pytest

from gateways.object_store import MARK_KEY
from models import FileType, Upload
from resolvers.files.file_sweep import SweepCounts, sweep_unused_files
from server.http import files
from tests.factories.database import Database
from tests.factories.files import FILE_BY_TYPE, HTML, a_docx, a_jpeg, a_pdf
from tests.factories.filing import announce_file, attach_files, send_file, upload_file
from tests.factories.keys import KEY, SECRET_KEY
from tests.factories.refusal import assert_nothing_written
from tests.factories.rows import an_id_number
from tests.factories.web import a_client, serve_on_socket
from tests.factories.world import World, a_world, add_officials
from tests.schema.files.test_attachment import drafted

MIB = 1024 * 1024
TWO_HUNDRED = 200 * MIB


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    """A unit and its officers behind a real socket."""
    async with a_world(database) as made:
        await add_officials(made)
        await made.add_unit("unit")
        await made.add_unit("other")
        async with serve_on_socket(made.app) as at, a_client(at) as client:
            yield replace(made, client=client)


def kept(database: Database) -> list[Path]:
    """List whatever lies in the store, and what is on its way."""
    found = [p for name in ("attachments", "spool") for p in (database.home / name).rglob("*")]
    return [path for path in found if path.is_file() and path.name != MARK_KEY]


async def not_sent(world: World) -> None:
    """Demand that no row says that bytes came."""
    rows = await world.load_rows(Upload)
    assert rows
    assert {(row.object_key, row.sha256, row.stored_at) for row in rows} == {(None, None, None)}


def no(answer: httpx.Response) -> tuple[int, str]:
    """Read a refusal; it is worded, and neither shown nor kept by anybody."""
    told = answer.json()
    assert set(told) == {"reason", "path", "message", "cure"}
    assert told["message"]
    assert told["cure"]
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, told["reason"]


# what is announced


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ({"name": "材料.html"}, [("FILE_TYPE_NOT_ALLOWED", "name")]),
        ({"name": "材料.pdf.exe"}, [("FILE_TYPE_NOT_ALLOWED", "name")]),
        ({"name": "材料"}, [("FILE_TYPE_NOT_ALLOWED", "name")]),
        ({"name": ""}, [("FILE_TYPE_NOT_ALLOWED", "name")]),
        ({"size": 0}, [("FILE_EMPTY", "size")]),
        ({"size": -5}, [("FILE_EMPTY", "size")]),
        ({"size": TWO_HUNDRED}, [("FILE_TOO_LARGE", "size")]),
        ({"name": "../材料.pdf"}, [("FILE_NAME_UNSAFE", "name")]),
        ({"name": "材料\u202efdp.pdf"}, [("FILE_NAME_UNSAFE", "name")]),
        ({"name": "a" * 296 + ".pdf"}, [("FILE_NAME_TOO_LONG", "name")]),
        ({"name": f"{an_id_number(1)}.pdf"}, [("FILE_NAME_PERSONAL", "name")]),
        ({"mediaType": "text/html"}, [("FILE_TYPE_DIFFERS", "mediaType")]),
        (
            {"name": "../a.html", "size": 0},
            [
                ("FILE_NAME_UNSAFE", "name"),
                ("FILE_TYPE_NOT_ALLOWED", "name"),
                ("FILE_EMPTY", "size"),
            ],
        ),
    ],
)
async def test_a_bad_file_is_refused_before_it_is_sent(
    world: World, changes: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    asked = {"recordKind": "DECLARATION", "name": "材料.pdf", "size": 1000} | changes
    result = await world.mutate("requestUpload", asked, "unit")
    assert [(f["reason"], f["path"][-1]) for f in result["faults"]] == faults
    assert await world.load_rows(Upload) == []


async def test_a_name_with_nul_does_not_come_past_the_door(world: World) -> None:
    document = "mutation ($i: UploadDraftInput!) { requestUpload(input: $i) { __typename } }"
    asked = {"recordKind": "DECLARATION", "name": "材\0料.pdf", "size": 1000}
    answer = await world.ask(document, "unit", i=asked)
    assert (answer.status, answer.errors[0]["extensions"]["code"]) == (400, "BAD_JSON")
    text = document.replace("$i: UploadDraftInput!", "$s: Int!").replace(
        "$i", '{recordKind: DECLARATION, name: "a\\u0000.pdf", size: $s}'
    )
    result = (await world.ask(text, "unit", s=1000)).only
    assert result["__typename"] == "Invalid"


async def test_s1_only_whoever_files_records_announces_files(world: World) -> None:
    asked = {"recordKind": "DECLARATION", "name": "材料.pdf", "size": 1000}
    for who in ("officer", "city", "province"):
        result = await world.mutate("requestUpload", asked, who)
        assert (result["__typename"], result["missing"]) == ("Forbidden", ["ATTACH_FILES"])


# what is sent


@pytest.mark.parametrize("kind", FILE_BY_TYPE)
async def test_a_good_file_is_kept_under_a_key_that_tells_nothing(
    world: World, database: Database, kind: FileType
) -> None:
    name, content = FILE_BY_TYPE[kind]
    upload = await announce_file(world, content, name)
    answer = await send_file(world, upload["url"], content)
    assert (answer.status_code, answer.content) == (204, b"")
    (path,) = kept(database)
    (row,) = await world.load_rows(Upload)
    found = await world.service.files.store.open_file(row.object_key)
    assert b"".join([piece async for piece in found]) == content
    assert content[:64] not in path.read_bytes()
    assert path.as_posix().endswith(f"/attachments/{row.object_key}")
    assert name not in path.as_posix()


@pytest.mark.parametrize("method", ["PUT", "POST"])
async def test_the_bytes_may_be_put_or_posted_in_pieces_of_any_size(
    world: World, method: str
) -> None:
    content = a_pdf(3 * MIB)

    async def pieces() -> AsyncIterator[bytes]:
        for n in range(0, len(content), 100_001):
            yield content[n : n + 100_001]

    upload = await announce_file(world, content)
    answer = await world.client.request(method, upload["url"], content=pieces())
    assert answer.status_code == 204
    row = await drafted(world)
    (file,) = await attach_files(world, row["id"], upload["id"])
    assert (await world.client.get(file["url"])).content == content


@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("材料.pdf", HTML, id="a page named .pdf"),
        pytest.param("材料.pdf", a_jpeg(), id="a photo named .pdf"),
        pytest.param("材料.docx", FILE_BY_TYPE[FileType.XLSX][1], id="a sheet named .docx"),
        pytest.param("材料.docx", a_docx("word/vbaProject.bin"), id="macros"),
        pytest.param("材料.png", b"\x89PNG\r\n\x1a\n" + HTML, id="a signature and a page"),
    ],
)
async def test_what_is_not_what_its_name_says_is_refused_and_not_kept(
    world: World, database: Database, name: str, content: bytes
) -> None:
    upload = await announce_file(world, content, name)
    assert no(await send_file(world, upload["url"], content)) == (422, "FILE_TYPE_DIFFERS")
    assert kept(database) == []
    await not_sent(world)
    asked = {"recordId": (await drafted(world))["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    result = await world.mutate("attach", asked, "unit")
    assert [f["reason"] for f in result["faults"]] == ["UPLOAD_INCOMPLETE"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", (422, "FILE_EMPTY")),
        (a_pdf(1999), (422, "FILE_INCOMPLETE")),
        (a_pdf(2001), (413, "FILE_EXCEEDS_SIZE")),
    ],
)
@pytest.mark.parametrize("declared", [True, False], ids=["declared", "in pieces"])
async def test_another_size_than_was_announced_is_refused_and_not_kept(
    world: World, database: Database, content: bytes, expected: tuple[int, str], *, declared: bool
) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield content

    upload = await announce_file(world, a_pdf(2000))
    body = content if declared else pieces()
    answer = await world.client.put(upload["url"], content=body)
    assert no(answer) == expected
    assert kept(database) == []
    await not_sent(world)
    assert (await send_file(world, upload["url"], a_pdf(2000))).status_code == 204


async def test_a_refusal_is_told_in_the_client_s_language(world: World) -> None:
    upload = await announce_file(world, HTML, "材料.pdf")
    chinese = await send_file(world, upload["url"], HTML)
    english = await send_file(world, upload["url"], HTML, **{"accept-language": "en"})
    assert "PDF" in chinese.json()["message"]
    assert not chinese.json()["message"].isascii()
    assert english.json()["message"].isascii()


# what never ends, or ends too soon


class Wire:
    """A connection on which every byte is our own."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def head(self, url: str, *fields: str) -> None:
        """Begin a request."""
        lines = (f"PUT {url} HTTP/1.1", "host: jiuye.test", "accept-language: en", *fields)
        self.writer.write("\r\n".join((*lines, "", "")).encode())

    async def answer(self) -> bytes:
        """Read until the service closes the connection."""
        async with asyncio.timeout(60):
            return await self.reader.read()


@asynccontextmanager
async def a_wire(world: World) -> AsyncIterator[Wire]:
    at = world.client.base_url
    reader, writer = await asyncio.open_connection(at.host, at.port)
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_200_mb_that_are_declared_are_refused_without_reading_any(
    world: World, database: Database
) -> None:
    upload = await announce_file(world, a_pdf())
    async with a_wire(world) as wire:
        wire.head(upload["url"], f"content-length: {TWO_HUNDRED}")
        answer = await wire.reader.readuntil(b"}")
    assert answer.startswith(b"HTTP/1.1 413")
    assert b"FILE_EXCEEDS_SIZE" in answer
    assert kept(database) == []


async def test_200_mb_in_pieces_are_refused_as_soon_as_they_are_too_many(
    world: World, database: Database
) -> None:
    upload = await announce_file(world, a_pdf(3 * MIB))
    piece = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    count, whole = 0, TWO_HUNDRED // 65536
    tracemalloc.start()
    async with a_wire(world) as wire:
        wire.head(upload["url"], "transfer-encoding: chunked")
        answering = asyncio.create_task(wire.reader.readuntil(b"}"))
        while count < whole and not answering.done():
            wire.writer.write(piece)
            await wire.writer.drain()
            await asyncio.sleep(0)
            count += 1
        answer = await answering
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert b"FILE_EXCEEDS_SIZE" in answer
    assert count < whole / 4
    assert peak < 8 * MIB
    assert kept(database) == []


async def test_a_client_who_hangs_up_in_the_middle_leaves_nothing_and_may_come_again(
    world: World, database: Database
) -> None:
    content = a_pdf(3 * MIB)
    upload = await announce_file(world, content)
    for cut in (1, MIB, len(content) - 1):
        async with a_wire(world) as wire:
            wire.head(upload["url"], f"content-length: {len(content)}")
            wire.writer.write(content[:cut])
            await wire.writer.drain()
    assert kept(database) == []
    await not_sent(world)
    assert (await send_file(world, upload["url"], content)).status_code == 204


async def test_a_sender_who_falls_silent_is_not_waited_for(
    world: World, database: Database
) -> None:
    upload = await announce_file(world, a_pdf())
    with patch.multiple(files, MAX_SILENCE_SECONDS=0.05, LINGER_SECONDS=0.05):
        async with a_wire(world) as wire:
            wire.head(upload["url"], "content-length: 2000")
            wire.writer.write(a_pdf()[:100])
            answer = await wire.answer()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"UPLOAD_TOO_SLOW" in answer
    assert kept(database) == []


async def test_a_sender_who_takes_too_long_in_all_is_not_waited_for(world: World) -> None:
    upload = await announce_file(world, a_pdf())
    with patch.multiple(files, UPLOAD_TIMEOUT_SECONDS=0.05, LINGER_SECONDS=0.05):
        async with a_wire(world) as wire:
            wire.head(upload["url"], "content-length: 2000")
            answer = await wire.answer()
    assert answer.startswith(b"HTTP/1.1 408")
    await not_sent(world)


# links


OTHER_PDF = a_pdf().replace(b"0000", b"1111", 1)


async def test_x12_an_upload_is_kept_once_and_the_same_bytes_answer_again(
    world: World, database: Database
) -> None:
    """Whoever had no answer sends again; other bytes, fewer or more of them, are refused."""
    upload = await announce_file(world, a_pdf())
    assert (await send_file(world, upload["url"], a_pdf())).status_code == 204
    record = (await drafted(world))["id"]
    for attached in (False, True):
        if attached:
            await attach_files(world, record, upload["id"])
        assert (await send_file(world, upload["url"], a_pdf())).status_code == 204
        for other in (OTHER_PDF, a_pdf()[:-1], a_pdf() + b"1"):
            assert no(await send_file(world, upload["url"], other)) == (409, "UPLOAD_USED")
    assert len(kept(database)) == 1


async def test_x12_of_many_who_send_to_one_upload_at_once_one_wins(
    world: World, database: Database
) -> None:
    upload = await announce_file(world, a_pdf())
    sent = [a_pdf() if n % 2 else OTHER_PDF for n in range(12)]
    answers = await asyncio.gather(*(send_file(world, upload["url"], each) for each in sent))
    assert sorted(answer.status_code for answer in answers) == [204] * 6 + [409] * 6
    (path,) = kept(database)
    (row,) = await world.load_rows(Upload)
    assert path.as_posix().endswith(f"/{row.object_key}")


async def test_a_link_that_has_expired_takes_no_bytes(world: World) -> None:
    upload = await announce_file(world, a_pdf())
    world.clock.now += timedelta(minutes=30)
    assert no(await send_file(world, upload["url"], a_pdf())) == (410, "LINK_EXPIRED")
    await not_sent(world)
    found = (
        await world.ask(
            "query ($id: ID!) { node(id: $id) { ... on Upload { url } } }", "unit", id=upload["id"]
        )
    ).only
    assert found == {"url": None}


async def test_whoever_is_still_sending_is_told_why_it_was_in_vain(world: World) -> None:
    """The answer is there long before the last byte; the connection stays until it was read."""
    content = a_pdf(9 * MIB)
    upload = await announce_file(world, content)
    world.clock.now += timedelta(minutes=30)
    with patch.object(files, "LINGER_SECONDS", 60):
        async with a_wire(world) as wire:
            wire.head(upload["url"], f"content-length: {len(content)}")
            wire.writer.write(content)
            await wire.writer.drain()
            answer = await wire.answer()
    assert answer.startswith(b"HTTP/1.1 410")
    assert b"LINK_EXPIRED" in answer


async def test_a_link_that_is_forged_cut_or_for_another_purpose_is_none(world: World) -> None:
    upload = await announce_file(world, a_pdf())
    row = await drafted(world)
    (file,) = await attach_files(world, row["id"])
    token = upload["url"].removeprefix("/files/upload/")
    other = "A" if token[0] != "A" else "B"
    for url in (
        f"/files/upload/{other}{token[1:]}",
        f"/files/upload/{token[:-4]}",
        "/files/upload/garbage",
        file["url"].replace("/files/", "/files/upload/"),
    ):
        assert no(await send_file(world, url, a_pdf())) == (404, "NOT_FOUND")
    for url in (f"/files/{token}", "/files/garbage", f"{file['url']}x"):
        assert no(await world.client.get(url)) == (404, "NOT_FOUND")


async def test_x10_a_link_of_another_account_takes_nothing_from_this_one(world: World) -> None:
    upload = await announce_file(world, a_pdf())
    theirs = {"authorization": f"Bearer {world.issue_token('other')}"}
    assert no(await send_file(world, upload["url"], a_pdf(), **theirs)) == (404, "NOT_FOUND")
    garbage = await send_file(world, upload["url"], a_pdf(), authorization="Bearer garbage")
    assert garbage.status_code == 401
    await not_sent(world)
    mine = {"authorization": f"Bearer {world.issue_token('unit')}"}
    assert (await send_file(world, upload["url"], a_pdf(), **mine)).status_code == 204


async def test_x10_a_file_is_not_for_who_comes_by_the_link_of_another_account(
    world: World,
) -> None:
    (file,) = await attach_files(world, (await drafted(world))["id"])
    theirs = {"authorization": f"Bearer {world.issue_token('other')}"}
    assert no(await world.client.get(file["url"], headers=theirs)) == (404, "NOT_FOUND")
    garbage = await world.client.get(file["url"], headers={"authorization": "Bearer garbage"})
    assert garbage.status_code == 401
    mine = {"authorization": f"Bearer {world.issue_token('unit')}"}
    assert (await world.client.get(file["url"], headers=mine)).status_code == 200
    assert (await world.client.get(file["url"])).status_code == 200  # a browser tells no token


async def test_only_the_methods_that_do_something_are_allowed(world: World) -> None:
    upload = await announce_file(world, a_pdf())
    (file,) = await attach_files(world, (await drafted(world))["id"])
    for method, url in (
        ("GET", upload["url"]),
        ("DELETE", upload["url"]),
        ("PUT", file["url"]),
        ("POST", file["url"]),
    ):
        assert (await world.client.request(method, url)).status_code == 405
    assert (await world.client.head(file["url"])).status_code == 200


async def test_a_file_is_data_to_browsers_and_is_kept_by_nobody(world: World) -> None:
    upload = await upload_file(world, name="材料 （盖章）.pdf")
    (file,) = await attach_files(world, (await drafted(world))["id"], upload)
    told = (await world.client.get(file["url"])).headers
    assert told["content-type"] == "application/pdf"
    assert told["content-disposition"].startswith("attachment; ")
    assert "%E6%9D%90%E6%96%99%20" in told["content-disposition"]
    assert told["x-content-type-options"] == "nosniff"
    assert "sandbox" in told["content-security-policy"]
    assert "no-store" in told["cache-control"]
    assert told["content-length"] == str(len(a_pdf()))


# when something fails


async def test_a_store_that_fails_leaves_no_row(world: World, database: Database) -> None:
    upload = await announce_file(world, a_pdf())
    directory, aside = database.home / "attachments", database.home / "aside"
    directory.rename(aside)
    directory.write_text("in the way")
    assert no(await send_file(world, upload["url"], a_pdf())) == (503, "FILE_STORE_DOWN")
    await not_sent(world)
    directory.unlink()
    aside.rename(directory)
    assert (await send_file(world, upload["url"], a_pdf())).status_code == 204


@pytest.mark.own_database
async def test_a_row_that_fails_is_told_and_its_object_goes_with_the_sweep(
    world: World, database: Database, owner: asyncpg.Connection
) -> None:
    upload = await announce_file(world, a_pdf())
    await owner.execute("ALTER TABLE upload ADD CONSTRAINT fails CHECK (stored_at IS NULL)")
    assert no(await send_file(world, upload["url"], a_pdf())) == (503, "FILE_STORE_DOWN")
    await not_sent(world)
    assert len(kept(database)) == 1
    world.clock.now = datetime.now(UTC) + timedelta(days=2)
    assert await sweep_unused_files(world.service) == SweepCounts(1, 1)
    assert kept(database) == []


@pytest.mark.own_database
async def test_an_attachment_that_fails_leaves_the_upload_as_it_was(
    world: World, owner: asyncpg.Connection
) -> None:
    row, upload = await drafted(world), await upload_file(world)
    asked = {"recordId": row["id"], "uploadIds": [upload], "kind": "OTHER"}
    await owner.execute("ALTER TABLE attachment ADD CONSTRAINT fails CHECK (size < 0)")
    async with assert_nothing_written(world):
        shape = "mutation ($i: AttachmentDraftInput!) { attach(input: $i) { __typename } }"
        answer = await world.ask(shape, "unit", i=asked)
        assert answer.errors[0]["extensions"]["code"] == "INTERNAL"
    await owner.execute("ALTER TABLE attachment DROP CONSTRAINT fails")
    await attach_files(world, row["id"], upload)


async def test_a_file_that_the_store_has_lost_is_told(world: World, database: Database) -> None:
    (file,) = await attach_files(world, (await drafted(world))["id"])
    (path,) = kept(database)
    path.unlink()
    assert no(await world.client.get(file["url"])) == (503, "FILE_STORE_DOWN")


@pytest.mark.own_database
async def test_a_database_that_is_away_is_told(
    world: World, database: Database, owner: asyncpg.Connection
) -> None:
    upload = await announce_file(world, a_pdf())
    (file,) = await attach_files(world, (await drafted(world))["id"])
    await owner.execute("ALTER TABLE upload RENAME TO gone")
    await owner.execute("ALTER TABLE attachment RENAME TO gone_too")
    assert no(await send_file(world, upload["url"], a_pdf())) == (503, "FILE_STORE_DOWN")
    assert no(await world.client.get(file["url"])) == (503, "FILE_STORE_DOWN")


def a_service(listener: socket.socket, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    """Start the service in a process of its own, on a socket that is listening already."""
    command = [sys.executable, "-m", "tests.server.file_server", str(listener.fileno())]
    return subprocess.Popen(command, env=environment, pass_fds=[listener.fileno()])


@pytest.mark.slow
async def test_a_service_that_is_killed_in_the_middle_leaves_nothing(
    world: World, database: Database
) -> None:
    world.clock.now = datetime.now(UTC)
    content = a_pdf(4 * MIB)
    upload = await announce_file(world, content)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        environment = {
            **os.environ,
            **database.to_environment(),
            "JIUYE_HOME": str(database.home),
            "JIUYE_SECRET_KEY": SECRET_KEY,
            "JIUYE_DATA_KEY": KEY,
        }
        killed = a_service(listener, environment)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        wire = Wire(reader, writer)
        wire.head(upload["url"], f"content-length: {len(content)}", "expect: 100-continue")
        async with asyncio.timeout(60):
            assert b"100" in await reader.readline()
        writer.write(content[: 3 * MIB])
        await writer.drain()
        killed.kill()
        killed.wait()
        writer.close()
    assert kept(database) == []
    await not_sent(world)
    assert (await send_file(world, upload["url"], content)).status_code == 204


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_url.replace("+asyncpg", ""))
    yield connection
    await connection.close()

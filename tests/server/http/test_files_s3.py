"""Files at a store that speaks S3: clients send there, the service judges, seals and keeps."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from gateways.file_seal import FileSeal
from gateways.object_store import MARK_KEY, Bucket, ObjectStore, StoreUnavailable
from models import Attachment
from resolvers.files.file_sweep import SweepCounts, sweep_unused_files
from tests.factories.database import Database
from tests.factories.files import HTML, a_pdf
from tests.factories.filing import announce_file, attach_files, read_attachments, send_file
from tests.factories.keys import RING
from tests.factories.refusal import assert_refused
from tests.factories.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3Store
from tests.factories.web import a_client, serve_on_socket
from tests.factories.world import World, a_world, add_officials
from tests.schema.files.test_attachment import drafted


@pytest.fixture
async def s3() -> AsyncIterator[tuple[S3Store, Bucket]]:
    store = S3Store()
    async with serve_on_socket(store) as address:
        yield (
            store,
            Bucket(
                name=BUCKET,
                endpoint=address,
                region=REGION,
                access_key_id=ACCESS_KEY,
                secret_access_key=SECRET_KEY,
            ),
        )


@pytest.fixture
async def world(database: Database, s3: tuple[S3Store, Bucket]) -> AsyncIterator[World]:
    """A unit and its officers whose files lie in a bucket."""
    async with a_world(database) as made:
        made.clock.now = datetime.now(UTC)
        await add_officials(made)
        await made.add_unit("unit")
        yield using(made, s3[1])


@pytest.fixture
async def web() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the store's own."""
    async with a_client() as client:
        yield client


def using(world: World, bucket: Bucket) -> World:
    files = replace(world.service.files, store=ObjectStore(bucket, FileSeal(RING)))
    service = replace(world.service, files=files)
    world.app.state.service = service
    return replace(world, service=service)


async def attaching(world: World, record_id: str, *uploads: str) -> Any:
    asked = {"recordId": record_id, "uploadIds": uploads, "kind": "OTHER"}
    return await world.mutate("attach", asked, "unit")


async def test_a_file_is_put_at_the_store_attached_and_fetched_through_the_service(
    world: World, s3: tuple[S3Store, Bucket], web: httpx.AsyncClient
) -> None:
    row, content = await drafted(world), a_pdf(6 * 1024 * 1024)
    upload = await announce_file(world, content, name="材料.pdf")
    assert upload["url"].startswith(f"{s3[1].endpoint}/{BUCKET}/incoming/")
    assert (await web.put(upload["url"], content=content)).status_code == 200
    (file,) = await attach_files(world, row["id"], upload["id"])
    (seen,) = await read_attachments(world, "Declaration", row["id"], "officer")
    for url in (file["url"], seen["url"]):
        assert url.startswith("/files/")
        answer = await world.client.get(url)
        assert answer.content == content
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"].startswith("attachment; filename=")
        assert "no-store" in answer.headers["cache-control"]
    kept = [held.content for key, held in s3[0].objects.items() if not key.startswith("incoming/")]
    assert not any(content[:1000] in each for each in kept)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (HTML.ljust(2000), "FILE_TYPE_DIFFERS"),
        (a_pdf(1999), "FILE_INCOMPLETE"),
        (b"", "FILE_EMPTY"),
    ],
)
async def test_what_is_not_what_was_announced_is_refused_when_it_is_attached(
    world: World, s3: tuple[S3Store, Bucket], web: httpx.AsyncClient, content: bytes, reason: str
) -> None:
    row = await drafted(world)
    good, bad = await announce_file(world, a_pdf()), await announce_file(world, a_pdf(2000))
    await web.put(good["url"], content=a_pdf())
    await web.put(bad["url"], content=content)
    asked = {"recordId": row["id"], "uploadIds": [good["id"], bad["id"]], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [(reason, "input.uploadIds.1")]
    await attach_files(world, row["id"], good["id"])


async def test_more_than_was_announced_is_not_read_to_its_end(
    world: World, web: httpx.AsyncClient
) -> None:
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    await web.put(upload["url"], content=b"x" * 30_000_000)
    asked = {"recordId": row["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [
        ("FILE_EXCEEDS_SIZE", "input.uploadIds.0")
    ]


async def test_what_was_never_put_there_is_told(world: World) -> None:
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    asked = {"recordId": row["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [
        ("UPLOAD_INCOMPLETE", "input.uploadIds.0")
    ]


async def test_what_is_written_over_an_upload_afterwards_changes_no_attachment(
    world: World, web: httpx.AsyncClient
) -> None:
    """The signed link stays good for a while; what was judged is kept where it does not reach."""
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    await web.put(upload["url"], content=a_pdf())
    (file,) = await attach_files(world, row["id"], upload["id"])
    assert (await web.put(upload["url"], content=HTML)).status_code == 200
    assert (await world.client.get(file["url"])).content == a_pdf()


async def test_x12_of_many_who_attach_the_same_upload_one_wins_and_the_sweep_clears_the_rest(
    world: World, s3: tuple[S3Store, Bucket], web: httpx.AsyncClient
) -> None:
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    await web.put(upload["url"], content=a_pdf())
    results = await asyncio.gather(*(attaching(world, row["id"], upload["id"]) for _ in range(6)))
    assert [r["__typename"] for r in results].count("AttachmentsPayload") == 1
    world.clock.now += timedelta(days=2)
    swept = await sweep_unused_files(world.service)
    assert swept.uploads == 1
    assert swept.objects >= 1
    (file,) = await world.load_rows(Attachment)
    assert set(s3[0].objects) == {file.object_key, MARK_KEY}


async def test_a_store_that_is_down_is_told_and_the_next_sweep_goes_on(
    world: World, s3: tuple[S3Store, Bucket], web: httpx.AsyncClient
) -> None:
    row, upload = await drafted(world), await announce_file(world, a_pdf())
    await web.put(upload["url"], content=a_pdf())
    s3[0].failing = True
    asked = {"recordId": row["id"], "uploadIds": [upload["id"]], "kind": "OTHER"}
    assert await assert_refused(world, "attach", asked, "unit") == [("FILE_STORE_DOWN", "input")]
    world.clock.now += timedelta(days=2)
    with pytest.raises(StoreUnavailable):
        await sweep_unused_files(world.service)
    s3[0].failing = False
    assert await sweep_unused_files(world.service) == SweepCounts(0, 1)
    assert set(s3[0].objects) == {MARK_KEY}


async def test_a_store_that_clients_do_not_reach_is_served_through_the_service(
    world: World, s3: tuple[S3Store, Bucket]
) -> None:
    hidden = using(world, replace(s3[1], presigned=False))
    row, upload = await drafted(hidden), await announce_file(hidden, a_pdf())
    assert upload["url"].startswith("/files/upload/")
    assert (await send_file(hidden, upload["url"], a_pdf())).status_code == 204
    (file,) = await attach_files(hidden, row["id"], upload["id"])
    assert (await hidden.client.get(file["url"])).content == a_pdf()
    assert len(s3[0].objects) == 1
    s3[0].failing = True
    assert (await hidden.client.get(file["url"])).json()["reason"] == "FILE_STORE_DOWN"

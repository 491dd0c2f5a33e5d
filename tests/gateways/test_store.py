"""A local directory and a store that speaks S3 do the same: whole files under random keys."""

import io
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from gateways.object_store import Bucket, ObjectNotFound, ObjectStore, StoreUnavailable
from tests.factories.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3Store, StoredObject
from tests.factories.web import a_client, serve_on_socket

TOLD = {"Content-Type": "application/pdf", "Content-Disposition": "attachment"}
BIG = bytes(range(256)) * 4096 * 11
"""More than two parts of an object."""

SOON = timedelta(minutes=1)
EVER = datetime(2999, 1, 1, tzinfo=UTC)


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


@pytest.fixture(params=["local", "s3"])
async def store(
    request: pytest.FixtureRequest, tmp_path: Path, s3: tuple[S3Store, Bucket]
) -> ObjectStore:
    return ObjectStore(tmp_path / "files" if request.param == "local" else s3[1])


async def content(store: ObjectStore, key: str) -> bytes:
    return b"".join([piece async for piece in await store.open_file(key)])


async def keys(store: ObjectStore, than: datetime = EVER) -> set[str]:
    return {key async for page in store.list_files_older(than) for key in page}


@pytest.mark.parametrize("whole", [b"x", BIG], ids=["small", "big"])
async def test_what_is_kept_is_found_again(store: ObjectStore, whole: bytes) -> None:
    key = await store.put_file(io.BytesIO(whole), TOLD)
    assert await content(store, key) == whole
    assert await keys(store) == {key}


async def test_equal_files_have_keys_of_their_own_that_tell_nothing(store: ObjectStore) -> None:
    found = {await store.put_file(io.BytesIO(b"same"), TOLD) for _ in range(5)}
    assert len(found) == 5
    assert {len(key) for key in found} == {43}


async def test_a_file_is_written_from_its_start_wherever_it_was_read_to(store: ObjectStore) -> None:
    file = io.BytesIO(b"whole")
    file.read()
    assert await content(store, await store.put_file(file, TOLD)) == b"whole"


async def test_what_is_not_there_is_told_and_its_deletion_is_no_fault(store: ObjectStore) -> None:
    key = await store.put_file(io.BytesIO(b"x"), TOLD)
    await store.delete_files(["ab/none", key, key])
    assert await keys(store) == set()
    with pytest.raises(ObjectNotFound):
        await store.open_file(key)


async def test_only_what_is_old_is_listed_as_old(store: ObjectStore) -> None:
    key = await store.put_file(io.BytesIO(b"x"), TOLD)
    assert await keys(store, datetime.now(UTC) - SOON) == set()
    assert await keys(store, datetime.now(UTC) + SOON) == {key}


async def test_many_files_are_listed_page_by_page(s3: tuple[S3Store, Bucket]) -> None:
    kept = StoredObject(b"x", {}, datetime.now(UTC))
    s3[0].objects = {f"ab/{n:05}": kept for n in range(2500)}
    pages = [page async for page in ObjectStore(s3[1]).list_files_older(EVER)]
    assert sum(map(len, pages)) == len({key for page in pages for key in page}) == 2500
    assert max(map(len, pages)) <= 1000


async def test_the_store_sends_a_file_as_it_was_told_to(s3: tuple[S3Store, Bucket]) -> None:
    store = ObjectStore(s3[1])
    for whole in (b"x", BIG):
        link = store.sign_object_url("GET", await store.put_file(io.BytesIO(whole), TOLD), SOON)
        async with a_client() as client:
            answer = await client.get(link)
        assert answer.content == whole
        assert {name: answer.headers[name] for name in TOLD} == TOLD


async def test_a_signed_link_opens_one_object_for_one_purpose(s3: tuple[S3Store, Bucket]) -> None:
    link = ObjectStore(s3[1]).sign_object_url("PUT", "incoming/one", SOON)
    async with a_client() as client:
        assert (await client.put(link.replace("one", "two"), content=b"x")).status_code == 403
        assert (await client.get(link)).status_code == 403
        assert (await client.put(link.partition("?")[0], content=b"x")).status_code == 403
        assert (await client.put(link, content=b"x")).status_code == 200
    assert {key: kept.content for key, kept in s3[0].objects.items()} == {"incoming/one": b"x"}


async def test_another_secret_opens_nothing(s3: tuple[S3Store, Bucket]) -> None:
    with pytest.raises(StoreUnavailable):
        await ObjectStore(replace(s3[1], secret_access_key="guessed")).put_file(
            io.BytesIO(b"x"), TOLD
        )
    assert s3[0].objects == {}


async def test_a_store_that_fails_or_is_not_there_is_down(s3: tuple[S3Store, Bucket]) -> None:
    s3[0].failing = True
    for bucket in (s3[1], replace(s3[1], endpoint="http://127.0.0.1:9")):
        store = ObjectStore(bucket)
        with pytest.raises(StoreUnavailable):
            await store.put_file(io.BytesIO(b"x"), TOLD)
        with pytest.raises(StoreUnavailable):
            await store.open_file("ab/x")
        with pytest.raises(StoreUnavailable):
            await keys(store)


async def test_a_directory_that_is_gone_is_down_and_signs_no_links(tmp_path: Path) -> None:
    directory = tmp_path / "files"
    store = ObjectStore(directory)
    directory.rmdir()
    directory.write_text("in the way")
    with pytest.raises(StoreUnavailable):
        await store.put_file(io.BytesIO(b"x"), TOLD)
    with pytest.raises(StoreUnavailable):
        store.sign_object_url("GET", "ab/x", SOON)


async def test_only_the_service_s_account_looks_into_its_directory(tmp_path: Path) -> None:
    ObjectStore(tmp_path / "deep" / "files")
    assert (tmp_path / "deep" / "files").stat().st_mode & 0o777 == 0o700


async def test_what_killed_processes_left_half_written_goes_once_it_is_old(tmp_path: Path) -> None:
    store, directory = ObjectStore(tmp_path), tmp_path / "ab"
    key = await store.put_file(io.BytesIO(b"x"), TOLD)
    directory.mkdir(exist_ok=True)
    old, new = directory / "abcd#1", directory / "abce#1"
    for half in (old, new):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert await keys(store) == {key}
    await store.delete_unfinished(datetime.now(UTC) - SOON)
    assert [half.exists() for half in (old, new)] == [False, True]
    assert await keys(store) == {key}

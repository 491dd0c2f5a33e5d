"""A local directory and a store that speaks S3 do the same: whole files under random keys."""

import io
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from gateways.crypto_profile import CryptoProfile
from gateways.file_seal import PIECE_BYTES, FileSeal
from gateways.key_ring import build_key_ring
from gateways.object_store import (
    MARK_KEY,
    Bucket,
    ObjectNotFound,
    ObjectStore,
    StoreMark,
    StoreUnavailable,
)
from gateways.seal import SealBroken
from tests.factories.s3 import ACCESS_KEY, BUCKET, REGION, SECRET_KEY, S3Store, StoredObject
from tests.factories.web import a_client, serve_on_socket

SEALS = {
    profile: FileSeal(build_key_ring((b"k" * 32,), profiles=[profile])) for profile in CryptoProfile
}
SEAL = SEALS[CryptoProfile.STANDARD]
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
    return ObjectStore(tmp_path / "files" if request.param == "local" else s3[1], SEAL)


async def content(store: ObjectStore, key: str) -> bytes:
    return b"".join([piece async for piece in await store.open_file(key)])


async def keys(store: ObjectStore, than: datetime = EVER) -> set[str]:
    return {key async for page in store.list_files_older(than) for key in page}


@pytest.mark.parametrize("whole", [b"x", BIG], ids=["small", "big"])
async def test_what_is_kept_is_found_again(store: ObjectStore, whole: bytes) -> None:
    key = await store.put_file(io.BytesIO(whole))
    assert await content(store, key) == whole
    assert await keys(store) == {key}


async def test_equal_files_have_keys_of_their_own_that_tell_nothing(store: ObjectStore) -> None:
    found = {await store.put_file(io.BytesIO(b"same")) for _ in range(5)}
    assert len(found) == 5
    assert {len(key) for key in found} == {43}


async def test_a_file_is_written_from_its_start_wherever_it_was_read_to(store: ObjectStore) -> None:
    file = io.BytesIO(b"whole")
    file.read()
    assert await content(store, await store.put_file(file)) == b"whole"


async def test_what_is_not_there_is_told_and_its_deletion_is_no_fault(store: ObjectStore) -> None:
    key = await store.put_file(io.BytesIO(b"x"))
    await store.delete_files(["ab/none", key, key])
    assert await keys(store) == set()
    with pytest.raises(ObjectNotFound):
        await store.open_file(key)


async def test_only_what_is_old_is_listed_as_old(store: ObjectStore) -> None:
    key = await store.put_file(io.BytesIO(b"x"))
    assert await keys(store, datetime.now(UTC) - SOON) == set()
    assert await keys(store, datetime.now(UTC) + SOON) == {key}


async def test_whose_a_store_is_is_written_beside_its_files(store: ObjectStore) -> None:
    assert await store.read_mark() is None
    for mark in (StoreMark(UUID(int=1), 1), StoreMark(UUID(int=2), 1_000_000)):
        await store.write_mark(mark)
        assert await store.read_mark() == mark
    assert await keys(store) == set()


async def test_a_mark_that_nobody_can_read_is_none(tmp_path: Path) -> None:
    for said in (b"", b"another", b"1 2 3", b"\xff 1"):
        (tmp_path / MARK_KEY).write_bytes(said)
        assert await ObjectStore(tmp_path, SEAL).read_mark() is None


async def test_many_files_are_listed_page_by_page(s3: tuple[S3Store, Bucket]) -> None:
    kept = StoredObject(b"x", {}, datetime.now(UTC))
    s3[0].objects = {f"ab/{n:05}": kept for n in range(2500)}
    pages = [page async for page in ObjectStore(s3[1], SEAL).list_files_older(EVER)]
    assert sum(map(len, pages)) == len({key for page in pages for key in page}) == 2500
    assert max(map(len, pages)) <= 1000


async def test_a_signed_link_opens_one_object_for_one_purpose(s3: tuple[S3Store, Bucket]) -> None:
    link = ObjectStore(s3[1], SEAL).sign_arrival_url("incoming/one", SOON)
    async with a_client() as client:
        assert (await client.put(link.replace("one", "two"), content=b"x")).status_code == 403
        assert (await client.get(link)).status_code == 403
        assert (await client.put(link.partition("?")[0], content=b"x")).status_code == 403
        assert (await client.put(link, content=b"x")).status_code == 200
    assert {key: kept.content for key, kept in s3[0].objects.items()} == {"incoming/one": b"x"}


async def test_another_secret_opens_nothing(s3: tuple[S3Store, Bucket]) -> None:
    with pytest.raises(StoreUnavailable):
        await ObjectStore(replace(s3[1], secret_access_key="guessed"), SEAL).put_file(
            io.BytesIO(b"x")
        )
    assert s3[0].objects == {}


async def test_a_store_that_fails_or_is_not_there_is_down(s3: tuple[S3Store, Bucket]) -> None:
    s3[0].failing = True
    for bucket in (s3[1], replace(s3[1], endpoint="http://127.0.0.1:9")):
        store = ObjectStore(bucket, SEAL)
        with pytest.raises(StoreUnavailable):
            await store.put_file(io.BytesIO(b"x"))
        with pytest.raises(StoreUnavailable):
            await store.open_file("ab/x")
        with pytest.raises(StoreUnavailable):
            await keys(store)


async def test_a_directory_that_is_gone_is_down_and_signs_no_links(tmp_path: Path) -> None:
    directory = tmp_path / "files"
    store = ObjectStore(directory, SEAL)
    directory.rmdir()
    directory.write_text("in the way")
    with pytest.raises(StoreUnavailable):
        await store.put_file(io.BytesIO(b"x"))
    with pytest.raises(StoreUnavailable):
        store.sign_arrival_url("ab/x", SOON)


async def test_only_the_service_s_account_looks_into_its_directory(tmp_path: Path) -> None:
    ObjectStore(tmp_path / "deep" / "files", SEAL)
    assert (tmp_path / "deep" / "files").stat().st_mode & 0o777 == 0o700


async def test_what_killed_processes_left_half_written_goes_once_it_is_old(tmp_path: Path) -> None:
    store, directory = ObjectStore(tmp_path, SEAL), tmp_path / "ab"
    key = await store.put_file(io.BytesIO(b"x"))
    directory.mkdir(exist_ok=True)
    old, new = directory / "abcd#1", directory / "abce#1"
    for half in (old, new):
        half.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert await keys(store) == {key}
    await store.delete_unfinished(datetime.now(UTC) - SOON)
    assert [half.exists() for half in (old, new)] == [False, True]
    assert await keys(store) == {key}


SIZES = [0, 1, 59, 60, PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES]


@pytest.mark.parametrize("profile", CryptoProfile)
@pytest.mark.parametrize("size", SIZES)
async def test_x11_a_file_of_any_size_is_sealed_and_opens_again(
    tmp_path: Path, size: int, profile: CryptoProfile
) -> None:
    store, whole = ObjectStore(tmp_path, SEALS[profile]), (b"canary!" * size)[:size]
    key = await store.put_file(io.BytesIO(whole))
    kept = (tmp_path / key).read_bytes()
    assert b"canary!" not in kept
    assert await content(store, key) == whole
    assert (tmp_path / key).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("profile", CryptoProfile)
async def test_x11_a_file_that_was_changed_cut_exchanged_or_moved_does_not_open(
    tmp_path: Path, profile: CryptoProfile
) -> None:
    store = ObjectStore(tmp_path, SEALS[profile])
    whole = bytes(range(256)) * 1024
    key, other = [await store.put_file(io.BytesIO(whole)) for _ in range(2)]
    kept, sealed = (tmp_path / key).read_bytes(), PIECE_BYTES + 16
    swapped = (
        kept[:68] + kept[68 + sealed :][:sealed] + kept[68:][:sealed] + kept[68 + 2 * sealed :]
    )
    for place in (3, 4, 10, 40, 68, 70_000, -1):
        changed = bytearray(kept)
        changed[place] ^= 1
        (tmp_path / key).write_bytes(changed)
        with pytest.raises(SealBroken):
            await content(store, key)
    for bad in (
        kept[:-1],
        kept[: 68 + sealed],
        kept[:68],
        swapped,
        (tmp_path / other).read_bytes(),
    ):
        (tmp_path / key).write_bytes(bad)
        with pytest.raises(SealBroken):
            await content(store, key)


async def test_x11_files_in_clear_and_of_a_former_key_are_read_and_sealed_anew(
    tmp_path: Path,
) -> None:
    directory, new = tmp_path / "files", b"n" * 32
    both = ObjectStore(directory, FileSeal(build_key_ring((new, b"k" * 32))))
    former = await ObjectStore(directory, SEAL).put_file(io.BytesIO(BIG))
    clear = "ab/clear"
    (directory / "ab").mkdir(exist_ok=True)
    (directory / clear).write_bytes(BIG)
    for key in (former, clear):
        assert await content(both, key) == BIG
        assert await both.reseal_file(key, tmp_path)
        assert not await both.reseal_file(key, tmp_path)
        alone = ObjectStore(directory, FileSeal(build_key_ring((new,))))
        assert await content(alone, key) == BIG
    assert b"\0\1\2\3\4\5\6\7" not in (directory / clear).read_bytes()

"""Where files lie: a local directory, or any store that speaks S3. Keys are random."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, BinaryIO
from uuid import UUID

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

from gateways.file_seal import HEADER_BYTES, PIECE_BYTES, FileSeal

if TYPE_CHECKING:  # they are not there when the program runs
    from obstore.store import ClientConfig, RetryConfig, S3Config

STAGING_PREFIX = "incoming/"
"""Of objects that clients put into the store itself: in clear, until they are judged."""

MARK_KEY = "installation"
"""Of the one object that says whose the store is; it is in clear, and no file."""

_READ_BYTES = 256 * 1024
_PART_BYTES = 5 * 1024 * 1024
"""What S3 takes at least as a part of an object; so much of a file is in memory."""

_LIST_PAGE_SIZE = 1000
_UNFINISHED_GLOB = "*/*#*"
"""Where the local store leaves what it had not finished when its process was killed."""

_CLIENT_CONFIG: "ClientConfig" = {
    "timeout": timedelta(seconds=30),
    "connect_timeout": timedelta(seconds=3),
}
_RETRY_CONFIG: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class StoreUnavailable(Exception):
    """The store did not do what it was asked."""

    def __init__(self) -> None:
        super().__init__("The file store does not answer; see ATTACHMENTS_DIRECTORY, S3_BUCKET.")


class ObjectNotFound(StoreUnavailable):
    """The store has no such object."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """A bucket of an S3-compatible store; without keys, those of the machine or environment count.

    `presigned`: clients reach the store, and send files there.
    """

    name: str
    endpoint: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    virtual_hosted: bool = False
    presigned: bool = True


@dataclass(frozen=True, slots=True)
class StoreMark:
    """Which installation's store it is, and how often that had swept it."""

    installation: UUID
    sweeps: int


def _secure_file(directory: Path, key: str) -> None:
    """Keep a file from others, and have it on the disk, before anybody is told that it is there.

    What leads to it is written too: without that a power cut may leave a file that has no name.
    """
    path = directory / key
    path.chmod(0o600)
    for each in (path, path.parent, directory):
        opened = os.open(each, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


class ObjectStore:
    """Keeps files under random keys; an object is there whole or not at all."""

    def __init__(self, where: Path | Bucket, seal: FileSeal) -> None:
        self._seal = seal
        self.presigned = isinstance(where, Bucket) and where.presigned
        self._directory: Path | None = None
        self._s3: S3Store | None = None
        self._store: S3Store | LocalStore
        if isinstance(where, Bucket):
            self._store = self._s3 = _open_s3_store(where)
        else:
            self._store, self._directory = _open_local_store(where), where

    async def put_file(self, file: BinaryIO) -> str:
        """Keep a file sealed, and give the key under which it is found again."""
        hexadecimal = token_hex(20)
        key = f"{hexadecimal[:2]}/{hexadecimal}"
        await self._put(key, file)
        return key

    async def _put(self, key: str, file: BinaryIO) -> None:
        file.seek(0)
        pieces = self._seal.seal_pieces(key, iter(partial(file.read, PIECE_BYTES), b""))
        with _translate_store_errors():
            await obstore.put_async(
                self._store, key, pieces, chunk_size=_PART_BYTES, max_concurrency=1
            )
            if self._directory is not None:
                await asyncio.to_thread(_secure_file, self._directory, key)

    async def reseal_file(self, key: str, spool: Path) -> bool:
        """Seal a file anew unless the present key sealed it; return whether it was done.

        Raises SealBroken. It is there whole meanwhile, as it was or as it is now.
        """
        if self._seal.is_present(await self._read_head(key)):
            return False
        with TemporaryFile(dir=spool) as file:
            async for piece in await self.open_file(key):
                await asyncio.to_thread(file.write, piece)
            await self._put(key, file)
        return True

    async def name_seal(self, key: str) -> str:
        """Return what the key is called by which a file is sealed, whether it opens or not.

        Raises ObjectNotFound.
        """
        return self._seal.name_seal(await self._read_head(key))

    async def _read_head(self, key: str) -> bytes:
        with _translate_store_errors():
            return bytes(
                await obstore.get_range_async(self._store, key, start=0, length=HEADER_BYTES)
            )

    async def open_file(self, key: str) -> AsyncIterator[bytes]:
        """Find a file, and give its bytes piece by piece; raise ObjectNotFound where there is none.

        Raises SealBroken, now or while it is read, where it is not what was kept.
        """
        with _translate_store_errors():
            found = await obstore.get_async(self._store, key)
        opened = self._seal.open_pieces(key, _iterate_chunks(found.stream(_READ_BYTES)))
        first = await anext(opened, b"")  # what is broken is told before anything is sent
        return _join_pieces(first, opened)

    async def delete_files(self, keys: Sequence[str]) -> None:
        """Delete files; those that are gone already are no fault."""
        for key in keys:
            with suppress(ObjectNotFound), _translate_store_errors():
                await obstore.delete_async(self._store, key)

    async def list_files_older(self, than: datetime) -> AsyncIterator[list[str]]:
        """List the keys of all files that were written before an instant, page by page."""
        with _translate_store_errors():
            async for page in obstore.list(self._store, chunk_size=_LIST_PAGE_SIZE):
                old = (found["path"] for found in page if found["last_modified"] < than)
                yield [key for key in old if key != MARK_KEY]

    async def read_mark(self) -> StoreMark | None:
        """Read whose the store is; None where nobody has said so, or nobody can tell."""
        try:
            with _translate_store_errors():
                found = await obstore.get_async(self._store, MARK_KEY)
                installation, sweeps = bytes(await found.bytes_async()).decode().split()
                return StoreMark(UUID(installation), int(sweeps))
        except (ObjectNotFound, ValueError):
            return None

    async def write_mark(self, mark: StoreMark) -> None:
        """Write down whose the store is, in place of whoever had it."""
        said = f"{mark.installation} {mark.sweeps}".encode()
        with _translate_store_errors():
            await obstore.put_async(self._store, MARK_KEY, said)
            if self._directory is not None:
                await asyncio.to_thread(_secure_file, self._directory, MARK_KEY)

    async def delete_unfinished(self, than: datetime) -> None:
        """Delete what killed processes left half-written in a local directory."""
        if self._directory is not None:
            with _translate_store_errors():
                await asyncio.to_thread(_delete_unfinished, self._directory, than)

    def sign_arrival_url(self, key: str, life: timedelta) -> str:
        """Sign a link by which a client puts an object into the store itself, good for so long.

        Raises StoreUnavailable where the store is a directory.
        """
        if self._s3 is None:
            raise StoreUnavailable
        return obstore.sign(self._s3, "PUT", key, life)


def _open_local_store(directory: Path) -> LocalStore:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(directory)


def _open_s3_store(bucket: Bucket) -> S3Store:
    config: S3Config = {
        "virtual_hosted_style_request": bucket.virtual_hosted,
        "disable_bulk_delete": True,  # not every store has it
    }
    if bucket.endpoint:
        config["endpoint"] = bucket.endpoint
    if bucket.region:
        config["region"] = bucket.region
    if bucket.access_key_id and bucket.secret_access_key:
        config["access_key_id"] = bucket.access_key_id
        config["secret_access_key"] = bucket.secret_access_key
    plain = (bucket.endpoint or "").startswith("http://")
    client: ClientConfig = {**_CLIENT_CONFIG, "allow_http": plain}
    return S3Store(bucket.name, config=config, client_options=client, retry_config=_RETRY_CONFIG)


async def _join_pieces(first: bytes, others: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for piece in others:
        yield piece


async def _iterate_chunks(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with _translate_store_errors():
        async for piece in stream:
            yield bytes(piece)


def _delete_unfinished(directory: Path, than: datetime) -> None:
    for half in directory.glob(_UNFINISHED_GLOB):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(half.stat().st_mtime, UTC) < than:
                half.unlink()


@contextmanager
def _translate_store_errors() -> Iterator[None]:
    """Raise whatever goes wrong at the store as one fault."""
    try:
        yield
    except FileNotFoundError as error:
        raise ObjectNotFound from error
    except (BaseError, OSError) as error:
        raise StoreUnavailable from error

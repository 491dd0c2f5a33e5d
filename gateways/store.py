"""Where files lie: a local directory, or any store that speaks S3. Keys are random."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, BinaryIO, Literal

import obstore
from obstore.exceptions import BaseError
from obstore.store import LocalStore, S3Store

if TYPE_CHECKING:  # they are not there when the program runs
    from obstore.store import ClientConfig, RetryConfig, S3Config

Method = Literal["GET", "PUT"]

_PIECE = 256 * 1024
_PART = 5 * 1024 * 1024
"""What S3 takes at least as a part of an object; so much of a file is in memory."""

_PAGE = 1000
_HALVES = "*/*#*"
"""Where the local store leaves what it had not finished when its process was killed."""

_CLIENT: "ClientConfig" = {
    "timeout": timedelta(seconds=30),
    "connect_timeout": timedelta(seconds=3),
}
_RETRY: "RetryConfig" = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class StoreDown(Exception):
    """The store did not do what it was asked."""

    def __init__(self) -> None:
        super().__init__("The file store does not answer; see ATTACHMENTS_DIRECTORY, S3_BUCKET.")


class NotThere(StoreDown):
    """The store has no such object."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket of an S3-compatible store; without keys, those of the machine or environment count.

    `presigned`: clients reach the store, and send and fetch files there.
    """

    name: str
    endpoint: str | None = None
    region: str | None = None
    access_key_id: str | None = None
    secret_access_key: str | None = None
    virtual_hosted: bool = False
    presigned: bool = True


class Store:
    """Keeps files under random keys; an object is there whole or not at all."""

    def __init__(self, where: Path | Bucket) -> None:
        self.presigned = isinstance(where, Bucket) and where.presigned
        self._directory: Path | None = None
        self._s3: S3Store | None = None
        self._store: S3Store | LocalStore
        if isinstance(where, Bucket):
            self._store = self._s3 = _s3(where)
        else:
            self._store, self._directory = _local(where), where

    async def put(self, file: BinaryIO, headers: Mapping[str, str]) -> str:
        """Keep a file, and give the key under which it is found again.

        `headers` are what a store sends with it; a local directory keeps none.
        """
        hexadecimal = token_hex(20)
        key = f"{hexadecimal[:2]}/{hexadecimal}"
        file.seek(0)
        with _told():
            await obstore.put_async(
                self._store,
                key,
                file,
                attributes={**headers} if self._s3 else None,
                chunk_size=_PART,
                max_concurrency=1,
            )
        return key

    async def open(self, key: str) -> AsyncIterator[bytes]:
        """Find a file, and give its bytes piece by piece; raise NotThere where there is none."""
        with _told():
            found = await obstore.get_async(self._store, key)
        return _pieces(found.stream(_PIECE))

    async def delete(self, keys: Sequence[str]) -> None:
        """Delete files; those that are gone already are no fault."""
        for key in keys:
            with suppress(NotThere), _told():
                await obstore.delete_async(self._store, key)

    async def older(self, than: datetime) -> AsyncIterator[list[str]]:
        """List the keys of all files that were written before an instant, page by page."""
        with _told():
            async for page in obstore.list(self._store, chunk_size=_PAGE):
                yield [found["path"] for found in page if found["last_modified"] < than]

    async def clear_halves(self, than: datetime) -> None:
        """Delete what killed processes left half-written in a local directory."""
        if self._directory is not None:
            with _told():
                await asyncio.to_thread(_clear_halves, self._directory, than)

    def link(self, method: Method, key: str, life: timedelta) -> str:
        """Sign a link to an object of the store itself, good for so long."""
        if self._s3 is None:
            raise StoreDown
        return obstore.sign(self._s3, method, key, life)


def _local(directory: Path) -> LocalStore:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return LocalStore(directory)


def _s3(bucket: Bucket) -> S3Store:
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
    client: ClientConfig = {**_CLIENT, "allow_http": plain}
    return S3Store(bucket.name, config=config, client_options=client, retry_config=_RETRY)


async def _pieces(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    with _told():
        async for piece in stream:
            yield bytes(piece)


def _clear_halves(directory: Path, than: datetime) -> None:
    for half in directory.glob(_HALVES):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(half.stat().st_mtime, UTC) < than:
                half.unlink()


@contextmanager
def _told() -> Iterator[None]:
    """Tell whatever goes wrong at the store as one fault."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotThere from error
    except (BaseError, OSError) as error:
        raise StoreDown from error

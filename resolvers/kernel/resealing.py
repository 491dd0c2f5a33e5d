"""Seal and index anew what former keys or another profile did, or what no row was bound to (X11).

Nothing is remembered of how far it came: what is sealed with the present key is passed over. So it
may be cut off anywhere and run beside itself, and a row that changes meanwhile is left to the next
pass.
"""

from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Column,
    LargeBinary,
    and_,
    bindparam,
    case,
    func,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.object_store import STAGING_PREFIX, ObjectNotFound
from gateways.seal import (
    PREFIX_BYTES,
    UNBOUND_FORMAT,
    Seal,
    SealBroken,
    build_broken_seal,
    name_seal,
)
from models import (
    SEALED_AS,
    SealedPlace,
    build_sealed_place,
    find_index_column,
    find_writer,
    list_sealed_columns,
)
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.service import Service

PAGE_SIZE = 500

Key = Sequence[UUID]


class ResealedPage(NamedTuple):
    """What came of a page of rows: the last one's key, how many were sealed anew or don't open."""

    last: Key | None
    resealed: int
    broken: int


@dataclass(frozen=True, slots=True)
class _Resealing:
    """A value before and after, and its blind index where that is another one too."""

    key: Key
    old: object
    new: object
    index: bytes | None


async def reseal_page(service: Service, column: Column[Any], after: Key | None) -> ResealedPage:
    """Seal and index anew what needs it of the rows after a key, in a transaction of its own.

    What does not open raises the alarm, is left as it is, and counted.
    """
    keys, index = [*column.table.primary_key.columns], find_index_column(column)
    wanted = select(*keys, null() if index is None else index, column)
    wanted = wanted.where(column.is_not(None)).order_by(*keys).limit(PAGE_SIZE)
    if after is not None:
        wanted = wanted.where(tuple_(*keys) > tuple_(*after))
    async with open_system_transaction(service, find_writer(column)) as tx:
        rows = (await tx.session.execute(wanted)).all()
        changed, broken = [], 0
        for *key, indexed, old in rows:
            try:
                new, other = _renew(service.seal, column, key, old, indexed)
            except SealBroken:
                broken += 1
                continue
            if new != old or other != indexed:
                changed.append(_Resealing(key, old, new, other))
        failed = await _write(tx.session, column, changed)
    last = rows[-1][:-2] if rows else None
    return ResealedPage(last, len(changed) - failed, broken + failed)


async def _write(session: AsyncSession, column: Column[Any], changed: Sequence[_Resealing]) -> int:
    """Write the values of rows that are still what they were; no version and no history changes.

    Returns how many could not be: another row has the index that they are to have.
    """
    if not changed:
        return 0
    try:
        async with session.begin_nested():
            await _write_values(session, column, changed)
    except IntegrityError:
        if len(changed) == 1:
            build_broken_seal(f"{column.table.name}.{column.name}", str(changed[0].key[-1]))
            return 1
        half = len(changed) // 2
        return await _write(session, column, changed[:half]) + await _write(
            session, column, changed[half:]
        )
    return 0


async def _write_values(
    session: AsyncSession, column: Column[Any], changed: Sequence[_Resealing]
) -> None:
    keys, index = [*column.table.primary_key.columns], find_index_column(column)
    same = [key == bindparam(f"key_{key.name}", type_=key.type) for key in keys]
    unchanged = column == bindparam("old", type_=column.type)
    new = {column.name: bindparam("new", type_=column.type)}
    if index is not None:
        new[index.name] = bindparam("index", type_=index.type)
    statement = update(column.table).where(and_(*same, unchanged)).values(new)
    values = [
        {f"key_{key.name}": part for key, part in zip(keys, each.key, strict=True)}
        | {"old": each.old, "new": each.new}
        | ({} if index is None else {"index": each.index})
        for each in changed
    ]
    await (await session.connection()).execute(statement, values)


def _renew(
    seal: Seal, column: Column[Any], key: Key, value: object, index: bytes | None
) -> tuple[object, bytes | None]:
    """Return a row's value, and its index, as they would be today; raises SealBroken."""
    if not isinstance(value, bytes):
        return _reseal_within(seal, column, key, value, ""), index
    place = build_sealed_place(column, key, column.info[SEALED_AS])
    new = _reseal_bytes(seal, place, value)
    if index is None or seal.count_indexes() == 1:
        return new, index
    present, *former = seal.compute_indexes(place.field, seal.open_sealed(place, value))
    return new, present if index in former else index


def _reseal_bytes(seal: Seal, place: SealedPlace, sealed: bytes) -> bytes:
    return sealed if sealed.startswith(seal.prefix) else seal.move_sealed(place, sealed, place)


def _reseal_within(seal: Seal, column: Column[Any], key: Key, value: object, name: str) -> object:
    """Seal anew what is sealed somewhere in a JSON value; a member's name says what it is."""
    match value:
        case dict():
            return {
                name: _reseal_within(seal, column, key, inner, name)
                for name, inner in value.items()
            }
        case list():
            return [_reseal_within(seal, column, key, inner, name) for inner in value]
        case str():
            place, sealed = build_sealed_place(column, key, name), _decode(value)
            if sealed is None or seal.try_open(place, sealed) is None:
                return value
            return b64encode(_reseal_bytes(seal, place, sealed)).decode()
    return value


def _decode(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (NoBase64, ValueError):  # a number, or a word: it was never sealed
        return None


@dataclass(slots=True)
class ResealingPass:
    """How far a worker's pass over all sealed columns has come, and when the last one ended."""

    place: int = 0
    after: Key | None = None
    done_on: date | None = None
    files_done: bool = False
    """Once in the life of a worker: all files have to be looked at."""

    async def reseal_next(self, service: Service) -> int:
        """Go on until something was sealed anew, and return how much; 0 at the end of a pass.

        Another one begins on the next day: a process may have sealed with a former key meanwhile.
        """
        columns = list_sealed_columns()
        while self.done_on != service.today():
            page = await reseal_page(service, columns[self.place], self.after)
            self.after = page.last
            if page.last is None:
                self.place += 1
            if self.place == len(columns):
                self.place, self.done_on = 0, service.today()
            if page.resealed:
                return page.resealed
        if not self.files_done:
            resealed, _ = await reseal_files(service)
            self.files_done = True
            return resealed
        return 0


async def reseal_everything(service: Service, tell: Callable[[int], None]) -> tuple[int, int]:
    """Go over all sealed columns once, and return how many were sealed anew and did not open."""
    resealed = broken = 0
    for column in list_sealed_columns():
        after: Key | None = None
        while (page := await reseal_page(service, column, after)).last is not None:
            after, resealed, broken = page.last, resealed + page.resealed, broken + page.broken
            tell(resealed)
    files, broken_files = await reseal_files(service)
    return resealed + files, broken + broken_files


async def reseal_files(service: Service) -> tuple[int, int]:
    """Seal anew the files that need it, one by one; return how many were, and did not open.

    Those from before files were sealed are sealed for the first time.
    """
    resealed = broken = 0
    store, spool = service.files.store, service.files.spool
    async for keys in store.list_files_older(datetime.max.replace(tzinfo=UTC)):
        for key in keys:
            if key.startswith(STAGING_PREFIX):
                continue
            try:
                resealed += await store.reseal_file(key, spool)
            except ObjectNotFound:  # it was taken off its record meanwhile
                continue
            except SealBroken:
                broken += 1
    return resealed, broken


async def count_seals(service: Service) -> Mapping[str, Mapping[str, int]]:
    """Count the sealed values of each column by what `name_seal` calls their keys."""
    counts: dict[str, Mapping[str, int]] = {}
    async with open_system_transaction(service) as tx:
        for column in list_sealed_columns():
            if isinstance(column.type, LargeBinary):
                unbound = func.get_byte(column, 0) == UNBOUND_FORMAT[0]
                length = case((unbound, len(UNBOUND_FORMAT)), else_=PREFIX_BYTES)
                prefix = func.substring(column, 1, length)
                found = select(prefix, func.count()).where(column.is_not(None)).group_by(prefix)
                rows = await tx.session.execute(found)
                counts[f"{column.table.name}.{column.name}"] = {
                    name_seal(row[0]): row[1] for row in rows
                }
    return counts

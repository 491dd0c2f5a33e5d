"""Open what is kept sealed, and tell how much opens by which key, and nothing of it (X11).

Numbers are to be found again, too: their blind indexes are compared with what was opened.
"""

from base64 import b64decode
from binascii import Error as NoBase64
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import random
from typing import Any
from uuid import UUID

from sqlalchemy import Column, func, null, select, tuple_

from gateways.object_store import STAGING_PREFIX, ObjectNotFound
from gateways.seal import PREFIX_BYTES, BlindIndexes, Seal, SealBroken, name_seal
from models import (
    SEALED_AS,
    Account,
    SealedPlace,
    build_sealed_place,
    find_index_column,
    list_sealed_columns,
)
from resolvers.kernel.background import open_system_transaction
from resolvers.kernel.service import Service

PAGE_SIZE = 500
FILES = "files"
PRESENT, FORMER, LOST, UNSEALED = "present", "former", "lost", "unsealed"

Progress = Callable[[int], None]


@dataclass(slots=True)
class SealReport:
    """How many values of each column, and files, open and do not, by what their keys are called.

    `indexed` says how many blind indexes are of the present key, of a former one, or of none;
    `broken` where each lies that is of none or does not open: table, column and row, or the file.
    """

    indexed: dict[str, Counter[str]] = field(default_factory=dict)
    opened: dict[str, Counter[str]] = field(default_factory=dict)
    failed: dict[str, Counter[str]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def count(self, where: str, key: str, row: str, *, opens: bool) -> None:
        """Count a value or a file."""
        (self.opened if opens else self.failed).setdefault(where, Counter())[key] += 1
        if not opens:
            self.broken.append(f"{where} {row}")

    def count_index(self, column: Column[Any], row: str, index: bytes, known: BlindIndexes) -> None:
        """Count a blind index by whose key it is."""
        where = f"{column.table.name}.{column.name}"
        state = PRESENT if index == known[0] else FORMER if index in known else LOST
        self.indexed.setdefault(where, Counter())[state] += 1
        if state == LOST:
            self.broken.append(f"{where} {row}")

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        return {
            "opened": self.opened,
            "failed": self.failed,
            "indexed": self.indexed,
            "broken": self.broken,
        }

    @property
    def total(self) -> int:
        """How many were looked at."""
        counts = (*self.opened.values(), *self.failed.values())
        return sum(each.total() for each in counts)


async def verify_seals(service: Service, share: float, tell: Progress) -> SealReport:
    """Open all sealed values and files, or a share of them, each drawn by chance."""
    report = SealReport()
    for column in list_sealed_columns():
        indexed_by = find_index_column(column)
        async for row_key, index, value in _iterate_values(service, column, share):
            id_ = row_key[-1]
            for place, sealed in _find_sealed(service.seal, column, row_key, value):
                text, key = service.seal.try_open(place, sealed), name_seal(sealed[:PREFIX_BYTES])
                where = f"{place.table}.{place.column}"
                report.count(where, key, str(id_), opens=text is not None)
                if indexed_by is not None and index is not None and text is not None:
                    known = service.seal.compute_indexes(place.field, text)
                    report.count_index(indexed_by, str(id_), index, known)
            tell(report.total)
    await _count_unsealed_claims(service, report)
    await _verify_files(service, share, report, tell)
    return report


async def _iterate_values(
    service: Service, column: Column[Any], share: float
) -> AsyncIterator[tuple[Sequence[UUID], bytes | None, object]]:
    """Yield rows' keys, blind indexes and values page by page; none is held meanwhile."""
    keys, index = [*column.table.primary_key.columns], find_index_column(column)
    wanted = select(*keys, null() if index is None else index, column)
    wanted = wanted.where(column.is_not(None)).order_by(*keys).limit(PAGE_SIZE)
    if share < 1:
        wanted = wanted.where(func.random() < share)
    page = wanted
    while True:
        async with open_system_transaction(service) as tx:
            rows = (await tx.session.execute(page)).all()
        for *key, indexed, value in rows:
            yield key, indexed, value
        if len(rows) < PAGE_SIZE:
            return
        page = wanted.where(tuple_(*keys) > tuple_(*rows[-1][:-2]))


def _find_sealed(
    seal: Seal, column: Column[Any], key: Sequence[UUID], value: object, name: str = ""
) -> Iterator[tuple[SealedPlace, bytes]]:
    """Yield what is sealed of a value: itself, or what stands within JSON and names a key."""
    match value:
        case bytes():
            yield build_sealed_place(column, key, column.info[SEALED_AS]), value
        case dict():
            for member, inner in value.items():
                yield from _find_sealed(seal, column, key, inner, member)
        case list():
            for inner in value:
                yield from _find_sealed(seal, column, key, inner, name)
        case str():
            sealed, place = _decode(value), build_sealed_place(column, key, name)
            if seal.has_key_of(sealed) or seal.try_open(place, sealed) is not None:
                yield place, sealed


def _decode(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NoBase64, ValueError):  # a word, or a number that was never sealed
        return b""


async def _count_unsealed_claims(service: Service, report: SealReport) -> None:
    """Count numbers that are claimed and were not kept: nothing can index them anew."""
    claim = Account.claimed_index.is_not(None), Account.claimed_sealed.is_(None)
    wanted = select(func.count()).select_from(Account).where(*claim, Account.person_id.is_(None))
    async with open_system_transaction(service) as tx:
        count = await tx.session.scalar(wanted)
    if count:
        report.indexed.setdefault("account.claimed_index", Counter())[UNSEALED] += count


async def _verify_files(service: Service, share: float, report: SealReport, tell: Progress) -> None:
    """Read files to their ends; those on their way are nobody's yet."""
    store = service.files.store
    async for keys in store.list_files_older(datetime.max.replace(tzinfo=UTC)):
        for key in keys:
            if key.startswith(STAGING_PREFIX) or random() >= share:  # noqa: S311 - a sample
                continue
            try:
                name = await store.name_seal(key)
            except ObjectNotFound:  # it was taken off its record meanwhile
                continue
            report.count(FILES, name, key, opens=await _opens(service, key))
            tell(report.total)


async def _opens(service: Service, key: str) -> bool:
    try:
        async for _ in await service.files.store.open_file(key):
            pass
    except SealBroken:
        return False
    return True

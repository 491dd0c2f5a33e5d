"""Loads files of external facts: all of a file or nothing, and the same file only once (X13)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import Protocol

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.csv_file import Record
from gateways.seal import Seal
from loaders.actor import actor_of, state
from resolvers import fact_write
from resolvers.fact_stage import Stage, Told
from rules.fact import FactRow, File, Reader, read_header
from rules.refusal import Fault
from rules.viewer import SYSTEM

AT_ONCE = 5_000
LOCK = 0x66616374  # "fact": two loaders load one after the other

Report = Callable[[int, Sequence[Fault]], None]


class TableFile(Protocol):
    """Something with rows, the header first: a CSV file, and later others."""

    digest: bytes

    def records(self) -> Iterator[Record]:
        """Read the rows one after another."""


class FactsRefusedError(Exception):
    """The file has faults, so nothing of it was loaded."""


@dataclass
class Loaded:
    """What came of a file, row by row; `persons` are those who were put on file."""

    new: int = 0
    changed: int = 0
    confirmed: int = 0
    same: int = 0
    kept: int = 0
    persons: int = 0
    refused: int = 0
    ignored: Sequence[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Count the rows that could be taken."""
        return self.new + self.changed + self.confirmed + self.same + self.kept


@dataclass(frozen=True, slots=True)
class Loading:
    """How a file is to be loaded: what is said of it, on which day, whom to tell of its faults."""

    file: File
    today: date
    report: Report
    keep_going: bool = False


async def load(session: AsyncSession, seal: Seal, table: TableFile, how: Loading) -> Loaded:
    """Load a file within the session's transaction, as the system (X13).

    Raises FactsRefusedError where rows have faults, once all of them were reported, unless bad
    rows are to be passed over. Who catches it rolls back.
    """
    await state(session, actor_of(SYSTEM))
    await session.execute(text("SET LOCAL statement_timeout = 0"))
    await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    stage = Stage(session, seal, how.file.kind)
    await stage.open()
    loaded = await _staged(stage, table, how)
    await stage.matched()
    await _judged(stage, how, loaded)
    if loaded.refused and not how.keep_going:
        raise FactsRefusedError
    counted = await fact_write.written(stage, how.file)
    loaded.new, loaded.changed = counted["NEW"], counted["CHANGED"]
    loaded.confirmed, loaded.kept = counted["CONFIRMED"], counted["KEPT"]
    loaded.same += counted["SAME"]
    await fact_write.noted(stage, how.file, table.digest, loaded.rows, loaded.refused)
    return loaded


async def _staged(stage: Stage, table: TableFile, how: Loading) -> Loaded:
    """Read all rows, and stage those that could be read."""
    records = table.records()
    first = next(records, Record(1, ()))
    header, faults = read_header(first.cells, how.file.kind)
    if faults:
        how.report(first.line, faults)
        raise FactsRefusedError
    loaded = Loaded(ignored=header.ignored)
    reader = Reader(header, how.file, how.today)

    def good() -> Iterator[FactRow]:
        for record in records:
            row = reader.read(record.line, record.cells)
            if isinstance(row, FactRow):
                yield row
            else:
                loaded.refused += 1
                how.report(record.line, row)

    rows = good()
    while chunk := list(islice(rows, AT_ONCE)):
        await stage.put(chunk)
    return loaded


async def _judged(stage: Stage, how: Loading, loaded: Loaded) -> None:
    """Judge what only all rows and the files of persons together tell; put new persons on file."""

    async def refused(told: Iterable[Told]) -> None:
        found = sorted(told, key=lambda each: each[0])
        for line, wrong in found:
            how.report(line, [wrong])
        loaded.refused += len(found)
        if found:
            await stage.drop(line for line, _ in found)

    await refused(await stage.unknown())
    loaded.persons = await fact_write.persons_put_on_file(stage, how.file)
    await refused(await stage.misnamed())
    await stage.settle()
    contradicting, repeated = await stage.contradicting()
    await refused(contradicting)
    if repeated:
        await stage.drop(repeated)
    loaded.same += len(repeated)

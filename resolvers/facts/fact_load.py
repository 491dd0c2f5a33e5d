"""Loads files of external facts: all of a file or nothing, and the same file only once (X13)."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.csv_file import Record
from gateways.seal import Seal
from loaders.actor import Actor, actor_of, state
from resolvers.facts import fact_write
from resolvers.facts.fact_stage import Stage, Told
from rules.facts.fact import FactRow, File, Reader, read_header
from rules.kernel.refusal import Fault, Reason, refused
from rules.kernel.viewer import SYSTEM

LOCK = 0x66616374  # "fact": two loaders load one after the other

_SYSTEM = actor_of(SYSTEM)

Report = Callable[[int, Sequence[Fault]], None]


class TableFile(Protocol):
    """Something with rows, the header first: a CSV file, a workbook, Parquet, a call."""

    digest: bytes

    def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows some at a time, the header first."""


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
    actor: Actor = _SYSTEM
    account_id: UUID | None = None
    waits: bool = True


async def load(session: AsyncSession, seal: Seal, table: TableFile, how: Loading) -> Loaded:
    """Load a file within the session's transaction, for the actor, who is the system (X13).

    Raises FactsRefusedError where rows have faults, once all of them were reported, unless bad
    rows are to be passed over. Who catches it rolls back.
    """
    await state(session, how.actor)
    await _alone(session, how)
    stage = Stage(session, seal, how.file.kind, how.actor.act)
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
    note = {"loaded": loaded.rows, "refused": loaded.refused, "account_id": how.account_id}
    await fact_write.noted(stage, how.file, table.digest, note)
    return loaded


async def _alone(session: AsyncSession, how: Loading) -> None:
    """Let one loader load after another; who does not wait for another is told so."""
    if how.waits:
        await session.execute(text("SET LOCAL statement_timeout = 0"))
        await session.execute(select(func.pg_advisory_xact_lock(LOCK)))
    elif not await session.scalar(select(func.pg_try_advisory_xact_lock(LOCK))):
        raise refused(Reason.LOAD_UNDER_WAY)


async def _staged(stage: Stage, table: TableFile, how: Loading) -> Loaded:
    """Read all rows, and stage those that could be read."""
    reader: Reader | None = None
    loaded = Loaded()
    async with aclosing(table.pieces()) as pieces:
        async for records in pieces:
            told = records
            if reader is None:
                reader, loaded.ignored = _opened(records[:1], how)
                told = records[1:]
            rows = []
            for record in told:
                row = reader.read(record.line, record.cells)
                if isinstance(row, FactRow):
                    rows.append(row)
                else:
                    loaded.refused += 1
                    how.report(record.line, row)
            await stage.put(rows)
    if reader is None:
        _opened((), how)
    return loaded


def _opened(first: Sequence[Record], how: Loading) -> tuple[Reader, Sequence[str]]:
    """Read the header, or report what is wrong with it."""
    record = next(iter(first), Record(1, ()))
    header, faults = read_header(record.cells, how.file.kind)
    if faults:
        how.report(record.line, faults)
        raise FactsRefusedError
    return Reader(header, how.file, how.today), header.ignored


async def _judged(stage: Stage, how: Loading, loaded: Loaded) -> None:
    """Judge what only all rows and the files of persons together tell; put new persons on file."""

    async def judged(told: Iterable[Told]) -> None:
        found = sorted(told, key=lambda each: each[0])
        for line, wrong in found:
            how.report(line, [wrong])
        loaded.refused += len(found)
        if found:
            await stage.drop(line for line, _ in found)

    await judged(await stage.unknown())
    loaded.persons = await fact_write.persons_put_on_file(stage, how.file)
    await judged(await stage.outside())
    await judged(await stage.misnamed())
    await stage.settle()
    contradicting, repeated = await stage.contradicting()
    await judged(contradicting)
    if repeated:
        await stage.drop(repeated)
    loaded.same += len(repeated)

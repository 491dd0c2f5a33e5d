"""Loads files of external facts: in one transaction, and the same file only once (X13)."""

from collections.abc import AsyncGenerator, Callable, Iterable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from gateways.csv_file import Record
from gateways.seal import Seal
from loaders.actor import Actor, set_rls_context
from loaders.advisory_lock import AdvisoryLock
from models import FactKind
from resolvers.facts import fact_write
from resolvers.facts.fact_stage import SYSTEM_ACTOR, LineFault, PersonStage
from resolvers.facts.unit_stage import UnitStage
from rules.facts.fact import FactFile, FactRow, FactRowReader, parse_header
from rules.facts.fact_shape import FACT_LAYOUTS
from rules.kernel.refusal import Fault, Reason, build_refusal

FaultReporter = Callable[[int, Sequence[Fault]], None]
StepTeller = Callable[[str], None]


def _tell_nobody(_: str) -> None:
    """Tell of no step: nobody waits and watches."""


class TableFile(Protocol):
    """Something with rows, the header first: a CSV file, a workbook, Parquet, a call."""

    digest: bytes

    def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows some at a time, the header first."""


class FactsRefusedError(Exception):
    """The file has faults, so nothing of it was loaded."""


@dataclass(kw_only=True)
class LoadResult:
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions:
    """How a file is to be loaded: what is said of it, on which day, whom to tell of its faults."""

    file: FactFile
    today: date
    report: FaultReporter
    keep_going: bool = False
    actor: Actor = SYSTEM_ACTOR
    account_id: UUID | None = None
    waits: bool = True
    begin: StepTeller = _tell_nobody
    """Told of each step that may take long, when it begins."""


async def load_facts_file(
    session: AsyncSession, seal: Seal, table: TableFile, how: LoadOptions
) -> LoadResult:
    """Load a file within the session's transaction, for the actor, who is the system (X13).

    Raises FactsRefusedError where rows have faults, once all of them were reported, unless bad
    rows are to be passed over. Who catches it rolls back. Raises Refusal while index keys change
    and the kind is known again by an index.
    """
    _refuse_during_rotation(seal, how.file.kind)
    await set_rls_context(session, how.actor)
    await _lock_loading(session, how)
    stage = _build_stage(session, seal, how)
    await stage.open()
    loaded = await _stage_rows(stage, table, how)
    how.begin("Comparing with what is on file")
    await _refuse_staged_rows(stage, how, loaded)
    if loaded.refused and not how.keep_going:
        raise FactsRefusedError
    how.begin("Writing")
    counted = await fact_write.write_facts(stage, how.file)
    loaded.new, loaded.changed = counted["NEW"], counted["CHANGED"]
    loaded.confirmed, loaded.kept = counted["CONFIRMED"], counted["KEPT"]
    loaded.same += counted["SAME"]
    note = {"loaded": loaded.rows, "refused": loaded.refused, "account_id": how.account_id}
    await fact_write.record_load(stage, how.file, table.digest, note)
    return loaded


def _refuse_during_rotation(seal: Seal, kind: FactKind) -> None:
    """Refuse mobiles while index keys change: one that is void would not be known again (X11)."""
    if kind is FactKind.OFFICIAL_MOBILE and seal.count_indexes() > 1:
        raise build_refusal(Reason.INDEX_KEYS_CHANGING)


def _build_stage(session: AsyncSession, seal: Seal, how: LoadOptions) -> PersonStage | UnitStage:
    kind = how.file.kind
    if FACT_LAYOUTS[kind].about_person:
        return PersonStage(session, seal, kind, how.actor)
    return UnitStage(session, seal, how.file.region, how.actor.act)


async def _lock_loading(session: AsyncSession, how: LoadOptions) -> None:
    """Lock loading, one loader after another; refuse who does not wait for another."""
    if await AdvisoryLock.FACT_LOAD.try_lock(session):
        return
    if not how.waits:
        raise build_refusal(Reason.LOAD_UNDER_WAY)
    how.begin("Waiting for another load to end")
    await AdvisoryLock.FACT_LOAD.lock(session)


async def _stage_rows(
    stage: PersonStage | UnitStage, table: TableFile, how: LoadOptions
) -> LoadResult:
    """Read all rows, and stage those that could be read."""
    reader: FactRowReader | None = None
    loaded = LoadResult()
    async with aclosing(table.pieces()) as pieces:
        async for records in pieces:
            told = records
            if reader is None:
                reader, loaded.ignored = _open_reader(records[:1], how)
                told = records[1:]
            rows = []
            for record in told:
                row = reader.parse_row(record.line, record.cells)
                if isinstance(row, FactRow):
                    rows.append(row)
                else:
                    loaded.refused += 1
                    how.report(record.line, row)
            await stage.copy_rows(rows)
    if reader is None:
        _open_reader((), how)
    return loaded


def _open_reader(first: Sequence[Record], how: LoadOptions) -> tuple[FactRowReader, Sequence[str]]:
    """Read the header, or report what is wrong with it."""
    record = next(iter(first), Record(1, ()))
    header, faults = parse_header(record.cells, how.file.kind)
    if faults:
        how.report(record.line, faults)
        raise FactsRefusedError
    return FactRowReader(header, how.file, how.today), header.ignored


async def _refuse_staged_rows(
    stage: PersonStage | UnitStage, how: LoadOptions, loaded: LoadResult
) -> None:
    """Judge what only all rows and the files of persons together tell; put new persons on file."""

    async def judged(told: Iterable[LineFault]) -> None:
        found = sorted(told, key=lambda each: each[0])
        for line, wrong in found:
            how.report(line, [wrong])
        loaded.refused += len(found)
        if found:
            await stage.drop_rows(line for line, _ in found)

    if isinstance(stage, PersonStage):
        await stage.analyze_and_find_persons()
        await judged(await stage.find_unknown_faults())
        loaded.persons = await fact_write.add_persons(stage, how.file)
        await judged(await stage.find_outside_faults())
        await judged(await stage.find_misnamed_faults())
        await stage.join_persons_and_facts()
    else:
        await stage.analyze()
        await judged(await stage.find_outside_faults())
    contradicting, repeated = await stage.find_contradiction_faults()
    await judged(contradicting)
    if repeated:
        await stage.drop_rows(repeated)
    loaded.same += len(repeated)

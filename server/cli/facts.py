"""`jiuye facts load`: shows how far it is, and lists what is wrong row by row in a file (X13)."""

import asyncio
import csv
import sys
from collections import Counter
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import ExitStack, aclosing, closing
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TextIO

import typer
from sqlalchemy.ext.asyncio import AsyncSession

from gateways.csv_file import CsvFile, Record, UnreadableFileError
from gateways.table_file import ConfinedFile, open_table
from models import FactKind
from resolvers.facts.fact_load import FactsRefusedError, LoadOptions, LoadResult
from resolvers.facts.fact_load import load_facts_file as load_into
from rules.facts.fact import FactFile
from rules.kernel.refusal import Fault, InvalidInput, Refusal, Unreadable
from rules.kernel.region import NATION_CODE, parse_region
from rules.kernel.text import parse_text
from rules.kernel.viewer import Language
from rules.kernel.wording import format_fault
from server.cli.progress import StepLog
from server.database.pools import open_patient_service
from server.settings.settings import Settings

__all__ = ["NATION_CODE", "FactsNotLoaded", "LoadRequest", "load_file", "read_kind"]

FAULT_HEADINGS = ("line", "column", "code", "说明", "处理办法", "message", "cure", "cell")
MAX_SHOWN_FAULTS = 5
RELOAD_CURE = "Correct them and load the file again"

KIND_CHOICES = "|".join(kind.lower().replace("_", "-") for kind in FactKind)
"""The kinds as they are written on the command line."""


class FactsNotLoaded(Exception):
    """Nothing of a file was loaded; the message says why, and names nobody."""


def read_kind(text: str) -> FactKind:
    """Read a kind as it is written on the command line, one or many: insurance-contributions."""
    name = text.strip().upper().replace("-", "_")
    found = next((kind for kind in FactKind if name in {kind, f"{kind}S"}), None)
    if found is None:
        raise typer.BadParameter(f"one of {KIND_CHOICES}")
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadRequest:
    """What is said on the command line."""

    path: Path
    kind: FactKind
    source: str
    as_of: date
    region: str = NATION_CODE
    errors: Path | None = None
    all_or_nothing: bool = False

    def build_file(self, today: date) -> FactFile:
        """Check what is said of the file as a whole.

        Raises FactsNotLoaded where it can't be loaded so.
        """
        source = parse_text(self.source, 100)
        if isinstance(source, Unreadable):
            raise FactsNotLoaded("--source must name a source in at most 100 characters.")
        if isinstance(parse_region(self.region), Unreadable):
            raise FactsNotLoaded("--region is no six-digit code of a region that exists.")
        if self.as_of > today:
            raise FactsNotLoaded("--as-of lies in the future.")
        return FactFile(kind=self.kind, source=source, as_of=self.as_of, region=self.region)


@dataclass(kw_only=True)
class FaultFile:
    """The file of faults: made at the first one, a line each, without anybody's number."""

    path: Path
    lines: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)
    _out: TextIO | None = None

    def write_faults(self, line: int, faults: Sequence[Fault]) -> None:
        """Write what is wrong with a row, in both languages."""
        out = self._out = self._out or self._open_file()
        self.lines += 1
        for fault in faults:
            zh, en = format_fault(fault, Language.ZH), format_fault(fault, Language.EN)
            column = str(fault.path[-1]) if fault.path else ""
            at = fault.figures.get("cell", "")
            csv.writer(out).writerow([line, column, fault.reason, *zh, *en, at])
            self.codes[fault.reason] += 1
            if len(self.first) < MAX_SHOWN_FAULTS:
                self.first.append(f"  line {line} {column}: {en.text} {en.cure}")

    def _open_file(self) -> TextIO:
        try:
            out = self.path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise FactsNotLoaded(f"Can't write {self.path.name}: {error.strerror}.") from error
        csv.writer(out).writerow(FAULT_HEADINGS)
        return out

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._out is not None:
            self._out.close()

    def describe_faults(self) -> str:
        """Return how many there are of which code, the first in words, and where the rest is."""
        codes = ", ".join(f"{count} {code}" for code, count in self.codes.most_common())
        return "\n".join([f"{self.lines} rows with faults: {codes}", *self.first, f"{self.path}"])


class ProgressFile:
    """A file whose bar moves on as its rows are read."""

    def __init__(self, file: CsvFile | ConfinedFile) -> None:
        self._file, self.digest = file, file.digest
        self._megabytes = file.path.stat().st_size / 1e6

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows, and show how far it is; how far it goes, the first rows tell."""
        async with aclosing(self._file.pieces()) as pieces:
            first = await _take_first_piece(pieces)
            if not first:
                name = self._file.path.name
                cure = "Fill in the headings and the rows below them."
                raise UnreadableFileError(f"{name} is empty. {cure}")
            label = f"Reading {self._megabytes:.1f} MB"
            with typer.progressbar(
                length=self._file.size or 1, label=label, file=sys.stderr
            ) as bar:
                yield first
                async for piece in pieces:
                    bar.update(self._file.done - bar.pos)
                    yield piece
                bar.update(bar.length - bar.pos if bar.length else 0)


async def _take_first_piece(pieces: AsyncGenerator[Sequence[Record], None]) -> Sequence[Record]:
    async for piece in pieces:
        return piece
    return ()


@dataclass(frozen=True, slots=True)
class FileLoad:
    """What came of a file: what was loaded, and what was refused of it."""

    result: LoadResult
    errors: FaultFile

    def to_json(self) -> Mapping[str, object]:
        """Return it as machines read it."""
        counted = ("rows", "new", "changed", "confirmed", "same", "kept", "persons", "refused")
        return {name: getattr(self.result, name) for name in counted} | {
            "ignored": len(self.result.ignored),
            "faults": {str(code): count for code, count in self.errors.codes.items()},
            "errors": str(self.errors.path) if self.errors.lines else None,
        }

    def describe(self) -> Iterator[str]:
        """Say it in words."""
        if self.errors.lines:
            yield self.errors.describe_faults()
        yield from _describe_load(self.result)
        if self.result.refused:
            told = f"{self.result.refused} rows were refused, the others are loaded."
            yield f"{told} {RELOAD_CURE}: what is loaded already stays as it is."


def load_file(settings: Settings, asked: LoadRequest) -> FileLoad:
    """Load a file as what runs by itself, on no account; rows with faults are passed over (X13).

    Raises FactsNotLoaded where nothing of it was loaded.
    """
    steps = StepLog(sys.stderr)
    with (
        closing(FaultFile(path=asked.errors or Path(f"{asked.path}.errors.csv"))) as errors,
        ExitStack() as last,
    ):
        last.callback(steps.end)
        try:
            loaded = asyncio.run(_load_in_transaction(settings, asked, errors, steps))
        except UnreadableFileError as error:
            raise FactsNotLoaded(str(error)) from error
        except Refusal as no:
            raise FactsNotLoaded(_describe_file_faults(asked.path.name, [no.fault])) from no
        except InvalidInput as no:
            raise FactsNotLoaded(_describe_file_faults(asked.path.name, no.faults)) from no
        except FactsRefusedError:
            told = f"{errors.describe_faults()}\nNothing was loaded. {RELOAD_CURE}."
            raise FactsNotLoaded(told) from None
    return FileLoad(loaded, errors)


def _describe_file_faults(name: str, faults: Sequence[Fault]) -> str:
    """Say in both languages what is wrong with a file as a whole."""
    words = [[format_fault(each, language) for language in Language] for each in faults]
    told = [f"{zh.text}{zh.cure}\n{en.text} {en.cure}" for zh, en in words]
    return f"{name}: " + "\n".join(told)


async def _load_in_transaction(
    settings: Settings, asked: LoadRequest, errors: FaultFile, steps: StepLog
) -> LoadResult:
    async with (
        open_patient_service(settings) as service,
        AsyncSession(service.writes) as session,
        session.begin(),
    ):
        file = asked.build_file(service.today())
        how = LoadOptions(
            file=file,
            today=service.today(),
            report=errors.write_faults,
            keep_going=not asked.all_or_nothing,
            begin=steps.begin,
        )
        table = ProgressFile(open_table(asked.path))
        loaded = await load_into(session, service.seal, table, how)
        if loaded.refused and not loaded.rows:
            raise FactsRefusedError
        return loaded


def _describe_load(loaded: LoadResult) -> Iterator[str]:
    if loaded.ignored:
        yield f"Columns left aside: {len(loaded.ignored)}"
    yield (
        f"{loaded.rows} rows: {loaded.new} new, {loaded.changed} changed, "
        f"{loaded.confirmed} confirmed, {loaded.same} as they were, {loaded.kept} kept as on file."
    )
    if loaded.persons:
        yield f"{loaded.persons} persons were put on file."

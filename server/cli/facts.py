"""`jiuye facts load`: shows how far it is, and lists what is wrong row by row in a file (X13)."""

import asyncio
import csv
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, closing
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
from server.database.pools import open_service
from server.settings.settings import Settings

__all__ = ["NATION_CODE", "FactsNotLoaded", "LoadRequest", "load_file", "read_kind"]

Say = Callable[[str], None]

FAULT_HEADINGS = ("line", "column", "code", "说明", "处理办法", "message", "cure", "cell")
MAX_SHOWN_FAULTS = 5

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
    keep_going: bool = False

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

    async def pieces(self) -> AsyncGenerator[Sequence[Record], None]:
        """Read the rows, and show how far it is; how far it goes, the first rows tell."""
        async with aclosing(self._file.pieces()) as pieces:
            first = await _take_first_piece(pieces)
            if not first:
                name = self._file.path.name
                cure = "Fill in the headings and the rows below them."
                raise UnreadableFileError(f"{name} is empty. {cure}")
            with typer.progressbar(length=self._file.size or 1, label="Reading") as bar:
                yield first
                async for piece in pieces:
                    bar.update(self._file.done - bar.pos)
                    yield piece
                bar.update(bar.length - bar.pos if bar.length else 0)


async def _take_first_piece(pieces: AsyncGenerator[Sequence[Record], None]) -> Sequence[Record]:
    async for piece in pieces:
        return piece
    return ()


def load_file(settings: Settings, asked: LoadRequest, say: Say) -> LoadResult:
    """Load a file as what runs by itself, on no account (X13).

    Raises FactsNotLoaded where nothing of it was loaded.
    """
    with closing(FaultFile(path=asked.errors or Path(f"{asked.path}.errors.csv"))) as errors:
        try:
            loaded = asyncio.run(_load_in_transaction(settings, asked, errors))
        except UnreadableFileError as error:
            raise FactsNotLoaded(str(error)) from error
        except Refusal as no:
            raise FactsNotLoaded(_describe_file_faults(asked.path.name, [no.fault])) from no
        except InvalidInput as no:
            raise FactsNotLoaded(_describe_file_faults(asked.path.name, no.faults)) from no
        except FactsRefusedError:
            cure = "Nothing was loaded. Correct them, or pass over them with --keep-going."
            raise FactsNotLoaded(f"{errors.describe_faults()}\n{cure}") from None
    if errors.lines:
        say(errors.describe_faults())
    for line in _describe_load(loaded):
        say(line)
    return loaded


def _describe_file_faults(name: str, faults: Sequence[Fault]) -> str:
    """Say in both languages what is wrong with a file as a whole."""
    words = [[format_fault(each, language) for language in Language] for each in faults]
    told = [f"{zh.text}{zh.cure}\n{en.text} {en.cure}" for zh, en in words]
    return f"{name}: " + "\n".join(told)


async def _load_in_transaction(
    settings: Settings, asked: LoadRequest, errors: FaultFile
) -> LoadResult:
    async with (
        open_service(settings.model_copy(update={"compiled_reads": False})) as service,
        AsyncSession(service.writes) as session,
        session.begin(),
    ):
        file = asked.build_file(service.today())
        how = LoadOptions(
            file=file,
            today=service.today(),
            report=errors.write_faults,
            keep_going=asked.keep_going,
        )
        return await load_into(session, service.seal, ProgressFile(open_table(asked.path)), how)


def _describe_load(loaded: LoadResult) -> Iterator[str]:
    if loaded.ignored:
        yield f"Columns left aside: {len(loaded.ignored)}"
    yield (
        f"{loaded.rows} rows: {loaded.new} new, {loaded.changed} changed, "
        f"{loaded.confirmed} confirmed, {loaded.same} as they were, {loaded.kept} kept as on file."
    )
    if loaded.persons:
        yield f"{loaded.persons} persons were put on file."

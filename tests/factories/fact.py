"""Files of external facts, written and loaded as a bureau's would be."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from gateways.table_file import open_table
from models import FactKind
from resolvers.facts.fact_load import LoadOptions, LoadResult, load_facts_file
from resolvers.kernel.service import Service
from rules.facts.fact import FactFile
from rules.kernel.refusal import Fault

AS_OF = date(2025, 3, 1)


@dataclass
class ReportedFaults:
    """What was reported of a file's rows."""

    faults: list[tuple[int, Fault]] = field(default_factory=list)

    def report(self, line: int, faults: Sequence[Fault]) -> None:
        self.faults += [(line, fault) for fault in faults]

    @property
    def reasons(self) -> list[tuple[int, str, str]]:
        return [(line, f.reason, str(f.path[-1]) if f.path else "") for line, f in self.faults]


def write_csv_lines(path: Path, header: str, *rows: str, encoding: str = "utf-8") -> Path:
    path.write_text("\n".join((header, *rows)) + "\n", encoding=encoding)
    return path


def write_csv_table(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    return path


async def load_fact_file(
    service: Service,
    path: Path,
    kind: FactKind,
    *,
    as_of: date = AS_OF,
    source: str = "社保局",
    region: str = "220000",
    told: ReportedFaults | None = None,
    keep_going: bool = False,
) -> LoadResult:
    """Load a file in a transaction of its own."""
    how = LoadOptions(
        file=FactFile(kind=kind, source=source, as_of=as_of, region=region),
        today=service.today(),
        report=(told or ReportedFaults()).report,
        keep_going=keep_going,
    )
    async with AsyncSession(service.writes) as session, session.begin():
        return await load_facts_file(session, service.seal, open_table(path), how)

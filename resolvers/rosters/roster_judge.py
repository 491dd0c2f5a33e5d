"""Rows of a roster, judged a piece at a time: cells, persons, doubles, risk controls (S10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

import orjson
from sqlalchemy import select
from uuid_utils.compat import uuid7

from gateways.seal import Seal
from gateways.workbook import Line
from loaders.direct import adding
from models import Roster, RosterRow
from resolvers.kernel.reading import Deciding
from resolvers.kernel.transaction import Transaction
from resolvers.rosters.roster_check import CHECKS, FURTHER, PERSONS
from resolvers.rosters.roster_person import ON_FILE
from rules.kernel.finding import Finding
from rules.kernel.identity import mask_card, mask_id_number
from rules.kernel.text import same_name
from rules.rosters.roster import (
    ID_NUMBER,
    NAME,
    PAYEE_BANK,
    PAYEE_NUMBER,
    PERSONAL,
    Readied,
    Stated,
)
from rules.rosters.roster_row import (
    LONGEST_KEPT,
    Header,
    ReadRow,
    kept_texts,
    named,
    odd,
    passed_before,
    read_row,
    twice,
)


@dataclass(slots=True)
class Judged:
    """A row, the blind index of its number, whose it is, and what the controls found."""

    row: ReadRow
    index: bytes | None
    person_id: UUID | None = None
    findings: Sequence[Finding] = field(default_factory=tuple)

    @property
    def passed(self) -> bool:
        """Tell whether nothing at all stands in the way: UNKNOWN does (X3)."""
        return not self.row.faults and all(finding.passed for finding in self.findings)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Where a number was seen before: in which roster and row, and whether it passed."""

    roster_id: UUID
    line: int
    passed: bool


async def judged(
    tx: Transaction, roster: Roster, header: Header, first: int, lines: Sequence[Line]
) -> Sequence[Judged]:
    """Judge some rows, of which the first has a number; statements don't grow with the rows."""
    rows = [_read(tx, header, n, line) for n, line in enumerate(lines, start=first)]
    await _find_persons(tx, roster, header, rows)
    await _find_doubles(tx, roster, header, rows)
    await _look_further(tx, roster, header, rows)
    check = CHECKS.get(roster.kind)
    sound = [each for each in rows if not each.row.faults and each.person_id is not None]
    if check is not None and sound:
        ready = [
            Readied(each.row.number, each.person_id, each.row.values)
            for each in sound
            if each.person_id is not None
        ]
        found = await check(Deciding(tx), roster, ready)
        for each, findings in zip(sound, found, strict=True):
            each.findings = findings
    return rows


def _read(tx: Transaction, header: Header, number: int, line: Line) -> Judged:
    row = read_row(header, number, line.line, line.cells, line.kinds, tx.today)
    known = row.id_number
    return Judged(row, tx.service.seal.index("id_number", known) if known else None)


async def _find_persons(
    tx: Transaction, roster: Roster, header: Header, rows: Sequence[Judged]
) -> None:
    """Find persons by full number and name, among those whom the roster may name (J15, S27)."""
    whom = PERSONS.get(roster.kind, ON_FILE)
    indexes = {each.index for each in rows if each.index}
    persons = await whom.find(Deciding(tx), roster, indexes)
    for each in rows:
        name = each.row.values.get(NAME)
        if each.index is None or not isinstance(name, str):
            continue
        known = persons.get(each.index)
        if known is not None and same_name(known[1], name):
            each.person_id = known[0]
        else:
            wrong = whom.unknown if known is None else whom.otherwise
            each.row.faults.append(odd(header, each.row, *wrong))


async def _look_further(
    tx: Transaction, roster: Roster, header: Header, rows: Sequence[Judged]
) -> None:
    """Tell what is odd about rows beyond each cell by itself, and whom it names."""
    further = FURTHER.get(roster.kind)
    if further is None:
        return
    stated = [Stated(each.person_id, each.row.values) for each in rows]
    found = await further(Deciding(tx), roster, stated)
    for each, wrongs in zip(rows, found, strict=True):
        each.row.faults += [odd(header, each.row, *wrong) for wrong in wrongs]


async def _find_doubles(
    tx: Transaction, roster: Roster, header: Header, rows: Sequence[Judged]
) -> None:
    """Name whoever has a row before in this file, or passed in those that it corrects."""
    seen = await _seen(tx, roster, {each.index for each in rows if each.index})
    for each in rows:
        if each.index is None:
            continue
        before = seen.get(each.index)
        if before is None:
            seen[each.index] = _Seen(roster.id, each.row.line, passed=False)
        elif before.roster_id == roster.id:
            each.row.faults.append(twice(header, each.row, before.line))
        else:
            each.row.faults.append(passed_before(header, each.row, before.line))


async def _seen(tx: Transaction, roster: Roster, indexes: Iterable[bytes]) -> dict[bytes, _Seen]:
    found = await tx.session.execute(
        select(RosterRow.id_number_index, RosterRow.roster_id, RosterRow.line, RosterRow.passed)
        .where(
            RosterRow.unit_id == roster.unit_id,
            RosterRow.root_id == roster.root_id,
            RosterRow.id_number_index.in_(list(indexes)),
            (RosterRow.roster_id == roster.id) | RosterRow.passed,
        )
        .order_by(RosterRow.passed, RosterRow.number.desc())
    )
    # The last one told counts: whoever passed before, then the first row of this file.
    return {row[0]: _Seen(row[1], row[2], row[3]) for row in found if row[0] is not None}


async def keep(tx: Transaction, roster: Roster, sheet: str, rows: Sequence[Judged]) -> None:
    """Keep rows as they were judged, all of them with one statement."""
    seal = tx.service.seal
    kept = [_kept(roster, sheet, each, seal) for each in rows]
    columns = [column.key for column in RosterRow.__table__.c]
    await tx.direct(adding(RosterRow), **{name: [row[name] for row in kept] for name in columns})


def _kept(roster: Roster, sheet: str, each: Judged, seal: Seal) -> Mapping[str, object]:
    """Spell a row as its table keeps it: what says who it is sealed and masked (X11)."""
    row, number = each.row, each.row.texts.get(ID_NUMBER, "")[:LONGEST_KEPT]
    card = row.texts.get(PAYEE_NUMBER, "")[:LONGEST_KEPT]
    known = row.id_number
    return {
        "unit_id": roster.unit_id,
        "id": uuid7(),
        "region": roster.region,
        "roster_id": roster.id,
        "root_id": roster.root_id,
        "number": row.number,
        "sheet": sheet,
        "line": row.line,
        "name": named(row),
        "id_number_sealed": seal.seal("id_number", known or number),
        "id_number_index": each.index,
        "id_number_masked": mask_id_number(known) if known else "*" * len(number),
        "person_id": each.person_id,
        "values": _json(kept_texts(row, PERSONAL)),
        "payee_bank": row.texts.get(PAYEE_BANK),
        "payee_number_sealed": seal.seal("bank_account", _card(row, card)) if card else None,
        "payee_number_masked": mask_card(_card(row, card)) if card else None,
        "passed": each.passed,
        "faults": _json([fault.kept() for fault in row.faults]),
        "findings": _json([finding.kept() for finding in each.findings]),
    }


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _card(row: ReadRow, text: str) -> str:
    """Give a card's number as it was read, or as it stands where it could not be."""
    read = row.values.get(PAYEE_NUMBER)
    return read if isinstance(read, str) else text
